"""The submit policy, row by row: what an answer proves, and the state that follows."""

from __future__ import annotations

from random import Random

import pytest

from sora_tui.kie.errors import AnswerLost, KieError, NotDelivered, Refused, UnreadableAnswer
from sora_tui.kie.messages import CreatedTask
from sora_tui.studio.outcomes import (
    LONGEST_RETRY_AFTER_S,
    MOST_ATTEMPTS,
    WINDOW_S,
    Outcome,
    classify,
    interrupt,
    pause_before_retry,
    settle,
    withdraw,
)
from sora_tui.studio.task import IllegalTransition, Task, TaskState

NOW = 1_795_000_000_000


def sending(attempts: int = 1) -> Task:
    return Task("a" * 32, TaskState.SENDING, "m", "boat", {}, "demo", NOW, sent_at=NOW, attempts=attempts)


def refused(code: int, text: str = "", http_status: int = 200) -> Refused:
    return Refused("refused", code=code, text=text, http_status=http_status)


@pytest.mark.parametrize("code", [401, 402, 404, 422, 433, 455, 505])
def test_a_plain_refusal_is_final(code: int) -> None:
    answer = classify(refused(code))
    assert answer.outcome is Outcome.REFUSED
    assert pause_before_retry(answer, 1, Random(1)) is None
    assert settle(sending(), answer, now_ms=NOW, pause_s=None).state is TaskState.REFUSED


@pytest.mark.parametrize(
    "text",
    [
        "This interface is temporarily paused",
        "n_frames is not within the range of allowed options",
        "This field is required",
        "prompt is required",
        "Credits insufficient. Your account's balance is too low",
    ],
)
def test_a_500_with_a_known_refusal_is_a_refusal(text: str) -> None:
    assert classify(refused(500, text)).outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    "error",
    [
        refused(500, "Internal Server Error"),
        refused(501, "whatever"),
        refused(408, "no result"),
        refused(409, "conflict"),
        refused(999, "new"),
        AnswerLost("timeout"),
        UnreadableAnswer("html", http_status=502),
        UnreadableAnswer("redirect", http_status=307),
        KieError("anything else"),
        RuntimeError("a fault of ours"),
    ],
)
def test_what_proves_nothing_is_unconfirmed_and_never_sent_again(error: Exception) -> None:
    answer = classify(error)
    assert answer.outcome is Outcome.UNKNOWN
    assert pause_before_retry(answer, 1, Random(1)) is None
    task = settle(sending(), answer, now_ms=NOW, pause_s=None)
    assert task.state is TaskState.UNCONFIRMED
    assert task.note


@pytest.mark.parametrize("error", [refused(429), UnreadableAnswer("busy", http_status=429)])
def test_a_throttled_send_waits_for_the_window_and_is_bounded(error: KieError) -> None:
    answer = classify(error)
    assert answer.outcome is Outcome.THROTTLED
    pause = pause_before_retry(answer, 1, Random(1))
    assert pause is not None
    assert pause >= WINDOW_S
    assert settle(sending(), answer, now_ms=NOW, pause_s=pause).state is TaskState.QUEUED
    assert pause_before_retry(answer, MOST_ATTEMPTS, Random(1)) is None
    assert settle(sending(), answer, now_ms=NOW, pause_s=None).state is TaskState.REFUSED


def test_an_absurd_retry_after_is_capped() -> None:
    answer = classify(Refused("busy", code=429, retry_after=99_999_999.0))
    pause = pause_before_retry(answer, 1, Random(1))
    assert pause is not None
    assert pause <= LONGEST_RETRY_AFTER_S + 1


def test_what_was_never_delivered_is_tried_again_with_growing_pauses() -> None:
    answer = classify(NotDelivered("no route"))
    pauses = [pause_before_retry(answer, attempts, Random(1)) for attempts in range(1, MOST_ATTEMPTS)]
    assert pauses == sorted(pauses, key=lambda pause: pause or 0.0)
    assert pause_before_retry(answer, MOST_ATTEMPTS, Random(1)) is None
    assert settle(sending(), answer, now_ms=NOW, pause_s=None).charge == 0


def test_an_id_makes_it_a_task() -> None:
    created = CreatedTask(task_id="t1", http_status=200, raw="{}")
    task = settle(sending(), classify(created), now_ms=NOW, pause_s=None)
    assert (task.state, task.task_id) == (TaskState.WAITING, "t1")


def test_an_answer_never_moves_a_task_that_has_moved_on() -> None:
    gone = sending().moved(TaskState.UNCONFIRMED).moved(TaskState.ABANDONED)
    assert settle(gone, classify(AnswerLost("late")), now_ms=NOW, pause_s=None) == gone


def test_a_task_is_withdrawn_only_before_it_is_sent() -> None:
    queued = sending().moved(TaskState.QUEUED)
    assert withdraw(queued, now_ms=NOW).state is TaskState.REFUSED
    with pytest.raises(IllegalTransition):
        withdraw(sending(), now_ms=NOW)


def test_an_interrupted_send_is_unconfirmed() -> None:
    assert interrupt(sending()).state is TaskState.UNCONFIRMED
    queued = sending().moved(TaskState.QUEUED)
    assert interrupt(queued) == queued
