"""The orders of the table: each says the same whatever the time, and none leaves two rows equal."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sora_tui.studio.orders import SortBy, sort_key
from sora_tui.studio.task import Task, TaskState
from tests.unit.tui.tasks import MINUTE, NOW_MS, a_task, any_task


def order(tasks: list[Task], sort_by: SortBy) -> str:
    return "".join(task.ref for task in sorted(tasks, key=lambda t: sort_key(t, sort_by)))


def age(ref: str, minutes: int, state: TaskState = TaskState.WAITING, **known: object) -> Task:
    return replace(a_task(ref, state, created_at=NOW_MS - minutes * MINUTE), **known)  # type: ignore[arg-type]


def test_the_newest_is_first() -> None:
    assert order([age("a", 3), age("b", 1), age("c", 2)], SortBy.NEWEST) == "bca"


def test_by_state_what_needs_the_user_comes_first() -> None:
    by_state = sorted((a_task(state.value, state) for state in TaskState), key=lambda t: sort_key(t, SortBy.STATE))
    states = [task.state for task in by_state]
    assert states[0] is TaskState.UNCONFIRMED
    assert states.index(TaskState.SUCCESS) > max(states.index(state) for state in TaskState if state.is_running)
    assert sorted(states) == sorted(TaskState)


def test_failures_stand_together_by_their_code() -> None:
    tasks = [a_task(ref, TaskState.FAIL, code=code) for ref, code in (("a", 501), ("b", 422), ("c", 501))]
    assert order(tasks, SortBy.STATE) == "bac"


def test_by_prompt_case_means_nothing() -> None:
    tasks = [a_task("a", prompt="koi"), a_task("b", prompt="Boat"), a_task("c", prompt="KOI!")]
    assert order(tasks, SortBy.PROMPT) == "bac"


def test_a_prompts_place_depends_on_how_it_begins() -> None:
    tasks = [age("a", 2, prompt="x" * 60 + "b"), age("b", 1, prompt="x" * 60 + "c"), age("c", 0, prompt="x" * 59 + "y")]
    assert order(tasks, SortBy.PROMPT) == "bac"


def test_by_elapsed_the_running_come_after_the_ended_the_longest_last() -> None:
    tasks = [
        age("a", 9),
        age("b", 5, TaskState.SUCCESS, finished_at=NOW_MS),
        age("c", 2),
        age("d", 1, TaskState.FAIL, finished_at=NOW_MS),
    ]
    assert order(tasks, SortBy.ELAPSED) == "dbca"


def test_by_eta_what_comes_next_is_first_then_what_expires_next() -> None:
    tasks = [
        age("a", 9, TaskState.FAIL),
        age("b", 8, TaskState.SUCCESS, finished_at=NOW_MS - 2),
        age("c", 2),
        age("d", 5),
        age("e", 7, TaskState.SUCCESS, finished_at=NOW_MS - 5),
    ]
    assert order(tasks, SortBy.ETA) == "dceba"


@pytest.mark.parametrize("unknown", [None, math.nan])
def test_by_credits_the_unknown_are_at_the_end(unknown: float | None) -> None:
    tasks = [
        a_task("a", TaskState.SUCCESS, credits=unknown),
        a_task("b", TaskState.SUCCESS, credits=330.0),
        a_task("c", TaskState.FAIL),
    ]
    assert order(tasks, SortBy.CREDITS) == "cba"


def test_settings_models_and_ids_stand_by_what_they_say_the_unknown_last() -> None:
    tasks = [
        a_task("a", parameters={"size": "standard"}, model="veo-3", task_id=None),
        a_task("b", parameters={"size": "high"}, model="Sora-2", task_id="281e"),
        a_task("c", parameters={"aspect_ratio": "portrait"}, model="sora-10", task_id="05"),
    ]
    assert order(tasks, SortBy.SETTINGS) == "cba"
    assert order(tasks, SortBy.MODEL) == "cba"
    assert order(tasks, SortBy.ID) == "cba"


def test_tags_stand_by_the_alphabet_and_what_has_none_at_the_end() -> None:
    tasks = [a_task("a"), a_task("b", tags=("Rain",)), a_task("c", tags=("boat", "rain")), a_task("d", tags=("boat",))]
    assert order(tasks, SortBy.TAGS)[-2:] == "ba"
    assert set(order(tasks, SortBy.TAGS)[:2]) == {"c", "d"}


@pytest.mark.parametrize("sort_by", SortBy)
def test_likes_stand_by_age_the_newest_first(sort_by: SortBy) -> None:
    done = {"vendor_created_at": 1, "finished_at": NOW_MS, "prompt": "koi"}
    tasks = [age("a", 3, TaskState.SUCCESS, **done), age("b", 1, TaskState.SUCCESS, **done)]
    assert order(tasks, sort_by) == "ba"
    assert sort_key(tasks[0], sort_by)[-2:] == (-tasks[0].created_at, "a")


@settings(deadline=None, max_examples=300)
@given(st.lists(any_task(), max_size=6, unique_by=lambda task: task.ref), st.sampled_from(SortBy))
def test_an_order_is_the_same_however_the_tasks_came(tasks: list[Task], sort_by: SortBy) -> None:
    keys = [sort_key(task, sort_by) for task in tasks]
    backwards = keys[::-1]
    assert sorted(keys) == sorted(backwards)
    assert [key[-1] for key in keys] == [task.ref for task in tasks]
    for one, other in zip(sorted(keys), sorted(keys)[1:], strict=False):
        assert one < other
        assert not other < one
