"""Settings to go through, as `aspect_ratio=16:9,9:16 n_frames=10,15`: a line that is there once it is wanted."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import HorizontalGroup, VerticalGroup
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Label, Static

from sora_tui.studio.matrix import parse_matrix
from sora_tui.tui.text import outside

HINT = "size=standard,high n_frames=10,15"


class VaryLine(VerticalGroup):
    """The line, and below it what is wrong with it. Hidden while it is empty and elsewhere is typed."""

    help_title = "Vary settings"
    help_text = (
        "Names of settings with the values to go through, set apart by commas: n_frames=10,15 size=standard,high are "
        "four tasks, and each variant of the prompt is made with each of them. model=… goes through models by their "
        "ids. Quotes keep commas and blanks together. Empty the line to send one task again."
    )
    DEFAULT_CSS = """
    VaryLine {
        height: auto;
        display: none;
        &.-wanted, &:focus-within { display: block; }
        Label { color: $text-muted; margin: 0 2 0 0; }
        Input { width: 1fr; }
        #vary-wrong { color: $text-error; height: auto; max-height: 2; display: none; }
    }
    """

    @dataclass
    class Changed(Message):
        """Other settings are to be gone through."""

        line: VaryLine

        @property
        def control(self) -> VaryLine:
            """The line."""
            return self.line

    def __init__(self, text: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id, classes="-wanted" if text.strip() else None)
        self.text = text
        """What stands there."""
        self.matrix = parse_matrix(text)
        """What the line says."""

    def compose(self) -> ComposeResult:
        """Name, line, trouble."""
        with HorizontalGroup():
            yield Label("Vary")
            yield Input(self.text, placeholder=HINT, compact=True, select_on_focus=False, id="vary-input")
        yield Static(id="vary-wrong")

    def ask(self) -> None:
        """Show the line and put the cursor into it."""
        self.add_class("-wanted")
        self.query_one(Input).focus()

    def put(self, text: str) -> None:
        """Go through these settings instead; empty for none. Nothing is told: who puts them knows."""
        self.text, self.matrix = text, parse_matrix(text)
        self.query_one(Input).value = text
        self.set_class(bool(text.strip()), "-wanted")

    def complain(self, words: str) -> None:
        """Say what is wrong; empty for nothing."""
        line = self.query_one("#vary-wrong", Static)
        if str(line.content) != words:
            line.display = bool(words)
            line.update(outside(words, multiline=False) if words else Content(""))

    def on_descendant_blur(self) -> None:
        """An empty line takes no room."""
        self.set_class(bool(self.query_one(Input).value.strip()), "-wanted")

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != self.text:
            self.text, self.matrix = event.value, parse_matrix(event.value)
            self.post_message(self.Changed(self))
