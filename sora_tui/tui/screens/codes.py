"""Every response code of the service, to be read at leisure and without a connection."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from sora_tui.kie.codes import Meaning, known_codes


class CodesScreen(ModalScreen[None]):
    """One scrolling column, a paragraph per code."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,enter", "dismiss(None)", "Close", show=False)]

    def compose(self) -> ComposeResult:
        """The codes in order."""
        with VerticalScroll(id="dialog") as dialog:
            dialog.border_title = "Response codes"
            dialog.border_subtitle = "esc closes"
            for meaning in known_codes():
                yield Static(_paragraph(meaning), classes="text")

    def on_mount(self) -> None:
        """Let the arrows scroll at once."""
        self.query_one("#dialog").focus()


def _paragraph(meaning: Meaning) -> Content:
    return Content.assemble(
        (f"{meaning.code} {meaning.name}", "bold $text-accent"),
        (f"  {meaning.title}\n", "bold"),
        f"{meaning.explanation}\n",
        (f"{meaning.charged_text} {meaning.resend_text}\n", "$text-muted"),
        meaning.next_step,
    )
