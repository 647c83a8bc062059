"""The tasks in memory are the store's, whoever changed them, and each change is told once, in order.

History stays on the disk, and is counted all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sora_tui.studio.book import Book
from sora_tui.studio.events import TaskChanged
from sora_tui.studio.instances import Instance
from sora_tui.studio.schema import StoreError, StoreUnwritable
from sora_tui.studio.store import Store
from sora_tui.studio.task import Task, TaskState
from sora_tui.studio.views import View
from tests.unit.studio.stored import path_in, put, queued, running
from tests.unit.studio.virtual_time import VirtualClock, in_virtual_time

ACTS = st.sampled_from(["new", "done", "change", "end", "follow", "restart"])


class Program:
    """One program's book and what it told."""

    def __init__(self, folder: Path) -> None:
        self.path = path_in(folder)
        self.path.parent.mkdir(exist_ok=True)
        self.told: list[TaskChanged] = []
        self.book = Book(self.path, Instance(self.path.parent), VirtualClock(), self.told.append)

    @property
    def shows(self) -> dict[str, Task]:
        return dict(self.book)


@asynccontextmanager
async def a_program(folder: Path) -> AsyncIterator[Program]:
    program = Program(folder)
    await program.book.open()
    try:
        yield program
    finally:
        await program.book.close()


def again(task: Task) -> Task:
    return replace(task, attempts=task.attempts + 1)


def ended(task: Task) -> Task:
    return task if task.state.is_final else task.moved(TaskState.SUCCESS, finished_at=task.created_at + 60_000)


def counted(folder: Path) -> Counter[TaskState]:
    return Counter(task.state for task in on_disk(folder).values())


def on_disk(folder: Path) -> dict[str, Task]:
    store = Store(path_in(folder))
    try:
        return {task.ref: task for task in store.tasks()}
    finally:
        store.close()


@in_virtual_time
async def test_what_was_there_is_shown_at_the_start_and_is_no_news(tmp_path: Path) -> None:
    store = Store(path_in(tmp_path))
    put(store, queued(2), queued(1))
    store.close()
    async with a_program(tmp_path) as program:
        assert list(program.book) == [queued(1).ref, queued(2).ref]
        assert list(reversed(program.book)) == [queued(2).ref, queued(1).ref]
        assert len(program.book) == 2
        await program.book.follow()
        assert program.told == []


@in_virtual_time
async def test_each_change_is_told_once_with_what_was_before(tmp_path: Path) -> None:
    async with a_program(tmp_path) as program:
        first = await program.book.insert(running())
        second = await program.book.change(first.ref, again)
        await program.book.change(first.ref, lambda task: task)
        await program.book.follow()
        assert program.told == [TaskChanged(first, None), TaskChanged(second, first)]
        assert program.shows == on_disk(tmp_path)


@in_virtual_time
async def test_a_change_the_disk_does_not_take_is_neither_shown_nor_told(tmp_path: Path) -> None:
    async with a_program(tmp_path) as program:
        task = await program.book.insert(running())
        program.book._store._connection.execute("PRAGMA query_only = 1")
        with pytest.raises(StoreUnwritable):
            await program.book.change(task.ref, again)
        with pytest.raises(StoreUnwritable):
            await program.book.insert(queued(2))
        assert program.shows == {task.ref: task}
        assert len(program.told) == 1
        program.book._store._connection.execute("PRAGMA query_only = 0")


@in_virtual_time
async def test_a_change_of_ours_does_not_hide_the_one_another_program_made_before_it(tmp_path: Path) -> None:
    async with a_program(tmp_path) as ours, a_program(tmp_path) as theirs:
        one, other = await ours.book.insert(running(1)), await ours.book.insert(running(2))
        await theirs.book.follow()
        changed = await theirs.book.change(one.ref, again)
        await ours.book.change(other.ref, again)
        await ours.book.follow()
        assert ours.shows[one.ref] == changed
        assert ours.told[-1] == TaskChanged(changed, one, is_ours=False)


