"""What changed from one wording to another, word by word, and the settings that differ too."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup, VerticalScroll
from textual.widgets import Static

from sora_tui.tui.act import Act
from sora_tui.tui.comparing import Side, comparison
from sora_tui.tui.screens.explained import ExplainedScreen
from sora_tui.tui.widgets.status_bar import KeyLine


class DifferenceScreen(ExplainedScreen[None]):
    """One scrolling text.

    Args:
        title: above it.
        before: the earlier wording, or the one that fared worse.
        after: the later one.
    """

    help_title = "What changed"
    help_text = (
        "Two wordings as one text: [-these words-] are only in the earlier one, {+these+} only in the later. "
        "Below stand the settings that differ."
    )
    KEYS = (Act("swap", "Other way round", "", "", ("x",)), Act("back", "Back", "", "", ("escape",)))
    CSS_PATH = "difference.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "swap", "The other way round", show=False),
        Binding("up", "scroll(-1)", "Scroll", show=False),
        Binding("down", "scroll(1)", "Scroll", show=False),
        Binding("escape,q,equals_sign,W", "back", "Back", show=False),
    ]

    def __init__(self, title: str, before: Side, after: Side) -> None:
        super().__init__()
        self._title, self._before, self._after = title, before, after

    def compose(self) -> ComposeResult:
        """The difference."""
        with VerticalGroup(id="dialog") as dialog:
            dialog.border_title = self._title
            with VerticalScroll(id="both"):
                yield Static(comparison(self._before, self._after), id="difference")
            yield KeyLine()

    def on_mount(self) -> None:
        """Let the arrows scroll at once."""
        self.query_one("#both").focus()

    def action_back(self) -> None:
        """Leave."""
        self.dismiss(None)

    def action_scroll(self, by: int) -> None:
        """Scroll by a line."""
        self.query_one("#both").scroll_relative(y=by, animate=False)

    def action_swap(self) -> None:
        """Show what leads from the later one to the earlier."""
        self._before, self._after = self._after, self._before
        self.query_one("#difference", Static).update(comparison(self._before, self._after))
