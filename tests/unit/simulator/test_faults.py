"""Scripted faults, each seen from the client's side, with the ledger as judge of what was charged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from sora_tui.simulator.odd_answers import ODD_ANSWERS
from sora_tui.simulator.server import Simulator
from tests.unit.simulator.conftest import CREATE, KEY, MODEL, Caller


def post(caller: Caller, **more: Any) -> httpx.Response:
    return caller.http.post("/api/v1/jobs/createTask", json=CREATE, **more)


@pytest.mark.parametrize(
    ("kind", "error", "charges"),
    [
        # httpx may still be writing then; it passes over that error and finds the connection ended.
        ("close_before_reading", (httpx.RemoteProtocolError, httpx.NetworkError), 0),
        ("reset_before_reading", (httpx.RemoteProtocolError, httpx.NetworkError), 0),
        ("close_after_charging", httpx.RemoteProtocolError, 1),
        ("reset_after_charging", httpx.ReadError, 1),
        ("truncated", httpx.RemoteProtocolError, 1),
    ],
)
def test_connections_that_break(
    caller: Caller,
    simulator: Simulator,
    kind: str,
    error: type[Exception] | tuple[type[Exception], ...],
    charges: int,
) -> None:
    simulator.fault("createTask", kind)
    with pytest.raises(error):
        post(caller)
    assert len(simulator.ledger()) == charges
    assert caller.create()["code"] == 200


def test_a_stall_is_charged_and_outlasts_the_client(caller: Caller, simulator: Simulator) -> None:
    simulator.fault("createTask", "stall")
    with pytest.raises(httpx.ReadTimeout):
        post(caller, timeout=0.2)
    assert len(simulator.ledger()) == 1


def test_a_short_stall_answers_late(caller: Caller, simulator: Simulator) -> None:
    simulator.fault("createTask", "stall", seconds=0.01)
    assert post(caller).json()["code"] == 200


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_gateways_page_after_the_charge(caller: Caller, simulator: Simulator, status: int) -> None:
    simulator.fault("createTask", "html", status=status)
    answer = post(caller)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html")
    assert answer.text.startswith("<html>")
    assert len(simulator.ledger()) == 1


def test_a_code_in_the_body_charges_only_when_told_to(caller: Caller, simulator: Simulator) -> None:
    simulator.fault("createTask", "code", code=429, text="slow down", headers={"Retry-After": "NaN"})
    simulator.fault("createTask", "code", code=501, text="who knows", charged=True)
    first, second = post(caller), post(caller)
    assert (first.status_code, first.json()) == (200, {"code": 429, "msg": "slow down", "data": None})
    assert first.headers["retry-after"] == "NaN"
    assert second.json()["code"] == 501
    assert len(simulator.ledger()) == 1


def test_a_redirect_to_itself_charges_each_time_it_is_followed(caller: Caller, simulator: Simulator) -> None:
    simulator.fault("createTask", "redirect", times=0)
    answer = post(caller)
    assert (answer.status_code, answer.headers["location"]) == (307, "/api/v1/jobs/createTask")
    with pytest.raises(httpx.TooManyRedirects):
        post(caller, follow_redirects=True)
    assert len(simulator.ledger()) > 2


@pytest.mark.parametrize("value", [None, 7, "", "x" * 10_000, "a\x1b[31m"])
def test_odd_task_ids(caller: Caller, simulator: Simulator, value: Any) -> None:
    simulator.fault("createTask", "task_id", value=value)
    assert post(caller).json()["data"]["taskId"] == value
    assert len(simulator.ledger()) == 1


def test_a_record_with_other_fields(caller: Caller, simulator: Simulator) -> None:
    task_id = caller.task()
    simulator.fault("recordInfo", "record", data={"state": "paused", "failMsg": "cut \ud83d"})
    record = caller.record(task_id)
    assert (record["state"], record["failMsg"], record["taskId"]) == ("paused", "cut \ud83d", task_id)
    assert caller.record(task_id)["state"] == "waiting"


@pytest.mark.parametrize(
    "data",
    [
        {"state": "success", "resultJson": json.dumps({"resultUrls": [f"https://x/{n}.mp4" for n in range(500)]})},
        {"state": "success", "resultJson": '{"resultUrls":["file:///etc/passwd","javascript:alert(1)"]}'},
        {"state": "fail", "failMsg": "x" * 1_000_000},
        {"state": "fail", "failMsg": "cut \ud83d"},
    ],
)
def test_whatever_a_record_can_say(caller: Caller, simulator: Simulator, data: dict[str, Any]) -> None:
    task_id = caller.task()
    fault = {"route": "recordInfo", "fault": "record", "data": data}
    # As ASCII with escapes: httpx would not send a lone surrogate.
    body = json.dumps({"fault": [fault]})
    httpx.post(f"{simulator.url}/_simulator/faults", content=body, headers={"Content-Type": "application/json"})
    record = caller.record(task_id)
    assert {name: record[name] for name in data} == data
    assert record["taskId"] == task_id


def test_a_body_stands_as_it_is_even_if_it_is_not_utf8(caller: Caller, simulator: Simulator) -> None:
    simulator.fault("createTask", "body", body='{"msg":"\ud83d"}', status=201)
    simulator.fault("createTask", "body", body=r'{"msg":"\ud83d"}', charged=False)
    first, second = post(caller), post(caller)
    assert (first.status_code, first.content) == (201, b'{"msg":"\xed\xa0\xbd"}')
    assert (second.status_code, second.content) == (200, rb'{"msg":"\ud83d"}')
    assert len(simulator.ledger()) == 1


def test_an_answer_under_other_headers(caller: Caller, simulator: Simulator) -> None:
    simulator.fault("createTask", "headers", headers={"X-Odd": "1"}, without=["Content-Type"])
    answer = post(caller)
    assert (answer.headers["x-odd"], "content-type" in answer.headers) == ("1", False)
    assert answer.json()["data"]["taskId"] == simulator.ledger()[0].task_id


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_that_has_no_body(caller: Caller, simulator: Simulator, status: int) -> None:
    simulator.fault("createTask", "html", status=status)
    assert (post(caller).status_code, len(simulator.ledger())) == (status, 1)


def test_one_odd_answer_by_its_number(caller: Caller, simulator: Simulator) -> None:
    simulator.fault("createTask", "odd", value=3, charged=True)
    simulator.fault("createTask", "odd", value=4)
    assert [post(caller).content for _ in range(2)] == [ODD_ANSWERS[3], ODD_ANSWERS[4]]
    assert len(simulator.ledger()) == 1


def test_fourteen_odd_answers_one_after_the_other(caller: Caller, simulator: Simulator) -> None:
    simulator.fault("recordInfo", "odd", times=14)
    seen = [caller.http.get("/api/v1/jobs/recordInfo?taskId=x").content for _ in range(14)]
    assert seen == list(ODD_ANSWERS)
    assert len(set(seen)) == 14


def test_one_hanging_poll_leaves_the_others_alone(caller: Caller, simulator: Simulator) -> None:
    first, second = caller.task(), caller.task()
    simulator.fault("recordInfo", "stall", only=first, times=0)
    with pytest.raises(httpx.ReadTimeout):
        caller.http.get("/api/v1/jobs/recordInfo", params={"taskId": first}, timeout=0.2)
    assert caller.record(second)["state"] == "waiting"


def test_the_key_of_no_request_is_kept(caller: Caller, tmp_path: Path) -> None:
    caller.task()
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert KEY.encode() not in kept
    assert json.dumps(MODEL).encode() in kept
