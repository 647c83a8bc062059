"""A bare Textual app that shows the words of a file as they are: the control of the hostile texts.

python -m tests.tui.bare_app FILE
"""

from __future__ import annotations

import sys
from pathlib import Path

from textual.app import App, ComposeResult
from textual.widgets import Label, Static


class Bare(App[None]):
    """The words in two widgets that everybody uses, one of which reads markup."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words

    def compose(self) -> ComposeResult:
        yield Label("ready")
        yield Static(self._words, markup=False)
        yield Static(self._words)


if __name__ == "__main__":
    Bare(Path(sys.argv[1]).read_text("utf-8")).run()
