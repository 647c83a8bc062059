"""Two one-line controls: one of several values, and yes or no. Both are worked with arrows, space or the mouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from sora_tui.tui.text import shorten
from sora_tui.tui.theme import MUTED

ON, OFF = "◉", "○"
GAP = "  "


class ChoiceLine(Widget, can_focus=True):
    """`◉ landscape  ○ portrait`; where there is no room for all, `‹ landscape ›`."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Value before", show=False),
        Binding("right,space,enter", "step(1)", "Next value", show=False),
    ]
    DEFAULT_CSS = """
    ChoiceLine { height: 1; width: 1fr; pointer: pointer; }
    """
    index: reactive[int] = reactive(0)

    @dataclass
    class Changed(Message):
        """Another value was picked by the user."""

        line: ChoiceLine
        value: object

        @property
        def control(self) -> ChoiceLine:
            """The line."""
            return self.line

    def __init__(self, choices: Sequence[tuple[object, str]], *, id: str | None = None) -> None:
        """Choices are (value, label) pairs; there must be at least one."""
        super().__init__(id=id)
        self.choices = tuple(choices)

    @property
    def value(self) -> object:
        """The value that is picked."""
        return self.choices[self.index][0]

    def pick(self, value: object, *, otherwise: object = None) -> None:
        """Show `value` as picked; where it is none of the choices `otherwise`, or the first. Posts nothing."""
        values = [known for known, _ in self.choices]
        self.index = next((values.index(wish) for wish in (value, otherwise) if wish in values), 0)

    def action_step(self, by: int) -> None:
        """Pick the next value in that direction; the last is followed by the first."""
        self._choose((self.index + by) % len(self.choices))

    def on_click(self, event: events.Click) -> None:
        """Pick what was clicked."""
        event.stop()
        if not self._all_fit():
            self.action_step(1)
            return
        start = 0
        for index, (_, label) in enumerate(self.choices):
            end = start + _width(label)
            if start <= event.x < end:
                self._choose(index)
                return
            start = end + len(GAP)

    def render(self) -> Content:
        """All choices, or the picked one between brackets."""
        if not self._all_fit():
            return Content(f"‹ {shorten(self.choices[self.index][1], max(1, self.size.width - 4))} ›")
        shown = [
            Content.assemble((f"{ON} ", "$text-accent"), (label, "bold"))
            if index == self.index
            else Content.styled(f"{OFF} {label}", MUTED)
            for index, (_, label) in enumerate(self.choices)
        ]
        return Content(GAP).join(shown)

    def _all_fit(self) -> bool:
        width = sum(_width(label) for _, label in self.choices) + len(GAP) * (len(self.choices) - 1)
        return width <= self.size.width

    def _choose(self, index: int) -> None:
        if index != self.index:
            self.index = index
            self.post_message(self.Changed(self, self.value))


class FlagLine(Widget, can_focus=True):
    """`[x] Remove watermark`."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter,left,right", "flip", "Yes or no", show=False),
    ]
    DEFAULT_CSS = """
    FlagLine { height: 1; width: 1fr; pointer: pointer; }
    """
    value: reactive[bool] = reactive(False)

    @dataclass
    class Changed(Message):
        """The user flipped it."""

        line: FlagLine
        value: bool

        @property
        def control(self) -> FlagLine:
            """The line."""
            return self.line

    def __init__(self, label: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.label = label

    def action_flip(self) -> None:
        """Yes becomes no and no becomes yes."""
        self.value = not self.value
        self.post_message(self.Changed(self, self.value))

    def on_click(self, event: events.Click) -> None:
        """A click anywhere on it flips it."""
        event.stop()
        self.action_flip()

    def render(self) -> Content:
        """The box and its words."""
        label = shorten(self.label, max(1, self.size.width - 4))
        if self.value:
            return Content.assemble("[", ("x", "bold $text-accent"), "] ", (label, "bold"))
        return Content.styled(f"[ ] {label}", MUTED)


def _width(label: str) -> int:
    return Content(label).cell_length + 2
