"""Two one-line controls: one of several values, and yes or no. Both are worked with arrows, space or the mouse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from sora_tui.tui.text import shorten
from sora_tui.tui.theme import MUTED
from sora_tui.tui.widgets.control import ValueChanged

ON, OFF = "◉", "○"
GAP = "  "
NOT_SET = "not set"
NOBODY = -1
"""The index while none of the choices is picked, where one has to be."""


class ChoiceLine(Widget, can_focus=True):
    """`◉ landscape  ○ portrait`; where there is no room for all, `‹ landscape ▾ ›`, which opens a list."""

    ALLOW_SELECT = False
    problem = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Value before", show=False),
        Binding("right", "step(1)", "Next value", show=False),
        Binding("space,enter", "open", "Next value, or the list of them", show=False),
        Binding("delete,backspace", "unset", "Not set", show=False),
    ]
    DEFAULT_CSS = """
    ChoiceLine { height: 1; width: 1fr; pointer: pointer; }
    """
    index: reactive[int] = reactive(0)

    def __init__(
        self,
        choices: Sequence[tuple[object, str]],
        *,
        optional: bool = False,
        undecided: bool = False,
        title: str = "",
        id: str | None = None,
    ) -> None:
        """Make a line.

        Args:
            choices: (value, label) pairs, at least one.
            optional: whether none of them will do as well; then the first that is shown is "not set".
            undecided: whether it is the user who has to choose, so that none is picked at first.
            title: stands above the list.
            id: of the widget.
        """
        super().__init__(id=id)
        unset: list[tuple[object, str]] = [(None, NOT_SET)] if optional else []
        self.choices = (*unset, *choices)
        self._optional = optional
        self._undecided = undecided and not optional
        self._title = title
        self.set_reactive(ChoiceLine.index, NOBODY if self._undecided else 0)

    @property
    def value(self) -> Any:
        """The value that is picked; None for none."""
        return None if self.index == NOBODY else self.choices[self.index][0]

    @property
    def wire_value(self) -> Any:
        """The same."""
        return self.value

    def show(self, value: Any) -> None:
        """Show `value` as picked; where it is none of the choices, none or the first. Posts nothing."""
        self.pick(value)

    def pick(self, value: Any, *, otherwise: Any = None) -> None:
        """Show `value` as picked; where it is none of the choices `otherwise`, or what is picked at first."""
        for wish in (value, otherwise):
            for index, (known, _) in enumerate(self.choices):
                if wish is not None and _same(known, wish):
                    self.index = index
                    return
        self.index = NOBODY if self._undecided else 0

    def action_step(self, by: int) -> None:
        """Pick the next value in that direction; the last is followed by the first."""
        self._choose((max(self.index, 0 if by < 0 else NOBODY) + by) % len(self.choices))

    def action_open(self) -> None:
        """Pick the next value, or show the list where not all values are seen."""
        if self._all_fit():
            self.action_step(1)
            return
        from sora_tui.tui.widgets.choice_list import ChoiceList

        def chosen(index: int | None) -> None:
            if index is not None:
                self._choose(index)

        self.app.push_screen(ChoiceList(self._title, [label for _, label in self.choices], self.index), chosen)

    def action_unset(self) -> None:
        """Leave it to the service, where that is possible."""
        if self._optional:
            self._choose(0)

    def on_click(self, event: events.Click) -> None:
        """Pick what was clicked, or show the list."""
        event.stop()
        if not self._all_fit():
            self.action_open()
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
            label = "choose" if self.index == NOBODY else self.choices[self.index][1]
            width = self.size.width
            if width < 10:
                return Content(f"‹ {shorten(label, max(1, width - 4))} ›")
            return Content(f"‹ {shorten(label, width - 6)} ▾ ›")
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
            self.post_message(ValueChanged(self))


class FlagLine(Widget, can_focus=True):
    """`[x] Remove watermark`. Where it may be left to the service, a third state says so: `[–] Audio · not set`."""

    ALLOW_SELECT = False
    problem = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter,left,right", "flip", "Yes or no", show=False),
        Binding("delete,backspace", "unset", "Not set", show=False),
    ]
    DEFAULT_CSS = """
    FlagLine { height: 1; width: 1fr; pointer: pointer; }
    """
    value: reactive[bool | None] = reactive(False)

    def __init__(self, label: str, *, optional: bool = False, id: str | None = None) -> None:
        """Make a line; where it is `optional` it begins as not set and can be so again."""
        super().__init__(id=id)
        self.label = label
        self._optional = optional
        self.set_reactive(FlagLine.value, None if optional else False)

    @property
    def wire_value(self) -> Any:
        """True, False, or None for not set."""
        return self.value

    def show(self, value: Any) -> None:
        """Show a value. Posts nothing."""
        self.value = None if value is None and self._optional else bool(value)

    def action_flip(self) -> None:
        """Yes becomes no, and no yes; where it need not be set, no becomes that."""
        self._set(True if self.value is None else False if self.value else None if self._optional else True)

    def action_unset(self) -> None:
        """Leave it to the service, where that is possible."""
        if self._optional and self.value is not None:
            self._set(None)

    def on_click(self, event: events.Click) -> None:
        """A click anywhere on it flips it."""
        event.stop()
        self.action_flip()

    def render(self) -> Content:
        """The box and its words."""
        words = NOT_SET if self.value is None else "on" if self.value else "off"
        state = f" · {words}" if self._optional else ""
        label = shorten(self.label, max(1, self.size.width - 4 - len(state)))
        if self.value:
            return Content.assemble("[", ("x", "bold $text-accent"), "] ", (label, "bold"), (state, MUTED))
        return Content.styled(f"[{'–' if self.value is None else ' '}] {label}{state}", MUTED)

    def _set(self, value: bool | None) -> None:
        self.value = value
        self.post_message(ValueChanged(self))


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)  # True == 1, and the service compares types too


def _width(label: str) -> int:
    return Content(label).cell_length + 2
