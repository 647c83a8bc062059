"""What was spent: today, this month and in flight, day by day, and by model, tag, thread and batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalGroup, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static

from sora_tui.studio.breakdown import Entry, unknown_words
from sora_tui.studio.caps import Caps
from sora_tui.studio.costs import Bill, By, Day
from sora_tui.studio.errors import StudioError
from sora_tui.studio.events import BalanceChanged, Event, TaskChanged
from sora_tui.studio.ledger import Overview
from sora_tui.tui.act import Act
from sora_tui.tui.cost_words import Account, account_lines, bill_words, kept_words
from sora_tui.tui.explanations import explain_screen
from sora_tui.tui.format import clock, credits
from sora_tui.tui.text import outside
from sora_tui.tui.theme import MUTED
from sora_tui.tui.widgets.aligned import Aligned
from sora_tui.tui.widgets.choices import ChoiceLine
from sora_tui.tui.widgets.control import ValueChanged
from sora_tui.tui.widgets.day_plot import DayPlot
from sora_tui.tui.widgets.entry_list import EntryList
from sora_tui.tui.widgets.status_bar import KeyLine

if TYPE_CHECKING:
    from textual.timer import Timer

    from sora_tui.studio.studio import Studio

DAYS = 30
"""Days that are drawn."""
MOST_ENTRIES = 500
"""Parts that are listed; more than anybody reads, the dearest first."""
LATE_S = 0.3
"""Seconds after which it is said what is awaited."""
REST_S = 1.0
"""Seconds between two readings while tasks change: summing up a store of years takes longer than one change."""


class Since(Enum):
    """From when on the parts are summed up."""

    TODAY = "today"
    WEEK = "7 days"
    MONTH = "this month"
    EVER = "ever"

    def first_day(self, today: date) -> date | None:
        """The first day of it; None for no beginning."""
        match self:
            case Since.TODAY:
                return today
            case Since.WEEK:
                return today - timedelta(days=6)
            case Since.MONTH:
                return today.replace(day=1)
        return None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was read for one look.

    Attributes:
        overview: how the account stands.
        days: the last ones, oldest first.
        entries: the dearest parts.
        total: all that the parts are parts of.
    """

    overview: Overview
    days: list[Day]
    entries: list[Entry]
    total: Bill


KEYS = (
    Act("show", "Show tasks", "Show the tasks of the selected part in the table", "", ("enter",), rank=0),
    Act("by", "By", "By model, tag, thread or batch", "", ("right",), rank=1),
    Act("since", "Since", "Today, 7 days, this month or ever", "", ("s",), rank=2),
    Act("help", "Help", "Help for this screen", "", ("f1",), rank=3),
    Act("save", "Save CSV", "Save the tasks of this time with their costs, for a spreadsheet", "", ("w",), rank=4),
    Act("back", "Back", "Back", "", ("escape",), rank=5),
)
_TITLES = {By.MODEL: "Model", By.TAG: "Tag", By.THREAD: "Thread", By.BATCH: "Batch"}


