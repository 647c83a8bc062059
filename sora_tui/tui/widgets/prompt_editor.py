"""Where the prompt is written: a text area that takes in clean text only, and counts.

It never alters what was typed; what comes from outside (a paste, a stored prompt) is cleaned on its way in,
because a text area shows its text to the terminal as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import TextArea

from sora_tui.tui.paste import clean_paste

PASTE_LIMIT = 20_000
"""Characters taken from one paste: twice the longest prompt, so that a wrong clipboard can't stall the editor."""

PLACEHOLDER = (
    "Describe the video: what is seen, how it moves, the light, the lens.\n"
    "\n"
    "A paper boat drifts down a gutter in the rain, macro lens, dusk."
)


class PromptEditor(TextArea):
    """The prompt. Tab leaves it; ctrl+z undoes a loaded prompt as well as typing."""

    help_title = "The prompt"
    help_text = (
        "Write what the video shows. The text stays after sending, because the next act is the next wording. "
        "The parameters are below, with the price of one video. What you write is kept if the program ends."
    )

    @dataclass
    class Trimmed(Message):
        """A paste was longer than the editor takes, and was cut."""

        editor: PromptEditor
        kept: int
        offered: int

        @property
        def control(self) -> PromptEditor:
            """The editor."""
            return self.editor

    def __init__(self, text: str = "", *, id: str | None = None) -> None:
        super().__init__(
            clean_paste(text),
            id=id,
            soft_wrap=True,
            tab_behavior="focus",
            show_line_numbers=False,
            highlight_cursor_line=False,
            placeholder=Content(PLACEHOLDER),
            compact=True,
        )

    def put(self, text: str, *, select: bool = False) -> None:
        """Put `text` in place of everything, as one step that ctrl+z takes back."""
        self.replace(clean_paste(text), self.document.start, self.document.end)
        if select:
            self.select_all()
        else:
            self.move_cursor(self.document.end)

    async def on_key(self, event: events.Key) -> None:
        """Do what a key of the screen means before the characters that were typed after it.

        Left to bubble up, ctrl+n would come late and take away what was written since, ctrl+s send it as well.
        """
        if event.is_printable:
            return
        active = self.screen.active_bindings.get(event.key)
        if active is not None and active.enabled and active.node is self.screen:
            event.stop()
            event.prevent_default()
            await self.app.run_action(active.binding.action, self.screen)

    def on_paste(self, event: events.Paste) -> None:
        """Take a paste in, cleaned and at most `PASTE_LIMIT` characters of it."""
        event.prevent_default()
        event.stop()
        self._insert(event.text)

    def action_paste(self) -> None:
        """The same for what was copied inside the program."""
        self._insert(self.app.clipboard)

    def _insert(self, text: str) -> None:
        offered = len(text)
        if offered > PASTE_LIMIT:
            text = text[:PASTE_LIMIT]
            self.post_message(self.Trimmed(self, PASTE_LIMIT, offered))
        result = self.replace(clean_paste(text), *self.selection, maintain_selection_offset=False)
        self.move_cursor(result.end_location)
