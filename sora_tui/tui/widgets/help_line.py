"""What the focused field is about and takes, in the one or two quiet lines there are for it."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from sora_tui.kie.fields import Field
from sora_tui.tui.field_words import help_for
from sora_tui.tui.text import outside

WALKING = "Up and down walk the settings, left and right change one."


class HelpLine(Widget):
    """Help for one field; how to get about while none has the focus."""

    DEFAULT_CSS = """
    HelpLine { height: 2; width: 1fr; color: $text-muted; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._field: Field | None = None

    def show(self, field: Field | None) -> None:
        """Show the help of a field, or of none."""
        if field is not self._field:
            self._field = field
            self.refresh()

    def render(self) -> Content:
        """As much as there is room for; the limits before the description."""
        width, height = self.size
        slack = width // 6 if height > 1 else 0  # what breaking between words costs
        room = max(1, width * height - slack)
        return outside(help_for(self._field, room) if self._field else WALKING, multiline=False, limit=room)
