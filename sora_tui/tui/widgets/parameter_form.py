"""The parameters of a model as a form, one line each, made from the model's profile.

Knows no model: what can be set, its choices and its limits all come from `ModelProfile`. Values are those that
go on the wire.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalGroup
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label, Static

from sora_tui.kie.profiles import Field, FieldKind, ModelProfile
from sora_tui.tui.text import clean, outside, shorten
from sora_tui.tui.widgets.choices import ChoiceLine, FlagLine

LABEL_LIMIT = 14
"""Columns for the names at the left; longer ones are shortened."""


class ParameterForm(VerticalGroup):
    """One line per field. Up and down walk the fields, left and right change one, tab leaves the form."""

    help_title = "The parameters"
    help_text = (
        "Up and down walk the fields, left and right change a value, tab leaves the form. "
        "What can be set depends on the model; a wrong value is said here, before anything is sent."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "walk(-1)", "Field above", show=False),
        Binding("down", "walk(1)", "Field below", show=False),
        Binding("tab", "leave(1)", "Leave the form", show=False),
        Binding("shift+tab", "leave(-1)", "Leave the form", show=False),
    ]
    DEFAULT_CSS = """
    ParameterForm { height: auto; }
    """

    @dataclass
    class Changed(Message):
        """The user changed a value."""

        form: ParameterForm

        @property
        def control(self) -> ParameterForm:
            """The form."""
            return self.form

    def __init__(self, profile: ModelProfile, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.profile = profile
        self._aside: dict[str, Any] = {}
        """What was set for other models, for one that takes it again."""
        self._changing = asyncio.Lock()

    def compose(self) -> ComposeResult:
        """A row per field of the profile."""
        named = [field for field in self.profile.fields if field.kind is not FieldKind.FLAG]
        width = max((len(_label(field)) for field in named), default=0)
        for field in self.profile.fields:
            yield FieldRow(field, width)

    def on_mount(self) -> None:
        """Start from the model's defaults."""
        self.load(self.profile.defaults())

    async def use(self, profile: ModelProfile, parameters: Mapping[str, Any] | None = None) -> None:
        """Become the form of another model.

        Args:
            profile: of that model.
            parameters: what to show, the rest as by default; None keeps what there is and fits.
        """
        async with self._changing:
            values = self._fitting(profile) if parameters is None else parameters
            is_other = profile.fields != self.profile.fields
            self.profile = profile
            if is_other:
                await self.recompose()
            self.load(values)

    def _fitting(self, profile: ModelProfile) -> dict[str, Any]:
        self._aside |= self.parameters()
        fields = [field for field in profile.fields if field.name in self._aside]
        return {field.name: self._aside[field.name] for field in fields if not field.problem(self._aside[field.name])}

    def parameters(self) -> dict[str, Any]:
        """What the form says, as it goes on the wire. Fields without a value are left out."""
        values = {row.field.name: row.value() for row in self.query(FieldRow)}
        return {name: value for name, value in values.items() if value is not None}

    def load(self, parameters: Mapping[str, Any]) -> None:
        """Show these values; what they do not mention becomes the model's default. Posts nothing."""
        defaults = self.profile.defaults()
        for row in self.query(FieldRow):
            name = row.field.name
            with self.prevent(Input.Changed):
                row.show(parameters.get(name, defaults.get(name)))

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Say what is wrong at each field named; the others are right."""
        for row in self.query(FieldRow):
            row.show_error(errors.get(row.field.name, ""))

    def focus_field(self, name: str) -> bool:
        """Move to a field, to the first where there is none of that name; whether there is."""
        rows = list(self.query(FieldRow))
        named = [row for row in rows if row.field.name == name]
        for row in named or rows[:1]:
            row.control.focus()
        return bool(named)

    @on(ChoiceLine.Changed)
    @on(FlagLine.Changed)
    @on(Input.Changed)
    def _changed(self, event: Message) -> None:
        event.stop()
        self.post_message(self.Changed(self))

    def action_walk(self, by: int) -> None:
        """Move to the field above or below; from the first and the last one, out of the form."""
        controls = [row.control for row in self.query(FieldRow)]
        here = next((i for i, control in enumerate(controls) if control.has_focus), 0)
        if 0 <= here + by < len(controls):
            controls[here + by].focus()
        else:
            self.action_leave(by)

    def action_leave(self, by: int) -> None:
        """Move to what comes after or before the form."""
        chain = self.screen.focus_chain
        inside = [index for index, widget in enumerate(chain) if self in widget.ancestors]
        if inside and len(inside) < len(chain):
            index = inside[-1] + 1 if by > 0 else inside[0] - 1
            chain[index % len(chain)].focus()


class FieldRow(VerticalGroup):
    """A name, its control, and below it what is wrong, if anything is."""

    DEFAULT_CSS = """
    FieldRow {
        height: auto;
        .field--name { color: $text-muted; width: auto; margin: 0 2 0 0; }
        .field--error { color: $text-error; display: none; height: auto; }
        &.-wrong .field--error { display: block; }
        Input {
            width: 1fr;
            background: transparent;
            background-tint: transparent;
        }
        &:focus-within {
            background: $boost;
            .field--name { color: $primary; text-style: bold; }
        }
    }
    """

    def __init__(self, field: Field, name_width: int) -> None:
        super().__init__()
        self.field = field
        self.control = _control(field)
        if field.help:
            self.control.tooltip = outside(field.help)
        self._name_width = name_width
        self._error = ""

    def compose(self) -> ComposeResult:
        """The line and the place for an error."""
        with HorizontalGroup():
            if self.field.kind is not FieldKind.FLAG:  # its words stand beside its box
                yield Label(Content(_label(self.field).ljust(self._name_width)), classes="field--name")
            yield self.control
        yield Static(classes="field--error")

    def value(self) -> Any:
        """The value for the wire, None for nothing. Text that is no number stays text, for the check to refuse."""
        control = self.control
        if isinstance(control, ChoiceLine | FlagLine):
            return control.value
        assert isinstance(control, Input)
        text = control.value.strip()
        if self.field.kind is FieldKind.TEXT_LIST:
            items = [item for item in text.replace(",", " ").split() if item]
            return items if items or self.field.default is not None else None
        if not text:
            return None
        return _parsed(self.field.kind, text)

    def show(self, value: Any) -> None:
        """Put a wire value into the control."""
        control = self.control
        if isinstance(control, ChoiceLine):
            control.pick(value, otherwise=self.field.default)
        elif isinstance(control, FlagLine):
            control.value = bool(value)
        elif isinstance(control, Input):
            control.value = _as_text(self.field.kind, value)

    def show_error(self, message: str) -> None:
        """Say what is wrong, or nothing."""
        if message == self._error:  # as at nearly every key in the editor, which would be a new layout each time
            return
        self._error = message
        self.set_class(bool(message), "-wrong")
        self.query_one(".field--error", Static).update(outside(message, multiline=False))


def _control(field: Field) -> Widget:
    id = f"field-{field.name}" if field.name.isidentifier() else None
    if field.kind is FieldKind.CHOICE and field.choices:
        return ChoiceLine([(choice.value, shorten(choice.label, 24)) for choice in field.choices], id=id)
    if field.kind is FieldKind.FLAG:
        return FlagLine(shorten(field.label, 32), id=id)
    hint = "ids, or none" if field.kind is FieldKind.TEXT_LIST else ""
    return Input(placeholder=hint, compact=True, select_on_focus=False, id=id)


def _label(field: Field) -> str:
    return shorten(field.label, LABEL_LIMIT)


def _parsed(kind: FieldKind, text: str) -> Any:
    try:
        if kind is FieldKind.INTEGER:
            return int(text)
        if kind is FieldKind.NUMBER:
            return float(text)
        if kind is FieldKind.JSON:
            return json.loads(text)
    except ValueError:
        return text
    return text


def _as_text(kind: FieldKind, value: Any) -> str:
    if value is None:
        return ""
    if kind is FieldKind.TEXT_LIST:
        return ", ".join(clean(str(item), multiline=False) for item in value) if isinstance(value, list | tuple) else ""
    if kind is FieldKind.JSON:
        return clean(json.dumps(value, ensure_ascii=False), multiline=False)
    return clean(str(value), multiline=False)
