"""Imports: what comes in is what went out, nothing that is there is changed, and nothing can ever be sent by it."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sora_tui.studio.exporting import document
from sora_tui.studio.importing import WAS_SENDING, BadImport, Imported, as_imported
from sora_tui.studio.records import Record, task_of
from sora_tui.studio.store import Store
from sora_tui.studio.studio import Studio
from sora_tui.studio.task import Task, TaskState
from tests.unit.studio.scripted_service import settings_in
from tests.unit.studio.stored import ORIGIN, path_in, put, queued, running
from tests.unit.studio.test_records import tasks


def recorded(*tasks: Task) -> list[Record]:
    return [Record(number, task) for number, task in enumerate(tasks, 1)]


@given(
    st.lists(
        tasks(), max_size=6, unique_by=(lambda task: task.ref, lambda task: (task.origin, task.task_id or task.ref))
    )
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
async def test_export_into_an_empty_store_and_out_again_is_the_same(exported: list[Task]) -> None:
    expected = [task for task in map(as_imported, exported) if task is not None]
    with tempfile.TemporaryDirectory() as folder:
        async with Studio(settings_in(Path(folder))) as studio:
            read = [task_of(document(task)) for task in exported]
            came = await studio.importing.take_in(recorded(*read))
            again = await studio.importing.take_in(recorded(*read))
            loaded = await studio.load([task.ref for task in expected])
    assert came.new == len(expected)
    assert (again.new, again.known) == (0, len(expected))
    for before, after in zip(expected, loaded, strict=True):
        thread = before.thread_ref or after.thread_ref
        assert document(after) == document(replace(before, thread_ref=thread))


@pytest.mark.parametrize("state", TaskState)
def test_nothing_that_comes_in_is_ever_sent_by_itself(state: TaskState) -> None:
    come_in = as_imported(running(1, state=state, is_held=True))
    if state is TaskState.QUEUED:
        assert come_in is None
    else:
        assert come_in is not None
        assert come_in.state is (TaskState.UNCONFIRMED if state is TaskState.SENDING else state)
        assert (come_in.note == WAS_SENDING) == (state is TaskState.SENDING)


@pytest.mark.parametrize("state", [TaskState.QUEUED, TaskState.SENDING])
def test_the_store_itself_refuses_what_could_be_sent_and_writes_nothing_of_it(tmp_path: Path, state: TaskState) -> None:
    store = Store(path_in(tmp_path))
    with pytest.raises(ValueError, match="never sent"):
        store.insert_new([running(1), queued(2, state=state)])
    assert store.tasks() == []
    assert store.owners() == set()
    store.close()


def test_what_is_there_stays_as_it_is(tmp_path: Path) -> None:
    store = Store(path_in(tmp_path))
    [there] = put(store, running(1, prompt="mine"))
    others = [
        running(1, prompt="theirs"),
        running(2, task_id="task-1"),
        running(3, task_id="task-1", origin="https://other.example"),
        running(3, prompt="twice in one file"),
    ]
    assert store.insert_new(others) == [False, False, True, False]
    assert store.task(there.ref) == there
    assert {task.ref for task in store.tasks()} == {there.ref, others[2].ref}
    [step] = store.history(others[2].ref)
    assert step.state is TaskState.WAITING
    store.close()


async def test_a_dry_run_tells_the_same_and_writes_nothing(tmp_path: Path) -> None:
    file = recorded(
        running(1, origin=ORIGIN), running(2, state=TaskState.SENDING, task_id=None), queued(3), running(1),
        running(4, task_id="task-1"), queued(5, is_held=True), running(6, state=TaskState.SUCCESS),
    )  # fmt: skip
    async with Studio(settings_in(tmp_path)) as studio:
        dry = await studio.importing.take_in(file, dry_run=True)
        assert sum(studio.counts.values()) == 0
        assert await studio.load([record.task.ref for record in file if record.task]) == []
        wet = await studio.importing.take_in(file)
        assert dry == wet == Imported(new=3, running=1, unsure=1, known=2, unsent=2)
        after = await studio.importing.take_in(file, dry_run=True)
        assert (after.new, after.known, after.unsent) == (0, 5, 2)


async def test_a_bad_record_ends_it_with_its_sentence(tmp_path: Path) -> None:
    async with Studio(settings_in(tmp_path)) as studio:
        with pytest.raises(BadImport, match="Line 2"):
            await studio.importing.take_in([*recorded(running(1)), Record(2, None, "Line 2: it is no task.")])
        assert await studio.load([running(1).ref]) == [], "the part it stands in is whole or not there"


async def test_a_running_one_is_there_for_whoever_follows(tmp_path: Path) -> None:
    async with Studio(settings_in(tmp_path)) as other, Studio(settings_in(tmp_path)) as studio:
        await studio.importing.take_in(recorded(running(1)))
        for each in (other, studio):
            await each._book.follow()
            assert each.tasks[running(1).ref].state is TaskState.WAITING
            assert each.counts[TaskState.WAITING] == 1
