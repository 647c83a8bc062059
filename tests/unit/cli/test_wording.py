"""Times, money and states as a command writes them."""

from __future__ import annotations

from datetime import UTC

import pytest

from sora_tui.cli import wording
from sora_tui.studio.task import Task, TaskState

NOW = 1_795_000_000_000


@pytest.mark.parametrize(
    ("credits", "shown"),
    [
        (None, "an unknown number of credits"),
        (0, "0 credits ($0.00)"),
        (330, "330 credits ($1.65)"),
        (12.5, "12.5 credits ($0.06)"),
        (1250.25, "1,250.25 credits ($6.25)"),
        (100, "100 credits ($0.50)"),
    ],
)
def test_money(credits: float | None, shown: str) -> None:
    assert wording.money(credits) == shown


def test_an_unknown_amount_is_a_question_mark_and_never_a_zero() -> None:
    assert wording.amount(None) == "?"
    assert wording.amount(0.0) == "0"


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [(0, "0:00"), (999, "0:00"), (59_999, "0:59"), (231_000, "3:51"), (3_599_999, "59:59"), (3_723_000, "1:02:03")],
)
def test_a_length_of_time(milliseconds: int, shown: str) -> None:
    assert wording.length(milliseconds) == shown


def test_a_moment_is_in_the_zone_it_is_asked_for_and_an_unknown_one_is_a_dash() -> None:
    assert wording.moment(NOW, UTC) == "2026-11-18 11:06:40"
    assert wording.moment(None) == "-"


@pytest.mark.parametrize(
    ("state", "known", "shown"),
    [
        (TaskState.WAITING, {"vendor_state": "generating"}, "generating"),
        (TaskState.WAITING, {}, "waiting"),
        (TaskState.SUCCESS, {"vendor_state": "success"}, "success"),
        (TaskState.FAIL, {"code": 501}, "fail 501"),
        (TaskState.FAIL, {}, "fail"),
        (TaskState.REFUSED, {"code": 402, "http_status": 200}, "refused 402"),
        (TaskState.REFUSED, {"http_status": 429}, "refused 429"),
        (TaskState.UNCONFIRMED, {"http_status": 502}, "unconfirmed"),
    ],
)
def test_a_state_in_a_word(state: TaskState, known: dict[str, object], shown: str) -> None:
    task = Task("a" * 32, state, "m", "boat", {}, "demo", NOW, **known)  # type: ignore[arg-type]
    assert wording.state(task) == shown


def test_every_state_of_failure_has_a_colour_and_no_success_looks_like_one() -> None:
    assert wording.COLOURS[TaskState.FAIL] == wording.COLOURS[TaskState.REFUSED] == "31"
    assert wording.COLOURS[TaskState.SUCCESS] not in {"31", wording.COLOURS[TaskState.UNCONFIRMED]}
