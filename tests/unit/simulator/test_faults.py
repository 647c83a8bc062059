"""Scripted faults, each seen from the client's side, with the ledger as judge of what was charged."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from sora_tui.simulator.faults import BEHAVIOURS, Fault, FaultKind, Faults
from sora_tui.simulator.odd_answers import ODD_ANSWERS
from sora_tui.simulator.server import Simulator
from tests.unit.simulator.conftest import KEY, MODEL, Caller

BODY = {"model": MODEL, "input": {"prompt": "x", "upload_method": "s3"}}


def post(caller: Caller, **more: Any) -> httpx.Response:
    return caller.http.post("/api/v1/jobs/createTask", json=BODY, **more)


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


def test_a_reset_is_a_reset(simulator: Simulator) -> None:
    simulator.fault("credit", "reset_before_reading")
    with socket.create_connection(("127.0.0.1", simulator.port)) as connection:
        connection.sendall(b"GET /api/v1/chat/credit HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            connection.recv(100)


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


def test_skip_times_and_order(caller: Caller, simulator: Simulator) -> None:
    simulator.fault("createTask", "code", code=433, skip=1, times=2)
    simulator.fault("createTask", "code", code=505, skip=1)
    assert [post(caller).json()["code"] for _ in range(6)] == [200, 433, 433, 505, 200, 200]


def test_files_can_be_cut_too(caller: Caller, simulator: Simulator) -> None:
    task_id = caller.task()
    simulator.finish(task_id)
    simulator.fault("files", "truncated")
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(caller.link(task_id))


def test_faults_over_http(caller: Caller, simulator: Simulator) -> None:
    def control(body: Any) -> httpx.Response:
        return httpx.post(f"{simulator.url}/_simulator/faults", json=body)

    assert control({"fault": [{"route": "credit", "fault": "html", "times": 0}]}).status_code == 200
    assert caller.http.get("/api/v1/chat/credit").status_code == 502
    assert control({"clear": True}).json() == {"faults": []}
    assert caller.credit() == 10_000
    for wrong in ([{"route": "x", "fault": "html"}], [{"fault": "html"}], ["x"], 3):
        assert control({"fault": wrong}).status_code == 400


def test_a_script_from_a_file(tmp_path: Path) -> None:
    script = tmp_path / "faults.toml"
    script.write_text('[[fault]]\nroute = "createTask"\nfault = "stall"\nseconds = 40\nskip = 2\n', "utf-8")
    assert Faults.from_file(script).script == [Fault("createTask", FaultKind.STALL, seconds=40, skip=2)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[[fault]]\nroute = "createTask"\nfault = "melt"', "'melt' is not a fault"),
        ('[[fault]]\nroute = "nowhere"\nfault = "stall"', "'nowhere' is not a route"),
        ('[[fault]]\nroute = "files"\nfault = "stall"\nhow = 1', "no key how"),
        ('[[fault]]\nroute = "files"', "needs the keys route and fault"),
        ("[faults]", "[[fault]] tables only"),
        ("[[", "Invalid initial character"),
    ],
)
def test_a_wrong_script_says_what_is_wrong(tmp_path: Path, text: str, sentence: str) -> None:
    script = tmp_path / "faults.toml"
    script.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=re.escape(sentence)):
        Faults.from_file(script)


def test_every_kind_has_a_behaviour() -> None:
    assert set(BEHAVIOURS) == set(FaultKind)


def test_the_key_of_no_request_is_kept(caller: Caller, tmp_path: Path) -> None:
    caller.task()
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert KEY.encode() not in kept
    assert json.dumps(MODEL).encode() in kept
