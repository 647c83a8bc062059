"""The service's answer as it came: laid out and coloured where it is JSON, literally where it is not."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from sora_tui.tui.raw_json import Kind, Laid, is_json_like, lay_out, opened
from sora_tui.tui.text import clean
from sora_tui.tui.theme import MUTED
from sora_tui.tui.widgets.raw_view import RawView

SHOWN = 200_000
"""Characters of an answer that are shown; the whole of it can be copied."""
_STYLES = {
    Kind.KEY: "$text-primary",
    Kind.STRING: "$text-success",
    Kind.NUMBER: "$text-warning",
    Kind.WORD: "$text-accent",
    Kind.MARK: MUTED,
    Kind.PLAIN: "",
}


class RawScreen(ModalScreen[None]):
    """One scrolling text. What was JSON inside a string (`param`, `resultJson`) stands below once more, opened.

    Args:
        title: above it.
        raw: the answer.
    """

    CSS_PATH = "raw.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,j,q", "dismiss(None)", "Close", show=False),
        Binding("c", "copy", "Copy", show=False),
    ]

    def __init__(self, title: str, raw: str) -> None:
        super().__init__()
        self._title, self._raw = title, raw

    def compose(self) -> ComposeResult:
        """The answer."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(clean(self._title, multiline=False, limit=80))
            dialog.border_subtitle = "c copies · esc closes"
            yield RawView(raw_lines(self._raw), id="raw")

    def on_mount(self) -> None:
        """Let the arrows scroll at once."""
        self.query_one(RawView).focus()

    async def action_copy(self) -> None:
        """Put the answer on the clipboard, byte for byte."""
        from sora_tui.desktop.clipboard import copy

        result = await copy(self._raw, self.app.copy_to_clipboard)
        self.app.notify(f"The answer {result.sentence}", markup=False)


def raw_lines(raw: str) -> list[Content]:
    """An answer as clean lines: JSON laid out, with what was hidden in its strings below; anything else as it is."""
    if not raw:
        return [Content.styled("The answer was empty.", MUTED)]
    shown = raw[:SHOWN]
    lines: list[Content] = []
    if is_json_like(shown):
        laid = lay_out(shown)
        lines += _coloured(laid)
        for key, inner in opened(laid):
            name = clean(key, multiline=False, limit=60)
            lines += [Content(""), Content.styled(f"{name}, decoded", "bold $text-accent"), *_coloured(inner)]
    else:
        lines += [Content(line) for line in clean(shown).split("\n")]
    if len(raw) > SHOWN:
        more = f"… {len(raw) - SHOWN:,} more characters. c copies all of it."
        lines += [Content(""), Content.styled(more, MUTED)]
    return lines


def _coloured(laid: Laid) -> list[Content]:
    return [
        Content.assemble(*((clean(piece.text, multiline=False), _STYLES[piece.kind]) for piece in line))
        for line in laid.lines
    ]
