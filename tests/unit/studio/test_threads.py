"""Prompt threads: the tree of versions, what a branch costs, and which version made the difference."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from sora_tui.studio.costs import bill_of
from sora_tui.studio.task import Draft, Task, TaskState
from sora_tui.studio.threads import Thread
from tests.unit.studio.scripted_service import a_desk, draft
from tests.unit.studio.stored import queued, running
from tests.unit.studio.virtual_time import in_virtual_time

DONE = TaskState.SUCCESS


def version(number: int, parent: int | None = None, **changes: object) -> Task:
    ref = None if parent is None else queued(parent).ref
    return running(number, parent_ref=ref, **{"state": DONE, "credits": 10.0, **changes})


def ref(number: int) -> str:
    return queued(number).ref


def test_versions_come_in_the_order_of_a_drawn_tree_with_the_cost_of_each_branch() -> None:
    tasks = [version(1), version(2, 1, is_starred=True), version(3, 1), version(4, 2), version(5, 2, credits=1.0)]
    Random(1).shuffle(tasks)
    thread = Thread(tasks)
    assert [(each.task.ref, each.depth) for each in thread.values()] == [
        (ref(1), 0),
        (ref(2), 1),
        (ref(4), 2),
        (ref(5), 2),
        (ref(3), 1),
    ]
    assert thread[ref(2)].children == (ref(4), ref(5))
    assert thread[ref(2)].bill.charged == 21
    assert thread[ref(2)].bill.keepers == 1
    assert thread.bill == thread[ref(1)].bill
    assert [task.ref for task in thread.ancestors(ref(5))] == [ref(2), ref(1)]
    assert [task.ref for task in thread.siblings(ref(2))] == [ref(3)]


@given(st.lists(st.none() | st.integers(0, 9), max_size=10), st.randoms())
def test_any_family_is_a_tree_that_has_each_version_once(parents: list[int | None], random: Random) -> None:
    """Circles, missing parents and children older than their parents as well."""
    tasks = [version(number, parent) for number, parent in enumerate(parents)]
    random.shuffle(tasks)
    thread = Thread(tasks)
    assert sorted(thread) == sorted(task.ref for task in tasks)
    assert thread.bill.tasks == sum(each.bill.tasks for each in thread.values() if each.depth == 0) == len(tasks)
    for each in thread.values():
        for child in each.children:
            assert thread[child].depth == each.depth + 1
            assert thread[child].task.parent_ref == each.task.ref
        assert len(thread.ancestors(each.task.ref)) == each.depth


def test_a_thread_may_be_thousands_of_versions_long() -> None:
    thread = Thread([version(1), *(version(number, number - 1) for number in range(2, 3_000))])
    assert max(each.depth for each in thread.values()) == 2_998
    assert thread[ref(1)].bill.tasks == 2_999


def test_an_empty_thread_has_nothing() -> None:
    thread = Thread([])
    assert (len(thread), thread.best, thread.difference(), thread.bill) == (0, None, None, bill_of([]))


def test_what_changed_is_told_against_the_nearest_that_failed_or_was_rated_lower() -> None:
    failed = version(1, state=TaskState.FAIL, credits=None)
    low = version(2, 1, rating=2)
    same = version(3, 2, rating=5)
    best = version(4, 3, rating=5, is_starred=True, parameters={"size": "high"}, model="other")
    found = Thread([failed, low, same, best]).difference()
    assert found is not None
    assert (found.better, found.worse) == (best, low), "its parent has the same mark"
    assert found.parameters == ("model", "size")
    assert Thread([failed, replace(best, parent_ref=ref(1))]).difference(best.ref) is not None
    sibling = version(5, 3, state=TaskState.REFUSED)
    thread = Thread([same, best, sibling])
    found = thread.difference()
    assert found is not None
    assert found.worse == sibling, "no ancestor is worse"
    assert Thread([best]).difference() is None
    assert Thread([failed, version(6, 1, state=TaskState.FAIL)]).difference() is None


def test_of_two_without_a_mark_the_keeper_is_better() -> None:
    plain, kept = version(1), version(2, 1, is_starred=True)
    found = Thread([plain, kept]).difference()
    assert found is not None
    assert (found.better, found.worse) == (kept, plain)
    assert Thread([plain, version(2, 1)]).difference() is None


@in_virtual_time
async def test_what_is_edited_again_stays_in_the_thread(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        first = await desk.studio.submit(draft("A boat"))
        second = await desk.studio.submit(replace(draft("A red boat"), parent_ref=first.ref))
        third = await desk.studio.submit(replace(draft("A blue boat"), parent_ref=second.ref))
        await desk.studio.submit(draft("A fox"))
        assert list(await desk.studio.memory.thread_of(second.ref)) == [first.ref, second.ref, third.ref]
        assert len(await desk.studio.memory.thread_of("unknown")) == 0
        assert isinstance(first.draft, Draft)