@settings(max_examples=20, deadline=None)
@given(
    acts=st.lists(
        st.tuples(st.booleans(), st.sampled_from(["new", "done", "change", "end", "follow", "restart"])), max_size=30
    )
)
def test_whoever_does_what_both_programs_show_the_store_in_the_end(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[bool, str]]
) -> None:
    folder = tmp_path_factory.mktemp("both")

    @in_virtual_time
    async def run() -> None:
        programs = [Program(folder), Program(folder)]
        for program in programs:
            await program.book.open()
        for number, (is_one, act) in enumerate(acts, 1):
            place = 0 if is_one else 1
            program = programs[place]
            known = next(iter(program.book), None)
            if act == "new":
                await program.book.insert(running(number))
            elif act == "done":
                await program.book.insert(ended(running(number)))
            elif act == "change" and (every := sorted(on_disk(folder))):
                await program.book.change(every[number % len(every)], again)
            elif act == "end" and known is not None:
                await program.book.change(known, ended)
            elif act == "follow":
                await program.book.follow()
            elif act == "restart":
                await program.book.close()
                programs[place] = Program(folder)
                await programs[place].book.open()
        for program in programs:
            await program.book.follow()
            stored = on_disk(folder)
            assert Counter(program.book.counts) == counted(folder)
            assert program.shows == {ref: stored[ref] for ref in program.shows}
            assert {ref for ref, task in stored.items() if not task.state.is_final} <= set(program.shows)
            assert await program.book.load(stored) == list(stored.values())
            for ref in program.shows:
                revisions = [event.task.revision for event in program.told if event.task.ref == ref]
                assert revisions == sorted(set(revisions))
                assert revisions[-1:] in ([], [stored[ref].revision])
        for program in programs:
            await program.book.close()

    run()


@in_virtual_time
async def test_history_stays_on_the_disk_and_is_counted_found_and_loaded_from_there(tmp_path: Path) -> None:
    store = Store(path_in(tmp_path))
    put(store, ended(running(1)), running(2), ended(running(3)))
    store.close()
    async with a_program(tmp_path) as program:
        refs = [running(number).ref for number in (1, 2, 3)]
        assert list(program.book) == [refs[1]]
        assert dict(program.book.counts) == {**dict.fromkeys(TaskState, 0), TaskState.WAITING: 1, TaskState.SUCCESS: 2}
        keys = await program.book.find(View(frozenset({TaskState.SUCCESS})))
        assert [key[-1] for key in keys] == [refs[2], refs[0]]
        loaded = await program.book.load([refs[2], "nobody", refs[1]])
        assert [task.ref for task in loaded] == [refs[2], refs[1]]
        assert loaded[1] is program.book[refs[1]]
        assert [task.ref for task in await program.book.named(refs[0])] == [refs[0]]
        assert list(program.book) == [refs[1]]


@in_virtual_time
async def test_a_changed_task_of_the_history_is_in_memory_from_then_on(tmp_path: Path) -> None:
    store = Store(path_in(tmp_path))
    put(store, ended(running(1)))
    old = store.task(running(1).ref)
    store.close()
    async with a_program(tmp_path) as ours, a_program(tmp_path) as theirs:
        assert await ours.book.change(old.ref, lambda task: task) == old
        assert (ours.told, list(ours.book)) == ([], [])
        changed = await ours.book.change(old.ref, again)
        assert ours.told == [TaskChanged(changed, old)]
        assert ours.shows == {old.ref: changed}
        await theirs.book.follow()
        assert theirs.told == [TaskChanged(changed, changed, is_ours=False)]
        assert theirs.book.counts[TaskState.SUCCESS] == ours.book.counts[TaskState.SUCCESS] == 1


@in_virtual_time
async def test_a_send_of_a_program_that_lives_is_left_alone(tmp_path: Path) -> None:
    sending = queued(1, state=TaskState.SENDING, attempts=1)
    async with a_program(tmp_path) as theirs, a_program(tmp_path) as ours:
        await theirs.book.insert(sending)
        await theirs.book.insert(queued(2))
        await ours.book.recover()
        assert await ours.book.take_over(sending.origin) == []
        assert on_disk(tmp_path)[sending.ref].state is TaskState.SENDING
    async with a_program(tmp_path) as ours:
        await ours.book.recover()
        assert ours.shows[sending.ref].state is TaskState.UNCONFIRMED
        assert await ours.book.take_over(sending.origin) == [queued(2).ref]


@in_virtual_time
async def test_that_we_asked_without_news_is_not_written_and_not_told(tmp_path: Path) -> None:
    async with a_program(tmp_path) as program:
        task = await program.book.insert(running())
        program.book.asked(task.ref, 7)
        assert program.book[task.ref].asked_at == 7
        assert len(program.told) == 1
        assert on_disk(tmp_path) == {task.ref: task}


@in_virtual_time
async def test_a_store_that_cannot_be_opened_says_why(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.path.write_bytes(b"This is a letter, not a database. " * 100)
    with pytest.raises(StoreError, match="damaged"):
        await program.book.open()
    await program.book.close()
