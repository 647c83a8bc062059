"""Several programs on one store: no change is lost, none comes between, and each sees what the others did."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from sora_tui.studio.schema import StoreBusy
from sora_tui.studio.store import Store
from sora_tui.studio.task import Task, TaskState
from tests.unit.studio.stored import path_in, put, queued, running

DIES_IN_A_CHANGE = """
import os, signal, sys
from pathlib import Path
from sora_tui.studio.store import Store
from sora_tui.studio.task import TaskState

store = Store(Path(sys.argv[1]))
store._connection.execute("PRAGMA cache_size = 1")  # so that half a change is on the disk already
store._connection.set_trace_callback(lambda sql: sql == "COMMIT" and os.kill(os.getpid(), signal.SIGKILL))
ref = store.tasks()[0].ref
store.change(ref, lambda task: task.moved(TaskState.WAITING, vendor_state="x" * 50_000), at=1, raw="y" * 500_000)
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(path_in(tmp_path))
    yield store
    store.close()


@pytest.fixture
def other(store: Store) -> Iterator[Store]:
    """The store as another program has it, which does not wait for a lock."""
    other = Store(store.path, busy_timeout_s=0.0)
    yield other
    other.close()


def again(task: Task) -> Task:
    return replace(task, attempts=task.attempts + 1)


def test_nothing_comes_between_reading_a_task_and_writing_it(store: Store, other: Store) -> None:
    put(store, running())
    refused: list[StoreBusy] = []

    def slowly(task: Task) -> Task:
        with pytest.raises(StoreBusy) as busy:
            other.change(task.ref, again, at=1)
        refused.append(busy.value)
        return again(task)

    assert store.change(running().ref, slowly, at=1).attempts == 1
    assert refused
    assert other.change(running().ref, again, at=1).attempts == 2


def test_a_change_starts_from_what_the_other_program_wrote_last(store: Store, other: Store) -> None:
    put(store, running())
    store.tasks()
    other.change(running().ref, lambda task: task.moved(TaskState.SUCCESS, code=200), at=1)
    seen: list[TaskState] = []

    def look(task: Task) -> Task:
        seen.append(task.state)
        return task

    store.change(running().ref, look, at=2)
    assert seen == [TaskState.SUCCESS]


def test_of_many_changes_at_once_none_is_lost_and_none_is_turned_away(store: Store) -> None:
    put(store, running())
    programs, changes = 4, 15

    def work(_: int) -> None:
        program = Store(store.path, busy_timeout_s=60.0)
        for _ in range(changes):
            program.change(running().ref, again, at=1)
        program.close()

    with ThreadPoolExecutor(programs) as threads:
        list(threads.map(work, range(programs)))
    after = store.task(running().ref)
    assert after.attempts == programs * changes
    assert after.revision == 1 + programs * changes


def test_of_many_programs_that_claim_the_same_tasks_each_task_goes_to_one(store: Store) -> None:
    tasks = [queued(number) for number in range(1, 31)]
    put(store, *tasks)

    def claim_all(_: int) -> list[str]:
        program = Store(store.path, busy_timeout_s=60.0)
        claims = [
            program.claim(task.ref, owner="this program", clock_ms=lambda: 1_000, limit=1_000, window_ms=10_000)
            for task in tasks
        ]
        program.close()
        return [claimed.ref for claimed in claims if isinstance(claimed, Task)]

    with ThreadPoolExecutor(3) as threads:
        taken = [ref for refs in threads.map(claim_all, range(3)) for ref in refs]
    assert sorted(taken) == sorted(task.ref for task in tasks)
    assert {task.attempts for task in store.tasks()} == {1}


def test_reading_goes_on_while_another_program_prepares_a_change(store: Store, other: Store) -> None:
    (before,) = put(store, running())
    found: list[list[Task]] = []

    def look(task: Task) -> Task:
        found.append(other.tasks())
        return again(task)

    store.change(before.ref, look, at=1)
    assert found == [[before]]


def test_the_news_of_another_program_is_noticed_and_our_own_is_not_news(store: Store, other: Store) -> None:
    version = store.data_version()
    (before,) = put(store, running())
    assert store.data_version() == version
    changed = other.change(before.ref, again, at=1)
    assert store.data_version() != version
    assert [task for task, _ in store.changed_since(before.revision)] == [changed]


def test_a_change_cut_off_by_the_death_of_its_program_never_happened(store: Store) -> None:
    (before,) = put(store, running())
    dead = subprocess.run([sys.executable, "-c", DIES_IN_A_CHANGE, str(store.path)], check=False)
    assert dead.returncode == -signal.SIGKILL
    assert store.path.with_name(store.path.name + "-journal").stat().st_size > 0, "it died in the middle"
    assert store.tasks() == [before]
    assert store.raw(before.ref) is None
    assert store.faults() == []
    assert store.change(before.ref, again, at=2).revision == before.revision + 1
