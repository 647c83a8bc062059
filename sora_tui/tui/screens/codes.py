"""Every response code of the service, to be read at leisure and without a connection."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from sora_tui.kie.codes import Meaning, known_codes
from sora_tui.tui.widgets.aligned import Aligned, Line


class CodesScreen(ModalScreen[None]):
    """One scrolling column, an entry per code."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,enter", "dismiss(None)", "Close", show=False)]

    def compose(self) -> ComposeResult:
        """The codes in order."""
        with VerticalScroll(id="dialog") as dialog:
            dialog.border_title = "Response codes"
            dialog.border_subtitle = "esc closes"
            for meaning in known_codes():
                entry = Aligned(classes="code")
                entry.show_lines(_entry(meaning))
                yield entry

    def on_mount(self) -> None:
        """Let the arrows scroll at once."""
        self.query_one("#dialog").focus()


def _entry(meaning: Meaning) -> list[Line]:
    head = Content.assemble((f"{meaning.code} {meaning.name}", "bold $text-accent"), (f"  {meaning.title}", "bold"))
    return [
        Line(head),
        Line(Content(meaning.explanation)),
        Line(Content(meaning.charged_text), "Charged"),
        Line(Content(meaning.resend_text), "Send again"),
        Line(Content(meaning.next_step), "What next"),
    ]