class CostsScreen(ModalScreen[str | None]):
    """Answers with a filter for the task table where the user wants to see the tasks of a part, else with None.

    Args:
        studio: has the bills.
    """

    help_title = "The costs"
    help_text = (
        "Credits are those the service said it took; until it has said so, the price when it was sent. A failed task "
        "costs nothing unless the service charged it: then it is counted apart. In flight is what has not ended, an "
        "unconfirmed send included. Whatever nobody has named a price for is in no sum, and is said.\n\n"
        "A keeper is a task with a star, or with a rating of 4 or 5: what one costs tells which prompts and models "
        "are worth their credits.\n\n"
        "cap_task, cap_batch and cap_day in the config file end a day's spending before it ends you; warn_below "
        "tells when the balance gets low."
    )
    CSS_PATH = "costs.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (90, "-wide")]
    AUTO_FOCUS = "#entries"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "show", "Show the tasks of the selected part in the table", show=False),
        Binding("left", "by(-1)", "By model, tag, thread or batch", show=False),
        Binding("right", "by(1)", "By model, tag, thread or batch", show=False),
        Binding("s", "since(1)", "Today, 7 days, this month or ever; S turns back", show=False),
        Binding("S", "since(-1)", "Today, 7 days, this month or ever; S turns back", show=False),
        Binding("w", "save", "Save the tasks of this time with their costs, for a spreadsheet", show=False),
        Binding("escape,f8,q", "back", "Back", show=False),
        Binding("f1", "help", "Help for this screen", show=False),
    ]

    by = getters.query_one("#by", ChoiceLine)
    since = getters.query_one("#since", ChoiceLine)
    parts = getters.query_one(EntryList)

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._sheet: Sheet | None = None
        self._is_reading = self._is_old = False
        self._answer = ("", False)
        self._rest: Timer | None = None
        self._stop_listening: Callable[[], None] | None = None

    def compose(self) -> ComposeResult:
        """How the account stands beside the last days, below them the parts, and the keys."""
        with Horizontal(id="now"):
            with VerticalScroll(id="account") as account:
                account.border_title = "Costs in credits"
                yield Aligned(id="sums")
            with VerticalGroup(id="plots"):
                yield DayPlot("Spent a day", credits, id="spend")
                yield DayPlot("Time a video takes", lambda seconds: clock(seconds * 1000), id="length")
        with Horizontal(id="wish"):
            yield ChoiceLine([(by, by.value) for by in By], title="By", id="by")
            yield ChoiceLine([(since, since.value) for since in Since], title="Since", id="since")
        with VerticalGroup(id="parts"):
            yield EntryList()
        yield Static(id="word")
        yield KeyLine()

    def on_mount(self) -> None:
        """Read, and read again when something was spent."""
        self.query_one(KeyLine).acts = KEYS
        self.since.pick(Since.MONTH)
        self._stop_listening = self._studio.subscribe(self._heard)
        self._read()

    def on_unmount(self) -> None:
        """Listen no more."""
        if self._stop_listening is not None:
            self._stop_listening()

    # Reading

    def _heard(self, event: Event) -> None:
        if isinstance(event, TaskChanged):
            self._is_old = True
            if self._rest is None and not self._is_reading:
                self._rest = self.set_timer(REST_S, self._read)
        elif isinstance(event, BalanceChanged):
            self._show()

    def _read(self) -> None:
        self._rest = None
        self.run_worker(self._read_sheet(), group="reading", exclusive=True)

    async def _read_sheet(self) -> None:
        costs, by, since = self._studio.costs, self.by.value, self.since.value
        span = costs.span(since.first_day(costs.today))
        self._is_reading, self._is_old = True, False
        late = self.set_timer(LATE_S, partial(self._show_word, "Adding up what was spent…"))
        try:
            overview, days = await costs.overview(), await costs.days(DAYS)
            entries = await costs.breakdown(span, by, MOST_ENTRIES)
            self._sheet = Sheet(overview, days, entries, await costs.bill(span))
        except StudioError as error:
            self._say(str(error), is_wrong=True)
            return
        finally:
            late.stop()
            self._is_reading = False
        self._show()
        self._show_word()
        if self._is_old and self._rest is None:
            self._rest = self.set_timer(REST_S, self._read)

    # Showing

    def _show(self) -> None:
        sheet = self._sheet
        if sheet is None:
            return
        settings = self._studio.settings
        account = Account(sheet.overview, self._studio.balance, Caps.of(settings), settings.warn_below)
        self.query_one("#sums", Aligned).show_lines(account_lines(account))
        self._show_plots(sheet.days)
        by, since = self.by.value, self.since.value
        self.parts.show_entries(_TITLES[by], sheet.entries, _empty(since))
        frame = self.query_one("#parts")
        frame.border_title = Content.assemble(f"By {by.value} · {since.value} · ", bill_words(sheet.total))
        self._show_kept()

    def _show_kept(self) -> None:
        """What the part under the cursor was worth, at the foot of the list."""
        if self._sheet is None:
            return
        entries, at = self._sheet.entries, self.parts.at
        words = [kept_words(entries[at].bill, wide=self.has_class("-wide"))] if at is not None and entries else []
        words += [f"the {MOST_ENTRIES:,} dearest"] if len(entries) == MOST_ENTRIES else []
        self.query_one("#parts").border_subtitle = " · ".join(words)

    def _show_plots(self, days: list[Day]) -> None:
        dates = [day.day for day in days]
        self.query_one("#spend", DayPlot).show_days(dates, [day.bill.charged + day.bill.in_flight for day in days])
        self.query_one("#length", DayPlot).show_days(dates, [day.median_s for day in days])

    def _say(self, sentence: str, *, is_wrong: bool = False) -> None:
        """Answer the user, until he asks for something else."""
        self._answer = (sentence, is_wrong)
        self._show_word()

    def _show_word(self, awaited: str = "") -> None:
        """The line below: what is awaited, or the last answer, or else what the sums lack."""
        sentence, is_wrong = (awaited, False) if awaited else self._answer
        if not sentence and self._sheet is not None:
            sentence = unknown_words(self._sheet.total)
            is_wrong = bool(sentence)
        word = self.query_one("#word", Static)
        word.set_class(is_wrong, "-wrong")
        word.update(outside(sentence, multiline=False))

    # What the user does

    @on(ValueChanged)
    def _asked_otherwise(self, event: ValueChanged) -> None:
        event.stop()
        self._say("")
        self._read()

    @on(EntryList.Chosen)
    def _chosen(self, event: EntryList.Chosen) -> None:
        event.stop()
        if filter := filter_for(event.entry, self.by.value, self.since.value.first_day(self._studio.costs.today)):
            self.dismiss(filter)
        else:
            self._say("These have nothing in common that a filter could find them by.")

    @on(OptionList.OptionHighlighted)
    def _looked_at(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._show_kept()

    async def action_act(self, act_id: str) -> None:
        """What was clicked in the key line."""
        await self.run_action(f"{act_id}(1)" if act_id in ("by", "since") else act_id)

    def action_by(self, step: int) -> None:
        """Take the bill apart by something else."""
        self.by.action_step(step)

    def action_since(self, step: int) -> None:
        """Sum up another time."""
        self.since.action_step(step)

    def action_show(self) -> None:
        """Show the tasks of the part under the cursor."""
        self.parts.choose()

    def action_back(self) -> None:
        """Leave."""
        self.dismiss(None)

    async def action_save(self) -> None:
        """Write the tasks of this time and their costs to a file."""
        costs = self._studio.costs
        try:
            path = await self._studio.save_costs(costs.span(self.since.value.first_day(costs.today)))
        except StudioError as error:
            self._say(str(error), is_wrong=True)
        else:
            self._say(f"The costs are in {path}")

    def action_help(self) -> None:
        """Explain this screen."""
        explain_screen(self)


def filter_for(entry: Entry, by: By, first: date | None) -> str:
    """What finds the tasks of a part in the task table; empty where nothing does.

    Args:
        entry: the part.
        by: what the bill was taken apart by.
        first: the first day of the time; None for all of it.
    """
    if by is By.TAG:
        word = f'tag:"{entry.key}"' if entry.key else "tag:none"
    elif entry.key:
        word = f'{by.value}:"{entry.key}"'
    else:
        return ""
    return word if first is None else f"{word} after:{first.isoformat()}"


def _empty(since: Since) -> Content:
    if since is Since.EVER:
        title, lesson = "Nothing was spent yet", "What you send is added up here by model, tag, thread and batch."
    else:
        title, lesson = f"Nothing was sent {_in_words(since)}", "s shows a longer time."
    return Content.assemble((title, "bold"), "\n", (lesson, MUTED))


def _in_words(since: Since) -> str:
    return "in the last 7 days" if since is Since.WEEK else since.value
