"""`recordInfo` as it was recorded, and the passing of time."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from sora_tui.simulator.clock import ManualClock
from sora_tui.simulator.ledger import Ledger
from sora_tui.simulator.server import Simulator
from sora_tui.simulator.wishes import Wish
from tests.unit.simulator.conftest import HOUR, MODEL, Caller

# The keys of the answers recorded in September 2026, in their order.
RUNNING_KEYS = [
    "taskId",
    "model",
    "state",
    "param",
    "resultJson",
    "failCode",
    "failMsg",
    "costTime",
    "completeTime",
    "createTime",
    "creditsConsumed",
    "operationType",
    "successFlag",
    "paramJson",
]


def test_a_running_record_has_the_keys_that_were_seen(caller: Caller) -> None:
    record = caller.record(caller.task())
    assert list(record) == RUNNING_KEYS
    assert record["state"] == "waiting"
    assert record["resultJson"] == ""
    assert record["successFlag"] == 0
    assert [record[key] for key in ("failCode", "failMsg", "costTime", "completeTime")] == [None] * 4
    assert record["operationType"] == record["model"] == MODEL


def test_a_finished_record_adds_the_response(caller: Caller, simulator: Simulator) -> None:
    task_id = caller.task(remove_watermark=True)
    simulator.finish(task_id)
    record = caller.record(task_id)
    assert set(record) == {*RUNNING_KEYS, "response"}
    assert (record["state"], record["successFlag"]) == ("success", 1)
    result = json.loads(record["resultJson"])
    assert result == record["response"]
    assert result["resultUrls"][0].startswith(f"{simulator.url}/files/{task_id}_")
    assert result["resultWaterMarkUrls"] != result["resultUrls"]


def test_the_request_is_encoded_twice_with_the_callback(caller: Caller) -> None:
    hook = "https://example.com/hook/1"
    prompt = '"quoted" [/red] \x1b[31m 日本 🐠 \ud83d'
    record = caller.record(caller.task(prompt, callBackUrl=hook, n_frames="15"))
    param = json.loads(record["param"])
    assert param["callBackUrl"] == hook
    assert param["model"] == MODEL
    assert json.loads(param["input"]) == {"prompt": prompt, "upload_method": "s3", "n_frames": "15"}
    assert record["paramJson"] == record["param"]


def test_one_running_word_until_it_is_due(caller: Caller, clock: ManualClock) -> None:
    task_id = caller.task("[sim:fail]")
    created = caller.record(task_id)["createTime"]
    assert created == clock.now() * 1000
    for _ in range(7):
        clock.advance(HOUR / 8)
        assert caller.record(task_id)["state"] == "waiting"
    clock.advance(HOUR / 8)
    record = caller.record(task_id)
    assert record["state"] == "fail"
    assert record["completeTime"] == created + HOUR * 1000
    assert record["costTime"] == HOUR  # seconds, not milliseconds


def test_a_failure_says_code_and_text_and_never_changes(
    caller: Caller, simulator: Simulator, clock: ManualClock
) -> None:
    task_id = caller.task()
    simulator.fail(task_id, "MODERATION", "This content may violate our guardrails")
    record = caller.record(task_id)
    assert (record["failCode"], record["successFlag"]) == ("MODERATION", 3)
    assert "guardrails" in record["failMsg"]
    assert record["resultJson"] == ""
    clock.advance(HOUR * 2)
    assert caller.record(task_id) == record


def test_a_task_is_a_success_only_when_its_video_is_there(
    caller: Caller, simulator: Simulator, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go = threading.Event()

    def slowly(film: Wish, path: Path) -> None:
        assert let_go.wait(20)
        path.write_bytes(b"a video")

    monkeypatch.setattr("sora_tui.simulator.cinema.make_small", slowly)
    task_id = caller.task()
    clock.advance(HOUR + 5)
    assert caller.record(task_id)["state"] == "waiting"
    clock.advance(2)
    let_go.set()
    simulator.finish(task_id)
    record = caller.record(task_id)
    assert record["state"] == "success"
    assert record["completeTime"] == clock.now() * 1000


def test_a_video_that_cannot_be_made_fails_its_task(
    caller: Caller, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(film: Wish, path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sora_tui.simulator.cinema.make_small", never)
    task_id = caller.task()
    simulator.finish(task_id)
    record = caller.record(task_id)
    assert (record["state"], record["failCode"]) == ("fail", "500")
    assert caller.credit() == 10_000


@pytest.mark.parametrize("task_id", ["", "nonsense", "0" * 32])
def test_an_unknown_task_is_null(caller: Caller, task_id: str) -> None:
    answer = caller.read(task_id)
    assert (answer["code"], answer["msg"], answer["data"]) == (422, "recordInfo is null", None)


def test_tasks_end_without_being_asked(
    running: Callable[..., Simulator], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_back = threading.Event()
    monkeypatch.setattr(Ledger, "give_back", lambda ledger, task_id: given_back.set())
    caller = Caller(running(tmp_path, durations=lambda: 0.05).url)
    caller.task("[sim:fail]")
    assert given_back.wait(20)


def test_a_task_can_be_ended_over_http(caller: Caller, simulator: Simulator) -> None:
    first, second, third = (caller.task("[sim:stuck]"), caller.task(), caller.task())
    post = caller.http.post
    assert post("/_simulator/finish", json={"taskId": first, "code": 500, "text": "no"}).json() == {"running": 2}
    assert post("/_simulator/finish", json={}).json() == {"running": 0}
    assert [caller.record(task)["state"] for task in (first, second, third)] == ["fail", "success", "success"]
    assert post("/_simulator/finish", json={"taskId": "x"}).status_code == 404


def test_the_page_of_logs_shows_every_id_newest_first_and_drives_no_terminal(caller: Caller) -> None:
    first, second = caller.task("A paper boat"), caller.task("koi\x1b[2J\nrail" + "x" * 100)
    lines = caller.http.get("/logs").text.splitlines()
    assert [line.split()[2] for line in lines] == [second, first]
    assert lines[1].endswith('"A paper boat"')
    assert all(line.isascii() and line.isprintable() for line in lines)
