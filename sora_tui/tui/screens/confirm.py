"""A question before something that costs money or can't be taken back; and one that asks for a line of text.

The answer that costs nothing has the focus, so that a key held down never pays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalGroup, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Static
from textual.widgets.button import ButtonVariant

from sora_tui.tui.text import outside
from sora_tui.tui.widgets.aligned import Aligned, Line


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    Attributes:
        title: at the top, a question of a few words.
        text: why it is asked, in a sentence or two.
        quotes: words from outside it is about: prompts, at most a few lines of each are shown.
        facts: (name, value) lines below, such as the price and the balance.
        yes: what the button that does it says.
        no: what the button that does not says.
        warning: whether doing it can hurt.
    """

    title: str
    text: str
    quotes: Sequence[str] = ()
    facts: Sequence[tuple[str, str]] = ()
    yes: str = "Send"
    no: str = "Not now"
    warning: bool = False


QUOTES_SHOWN = 50
"""More than anybody reads before he answers; each is a widget of its own."""


class ConfirmScreen(ModalScreen[bool]):
    """Answers True only when the user said yes."""

    CSS_PATH = ["confirm.tcss", "buttons.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", show=False),
        Binding("n,escape", "answer(False)", "No", show=False),
        Binding("left", "app.focus_previous", "Other answer", show=False),
        Binding("right", "app.focus_next", "Other answer", show=False),
    ]

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question

    def compose(self) -> ComposeResult:
        """The question, what it is about, and two buttons."""
        question = self.question
        with VerticalGroup(id="dialog", classes="-warning" if question.warning else "") as dialog:
            dialog.border_title = question.title
            yield Static(outside(question.text), id="why")
            if question.quotes:
                with VerticalScroll(id="quotes", can_focus=False):
                    for quote in question.quotes[:QUOTES_SHOWN]:
                        yield Static(outside(quote, limit=600), classes="quote")
                    if more := len(question.quotes[QUOTES_SHOWN:]):
                        yield Static(Content(f"and {more:,} more"))
            if question.facts:
                facts = Aligned(id="facts")
                facts.show_lines([Line(outside(value, multiline=False), name) for name, value in question.facts])
                yield facts
            with HorizontalGroup(id="answers"):
                variant: ButtonVariant = "warning" if question.warning else "primary"
                yield Button(label(question.yes, "y"), id="yes", variant=variant, compact=True)
                yield Button(label(question.no, "esc"), id="no", compact=True)

    def on_mount(self) -> None:
        """Put the focus where enter costs nothing."""
        self.query_one("#no").focus()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        """Leave with this answer."""
        self.dismiss(yes)


class AskScreen(ModalScreen[str | None]):
    """Asks for one line of text; answers None when the user thought better of it."""

    CSS_PATH = ["confirm.tcss", "buttons.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Not now", show=False)]

    def __init__(
        self, title: str, text: str, *, value: str = "", hint: str = "", yes: str = "Take it", hidden: bool = False
    ) -> None:
        """Make a question.

        Args:
            title: above it.
            text: what is asked, and why.
            value: what the line says at first; where there is something, an empty line is an answer too.
            hint: stands in the empty line.
            yes: the words of the button that goes on.
            hidden: whether dots stand for what is typed.
        """
        super().__init__()
        self._title, self._text, self._hint, self._yes, self._hidden = title, text, hint, yes, hidden
        self._value = value

    def compose(self) -> ComposeResult:
        """The question, the line, and two buttons."""
        with VerticalGroup(id="dialog") as dialog:
            dialog.border_title = self._title
            yield Static(Content(self._text), id="why")
            yield WholePaste(
                self._value, placeholder=self._hint, password=self._hidden, select_on_focus=False, id="line"
            )
            with HorizontalGroup(id="answers"):
                yield Button(label(self._yes, "enter"), id="yes", variant="primary", compact=True)
                yield Button(label("Not now", "esc"), id="no", compact=True)

    @on(Button.Pressed, "#no")
    def _no(self) -> None:
        self.dismiss(None)

    @on(Button.Pressed, "#yes")
    @on(Input.Submitted)
    def _yes_said(self) -> None:
        line = self.query_one("#line", Input).value.strip()
        if line or self._value:
            self.dismiss(line)


class WholePaste(Input):
    """A line that takes a paste of several lines as one; Textual's own takes the first of them."""

    def _on_paste(self, event: events.Paste) -> None:
        event.text = " ".join(event.text.splitlines())  # and then Textual's own handler


class WaitScreen(ModalScreen[None]):
    """Says what is awaited while the program can't go on. Nothing to press; whoever shows it takes it away."""

    CSS_PATH = ["confirm.tcss", "buttons.tcss"]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title, self._text = title, text

    def compose(self) -> ComposeResult:
        """One sentence."""
        with VerticalGroup(id="dialog") as dialog:
            dialog.border_title = self._title
            yield Label(Content(self._text), id="why")

    def say(self, text: str) -> None:
        """Change the sentence."""
        self.query_one("#why", Label).update(Content(text))


def label(words: str, key: str) -> Content:
    """What stands on a button, with the key that does the same."""
    return Content.assemble(words, "  ", (key, "not bold"))
