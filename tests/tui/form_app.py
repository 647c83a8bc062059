"""A little app with the parameters of a model between two buttons, that counts what the form tells."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual import on
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Button, TextArea

from sora_tui.kie.profiles import SORA_2_PRO, Choice, Field, FieldKind, ModelProfile
from sora_tui.tui.widgets.control import ValueChanged
from sora_tui.tui.widgets.fold_line import FoldLine
from sora_tui.tui.widgets.parameter_form import ParameterForm


def a_field(name: str, kind: FieldKind, *choices: Any, default: Any = None, **known: Any) -> Field:
    picked = tuple(Choice(value, str(value)) for value in choices)
    return Field(name, name.capitalize(), kind, choices=picked, default=default, **known)


def a_profile(*fields: Field, model: str = "other") -> ModelProfile:
    return ModelProfile(model, "Other", fields, 1000)


class FormApp(App[object]):
    """Before, form, after."""

    def __init__(self, profile: ModelProfile) -> None:
        super().__init__()
        self.form = ParameterForm(profile)
        self.changes = 0

    def compose(self) -> ComposeResult:
        yield Button("Before", id="before", compact=True)
        yield self.form
        yield Button("After", id="after", compact=True)

    @on(TextArea.Changed)
    @on(ValueChanged)
    @on(FoldLine.Turned)
    def leak(self, event: Message) -> None:
        raise AssertionError(f"the form lets {event} pass")

    @on(ParameterForm.Changed)
    def count(self, event: ParameterForm.Changed) -> None:
        assert event.control is self.form
        self.changes += 1


@asynccontextmanager
async def filling(
    profile: ModelProfile = SORA_2_PRO, size: tuple[int, int] = (60, 20)
) -> AsyncIterator[tuple[Pilot[object], ParameterForm, FormApp]]:
    app = FormApp(profile)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot, app.form, app


def control(form: ParameterForm, name: str) -> Widget:
    """The control of a field."""
    return form.query_one(f"#field-{name}")
