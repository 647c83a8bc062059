"""What the simulator calls, when, signed how, how often it tries, and what of it stands in the ledger."""

from __future__ import annotations

import json
import logging
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.simulator.calls import signature
from sora_tui.simulator.clock import ManualClock
from sora_tui.simulator.options import Options
from sora_tui.simulator.posting import NotHere, parse
from sora_tui.simulator.server import Simulator
from tests.unit.simulator.conftest import HOUR, WEBHOOK_KEY, Caller
from tests.unit.simulator.inbox import PATIENCE_S, Inbox

Running = Callable[..., Simulator]


def let_pass(caller: Caller, clock: ManualClock, seconds: float) -> None:
    """Time goes on, and the simulator looks at its clock."""
    clock.advance(seconds)
    caller.credit()


def statuses(simulator: Simulator, number: int) -> list[int | None]:
    """How the first calls went: the ledger is written after the answer, which a test may have seen first."""
    end = time.monotonic() + PATIENCE_S
    while len(tried := simulator.callbacks()) < number:
        assert time.monotonic() < end, f"only {len(tried)} calls"
    return [each.status for each in tried]


def test_the_signature_is_the_documented_one() -> None:
    # printf %s task_sora-2_1765183463848.1795003200 | openssl dgst -sha256 -hmac webhook-key-of-a-test -binary | base64
    signed = signature("webhook-key-of-a-test", "task_sora-2_1765183463848", "1795003200")
    assert signed == "42uSyYPSwW9+dfQA3a/C/luAH+9RZAPYMfzEy5WGd14="


def test_a_finished_task_is_told_with_its_record(caller: Caller, simulator: Simulator, inbox: Inbox) -> None:
    task_id = caller.task(callBackUrl=f"{inbox.url}/told/9c1f?x=1")
    simulator.finish(task_id)
    came = inbox.next()
    assert (came.path, came.headers["Content-Type"]) == ("/told/9c1f?x=1", "application/json")
    assert (came.body["code"], came.data) == (200, caller.record(task_id))
    assert came.data["state"] == "success"
    assert not came.is_signed


def test_a_failed_task_is_told_as_501(caller: Caller, simulator: Simulator, inbox: Inbox) -> None:
    task_id = caller.task(callBackUrl=inbox.url)
    simulator.fail(task_id, 500, "guardrails")
    came = inbox.next()
    assert (came.body["code"], came.data["state"], came.data["failMsg"]) == (501, "fail", "guardrails")


def test_who_gave_no_address_is_not_called(caller: Caller, simulator: Simulator, inbox: Inbox) -> None:
    simulator.finish(caller.task())
    simulator.finish(caller.task(progressCallBackUrl=inbox.url))
    simulator.finish(caller.task(callBackUrl=inbox.url))
    assert inbox.next().body["code"] == 200
    assert inbox.is_empty


def test_a_call_is_signed_with_the_webhook_key(signing: Simulator, inbox: Inbox, clock: ManualClock) -> None:
    task_id = Caller(signing.url).task(callBackUrl=inbox.url)
    clock.advance(50)
    signing.finish(task_id)
    came = inbox.next()
    assert came.headers["X-Webhook-Timestamp"] == str(int(clock.now()))
    assert came.verifies(WEBHOOK_KEY, task_id, clock.now())
    assert not came.verifies("another key", task_id, clock.now())


def test_several_keys_take_turns(running: Running, tmp_path: Path, clock: ManualClock, inbox: Inbox) -> None:
    simulator = running(tmp_path, clock=clock, webhook_keys=["old", "new"])
    caller = Caller(simulator.url)
    fits = []
    for _ in range(3):
        task_id = caller.task(callBackUrl=inbox.url)
        simulator.finish(task_id)
        came = inbox.next()
        fits.append([key for key in ("old", "new") if came.verifies(key, task_id, clock.now())])
    assert fits == [["old"], ["new"], ["old"]]


def test_progress_is_told_along_the_way(caller: Caller, simulator: Simulator, inbox: Inbox, clock: ManualClock) -> None:
    task_id = caller.task(callBackUrl=f"{inbox.url}/end", progressCallBackUrl=f"{inbox.url}/progress")
    for percent in (20, 40, 60, 80):
        let_pass(caller, clock, HOUR / 5)
        came = inbox.next()
        assert (came.path, came.data["taskId"]) == ("/progress", task_id)
        assert (came.data["state"], came.data["progress"]) == ("waiting", percent)
    simulator.finish(task_id)
    assert inbox.next().path == "/end"
    assert inbox.is_empty


