"""A batch before it is paid for: every task with its price, to be edited, left out, sent or held, all or none.

What has the focus costs nothing, and no key that opens this screen sends: one held down never pays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalGroup
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from sora_tui.studio.batches import Row, checked
from sora_tui.studio.task import Draft
from sora_tui.tui.act import Act
from sora_tui.tui.batch_words import likeness_summary, pacing_words, row_contents
from sora_tui.tui.caution import bill
from sora_tui.tui.model_words import price_figure
from sora_tui.tui.screens.explained import ExplainedScreen
from sora_tui.tui.text import outside
from sora_tui.tui.widgets.prompt_editor import PromptEditor
from sora_tui.tui.widgets.status_bar import KeyLine
from sora_tui.tui.widgets.warning_line import WarningLine

if TYPE_CHECKING:
    from sora_tui.studio.refusals import Likeness
    from sora_tui.tui.widgets.adviser import Adviser

_KEYS = (
    Act("release", "Send", "", "", ("y",), rank=0),
    Act("hold", "Send held", "", "", ("h",), rank=1),
    Act("tick", "Take out", "", "", ("space",), rank=2),
    Act("tick_all", "All or none", "", "", ("a",), rank=3),
    Act("edit", "Edit", "", "", ("enter",), rank=4),
    Act("back", "Not now", "", "", ("escape",), rank=5),
)


@dataclass(frozen=True, slots=True)
class Release:
    """What the user wants done with a batch.

    Attributes:
        drafts: to be written down together.
        is_held: whether they wait in the outbox until they are released.
    """

    drafts: tuple[Draft, ...]
    is_held: bool = False


class BatchScreen(ExplainedScreen[Release | None]):
    """Answers what is to be sent, or None.

    Args:
        rows: of the batch, those that can't be sent among them.
        adviser: checks and prices them.
        cap: says how much may still be spent, for the foot; empty where there is no cap.
        likenesses: those of the prompts that are close to a refused one.
        likeness: tells that of other prompts, which they are edited to.
    """

    help_title = "A batch"
    help_text = (
        "Every task that would be made, with its price. Nothing is sent before you say so, and then all that is ticked "
        "is written down together: a crash loses none of it and sends none twice. What is held waits in the outbox "
        "(F9) until you release it. A row with a mistake keeps all from being sent until it is put right or taken out."
    )
    KEYS = _KEYS
    CSS_PATH = ["batch.tcss", "buttons.tcss"]
    AUTO_FOCUS = "#rows"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "release", "Send what is ticked", show=False),
        Binding("h,f10", "hold", "Write it down and hold it", show=False),
        Binding("space", "tick", "Take the task out, or in", show=False),
        Binding("a", "tick_all", "Take all in, or out", show=False),
        Binding("w", "tick_right", "Take out all that can't be sent", show=False),
        Binding("enter,e", "edit", "Edit the prompt", show=False),
        Binding("escape,n", "back", "Not now: nothing is sent", show=False),
    ]
    listed = getters.query_one("#rows", OptionList)

    def __init__(
        self,
        rows: Sequence[Row],
        adviser: Adviser,
        *,
        cap: str = "",
        likenesses: Mapping[str, Likeness] = MappingProxyType({}),
        likeness: Callable[[Sequence[str]], Likeness | None] = lambda prompts: None,
    ) -> None:
        super().__init__()
        self._likenesses = dict(likenesses)
        self._likeness = likeness
        self._rows = [*rows]
        self._ticked = [True] * len(rows)
        self._adviser = adviser
        self._cap = cap

    def compose(self) -> ComposeResult:
        """The rows, what is wrong, the sum, and the ways out."""
        with VerticalGroup(id="dialog") as dialog:
            dialog.border_title = f"A batch of {len(self._rows):,}"
            yield OptionList(id="rows", compact=True)
            yield Static(id="wrong")
            yield WarningLine(id="alike")
            yield Static(id="sum")
            yield Static(id="pace")
            with HorizontalGroup(id="answers"):
                yield Button("Send", id="yes", variant="primary", compact=True)
                yield Button(Content.assemble("Hold  ", ("h", "not bold")), id="held", compact=True)
                yield Button(Content.assemble("Not now  ", ("esc", "not bold")), id="no", compact=True)
            yield KeyLine()

    def on_mount(self) -> None:
        """Show the rows."""
        self._show()
        self.listed.highlighted = next((at for at, row in enumerate(self._rows) if row.problem), 0)

    # What is there

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows as they were edited."""
        return tuple(self._rows)

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """Those that are ticked."""
        return tuple(row.draft for row, tick in zip(self._rows, self._ticked, strict=True) if tick)

    @property
    def _wrong(self) -> list[int]:
        return [at for at, row in enumerate(self._rows) if self._ticked[at] and row.problem]

    def _show(self) -> None:
        at = self.listed.highlighted
        prices = [price_figure(self._adviser.quote(row.draft)) for row in self._rows]
        contents = row_contents(self._rows, self._ticked, prices, self._likenesses)
        if self.listed.option_count == len(contents):
            for index, content in enumerate(contents):
                self.listed.replace_option_prompt_at_index(index, content)
        else:
            self.listed.clear_options().add_options([Option(content) for content in contents])
        self.listed.highlighted = at
        self._show_sum()

    def _show_sum(self) -> None:
        drafts, wrong = self.drafts, self._wrong
        cost = bill(drafts, self._adviser.quote, self._adviser.balance)
        balance = f" · balance {cost.balance_words}" if cost.balance_words else ""
        self.query_one("#sum", Static).update(
            Content.assemble((f"{len(drafts):,} of {len(self._rows):,} tasks · {cost.words}", "bold"), balance)
        )
        self.query_one("#sum").set_class(cost.short or cost.may_be_short, "-short")
        pace = " · ".join(words for words in (pacing_words(len(drafts)), self._cap) if words)
        self.query_one("#pace", Static).update(pace)
        self.query_one("#pace").display = bool(pace)
        line = self.query_one("#wrong", Static)
        line.display = bool(wrong)
        if wrong:
            words = "1 of them can't be sent" if len(wrong) == 1 else f"{len(wrong):,} of them can't be sent"
            first = self._rows[wrong[0]]
            where = f"Line {first.line}" if first.line else f"Task {wrong[0] + 1}"
            problem = first.problem if first.problem.startswith("Line ") else f"{where}: {first.problem}"
            line.update(outside(f"{words}. {problem} w takes all of them out.", multiline=False))
        alike = dict.fromkeys(draft.prompt for draft in drafts if draft.prompt in self._likenesses)
        self.query_one(WarningLine).show(likeness_summary([self._likenesses[prompt] for prompt in alike]))
        label = Content.assemble(f"Send {len(drafts):,}  ", ("y", "not bold"))
        for button in ("#yes", "#held"):
            self.query_one(button, Button).disabled = bool(wrong) or not drafts
        self.query_one("#yes", Button).label = label

    # What can be done

    def action_release(self) -> None:
        """Send what is ticked, unless something of it is wrong."""
        self._answer(is_held=False)

    def action_hold(self) -> None:
        """Write it down, to be released later."""
        self._answer(is_held=True)

    def action_back(self) -> None:
        """Send nothing."""
        self.dismiss(None)

    def action_tick(self) -> None:
        """Take the row out, or in again."""
        at = self.listed.highlighted
        if at is not None:
            self._ticked[at] = not self._ticked[at]
            self._show()
            self.listed.highlighted = min(at + 1, len(self._rows) - 1)

    def action_tick_all(self) -> None:
        """Take all in; where all are, take all out."""
        self._ticked = [not all(self._ticked)] * len(self._rows)
        self._show()

    def action_tick_right(self) -> None:
        """Take out all that can't be sent."""
        for at in self._wrong:
            self._ticked[at] = False
        self._show()

    def action_edit(self) -> None:
        """Change the prompt of the row."""
        at = self.listed.highlighted
        if at is None:
            return

        def edited(prompt: str | None) -> None:
            if prompt is not None:
                if (like := self._likeness([prompt])) is not None:
                    self._likenesses[prompt] = like
                row = self._rows[at]
                draft = replace(row.draft, prompt=prompt)
                self._rows[at] = checked(replace(row, draft=draft, problem=""), self._adviser.check)
                self._show()

        self.app.push_screen(EditPromptScreen(self._rows[at].draft.prompt), edited)

    @on(OptionList.OptionSelected)
    def _row_chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_edit()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        ways: dict[str | None, Callable[[], None]] = {"yes": self.action_release, "held": self.action_hold}
        ways.get(event.button.id, self.action_back)()

    def _answer(self, *, is_held: bool) -> None:
        if not self._wrong and self.drafts:
            self.dismiss(Release(self.drafts, is_held))


class EditPromptScreen(ModalScreen[str | None]):
    """One prompt to change, as it will be sent; answers the text, or None."""

    CSS_PATH = ["batch.tcss", "buttons.tcss"]
    AUTO_FOCUS = "#one-prompt"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f5", "take", "Take it", show=False),
        Binding("escape", "back", "Leave it", show=False),
    ]

    def __init__(self, prompt: str) -> None:
        super().__init__()
        self._prompt = prompt

    def compose(self) -> ComposeResult:
        """The text and two buttons."""
        with VerticalGroup(id="dialog") as dialog:
            dialog.border_title = "Edit the prompt"
            yield PromptEditor(self._prompt, id="one-prompt")
            with HorizontalGroup(id="answers"):
                take = Content.assemble("Take it  ", ("ctrl+s", "not bold"))
                yield Button(take, id="yes", variant="primary", compact=True)
                yield Button(Content.assemble("Leave it  ", ("esc", "not bold")), id="no", compact=True)

    def action_take(self) -> None:
        """Answer with the text."""
        self.dismiss(self.query_one(PromptEditor).text)

    def action_back(self) -> None:
        """Leave the prompt as it was."""
        self.dismiss(None)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "yes":
            self.action_take()
        else:
            self.action_back()
