"""Where the prompt is written: a text area that takes in clean text only, and counts.

It never alters what was typed; what comes from outside (a paste, a stored prompt) is cleaned on its way in,
because a text area shows its text to the terminal as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from rich.containers import Lines
from rich.text import Span, Text
from textual import events
from textual.binding import Binding, BindingType
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


@dataclass(slots=True)
class _Cut:
    """How a line was cut last: its text and styles, where it wraps, and the rows that came of it."""

    text: str = ""
    spans: Sequence[Span] = ()
    at: Sequence[int] = ()
    rows: Lines = field(default_factory=Lines)


class _Line(Text):
    """A line of the prompt that is cut where it wraps once, not once for each of its rows on the screen.

    The text area asks a paragraph for all of its rows to draw one: at 3,000 characters that alone took 13 ms a key.

    Args:
        text: the line.
        last: how the line drawn before was cut; it is this one's cut as well where the two are alike.
    """

    def __init__(self, text: str, last: _Cut) -> None:
        super().__init__(text, end="", no_wrap=True)
        self._last = last

    def divide(self, offsets: Iterable[int]) -> Lines:
        """The rows of the line."""
        last, at = self._last, list(offsets)
        if (last.text, last.spans, last.at) != (self.plain, self.spans, at):
            last.text, last.spans, last.at, last.rows = self.plain, list(self.spans), at, super().divide(at)
        return last.rows


class PromptEditor(TextArea):
    """The prompt. Tab leaves it; ctrl+z undoes a loaded prompt as well as typing."""

    help_title = "The prompt"
    help_text = (
        "Write what the video shows. The text stays after sending, because the next act is the next wording. "
        "The parameters are below, with the price of one video. What you write is kept if the program ends."
    )

    # The text area's own ctrl+e is the end of the line, which the end key is as well.
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+e", "screen.act('own_editor')", show=False)]

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

    @dataclass
    class ListPasted(Message):
        """What was pasted into the empty editor looks like a list of prompts. The editor has taken it as one text."""

        editor: PromptEditor
        prompts: list[str]

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
        self._last_cut = _Cut()

    def get_line(self, line_index: int) -> Text:
        """The line as it is drawn."""
        return _Line(self.document.get_line(line_index), self._last_cut)

    def put(self, text: str, *, select: bool = False) -> None:
        """Put `text` in place of everything, as one step that ctrl+z takes back."""
        self.replace(clean_paste(text), self.document.start, self.document.end)
        if select:
            self.select_all()
        else:
            self.move_cursor(self.document.end)

    def put_in(self, text: str) -> None:
        """Put `text` in at the cursor, in place of what is selected, as one step that ctrl+z takes back."""
        result = self.replace(clean_paste(text), *self.selection, maintain_selection_offset=False)
        self.move_cursor(result.end_location)

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
        if self.read_only:
            return
        offered, was_empty = len(text), not self.text.strip()
        if offered > PASTE_LIMIT:
            text = text[:PASTE_LIMIT]
            self.post_message(self.Trimmed(self, PASTE_LIMIT, offered))
        self.put_in(text)
        if was_empty and "\n" in text.strip():
            from sora_tui.studio.pasted_lists import looks_like_a_list

            if prompts := looks_like_a_list(clean_paste(text)):
                self.post_message(self.ListPasted(self, prompts))