def test_what_has_ended_makes_no_progress(
    caller: Caller, simulator: Simulator, inbox: Inbox, clock: ManualClock
) -> None:
    ended = caller.task("[sim:fail-early]", callBackUrl=f"{inbox.url}/end", progressCallBackUrl=inbox.url)
    running = caller.task(progressCallBackUrl=inbox.url)
    let_pass(caller, clock, HOUR / 5)
    came = inbox.next_ones(2)
    assert {(each.path, each.data["taskId"]) for each in came} == {("/end", ended), ("/", running)}
    simulator.finish(running)
    let_pass(caller, clock, HOUR)
    assert statuses(simulator, 2) == [200, 200]


@pytest.mark.parametrize("refused", [500, 401, 404, 302, None])
def test_a_call_that_is_not_accepted_is_tried_three_times_more(
    caller: Caller, simulator: Simulator, inbox: Inbox, clock: ManualClock, refused: int | None
) -> None:
    inbox.statuses = [refused] * 4
    simulator.finish(caller.task(callBackUrl=inbox.url))
    for number, pause_s in enumerate((10, 30, 60), 1):
        inbox.next()
        assert statuses(simulator, number) == [refused] * number
        let_pass(caller, clock, pause_s - 1)
        let_pass(caller, clock, 1)
    inbox.next()
    assert statuses(simulator, 4) == [refused] * 4
    let_pass(caller, clock, HOUR)
    tried = simulator.callbacks()
    assert [(each.attempt, each.at - tried[0].at) for each in tried] == [(1, 0), (2, 10_000), (3, 40_000), (4, 100_000)]
    assert {each.trouble for each in tried} == {None if refused else "the connection ended without an answer"}


def test_each_try_is_signed_anew_and_the_first_accepted_is_the_last(
    signing: Simulator, inbox: Inbox, clock: ManualClock
) -> None:
    caller = Caller(signing.url)
    inbox.statuses = [503]
    task_id = caller.task(callBackUrl=inbox.url)
    signing.finish(task_id)
    first = inbox.next()
    statuses(signing, 1)
    let_pass(caller, clock, 10)
    second = inbox.next()
    assert statuses(signing, 2) == [503, 200]
    let_pass(caller, clock, HOUR)
    assert len(signing.callbacks()) == 2
    assert first.content == second.content
    assert second.verifies(WEBHOOK_KEY, task_id, clock.now() - HOUR)
    assert first.headers["X-Webhook-Timestamp"] != second.headers["X-Webhook-Timestamp"]


def test_the_pauses_go_by_the_simulators_speed(
    running: Running, tmp_path: Path, clock: ManualClock, inbox: Inbox
) -> None:
    simulator = running(tmp_path, clock=clock, options=Options(speed=10, small_clips=True))
    caller = Caller(simulator.url)
    inbox.statuses = [500]
    simulator.finish(caller.task(callBackUrl=inbox.url))
    inbox.next()
    statuses(simulator, 1)
    let_pass(caller, clock, 1)
    inbox.next()
    assert statuses(simulator, 2) == [500, 200]


def test_an_answer_has_so_long_to_come(running: Running, tmp_path: Path, clock: ManualClock) -> None:
    assert Options().callback_patience_s == 15
    options = Options(callback_patience_s=0.05, callback_pauses_s=(), small_clips=True)
    simulator = running(tmp_path, clock=clock, options=options)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        simulator.finish(Caller(simulator.url).task("[sim:no-result]", callBackUrl=url))
        assert statuses(simulator, 1) == [None]
    assert simulator.callbacks()[0].trouble == "no answer within 0.05 s"


