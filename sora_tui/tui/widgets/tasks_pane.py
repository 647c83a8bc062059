"""The task table with the line in which a filter is typed. The line is there only while it says something."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.widgets import Input

from sora_tui.tui.actions import Where, bindings
from sora_tui.tui.widgets.cells import Forecast
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


class TasksPane(VerticalGroup):
    """Tasks, newest on top."""

    help_title = "The tasks"
    help_text = (
        "Every task you ever sent, the newest on top. Arrows move, the selected one is explained in the detail pane. "
        "A filter takes words of the prompt, state:fail and model:veo; a minus in front says not."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.WORK)]
    table = getters.query_one(TaskTable)
    line = getters.query_one(FilterLine)

    def __init__(self, *, now: Callable[[], int], forecast: Forecast | None, id: str | None = None) -> None:
        super().__init__(id=id)
        self._now, self._forecast = now, forecast
        self.border_title = "Tasks"

    def compose(self) -> ComposeResult:
        """The table; below it the filter."""
        yield TaskTable(now=self._now, forecast=self._forecast, id="table")
        yield FilterLine(placeholder="words, state:fail, model:veo, -word", compact=True, id="filter")

    def on_mount(self) -> None:
        """There is no filter at first."""
        self.line.display = False

    def ask_filter(self) -> None:
        """Open the line."""
        self.line.display = True
        self.line.focus()

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        self.table.filter(event.value)

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
        self.border_title = "Tasks" if not event.filter else f"Tasks · {event.matching:,} of {event.total:,}"
