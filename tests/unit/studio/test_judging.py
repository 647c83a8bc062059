"""Marks, stars, discarding and notes: changed in any state, and nothing else of the task with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.studio.judging import (
    LONGEST_REMARK,
    BadJudgement,
    Judgement,
    discarded,
    in_words,
    is_keeper,
    raised,
    rated,
    remarked,
    starred,
)
from sora_tui.studio.store import Store
from sora_tui.studio.task import Task, TaskState
from tests.unit.studio.scripted_service import a_desk, draft
from tests.unit.studio.stored import path_in, put, queued
from tests.unit.studio.virtual_time import in_virtual_time
from tests.unit.tui.tasks import any_task

JUDGED = ("rating", "is_starred", "is_discarded", "remark")


@given(task=any_task(), rating=st.integers(0, 5), flag=st.booleans(), remark=st.text(max_size=20))
def test_a_judgement_changes_nothing_but_the_judgement(task: Task, rating: int, flag: bool, remark: str) -> None:
    judged = remarked(discarded(starred(rated(task, rating), flag), not flag), remark)
    assert (judged.rating, judged.is_starred, judged.is_discarded) == (rating, flag, not flag)
    assert judged.remark == remark.strip()
    # As text: a price may be no number, which equals nothing.
    assert repr(replace(judged, **{name: getattr(task, name) for name in JUDGED})) == repr(task)


@pytest.mark.parametrize("rating", [-1, 6, 100])
def test_there_are_no_other_marks(rating: int) -> None:
    with pytest.raises(BadJudgement, match="1 to 5"):
        rated(queued(), rating)


def test_what_is_starred_is_not_discarded_and_the_other_way_round() -> None:
    kept = starred(discarded(rated(queued(), 2)))
    assert (kept.is_starred, kept.is_discarded, kept.rating) == (True, False, 2)
    gone = discarded(kept)
    assert (gone.is_starred, gone.is_discarded, gone.rating) == (False, True, 2)
    assert discarded(gone, False) == replace(gone, is_discarded=False)
    assert starred(gone, False) == gone


def test_a_note_has_an_end() -> None:
    assert remarked(queued(), "x" * LONGEST_REMARK).remark
    with pytest.raises(BadJudgement, match=r"2,000 characters at most, this one has 2,001"):
        remarked(queued(), "x" * (LONGEST_REMARK + 1))


@given(rating=st.integers(0, 5), by=st.integers(-7, 7))
def test_a_mark_is_raised_and_lowered_between_none_and_the_best(rating: int, by: int) -> None:
    assert raised(rated(queued(), rating), by).rating == sorted((0, rating + by, 5))[1]


def test_a_judgement_leaves_out_what_is_not_said() -> None:
    task = remarked(starred(rated(queued(), 2)), "too slow")
    assert Judgement()(task) == task
    assert Judgement(rating=5)(task) == rated(task, 5)
    assert Judgement(remark="")(task) == remarked(task, "")
    assert Judgement(1, is_discarded=True)(task) == discarded(rated(task, 1))
    with pytest.raises(BadJudgement):
        Judgement(rating=6, is_starred=True)(task)


def test_a_judgement_in_words_says_only_what_was_said() -> None:
    assert in_words(queued()) == []
    assert in_words(starred(rated(queued(), 4))) == ["rated 4 of 5", "starred"]
    assert in_words(discarded(queued())) == ["discarded"]


def test_a_keeper_is_starred_or_has_a_high_mark() -> None:
    found = {rating: is_keeper(rated(queued(), rating)) for rating in range(6)}
    assert found == {0: False, 1: False, 2: False, 3: False, 4: True, 5: True}
    assert is_keeper(starred(rated(queued(), 1)))


def test_any_state_can_be_judged_and_it_is_kept(tmp_path: Path) -> None:
    store = Store(path_in(tmp_path))
    for number, state in enumerate(TaskState, start=1):
        (task,) = put(store, queued(number, state=state))
        steps = store.history(task.ref)
        acts: list[Callable[[Task], Task]] = [
            lambda t: rated(t, 4),
            starred,
            lambda t: remarked(t, "the light is right \ud83d"),
        ]
        for act in acts:
            task = store.change(task.ref, act, at=1)
        assert (task.rating, task.is_starred, task.remark) == (4, True, "the light is right \ufffd")
        assert task.state is state
        assert store.history(task.ref) == steps, "a judgement is no step of its life"
    store.close()


def test_several_are_judged_in_one_transaction_or_none(tmp_path: Path) -> None:
    store = Store(path_in(tmp_path))
    tasks = put(store, *(queued(number) for number in range(1, 6)))

    def all_but_the_last(task: Task) -> Task:
        if task.ref == tasks[-1].ref:
            raise BadJudgement("no")
        return rated(task, 3)

    with pytest.raises(BadJudgement):
        store.change_all([task.ref for task in tasks], all_but_the_last, at=1)
    assert store.tasks() == tasks
    changed = store.change_all([task.ref for task in tasks], lambda task: rated(task, 3), at=1)
    assert [task.rating for task in changed] == [3] * 5
    assert store.tasks() == changed
    store.close()


@in_virtual_time
async def test_verdicts_are_kept_and_told(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        verdicts = desk.studio.verdicts
        refs = [task.ref for task in await desk.studio.submit_all([draft("Boat 1"), draft("Boat 2")])]
        await verdicts.rate(refs, 3)
        await verdicts.remark(refs[:1], " the light ")
        await verdicts.discard(refs)
        better, worse = await verdicts.prefer(refs[1], refs[0])
        assert (better.ref, better.is_starred, better.is_discarded) == (refs[1], True, False)
        assert (worse.is_starred, worse.is_discarded, worse.remark) == (False, True, "the light")
        with pytest.raises(BadJudgement):
            await verdicts.rate(refs, 6)
        found = [desk.studio.tasks[ref] for ref in refs]
        assert [task.rating for task in found] == [3, 3]
        assert [task.is_starred for task in found] == [False, True]
        await verdicts.star(refs[1:], False)
        assert not desk.studio.tasks[refs[1]].is_starred
