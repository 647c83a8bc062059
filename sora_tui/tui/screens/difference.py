"""What changed from one wording to another, word by word, and the settings that differ too."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from sora_tui.tui.comparing import Side, comparison


class DifferenceScreen(ModalScreen[None]):
    """One scrolling text.

    Args:
        title: above it.
        before: the earlier wording, or the one that fared worse.
        after: the later one.
    """

    CSS_PATH = "difference.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,equals_sign,W", "dismiss(None)", "Close", show=False),
        Binding("x", "swap", "The other way round", show=False),
    ]

    def __init__(self, title: str, before: Side, after: Side) -> None:
        super().__init__()
        self._title, self._before, self._after = title, before, after

    def compose(self) -> ComposeResult:
        """The difference."""
        with VerticalScroll(id="dialog") as dialog:
            dialog.border_title = self._title
            dialog.border_subtitle = "x the other way round · esc closes"
            yield Static(comparison(self._before, self._after), id="difference")

    def on_mount(self) -> None:
        """Let the arrows scroll at once."""
        self.query_one("#dialog").focus()

    def action_swap(self) -> None:
        """Show what leads from the later one to the earlier."""
        self._before, self._after = self._after, self._before
        self.query_one("#difference", Static).update(comparison(self._before, self._after))
