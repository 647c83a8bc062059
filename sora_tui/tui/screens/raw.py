"""The service's answer as it came: laid out where it is JSON, literally where it is not."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from sora_tui.tui.text import outside

SHOWN = 200_000
"""Characters of an answer that are shown; the whole of it can be copied."""


class RawScreen(ModalScreen[None]):
    """One scrolling column.

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
        with VerticalScroll(id="dialog") as dialog:
            dialog.border_title = self._title
            dialog.border_subtitle = "c copies · esc closes"
            yield Static(outside(laid_out(self._raw), limit=SHOWN), id="raw")

    def on_mount(self) -> None:
        """Let the arrows scroll at once."""
        self.query_one("#dialog").focus()

    async def action_copy(self) -> None:
        """Put the answer on the clipboard, byte for byte."""
        from sora_tui.desktop.clipboard import copy

        result = await copy(self._raw, self.app.copy_to_clipboard)
        self.app.notify(f"The answer {result.sentence}", markup=False)


def laid_out(raw: str) -> str:
    """JSON indented, with the JSON inside its strings (`param`, `resultJson`) opened; anything else as it is."""
    try:
        return json.dumps(_opened(json.loads(raw)), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return raw


def _opened(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _opened(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_opened(inner) for inner in value]
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return _opened(json.loads(value))
        except ValueError:
            return value
    return value
