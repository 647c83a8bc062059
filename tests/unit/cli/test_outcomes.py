"""What became of a task, as an exit code; of several tasks, the worst."""

from __future__ import annotations

from itertools import combinations_with_replacement, permutations
from typing import Any

import pytest

from sora_tui.cli.diagnostics import ExitCode
from sora_tui.cli.outcomes import exit_code_of, exit_code_of_all
from sora_tui.cli.tasks import STATES
from sora_tui.studio.outcomes import OFFLINE, WITHDRAWN
from sora_tui.studio.task import Task, TaskState

NOW = 1_795_000_000_000


def task(state: TaskState, **known: Any) -> Task:
    return Task("a" * 32, state, "m", "boat", {}, "demo", NOW, **known)


REFUSALS: list[tuple[dict[str, Any], ExitCode]] = [
    ({"code": 401}, ExitCode.KEY),
    ({"code": 500, "text": "You do not have access permissions"}, ExitCode.KEY),
    ({"code": 402}, ExitCode.CREDITS),
    ({"code": 433}, ExitCode.CREDITS),
    ({"code": 500, "text": "Credits insufficient"}, ExitCode.CREDITS),
    ({"code": 422}, ExitCode.REFUSED),
    ({"code": 429}, ExitCode.REFUSED),
    ({"code": 455}, ExitCode.REFUSED),
    ({"code": 505}, ExitCode.REFUSED),
    ({"code": 500, "text": "This interface is temporarily paused"}, ExitCode.REFUSED),
    ({"note": OFFLINE}, ExitCode.NETWORK),
    ({"note": WITHDRAWN}, ExitCode.REFUSED),
]


@pytest.mark.parametrize(("known", "code"), REFUSALS)
def test_a_refusal_ends_by_its_reason(known: dict[str, Any], code: ExitCode) -> None:
    assert exit_code_of(task(TaskState.REFUSED, **known)) is code


@pytest.mark.parametrize("code", [None, 200, 401, 402, 408, 500, 501])
def test_a_task_that_failed_is_a_failed_task_whatever_its_code(code: int | None) -> None:
    assert exit_code_of(task(TaskState.FAIL, code=code)) is ExitCode.TASK_FAILED


@pytest.mark.parametrize("state", [TaskState.UNCONFIRMED, TaskState.ABANDONED, TaskState.EXPIRED])
@pytest.mark.parametrize("code", [None, 401, 402, 500])
def test_a_lost_answer_stays_unconfirmed_whatever_came_with_it(state: TaskState, code: int | None) -> None:
    assert exit_code_of(task(state, code=code)) is ExitCode.UNCONFIRMED


@pytest.mark.parametrize("state", [TaskState.QUEUED, TaskState.SENDING, TaskState.WAITING, TaskState.SUCCESS])
def test_what_goes_well_is_done(state: TaskState) -> None:
    assert exit_code_of(task(state)) is ExitCode.DONE


SAMPLES = {
    ExitCode.DONE: task(TaskState.SUCCESS),
    ExitCode.TASK_FAILED: task(TaskState.FAIL),
    ExitCode.UNCONFIRMED: task(TaskState.UNCONFIRMED),
    **{code: task(TaskState.REFUSED, **known) for known, code in REFUSALS},
}


def test_of_several_tasks_one_code_comes_out_whatever_their_order() -> None:
    for chosen in combinations_with_replacement(SAMPLES.values(), 3):
        codes = {exit_code_of_all(order) for order in permutations(chosen)}
        assert len(codes) == 1
        assert codes <= {exit_code_of(one) for one in chosen}


def test_anything_that_went_wrong_counts_before_what_went_well() -> None:
    for exit_code, sample in SAMPLES.items():
        assert exit_code_of_all([SAMPLES[ExitCode.DONE], sample]) is exit_code
        assert exit_code_of_all([SAMPLES[ExitCode.TASK_FAILED], sample]) is ExitCode.TASK_FAILED
    assert exit_code_of_all([]) is ExitCode.DONE


def test_every_state_can_be_listed_by_its_name() -> None:
    assert set(STATES) == set(TaskState)
