"""The table's rows from a studio: the first at once, then all; one search at a time, and only the last one asked."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine, Iterable
from typing import Any, cast

import pytest

from sora_tui.studio.errors import StudioError
from sora_tui.studio.orders import SortBy, SortKey
from sora_tui.studio.studio import Studio
from sora_tui.studio.task import Task
from sora_tui.studio.views import View
from sora_tui.tui.studio_rows import FIRST, StudioRows
from sora_tui.tui.terminal import SafeApp
from sora_tui.tui.widgets.task_rows import Found, Segment
from tests.unit.tui.rows import MemoryRows
from tests.unit.tui.tasks import NOW_MS, a_task, filtered


class Shelf(MemoryRows):
    """Stands in for the studio: answers when it is let."""

    def __init__(self, count: int) -> None:
        super().__init__(a_task(f"r{number:03}", created_at=NOW_MS - number) for number in range(count))
        self.may = asyncio.Event()
        self.may.set()
        self.asked: list[tuple[View, int | None]] = []
        self.is_damaged = False

    async def find_keys(self, view: View, limit: int | None = None) -> list[SortKey]:
        self.asked.append((view, limit))
        await self.may.wait()
        if self.is_damaged:
            raise StudioError("The store is damaged.")
        return self.found(view).keys[:limit]

    async def load_tasks(self, refs: Iterable[str]) -> list[Task]:
        await self.may.wait()
        if self.is_damaged:
            raise StudioError("The store is damaged.")
        return [self.tasks[ref] for ref in refs]


class AsStudio:
    expiring = frozenset({"r000", "r001"})

    def __init__(self, shelf: Shelf) -> None:
        self.find, self.load, self.shelf = shelf.find_keys, shelf.load_tasks, shelf

    @property
    def counts(self) -> object:
        return Counter(task.state for task in self.shelf.tasks.values())


class Home:
    def __init__(self) -> None:
        self.work: list[asyncio.Task[object]] = []

    def spawn(self, work: Coroutine[Any, Any, object], *, name: str) -> asyncio.Task[object]:
        self.work.append(asyncio.create_task(work, name=name))
        return self.work[-1]

    async def done(self) -> None:
        while self.work:
            await self.work.pop()


class Bench:
    def __init__(self, count: int) -> None:
        self.shelf, self.home = Shelf(count), Home()
        self.complaints: list[str] = []
        self.rows = StudioRows(
            cast(Studio, AsStudio(self.shelf)), cast(SafeApp, self.home), lambda e: self.complaints.append(str(e))
        )
        self.told: list[Found] = []

    def find(self, view: View) -> None:
        self.rows.find(view, self.told.append)


KOI = View(filter=filtered("koi"))


async def test_few_rows_come_all_at_once() -> None:
    bench = Bench(3)
    bench.find(View())
    await bench.home.done()
    [found] = bench.told
    assert found.is_complete
    assert list(found.key_of) == ["r000", "r001", "r002"]
    assert bench.rows.counts == {**bench.shelf.counts, Segment.NEEDS_YOU: 2}


@pytest.mark.parametrize("view", [View(), View(filter=filtered("prompt"))])
async def test_of_many_rows_the_first_come_first(view: View) -> None:
    bench = Bench(FIRST + 1)
    bench.find(view)
    await bench.home.done()
    assert [(len(found.keys), found.is_complete) for found in bench.told] == [(FIRST, False), (FIRST + 1, True)]


async def test_where_the_first_are_not_known_before_all_they_come_together() -> None:
    bench = Bench(FIRST + 1)
    bench.find(View(sort_by=SortBy.PROMPT))
    await bench.home.done()
    assert [found.is_complete for found in bench.told] == [True]


async def test_while_one_search_runs_only_the_last_one_asked_is_kept() -> None:
    bench = Bench(3)
    bench.shelf.may.clear()
    bench.find(View(sort_by=SortBy.STATE))
    await asyncio.sleep(0)
    for text in ("k", "ko", "koi"):
        bench.find(View(filter=filtered(text)))
    bench.shelf.may.set()
    await bench.home.done()
    assert [view for view, _ in bench.shelf.asked] == [View(sort_by=SortBy.STATE), KOI]
    assert [found.view for found in bench.told] == [KOI]


async def test_what_was_prepared_is_told_without_waiting() -> None:
    bench = Bench(FIRST + 1)
    await bench.rows.prepare()
    bench.find(View())
    assert [len(found.keys) for found in bench.told] == [FIRST]
    loaded: list[Task] = []
    bench.rows.load(["r005"], loaded.extend)
    assert loaded == [bench.shelf.tasks["r005"]]
    await bench.home.done()
    assert bench.told[-1].is_complete
    assert len(bench.told[-1].keys) == FIRST + 1


async def test_a_whole_history_that_was_prepared_is_not_searched_again() -> None:
    bench = Bench(3)
    await bench.rows.prepare()
    bench.find(View())
    assert bench.home.work == []
    assert bench.told[0].is_complete


async def test_what_was_prepared_is_of_no_use_for_another_view() -> None:
    bench = Bench(3)
    await bench.rows.prepare()
    bench.find(KOI)
    assert bench.told == []
    await bench.home.done()
    assert [found.view for found in bench.told] == [KOI]


async def test_tasks_are_loaded_later() -> None:
    bench = Bench(3)
    loaded: list[Task] = []
    bench.rows.load(["r002", "r000"], loaded.extend)
    assert loaded == []
    await bench.home.done()
    assert [task.ref for task in loaded] == ["r002", "r000"]


async def test_a_damaged_store_is_complained_of_and_the_next_search_is_made() -> None:
    bench = Bench(3)
    bench.shelf.is_damaged = True
    bench.find(KOI)
    bench.rows.load(["r000"], lambda _: pytest.fail("there is nothing"))
    await bench.home.done()
    assert bench.complaints == ["The store is damaged."] * 2
    bench.shelf.is_damaged = False
    bench.find(KOI)
    await bench.home.done()
    assert [found.view for found in bench.told] == [KOI]