@pytest.mark.parametrize(
    ("answer", "status", "trouble"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", 200, None),
        (b"HTTP/1.0 204\r\nX: y\r\n\r\n", 204, None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nshort", None, "the connection ended without an answer"),
        (b"HTTP/1.1 200", None, "the connection ended without an answer"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", None, "what answered does not speak HTTP/1.1"),
        (b"HTTP/1.1 999 No\r\n\r\n", None, "what answered does not speak HTTP/1.1"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000, None, "the head of the answer is too long"),
    ],
)
def test_whatever_answers(
    running: Running, tmp_path: Path, answer: bytes, status: int | None, trouble: str | None
) -> None:
    simulator = running(tmp_path, options=Options(callback_pauses_s=(), small_clips=True))
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        simulator.fail(Caller(simulator.url).task(callBackUrl=url))
        line, _ = server.accept()
        with line:
            request = b""
            while not request.endswith(b"}}"):
                request += line.recv(64 * 1024)
            line.sendall(answer)
            line.shutdown(socket.SHUT_WR)
            assert statuses(simulator, 1) == [status]
    assert simulator.callbacks()[0].trouble == trouble


def test_nobody_listens(caller: Caller, simulator: Simulator) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    simulator.finish(caller.task(callBackUrl=f"http://localhost:{port}"))
    assert statuses(simulator, 1) == [None]
    assert simulator.callbacks()[0].trouble == "nothing listens there"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/inbox/9c1f",
        "http://example.com/inbox/9c1f",
        "http://localhost.example.com",
        "http://127.0.0.1.nip.io/",
        "http://127.0.0.1@example.com/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://0.0.0.0/",
        "http://[::ffff:10.0.0.1]/",
        "http://2130706433/",
        "https://127.0.0.1/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "127.0.0.1:80",
        "http://127.0.0.1:99999/",
        "http://[::1/",
        "http://",
        "http://127.0.0.1/a b",
        "http://127.0.0.1/é",
    ],
)
def test_nothing_beyond_this_machine_is_called_or_asked_for(
    caller: Caller,
    simulator: Simulator,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    task_id, again = caller.task(callBackUrl=url), caller.task(callBackUrl=url)
    for name in ("getaddrinfo", "create_connection"):
        monkeypatch.setattr(socket, name, lambda *_, **__: pytest.fail("a question to the network"))
    monkeypatch.setattr("asyncio.open_connection", lambda *_, **__: pytest.fail("a call"))
    with caplog.at_level(logging.WARNING, "sora_tui.simulator"):
        simulator.finish(task_id)
        simulator.finish(again)
        assert statuses(simulator, 2) == [None, None]
    assert [each.is_sent for each in simulator.callbacks()] == [False, False]
    assert simulator.callbacks()[0].trouble
    (warning,) = [line for line in caplog.messages if "is not called" in line]
    assert "9c1f" not in warning


def test_what_is_not_called_is_not_tried_again(caller: Caller, simulator: Simulator, clock: ManualClock) -> None:
    simulator.fail(caller.task(callBackUrl="https://hooks.example/in"))
    statuses(simulator, 1)
    let_pass(caller, clock, HOUR)
    assert statuses(simulator, 1) == [None]


@given(st.text() | st.from_regex(r"http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,6})?/.*"))
def test_an_address_is_of_this_machine_or_none(url: str) -> None:
    try:
        address = parse(url)
    except NotHere:
        return
    assert set(address.hosts) <= {"127.0.0.1", "::1"}
    assert 0 < address.port < 65536
    assert f"{address.authority}{address.target}".isprintable()
    assert f"{address.authority}{address.target}".isascii()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_every_name_of_this_machine_is_called(caller: Caller, simulator: Simulator, host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        simulator.finish(caller.task(callBackUrl=f"http://{host}:{server.getsockname()[1]}/x"))
        line, _ = server.accept()
        with line:
            assert line.recv(64 * 1024).startswith(b"POST /x HTTP/1.1\r\n")


def test_the_ledger_tells_what_was_sent_and_answered(signing: Simulator, inbox: Inbox, clock: ManualClock) -> None:
    task_id = Caller(signing.url).task(callBackUrl=f"{inbox.url}/x")
    signing.finish(task_id)
    came = inbox.next()
    statuses(signing, 1)
    (told,) = httpx.get(f"{signing.url}/_simulator/ledger").json()["callbacks"]
    assert (told["route"], told["task_id"], told["url"]) == ("callback", task_id, f"{inbox.url}/x")
    assert (told["attempt"], told["at"], told["status"]) == (1, round(clock.now() * 1000), 200)
    assert told["answer"] == '{"code":200,"msg":"success"}'
    assert told["body"].encode() == came.content
    assert told["headers"].items() <= came.headers.items()
    assert (told["fault"], told["trouble"]) == (None, None)


def test_the_ledger_keeps_the_latest_thousand(simulator: Simulator) -> None:
    kept = simulator.engine.ledger.callbacks
    assert kept.maxlen == 1000


def test_the_webhook_key_is_written_nowhere(signing: Simulator, inbox: Inbox, tmp_path: Path) -> None:
    signing.finish(Caller(signing.url).task(callBackUrl=inbox.url))
    inbox.next()
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert WEBHOOK_KEY.encode() not in kept
    assert WEBHOOK_KEY not in httpx.get(f"{signing.url}/_simulator/ledger").text
    assert WEBHOOK_KEY not in repr(signing.engine.options)


def test_a_restarted_simulator_calls_for_the_tasks_of_the_last(
    running: Running, tmp_path: Path, clock: ManualClock, inbox: Inbox
) -> None:
    with Simulator(tmp_path, clock=clock, durations=lambda: HOUR, small_clips=True) as before:
        addresses = {"callBackUrl": f"{inbox.url}/end", "progressCallBackUrl": f"{inbox.url}/progress"}
        Caller(before.url).task("[sim:fail]", **addresses)
    clock.advance(HOUR / 2)
    simulator = running(tmp_path, clock=clock)
    caller = Caller(simulator.url)
    let_pass(caller, clock, HOUR / 5)
    came = inbox.next()
    assert (came.path, came.data["progress"]) == ("/progress", 60)
    simulator.finish_all()
    assert inbox.next().path == "/end"


def control(simulator: Simulator, **asked: Any) -> httpx.Response:
    body = json.dumps(asked)
    headers = {"Content-Type": "application/json"}
    return httpx.post(f"{simulator.url}/_simulator/callbacks", content=body, headers=headers)


def test_a_call_on_demand_is_answered_with_what_came_of_it(
    signing: Simulator, inbox: Inbox, clock: ManualClock
) -> None:
    task_id = Caller(signing.url).task(callBackUrl=f"{inbox.url}/x", progressCallBackUrl=f"{inbox.url}/p")
    inbox.statuses = [404]
    (told,) = control(signing, taskId=task_id).json()["callbacks"]
    assert (told["status"], told["url"]) == (404, f"{inbox.url}/x")
    came = inbox.next()
    assert (came.data["taskId"], came.data["state"]) == (task_id, "waiting")
    assert came.verifies(WEBHOOK_KEY, task_id, clock.now())
    control(signing, taskId=task_id, progress=37.5)
    came = inbox.next()
    assert (came.path, came.data["progress"]) == ("/p", 37.5)
    let_pass(Caller(signing.url), clock, 60)
    assert len(signing.callbacks()) == 2


def test_a_call_on_demand_can_say_anything_to_anybody(signing: Simulator, inbox: Inbox, clock: ManualClock) -> None:
    control(signing, taskId="never made", url=f"{inbox.url}/y", data={"state": "paused", "odd": [None]})
    came = inbox.next()
    assert (came.path, came.data) == ("/y", {"taskId": "never made", "state": "paused", "odd": [None]})
    assert came.verifies(WEBHOOK_KEY, "never made", clock.now())


def test_a_fault_befalls_a_call_on_demand(signing: Simulator, inbox: Inbox, clock: ManualClock) -> None:
    task_id = Caller(signing.url).task(callBackUrl=inbox.url)
    (told,) = control(signing, taskId=task_id, fault="forged").json()["callbacks"]
    assert told["fault"] == "forged"
    assert not inbox.next().verifies(WEBHOOK_KEY, task_id, clock.now())
    assert control(signing, taskId=task_id, fault={"fault": "late", "seconds": 5}).json() == {"callbacks": []}
    let_pass(Caller(signing.url), clock, 5)
    assert inbox.next().data["taskId"] == task_id


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({}, "taskId must be the id that is spoken of."),
        ({"taskId": ""}, "taskId must be"),
        ({"taskId": "\ud83d"}, "taskId must be"),
        ({"taskId": "x"}, "That task has no such address. Say url."),
        ({"taskId": "x", "url": 7}, "url must be an address."),
        ({"taskId": "x", "url": "https://example.com"}, "The simulator calls only http addresses of this machine"),
        ({"taskId": "x", "url": "http://127.0.0.1", "progress": 101}, "progress must be a number from 0 to 100."),
        ({"taskId": "x", "url": "http://127.0.0.1", "progress": True}, "progress must be a number"),
        ({"taskId": "x", "url": "http://127.0.0.1", "data": []}, "data must be a table of fields."),
        ({"taskId": "x", "url": "http://127.0.0.1", "fault": 3}, "fault must be a kind"),
        ({"taskId": "x", "url": "http://127.0.0.1", "fault": "forget"}, "'forget' is not a fault. Did you mean forged"),
        ({"taskId": "x", "url": "http://127.0.0.1", "fault": "stall"}, "stall can't befall callback, only createTask"),
        ({"taskid": "x"}, "There is no key taskid. Did you mean taskId?"),
    ],
)
def test_a_wrong_demand_is_answered_with_a_sentence(simulator: Simulator, asked: dict[str, Any], sentence: str) -> None:
    answer = control(simulator, **asked)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(sentence)
    assert simulator.callbacks() == ()
