"""A warning below the editor, on lines that are there only while there is one."""

from __future__ import annotations

from textual.widgets import Static

from sora_tui.tui.text import outside


class WarningLine(Static):
    """`▲ A prompt like this was refused on 24 Nov: both say “blood”.`, in at most three lines."""

    DEFAULT_CSS = """
    WarningLine {
        display: none;
        height: auto;
        max-height: 3;
        padding: 0 1;
        color: $text-warning;
    }
    """

    _words = ""

    def show(self, words: str) -> None:
        """Show these words, which may come from outside; with none, the line goes."""
        # This is said after every rest in typing: laying the screen out for words that stand there would be felt.
        if words != self._words:
            self._words = words
            self.display = bool(words)
            self.update(outside(words, multiline=False))
