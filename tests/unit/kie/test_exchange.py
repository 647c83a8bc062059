"""The books of one request: what a sequence of the transport's steps proves."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sora_tui.kie.envelope import MAX_ANSWER
from sora_tui.kie.errors import AnswerLost, KieError, NotDelivered, UnreadableAnswer
from sora_tui.kie.exchange import Exchange

CONNECTING = "connection.connect_tcp.started"
TLS = "connection.start_tls.started"
SENDING = "http11.send_request_headers.started"
TUNNEL: dict[str, Any] = {"request": SimpleNamespace(method=b"CONNECT")}
OURS: dict[str, Any] = {"request": SimpleNamespace(method=b"POST")}


async def after(*steps: tuple[str, dict[str, Any]]) -> Exchange:
    exchange = Exchange()
    exchange.handed_over = True
    for event, info in steps:
        await exchange.trace(event, info)
    return exchange


def kind(exchange: Exchange, *, never_sent: bool = False) -> type[KieError]:
    return type(exchange.failure("Fault", never_sent=never_sent))


def test_what_never_reached_the_transport_was_not_delivered() -> None:
    assert kind(Exchange()) is NotDelivered


@pytest.mark.parametrize("never_sent", [False, True])
@pytest.mark.parametrize("step", [CONNECTING, TLS, "connection.connect_tcp.failed", "connection.start_tls.failed"])
async def test_before_the_first_byte_it_was_not_delivered(step: str, never_sent: bool) -> None:
    assert kind(await after((step, {})), never_sent=never_sent) is NotDelivered


@pytest.mark.parametrize("never_sent", [False, True])
@pytest.mark.parametrize("step", [SENDING, "http2.send_request_headers.started"])
async def test_from_the_first_byte_on_it_may_have_arrived(step: str, never_sent: bool) -> None:
    assert kind(await after((CONNECTING, {}), (step, OURS)), never_sent=never_sent) is AnswerLost


async def test_asking_a_proxy_for_a_tunnel_is_not_sending() -> None:
    assert kind(await after((SENDING, TUNNEL), (TLS, {}))) is NotDelivered
    assert kind(await after((SENDING, TUNNEL), (TLS, {}), (SENDING, OURS))) is AnswerLost
    assert kind(await after((SENDING, OURS), (SENDING, TUNNEL))) is AnswerLost


async def test_a_step_that_names_no_request_is_taken_for_ours() -> None:
    assert kind(await after((SENDING, {}))) is AnswerLost


@pytest.mark.parametrize(("never_sent", "expected"), [(True, NotDelivered), (False, AnswerLost)])
async def test_a_transport_that_tells_nothing_is_judged_by_its_fault(
    never_sent: bool, expected: type[KieError]
) -> None:
    assert kind(await after(), never_sent=never_sent) is expected


async def test_an_answer_that_was_cut_keeps_what_came() -> None:
    exchange = await after((SENDING, OURS))
    assert exchange.answered(503, {"retry-after": "9"})
    assert exchange.received(b'{"code":')
    assert exchange.received(b"\xff")
    error = exchange.failure("ReadError", never_sent=False)
    assert isinstance(error, AnswerLost)
    assert (error.http_status, error.raw, error.retry_after) == (503, '{"code":�', 9.0)


@pytest.mark.parametrize("chunks", [[MAX_ANSWER], [1, MAX_ANSWER - 1], [MAX_ANSWER - 1, 1, 0]])
def test_exactly_as_much_as_may_come_is_taken(chunks: list[int]) -> None:
    exchange = Exchange()
    exchange.answered(200, {})
    assert [exchange.received(b"a" * size) for size in chunks] == [True] * len(chunks)
    assert exchange.rejection() is None
    assert len(exchange.body) == MAX_ANSWER


@pytest.mark.parametrize("chunks", [[MAX_ANSWER + 1], [1, MAX_ANSWER], [MAX_ANSWER, 1]])
def test_one_byte_more_is_too_much(chunks: list[int]) -> None:
    exchange = Exchange()
    exchange.answered(200, {})
    assert [exchange.received(b"a" * size) for size in chunks][-1] is False
    rejection = exchange.rejection()
    assert isinstance(rejection, UnreadableAnswer)
    assert (rejection.http_status, len(rejection.raw)) == (200, MAX_ANSWER)
