"""The lower part of the prompt pane: as high as its form wants, as far as the stylesheet lets it."""

from __future__ import annotations

from textual.containers import VerticalGroup
from textual.geometry import Size


class SettingsBox(VerticalGroup):
    """A grid of one column that asks for room for the whole form.

    Where it gets less, the row of the form gives way and the form scrolls, so that all else stays in sight. A row
    that is a fraction of what is left has no height of its own that Textual could ask for.
    """

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The lines of all that is shown in it."""
        return sum(
            child.get_content_height(Size(width, 0), viewport, width) + child.gutter.height
            for child in self.displayed_children
        )
