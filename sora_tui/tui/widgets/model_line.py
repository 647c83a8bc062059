"""Which model a draft is for: its title, its id, and what is to be known of it, on one line that can be pressed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from sora_tui.tui.text import outside, shorten
from sora_tui.tui.theme import MUTED

GAP = "  "
SIGN = " ▾"


class ModelLine(Widget, can_focus=True):
    """`Sora 2 Pro ▾  sora-2-pro-text-to-video  withdrawn`; what there is no room for goes, the id first."""

    ALLOW_SELECT = False
    help_title = "The model"
    help_text = "The model this draft is for. Enter, or a click, shows all models of the service."
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "press", "Choose another model", show=False)]
    DEFAULT_CSS = """
    ModelLine { height: 1; width: 1fr; pointer: pointer; }
    ModelLine:hover, ModelLine:focus { background: $boost; }
    """

    @dataclass
    class Pressed(Message):
        """The user wants another model."""

        line: ModelLine

        @property
        def control(self) -> ModelLine:
            """The line."""
            return self.line

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._title, self._model, self._state, self._warning = "", "", "", False

    def show(self, title: str, model: str, state: str = "", *, warning: bool = False) -> None:
        """Show a model.

        Args:
            title: as the service calls it.
            model: its id.
            state: what is to be known of it, in a word or two; empty for nothing.
            warning: whether that makes sending vain.
        """
        shown = (title, model, state, warning)
        if shown != (self._title, self._model, self._state, self._warning):
            self._title, self._model, self._state, self._warning = shown
            self.tooltip = outside(f"{model}: choose another model", multiline=False)
            self.refresh()

    def render(self) -> Content:
        """Title, id and state as far as they fit."""
        width = self.size.width
        state = shorten(self._state, max(0, width - len(SIGN) - 8))
        room = width - len(SIGN) - (len(GAP) + _cells(state) if state else 0)
        title = shorten(self._title, max(1, room))
        line = Content.assemble(
            (title, "bold $primary" if self.has_focus else "bold"), (SIGN, "$accent" if self.has_focus else MUTED)
        )
        left = room - _cells(title) - len(GAP)
        if self._model != self._title and left >= 8:
            line += Content.styled(f"{GAP}{shorten(self._model, left)}", MUTED)
        if state:
            line += Content.styled(f"{GAP}{state}", "bold $text-warning" if self._warning else MUTED)
        return line.truncate(width, ellipsis=True)

    def action_press(self) -> None:
        """Ask for another model."""
        self.post_message(self.Pressed(self))

    def on_click(self, event: events.Click) -> None:
        """The same with the mouse."""
        event.stop()
        self.action_press()


def _cells(text: str) -> int:
    return Content(text).cell_length
