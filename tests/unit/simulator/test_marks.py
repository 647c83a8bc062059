"""Every mark a newcomer can put into a prompt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from sora_tui.simulator.answers import STANDARD_TEXTS
from sora_tui.simulator.clock import ManualClock
from sora_tui.simulator.markers import MARKS, help_text
from sora_tui.simulator.server import Simulator
from tests.unit.simulator.conftest import HOUR, MODEL, Caller


@pytest.mark.parametrize(
    ("mark", "code", "text"),
    [
        ("moderated", 500, "guardrails"),
        ("copyright", 400, "copyright restrictions"),
        ("paused", 500, "temporarily paused"),
        ("no-credits", 402, "Credits insufficient"),
        ("bad-key", 401, "access permissions"),
        ("sub-key", 433, "limit"),
        ("disabled", 505, "disabled"),
        ("maintenance", 455, "maintenance"),
        ("busy", 500, "heavy load"),
        ("408", 408, "10 minutes"),
        ("429", 429, "call frequency is too high"),
    ],
)
def test_marks_that_answer_at_once_cost_nothing(
    caller: Caller, simulator: Simulator, mark: str, code: int, text: str
) -> None:
    answer = caller.create(f"A cat [sim:{mark}] on a roof")
    assert answer["code"] == code
    assert text in answer["msg"]
    assert simulator.ledger() == ()


@pytest.mark.parametrize(
    ("mark", "code", "text"),
    [
        ("fail", "501", "Generation failed"),
        ("fail-early", "501", "Generation failed"),
        ("moderated-later", "500", "guardrails"),
        ("copyright-later", "400", "copyright restrictions"),
        ("timeout", "408", "10 minutes"),
    ],
)
def test_marks_that_fail_later_give_the_credits_back(
    caller: Caller, clock: ManualClock, mark: str, code: str, text: str
) -> None:
    task_id = caller.task(f"[sim:{mark}]")
    assert caller.credit() < 10_000
    clock.advance(2 * HOUR)
    record = caller.record(task_id)
    assert (record["state"], record["failCode"]) == ("fail", code)
    assert text in record["failMsg"]
    assert caller.credit() == 10_000


def test_fail_early_is_early_and_slow_is_slow(caller: Caller, clock: ManualClock, simulator: Simulator) -> None:
    early, slow, stuck = (caller.task(f"[sim:{mark}]") for mark in ("fail-early", "slow", "stuck"))
    due = {task.task_id: task.due for task in simulator.tasks()}
    now = clock.now() * 1000
    assert (due[early], due[slow], due[stuck]) == (now + HOUR * 100, now + HOUR * 4000, None)
    clock.advance(1000 * HOUR)
    assert caller.record(stuck)["state"] == "waiting"


def test_throttled_goes_through_at_the_third_try(caller: Caller) -> None:
    assert [caller.create("[sim:throttled]", ref="a")["code"] for _ in range(3)] == [429, 429, 200]
    assert caller.create("[sim:throttled]", ref="b")["code"] == 429
    assert caller.credit() == 10_000 - 330


def test_lost_is_charged_and_never_answered(caller: Caller, simulator: Simulator) -> None:
    body = {"model": MODEL, "input": {"prompt": "[sim:lost]", "upload_method": "s3"}}
    with pytest.raises(httpx.RemoteProtocolError):
        caller.http.post("/api/v1/jobs/createTask", json=body)
    (charge,) = simulator.ledger()
    assert charge.charged == 330
    assert caller.record(charge.task_id)["state"] == "waiting"


def test_no_result_succeeds_without_a_link(caller: Caller, simulator: Simulator) -> None:
    task_id = caller.task("[sim:no-result]")
    simulator.finish(task_id)
    record = caller.record(task_id)
    assert (record["state"], record["resultJson"]) == ("success", '{"resultUrls":[]}')


def test_an_unknown_mark_means_nothing(caller: Caller) -> None:
    assert caller.create("[sim:nonsense] [sim:999]")["code"] == 200


def test_every_mark_and_every_code_is_in_the_help() -> None:
    assert all(f"[sim:{name}]" in help_text() for name in MARKS)
    assert all(str(code) in help_text() for code in STANDARD_TEXTS)


def test_a_withdrawn_model_by_option(running: Callable[..., Simulator], tmp_path: Path) -> None:
    from sora_tui.simulator.options import Options

    options = Options(paused=frozenset({MODEL}), small_clips=True)
    answer = Caller(running(tmp_path, options=options).url).create()
    assert (answer["code"], answer["msg"]) == (500, "This interface is temporarily paused")
