"""What is being uploaded and how far it is, on a line that is there only while something is."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from sora_tui.tui.text import shorten
from sora_tui.tui.theme import MUTED

STOPPING = " · escape stops it"


class UploadLine(Widget):
    """`Uploading photo.png 63 % · escape stops it`. A click stops it as well."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    UploadLine { height: 1; width: 1fr; display: none; pointer: pointer; }
    """

    @dataclass
    class Pressed(Message):
        """The user wants it to stop."""

        line: UploadLine

        @property
        def control(self) -> UploadLine:
            """The line."""
            return self.line

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._words = ""

    def show(self, words: str) -> None:
        """Show these words; with none, the line goes."""
        if words != self._words:
            self._words = words
            self.display = bool(words)
            self.refresh()

    def render(self) -> Content:
        """The words, and how to stop it where there is room."""
        width = self.size.width
        line = Content.styled(shorten(self._words, width), "$text-accent")
        return line + Content.styled(STOPPING, MUTED) if line.cell_length + len(STOPPING) <= width else line

    def on_click(self, event: events.Click) -> None:
        """Stop it."""
        event.stop()
        self.post_message(self.Pressed(self))
