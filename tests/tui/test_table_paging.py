"""A table whose rows and tasks take their time: nothing is said before it is known, nothing is lost meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from textual.pilot import Pilot

from sora_tui.studio.orders import SortBy
from sora_tui.studio.task import Task, TaskState
from sora_tui.studio.views import View
from sora_tui.tui.widgets.task_rows import Found, Segment
from sora_tui.tui.widgets.task_table import TaskTable
from tests.tui.kit import plain, until
from tests.tui.table_app import HEAD, MANY, TASKS, TableApp, lines, row, told
from tests.unit.tui.rows import MemoryRows

LONG = [row(place, TaskState.SUCCESS) for place in range(300)]


class SlowRows(MemoryRows):
    """Answers when a test says so."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        super().__init__(tasks)
        self.searches: list[tuple[View, Callable[[Found], None]]] = []
        self.loads: list[tuple[Sequence[str], Callable[[Sequence[Task]], None]]] = []

    def find(self, view: View, tell: Callable[[Found], None]) -> None:
        self.searches.append((view, tell))

    def load(self, refs: Sequence[str], tell: Callable[[Sequence[Task]], None]) -> None:
        self.loads.append((refs, tell))

    def answer_searches(self) -> None:
        searches, self.searches = self.searches, []
        for view, tell in searches:
            tell(self.found(view))

    def answer_loads(self) -> None:
        loads, self.loads = self.loads, []
        for refs, tell in loads:
            tell([self.tasks[ref] for ref in refs])

    def answer(self) -> None:
        while self.searches or self.loads:
            self.answer_searches()
            self.answer_loads()


@asynccontextmanager
async def slowly(tasks: Sequence[Task] = TASKS) -> AsyncIterator[tuple[Pilot[object], TaskTable, SlowRows]]:
    source = SlowRows(tasks)
    app = TableApp(source)
    async with app.run_test(size=(100, 12)) as pilot:
        await pilot.pause()
        yield pilot, app.table, source


async def test_before_the_rows_are_there_it_does_not_say_that_there_are_none() -> None:
    async with slowly([]) as (pilot, _, source):
        assert "No tasks yet" not in plain(pilot)
        source.answer()
        await pilot.pause()
        assert "No tasks yet" in plain(pilot)


async def test_rows_are_blank_until_their_tasks_are_loaded_and_the_cursor_is_told_then() -> None:
    async with slowly() as (pilot, table, source):
        source.answer_searches()
        await pilot.pause()
        assert lines(pilot)[HEAD].strip() == ""
        assert table.cursor_ref == "r00"
        assert told(pilot, TaskTable.Highlighted) == []
        source.answer_loads()
        await pilot.pause()
        assert "koi 0" in lines(pilot)[HEAD]
        assert [event.ref for event in told(pilot, TaskTable.Highlighted)] == ["r00"]


async def test_only_what_is_near_is_loaded_and_each_task_once() -> None:
    async with slowly(LONG) as (pilot, table, source):
        source.answer_searches()
        await pilot.pause()
        await pilot.press("down", "down")
        first = [ref for refs, _ in source.loads for ref in refs]
        assert len(first) == len(set(first)) == 2 * (12 - HEAD)
        source.answer()
        await pilot.press("end")
        assert table.cursor_ref == "r299"
        last = [ref for refs, _ in source.loads for ref in refs]
        assert "r299" in last
        assert "r150" not in last
        source.answer()
        await pilot.pause()
        assert "koi 299" in lines(pilot)[-1]
        assert [event.ref for event in told(pilot, TaskTable.Highlighted)][-1] == "r299"


async def test_until_a_search_has_found_its_rows_the_old_ones_stay() -> None:
    async with slowly() as (pilot, table, source):
        source.answer()
        table.filter("boat")
        await pilot.pause()
        assert "koi 0" in plain(pilot)
        assert table.filter_text == "boat"
        table.update_task(row(9, prompt="boat"))
        source.tasks.pop("r09")  # the search was made before it was written
        source.answer()
        await pilot.pause()
        assert "koi 0" not in plain(pilot)
        assert "boat 9" in plain(pilot)
        last = told(pilot, TaskTable.ViewChanged)[-1]
        assert (last.filter, last.matching) == ("boat", 3)


async def test_what_changes_while_another_order_is_on_its_way_stands_in_its_place() -> None:
    async with slowly() as (pilot, table, source):
        source.answer()
        table.sort_by(SortBy.STATE)
        for task in TASKS:
            table.update_task(replace(task, state=TaskState.SUCCESS))
        await pilot.pause()
        assert table.visible_count == 5
        source.answer()
        assert table.visible_count == 5
        await pilot.pause()
        assert plain(pilot).count("success") == 5


async def test_a_task_whose_row_is_on_its_way_gets_the_cursor_when_it_comes() -> None:
    async with slowly(MANY) as (pilot, table, source):
        source.answer()
        table.filter("nothing says this")
        source.answer()
        assert table.cursor_ref is None
        table.filter("")
        table.select(Segment.RUNNING)
        assert not table.move_to("r40")
        source.answer()
        await pilot.pause()
        assert table.cursor_ref == "r40"
        assert "koi 40" in plain(pilot)


async def test_turning_the_order_round_asks_nothing() -> None:
    async with slowly(LONG) as (pilot, table, source):
        source.answer()
        table.sort_by(SortBy.NEWEST, descending=True)
        assert source.searches == []
        source.answer()
        await pilot.pause()
        assert table.cursor_ref == "r00"
        assert "koi 0" in plain(pilot)


async def test_what_takes_long_is_said_and_what_does_not_is_not() -> None:
    async with slowly() as (pilot, table, source):
        source.answer()
        table.filter("boat")
        await pilot.pause()
        assert "searching" not in plain(pilot)
        await until(pilot, lambda: "searching…" in lines(pilot)[0])
        source.answer()
        await until(pilot, lambda: "2 of 5" in lines(pilot)[0])
