"""Asks what stands in the holes of a template, and shows at each key what it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalGroup, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Static

from sora_tui.studio.filling import fill_in
from sora_tui.studio.prompts import parse
from sora_tui.tui.screens.confirm import WholePaste, label
from sora_tui.tui.text import clean, outside

EMPTY = "left empty it stays a hole, to be filled in the editor"


@dataclass(frozen=True, slots=True)
class Filled:
    """What became of a template: the text, and what its holes were filled with, by name."""

    text: str
    values: Mapping[str, str]


class HolesScreen(ModalScreen[Filled | None]):
    """Answers with the filled template, or with None.

    Args:
        name: of the template.
        template: its text, with holes.
        offers: what the holes were filled with last, by name.
    """

    CSS_PATH = ["shelf_holes.tcss", "buttons.tcss"]
    AUTO_FOCUS = ".hole"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Not now", show=False),
        Binding("up", "app.focus_previous", "Hole before", show=False),
        Binding("down", "app.focus_next", "Next hole", show=False),
    ]
    wrong = getters.query_one("#wrong", Static)

    def __init__(self, name: str, template: str, offers: Mapping[str, str]) -> None:
        super().__init__()
        self._heading, self._template = name, template
        self._holes = parse(template).holes
        self._offers = offers

    def compose(self) -> ComposeResult:
        """A line for each hole, what comes of it, and two buttons."""
        with VerticalGroup(id="dialog") as dialog:
            dialog.border_title = outside(self._heading, multiline=False, limit=60)
            yield Static(Content("What is to stand in its holes? It is taken as text: braces in it mean nothing."))
            with VerticalScroll(id="holes", can_focus=False):
                for hole in self._holes:
                    yield Label(outside(hole.name, multiline=False, limit=60), classes="name")
                    hint = EMPTY if hole.default is None else f"left empty: {clean(hole.default, multiline=False)}"
                    offer = clean(self._offers.get(hole.name, ""), multiline=False)
                    yield WholePaste(offer, placeholder=hint, compact=True, classes="hole")
            yield Static(id="wrong")
            with VerticalScroll(id="filled", can_focus=False):
                yield Static()
            with HorizontalGroup(id="answers"):
                yield Button(label("Take it", "enter"), id="yes", variant="primary", compact=True)
                yield Button(label("Not now", "esc"), id="no", compact=True)

    @property
    def values(self) -> dict[str, str]:
        """What was typed, by the names of the holes; without those that were left empty."""
        lines = self.query(".hole").results(Input)
        return {hole.name: line.value for hole, line in zip(self._holes, lines, strict=True) if line.value}

    @on(Input.Changed)
    def _typed(self) -> None:
        self._show()

    def on_mount(self) -> None:
        """Show what it says so far."""
        self._show()

    def _show(self) -> None:
        values = self.values
        filled = fill_in(self._template, values)
        self.wrong.display = filled is None
        if filled is None:
            barred = next((name for name, value in values.items() if "|" in value), "")
            what = f"The | in {barred} would part" if barred else "The braces in it would be read with"
            self.wrong.update(outside(f"{what} the alternatives it stands among. Write it without, or in the editor."))
        else:
            self.query_one("#filled Static", Static).update(outside(filled, limit=2_000))

    @on(Input.Submitted)
    def _next(self, event: Input.Submitted) -> None:
        lines = list(self.query(".hole"))
        if event.input is lines[-1]:
            self._take()
        else:
            lines[lines.index(event.input) + 1].focus()

    @on(Button.Pressed, "#yes")
    def _take(self) -> None:
        values = self.values
        text = fill_in(self._template, values)
        if text is not None:
            self.dismiss(Filled(text, values))

    @on(Button.Pressed, "#no")
    def _no(self) -> None:
        self.dismiss(None)
