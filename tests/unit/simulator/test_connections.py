"""Connections that break, are kept, or are refused: what is on the wire, and which creates came on which."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from sora_tui.simulator.server import Simulator
from tests.unit.simulator.conftest import Caller, Wire

Connect = Callable[[], Wire]


@pytest.mark.parametrize(
    ("kind", "charges"),
    [
        ("close_before_reading", 0),
        ("close_after_charging", 1),
    ],
)
def test_a_closed_connection_carries_not_one_byte(
    connect: Connect, simulator: Simulator, kind: str, charges: int
) -> None:
    simulator.fault("createTask", kind)
    wire = connect()
    wire.create(ref="a")
    assert wire.rest() == b""
    assert len(simulator.ledger()) == charges
    (arrival,) = simulator.arrivals()
    assert (arrival.ref, arrival.fresh, arrival.fault) == ("a", True, kind)


@pytest.mark.parametrize(("kind", "charges"), [("reset_before_reading", 0), ("reset_after_charging", 1)])
def test_a_reset_is_a_reset(connect: Connect, simulator: Simulator, kind: str, charges: int) -> None:
    simulator.fault("createTask", kind)
    wire = connect()
    wire.create()
    with pytest.raises(ConnectionResetError):
        wire.rest()
    assert len(simulator.ledger()) == charges


def test_a_kept_connection_is_cut_under_the_next_request(connect: Connect, simulator: Simulator) -> None:
    simulator.fault("createTask", "stale_keepalive")
    wire = connect()
    wire.create(ref="first")
    status, headers, _ = wire.answer()
    assert status == 200
    assert "connection" not in headers
    assert wire.is_silent()  # it looks alive
    wire.create(ref="second")
    assert wire.rest() == b""
    assert [charge.ref for charge in simulator.ledger()] == ["first"]
    assert [(arrival.ref, arrival.fresh, arrival.fault) for arrival in simulator.arrivals()] == [
        ("first", True, "stale_keepalive"),
        ("second", False, "stale_keepalive"),
    ]


def test_a_request_that_is_cut_uses_up_no_other_fault(connect: Connect, caller: Caller, simulator: Simulator) -> None:
    simulator.fault("createTask", "stale_keepalive")
    simulator.fault("createTask", "code", code=505)
    wire = connect()
    wire.create()
    assert wire.answer()[0] == 200
    wire.create()
    assert wire.rest() == b""
    assert [caller.create()["code"] for _ in range(2)] == [505, 200]


def test_pipelined_requests_are_cut_too(connect: Connect, simulator: Simulator) -> None:
    simulator.fault("credit", "stale_keepalive")
    wire = connect()
    request = b"GET /api/v1/chat/credit HTTP/1.1\r\nHost: x\r\n\r\n"
    wire.send_bytes(request + request)
    assert wire.answer()[0] == 200
    assert wire.rest() == b""


def test_an_idle_connection_is_closed_after_its_time(connect: Connect, simulator: Simulator) -> None:
    simulator.fault("createTask", "stale_keepalive", seconds=0)
    wire = connect()
    wire.create()
    assert wire.answer()[0] == 200
    assert wire.rest() == b""
    assert len(simulator.ledger()) == 1


def test_arrivals_tell_fresh_connections_from_used_ones(caller: Caller, simulator: Simulator) -> None:
    caller.create(ref="a")
    caller.create(ref="b")
    Caller(simulator.url).create(ref="c")
    caller.create("", ref="refused")
    assert [(arrival.ref, arrival.fresh, arrival.fault) for arrival in simulator.arrivals()] == [
        ("a", True, None),
        ("b", False, None),
        ("c", True, None),
        ("refused", False, None),
    ]
    told = httpx.get(f"{simulator.url}/_simulator/ledger").json()["arrivals"]
    assert [arrival["fresh"] for arrival in told] == [True, False, True, False]


def test_nothing_listens_for_a_while(caller: Caller, simulator: Simulator) -> None:
    caller.create(ref="before")
    with simulator.away():
        for _ in range(3):
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", simulator.port), timeout=10)
        with pytest.raises(httpx.ConnectError):
            Caller(simulator.url).create(ref="refused")
        assert len(simulator.ledger()) == 1
    assert Caller(simulator.url).create(ref="after")["code"] == 200
    assert [arrival.ref for arrival in simulator.arrivals()] == ["before", "after"]
    with simulator.away():
        pass
    assert Caller(simulator.url).credit() > 0


def test_open_connections_end_when_it_goes_away(connect: Connect, simulator: Simulator) -> None:
    wire = connect()
    wire.create()
    wire.answer()
    with simulator.away():
        assert wire.rest() == b""


def test_a_client_that_goes_in_the_middle_of_its_request_is_no_fault_of_ours(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        Simulator(tmp_path) as simulator,
        socket.create_connection(("127.0.0.1", simulator.port)) as connection,
    ):
        connection.sendall(
            b"POST /api/v1/jobs/createTask HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer demo-x\r\n"
            b"Content-Type: application/json\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n"
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 100")  # the body is awaited now
    assert [record.getMessage() for record in caplog.records] == []
