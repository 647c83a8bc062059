"""The task table with the line in which a filter is typed. The line is there only while it says something."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.widgets import Input, Static

from sora_tui.tui.actions import Where, bindings
from sora_tui.tui.text import outside
from sora_tui.tui.widgets.cells import Forecast
from sora_tui.tui.widgets.filter_words import FILTER_HELP, FILTER_WORDS
from sora_tui.tui.widgets.row_source import RowSource
from sora_tui.tui.widgets.table_painter import DownloadOf, PictureOf
from sora_tui.tui.widgets.task_rows import Segment
from sora_tui.tui.widgets.task_table import TaskTable


class FilterLine(Input):
    """Typing narrows the table at once; enter goes to it, escape takes the filter away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "submit", "To the tasks", show=False),
        Binding("escape", "give_up", "Take the filter away", show=False),
    ]

    def action_give_up(self) -> None:
        """Show everything again."""
        self.value = ""
        self.post_message(self.Submitted(self, ""))


class FilterHint(Static):
    """While a filter is typed, what it may say; or what of it is not understood, for as long as it holds."""

    DEFAULT_CSS = """
    FilterHint {
        height: auto;
        max-height: 3;
        padding: 0 1;
        color: $text-muted;
        &.-problem { color: $text-warning; }
    }
    """

    def tell(self, problems: Sequence[str], *, typing: bool) -> None:
        """Say what is to be said now, or nothing.

        Args:
            problems: what was not understood, a sentence each.
            typing: whether the filter is being typed.
        """
        self.set_class(bool(problems), "-problem")
        self.display = typing or bool(problems)
        self.update(outside(" · ".join(problems) or FILTER_WORDS, multiline=False))


class TasksPane(VerticalGroup):
    """Tasks, newest on top."""

    help_title = "The tasks"
    help_text = (
        "Every task you ever sent, the newest on top. Arrows move, the selected one is explained in the detail pane. "
        "Columns that have no room are to the right. Acts apply to the marked tasks, seen or not.\n\n"
        f"{FILTER_HELP}"
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.WORK)]
    table = getters.query_one(TaskTable)
    line = getters.query_one(FilterLine)
    hint = getters.query_one(FilterHint)

    def __init__(
        self,
        source: RowSource,
        *,
        now: Callable[[], int],
        forecast: Forecast | None,
        download_of: DownloadOf | None = None,
        picture_of: PictureOf | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._source, self._now, self._forecast = source, now, forecast
        self._download_of, self._picture_of = download_of, picture_of
        self.border_title = "Tasks"

    def compose(self) -> ComposeResult:
        """The table; below it the filter and what there is to say about it."""
        yield TaskTable(
            source=self._source,
            now=self._now,
            forecast=self._forecast,
            download_of=self._download_of,
            picture_of=self._picture_of,
            id="table",
        )
        yield FilterLine(placeholder="words, or state:fail", compact=True, id="filter")
        yield FilterHint(id="filter-hint")

    def on_mount(self) -> None:
        """There is no filter at first."""
        self.line.display = False
        self._tell_hint()

    def on_descendant_focus(self) -> None:
        """What is typed may be a filter now, or no longer."""
        self._tell_hint()

    def on_descendant_blur(self) -> None:
        """What is typed is no filter."""
        self._tell_hint()

    def ask_filter(self) -> None:
        """Open the line."""
        self.line.display = True
        # The very next key is meant for the line: not on the next refresh, now.
        self.app.stylesheet.update(self)
        self.screen.set_focus(self.line)

    def narrow_to(self, text: str) -> None:
        """Show the tasks that a filter finds, of all tabs."""
        self.table.select(Segment.ALL)
        self.line.display = True
        self.line.value = text

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        self.table.filter(event.value)
        self._tell_hint()

    @on(Input.Submitted)
    def _narrowed(self, event: Input.Submitted) -> None:
        event.stop()
        self.table.focus()
        self.line.display = bool(event.value.strip())

    @on(TaskTable.FilterRequested)
    def _requested(self, event: TaskTable.FilterRequested) -> None:
        event.stop()
        self.ask_filter()

    @on(TaskTable.ViewChanged)
    def _view_changed(self, event: TaskTable.ViewChanged) -> None:
        event.stop()
        if not event.filter and not self.line.has_focus:
            with self.prevent(Input.Changed):
                self.line.value = ""
            self.line.display = False
            self._tell_hint()
        self.border_title = "Tasks" if not event.filter else f"Tasks · {event.matching:,} of {event.total:,}"

    def _tell_hint(self) -> None:
        self.hint.tell(self.table.filter_problems, typing=self.line.has_focus)
