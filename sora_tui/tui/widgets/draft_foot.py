"""Below the settings of a draft: what else is gone through, what is wrong, what it costs, and the button that sends."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalGroup
from textual.content import Content
from textual.widgets import Button, Static

from sora_tui.kie.fields import Field
from sora_tui.tui.caution import Bill
from sora_tui.tui.text import outside
from sora_tui.tui.widgets.help_line import HelpLine
from sora_tui.tui.widgets.price_line import PriceLine
from sora_tui.tui.widgets.upload_line import UploadLine
from sora_tui.tui.widgets.vary_line import VaryLine


class DraftFoot(VerticalGroup):
    """Shows what it is told; decides nothing.

    Args:
        vary: the settings to go through at first.
    """

    def __init__(self, vary: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._vary = vary

    def compose(self) -> ComposeResult:
        """One line below the other."""
        yield VaryLine(self._vary, id="vary")
        yield Static(id="trouble")
        yield UploadLine(id="upload")
        yield HelpLine(id="help")
        yield PriceLine(id="price")
        yield Button(Content.assemble("Send  ", ("ctrl+s", "not bold")), id="send", variant="primary", compact=True)

    def show_trouble(self, words: str, *, wrong: bool) -> None:
        """Say what no single field is to blame for; empty for nothing.

        Args:
            words: a sentence.
            wrong: whether it is a mistake; otherwise it is something to wait for.
        """
        line = self.query_one("#trouble", Static)
        if str(line.content) != words or line.has_class("-wrong") != wrong:
            line.set_class(wrong, "-wrong")
            line.display = bool(words)
            line.update(outside(words, multiline=False))

    def show_price(self, cost: Bill, *, valid: bool) -> None:
        """Show what it costs; `valid` as in `PriceLine`."""
        self.query_one(PriceLine).show(cost, valid=valid)

    def show_help(self, field: Field | None) -> None:
        """Show the help of a field, or of none."""
        self.query_one(HelpLine).show(field)

    def show_uploading(self, words: str) -> None:
        """Say what is being uploaded, `Uploading photo.png 63 %`; empty for nothing any more."""
        self.query_one(UploadLine).show(words)

    @property
    def is_uploading(self) -> bool:
        """Whether it says that something is being uploaded."""
        return self.query_one(UploadLine).display

    def allow_sending(self, *, allowed: bool) -> None:
        """Whether the button can be pressed."""
        self.query_one("#send", Button).disabled = not allowed
