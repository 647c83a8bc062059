"""Faults of delivery, seen on the wire, with the ledger as judge of what was charged."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from sora_tui.simulator.faults.delivery import place
from sora_tui.simulator.server import Simulator
from tests.unit.simulator.conftest import Caller, Wire

Connect = Callable[[], Wire]


def test_a_late_answer_says_what_was_true_when_it_was_asked(
    connect: Connect, caller: Caller, simulator: Simulator
) -> None:
    task_id = caller.task()
    simulator.fault("recordInfo", "stall", seconds=0.5)
    wire = connect()
    wire.record_info(task_id)
    while not seen(simulator):
        pass
    simulator.finish(task_id)
    assert wire.decoded()["data"]["state"] == "waiting"
    assert caller.record(task_id)["state"] == "success"


def test_answers_come_in_another_order(connect: Connect, caller: Caller, simulator: Simulator) -> None:
    task_id = caller.task()
    simulator.fault("recordInfo", "reordered", behind=2)
    held = connect()
    held.record_info(task_id)
    while not seen(simulator):
        pass
    simulator.finish(task_id)
    assert caller.record(task_id)["state"] == "success"
    assert caller.credit() > 0  # another route
    assert held.is_silent()
    assert caller.record(task_id)["state"] == "success"
    assert held.decoded()["data"]["state"] == "waiting"


def test_only_the_same_subject_lets_an_answer_go(connect: Connect, caller: Caller, simulator: Simulator) -> None:
    first, second = caller.task(), caller.task()
    simulator.fault("recordInfo", "reordered", only=first)
    held = connect()
    held.record_info(first)
    while not seen(simulator):
        pass
    caller.record(second)
    assert held.is_silent()
    caller.record(first)
    assert held.decoded()["data"]["taskId"] == first


def test_held_answers_let_each_other_go(connect: Connect, caller: Caller, simulator: Simulator) -> None:
    simulator.fault("createTask", "reordered", behind=2)
    simulator.fault("createTask", "reordered")
    first, second = connect(), connect()
    for wire, charges in ((first, 1), (second, 2)):
        wire.create()
        while len(simulator.ledger()) < charges:
            pass
    assert first.is_silent()
    caller.create()
    assert [wire.decoded()["code"] for wire in (second, first)] == [200, 200]
    assert len(simulator.ledger()) == 3


def test_a_request_that_came_earlier_lets_nothing_go(connect: Connect, caller: Caller, simulator: Simulator) -> None:
    simulator.fault("createTask", "reordered", only="early")
    simulator.fault("createTask", "reordered", behind=2)
    early, held = connect(), connect()
    for wire, ref, charges in ((early, "early", 1), (held, "held", 2)):
        wire.create(ref=ref)
        while len(simulator.ledger()) < charges:
            pass
    caller.create(ref="early again")
    assert early.decoded()["code"] == 200
    assert held.is_silent()
    caller.create()
    assert held.decoded()["code"] == 200


def test_a_held_answer_whose_client_left_is_forgotten(connect: Connect, caller: Caller, simulator: Simulator) -> None:
    simulator.fault("createTask", "reordered")
    wire = connect()
    wire.create()
    while not simulator.ledger():
        pass
    wire.close()
    assert caller.create()["code"] == 200
    assert len(simulator.ledger()) == 2


def test_a_body_trickles(connect: Connect, simulator: Simulator) -> None:
    simulator.fault("createTask", "trickle", piece=7, seconds=0, without=["Content-Length"])
    wire = connect()
    wire.create()
    status, headers = wire.head()
    assert (status, headers["transfer-encoding"]) == (200, "chunked")
    *pieces, last = list(iter(wire.chunk, b""))
    assert {len(piece) for piece in pieces} == {7}
    assert 0 < len(last) <= 7
    (charge,) = simulator.ledger()
    assert json.loads(b"".join([*pieces, last]))["data"]["taskId"] == charge.task_id


def test_seconds_pass_between_the_pieces(connect: Connect, simulator: Simulator) -> None:
    simulator.fault("createTask", "trickle", piece=3, seconds=600)
    wire = connect()
    wire.create()
    status, headers = wire.head()
    assert (status, int(headers["content-length"]) > 3) == (200, True)
    assert wire.read(3) == b'{"c'
    assert wire.is_silent()
    assert len(simulator.ledger()) == 1


def test_a_body_trickles_without_end(connect: Connect, caller: Caller, simulator: Simulator) -> None:
    simulator.fault("createTask", "trickle", piece=1000, seconds=0, endless=True)
    wire = connect()
    wire.create()
    assert "content-length" not in wire.head()[1]
    assert json.loads(wire.chunk())["code"] == 200
    assert {wire.chunk() for _ in range(50)} == {b" " * 1000}
    wire.close()
    assert caller.create()["code"] == 200


@pytest.mark.parametrize(("at", "received"), [(None, 0.5), (0.0, 0.0), (10, 10), (0.9, 0.9), (10**9, -1)])
def test_a_truncated_body_is_shorter_than_promised(
    connect: Connect, simulator: Simulator, at: float | None, received: float
) -> None:
    simulator.fault("createTask", "truncated", **({} if at is None else {"at": at}))
    wire = connect()
    wire.create()
    status, headers = wire.head()
    promised = int(headers["content-length"])
    expected = int(received * promised) if isinstance(received, float) else received % promised
    assert (status, len(wire.rest())) == (200, expected)
    assert len(simulator.ledger()) == 1


def test_chunks_can_be_cut(connect: Connect, simulator: Simulator) -> None:
    simulator.fault("createTask", "truncated", at=5, without=["content-length"])
    wire = connect()
    wire.create()
    assert wire.head()[1]["transfer-encoding"] == "chunked"
    assert wire.rest() == b'5\r\n{"cod\r\n'


def test_an_unframed_body_ends_with_its_connection(connect: Connect, simulator: Simulator) -> None:
    simulator.fault("createTask", "unframed")
    simulator.fault("createTask", "unframed", at=20)
    whole, cut = connect(), connect()
    whole.create()
    cut.create()
    for wire in (whole, cut):
        status, headers = wire.head()
        assert (status, headers["connection"]) == (200, "close")
        assert not {"content-length", "transfer-encoding"} & set(headers)
    assert json.loads(whole.rest())["code"] == 200
    assert cut.rest() == b'{"code":200,"msg":"s'
    assert len(simulator.ledger()) == 2


def test_a_packed_answer_nobody_asked_for(connect: Connect, simulator: Simulator) -> None:
    simulator.fault("createTask", "gzip")
    wire = connect()
    wire.create()
    status, headers, body = wire.answer()
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert json.loads(gzip.decompress(body))["data"]["taskId"] == simulator.ledger()[0].task_id


def test_a_bomb_is_small_on_the_wire_and_large_in_memory(connect: Connect, simulator: Simulator) -> None:
    simulator.fault("createTask", "gzip_bomb", size=3_000_000)
    wire = connect()
    wire.create()
    status, headers = wire.head()
    assert (status, headers["content-encoding"], headers["transfer-encoding"]) == (200, "gzip", "chunked")
    packed = b"".join(iter(wire.chunk, b""))
    assert len(packed) < 10_000
    unpacked = zlib.decompress(packed, wbits=31)
    assert len(unpacked) == 3_000_000
    assert json.loads(unpacked)["data"]["taskId"] == simulator.ledger()[0].task_id


def test_a_huge_answer_is_a_proper_one(connect: Connect, simulator: Simulator) -> None:
    simulator.fault("createTask", "huge", size=3_000_000)
    wire = connect()
    wire.create()
    _, headers, body = wire.answer()
    assert (headers["content-length"], len(body)) == ("3000000", 3_000_000)
    assert json.loads(body)["data"]["taskId"] == simulator.ledger()[0].task_id


@pytest.mark.parametrize("kind", ["huge", "gzip_bomb"])
def test_a_hundred_million_bytes_hold_up_nobody(
    connect: Connect, caller: Caller, simulator: Simulator, kind: str
) -> None:
    task_id = caller.task()
    simulator.fault("recordInfo", kind)
    wire = connect()
    wire.record_info(task_id)
    status, headers = wire.head()
    assert (status, headers.get("content-length")) == (200, "100000000" if kind == "huge" else None)
    assert caller.record(task_id)["state"] == "waiting"
    wire.close()
    assert caller.record(task_id)["state"] == "waiting"


@pytest.mark.parametrize(
    ("at", "length", "expected"), [(0, 10, 0), (3, 10, 3), (10, 10, 9), (0.5, 9, 4), (0.0, 9, 0), (7, 0, 0)]
)
def test_places(at: float, length: int, expected: int) -> None:
    assert place(at, length) == expected


def seen(simulator: Simulator) -> int:
    """How many requests the script's first fault has befallen: they have been carried out."""
    answer: Any = httpx.post(f"{simulator.url}/_simulator/faults", json={}).json()
    count: int = answer["faults"][0]["seen"]
    return count
