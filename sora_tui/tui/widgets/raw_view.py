"""A long text of many lines, folded to the width. Only what is on screen is drawn."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

_HANGING = 2


class RawView(ScrollView, can_focus=True):
    """Lines that scroll. What is too long goes on below, moved to the right a little further than its line."""

    # The scrollbar is always there: one that comes with the text would narrow the lines after they were folded.
    DEFAULT_CSS = """
    RawView { overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1; }
    """

    def __init__(self, lines: Sequence[Content], *, id: str | None = None) -> None:
        """Make a view.

        Args:
            lines: clean text without line breaks.
            id: as of any widget.
        """
        super().__init__(id=id)
        self._lines = list(lines)
        self._folded: list[Content] = []

    @property
    def text(self) -> str:
        """Everything it shows, unfolded."""
        return "\n".join(line.plain for line in self._lines)

    def on_resize(self, _event: events.Resize) -> None:
        """Fold to the new width."""
        width = self.scrollable_content_region.width
        self._folded = [part for line in self._lines for part in _fold(line, width)]
        self.virtual_size = Size(width, len(self._folded))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line of the screen."""
        width = self.scrollable_content_region.width
        place = y + self.scroll_offset.y
        if not self._folded[place : place + 1] or not self._folded[place]:
            return Strip.blank(width, self.visual_style.rich_style)
        return Visual.to_strips(self, self._folded[place], width, 1, self.visual_style)[0]


def _fold(line: Content, width: int) -> list[Content]:
    if line.cell_length <= width or width < 8:
        return [line]
    indent = min(len(line.plain) - len(line.plain.lstrip(" ")) + _HANGING, width // 2)
    first, *rest = line.fold(width)
    # The rest is folded anew: it has less room than the first.
    left = line[len(first) :]
    return [first, *(part.pad_left(indent) for part in left.fold(width - indent))] if rest else [first]
