"""A little app with the task table and nothing else, that keeps what the table tells."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import TypeVar

from textual import on
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot

from sora_tui.studio.task import Task, TaskState
from sora_tui.tui.widgets.table_messages import TableMessage
from sora_tui.tui.widgets.task_table import TaskTable
from tests.tui.kit import plain
from tests.unit.tui.rows import MemoryRows
from tests.unit.tui.tasks import NOW_MS, a_task

Told = TypeVar("Told", bound=TableMessage)
HEAD = 2
"""Lines over the first row."""


class Clock:
    now = NOW_MS

    def __call__(self) -> int:
        return self.now


class Table(TaskTable):
    """A table whose source hears of every task before the table does, as a studio's does."""

    def __init__(self, tasks: MemoryRows, now: Clock) -> None:
        super().__init__(source=tasks, now=now)
        self.tasks = tasks

    def update_task(self, task: Task) -> None:
        self.tasks.tasks[task.ref] = task
        super().update_task(task)


class TableApp(App[object]):
    """A table and nothing else."""

    CSS = "Screen { overflow: hidden; }"

    def __init__(self, tasks: MemoryRows) -> None:
        super().__init__()
        self.clock = Clock()
        self.table = Table(tasks, self.clock)
        self.told: list[TableMessage] = []

    def compose(self) -> ComposeResult:
        yield self.table

    def on_mount(self) -> None:
        self.table.focus()

    @on(TaskTable.Highlighted)
    @on(TaskTable.Opened)
    @on(TaskTable.MarksChanged)
    @on(TaskTable.ViewChanged)
    @on(TaskTable.FilterRequested)
    def keep(self, event: Message) -> None:
        assert isinstance(event, TableMessage)
        assert event.control is self.table
        self.told.append(event)


def row(place: int, state: TaskState = TaskState.WAITING, prompt: str = "koi") -> Task:
    """A task whose place from the top is in its ref: `r00`, `r01`."""
    return a_task(f"r{place:02}", state, prompt=f"{prompt} {place}", created_at=NOW_MS - place * 1000)


TASKS = [
    row(0),
    row(1, TaskState.SUCCESS),
    row(2, TaskState.FAIL, "boat"),
    row(3),
    row(4, TaskState.UNCONFIRMED, "boat"),
]
MANY = [row(place) for place in range(50)]


@asynccontextmanager
async def showing(
    tasks: Iterable[Task] = TASKS, size: tuple[int, int] = (100, 12)
) -> AsyncIterator[tuple[Pilot[object], TaskTable]]:
    app = TableApp(MemoryRows(tasks))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot, app.table


def told(pilot: Pilot[object], kind: type[Told]) -> list[Told]:
    app = pilot.app
    assert isinstance(app, TableApp)
    return [event for event in app.told if isinstance(event, kind)]


def lines(pilot: Pilot[object]) -> list[str]:
    return plain(pilot).split("\n")
