"""The line behind which the rarely used fields stand: `▸ More (5)`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from sora_tui.tui.theme import MUTED


class FoldLine(Widget, can_focus=True):
    """Opens with enter, space or the right arrow, closes with the left one."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "turn", "Show or hide more", show=False),
        Binding("right", "turn(True)", "Show more", show=False),
        Binding("left", "turn(False)", "Show less", show=False),
    ]
    DEFAULT_CSS = """
    FoldLine { height: 1; width: 1fr; pointer: pointer; }
    FoldLine:focus { background: $boost; }
    """
    is_open: reactive[bool] = reactive(False)

    @dataclass
    class Turned(Message):
        """It was opened or closed."""

        line: FoldLine
        is_open: bool

        @property
        def control(self) -> FoldLine:
            """The line."""
            return self.line

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count

    def render(self) -> Content:
        """The line."""
        words = "▾ Less" if self.is_open else f"▸ More ({self._count})"
        return Content.styled(words, "bold $primary" if self.has_focus else MUTED)

    def action_turn(self, is_open: bool | None = None) -> None:
        """Open or close it; without a word, the other way round."""
        wanted = not self.is_open if is_open is None else is_open
        if wanted != self.is_open:
            self.is_open = wanted
            self.post_message(self.Turned(self, wanted))

    def on_click(self, event: events.Click) -> None:
        """A click turns it."""
        event.stop()
        self.action_turn()
