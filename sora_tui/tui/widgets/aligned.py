"""Lines of text of which some have a label: labels in one column, values wrapped beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from sora_tui.tui.theme import MUTED

_STACK_BELOW = 44
"""Cells of width below which a value stands under its label."""
_GAP = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One entry.

    Attributes:
        value: what is said; wrapped, its line breaks kept.
        label: our own word for it; None takes the whole width.
        style: the label's style.
    """

    value: Content
    label: str | None = None
    style: str = MUTED


BLANK = Line(Content(""))


class Aligned(Widget):
    """Shows entries one under the other, as high as they need."""

    DEFAULT_CSS = """
    Aligned { height: auto; width: 1fr; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._entries: tuple[Line, ...] = ()
        self._fitted: tuple[int, Content] | None = None

    def show_lines(self, entries: Sequence[Line]) -> None:
        """Show these entries. The same again costs nothing."""
        new = tuple(entries)
        if len(new) == len(self._entries) and all(map(_same, new, self._entries)):
            return
        height = None if self._fitted is None else _height(self._fitted[1])
        self._entries, self._fitted = new, None
        self.clear_cached_dimensions()
        # A clock that ticks must not lay out the whole screen every second.
        self.refresh(layout=height is None or _height(self._fit(self.size.width)) != height)

    def render(self) -> Content:
        """All entries, wrapped to the present width."""
        return self._fit(self.size.width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the entries take at this width."""
        return _height(self._fit(width)) if self._entries and width else 0

    def _fit(self, width: int) -> Content:
        if self._fitted is None or self._fitted[0] != width:
            self._fitted = (width, Content("\n").join(_wrapped(self._entries, max(1, width))))
        return self._fitted[1]


def _height(text: Content) -> int:
    return text.plain.count("\n") + 1


def _same(one: Line, other: Line) -> bool:
    return one.label == other.label and one.style == other.style and one.value.is_same(other.value)


def _wrapped(entries: Sequence[Line], width: int) -> list[Content]:
    column = max((cell_len(entry.label) for entry in entries if entry.label is not None), default=0) + _GAP
    lines: list[Content] = []
    for entry in entries:
        if entry.label is None:
            lines += entry.value.wrap(width)
        elif width < _STACK_BELOW:
            lines.append(Content.styled(entry.label, entry.style))
            lines += [line.pad_left(_GAP) for line in entry.value.wrap(max(1, width - _GAP))]
        else:
            label = Content.styled(entry.label, entry.style).pad_right(column - cell_len(entry.label))
            for place, line in enumerate(entry.value.wrap(max(1, width - column))):
                lines.append(label + line if place == 0 else line.pad_left(column))
    return lines
