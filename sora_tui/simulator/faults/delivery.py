"""Faults of delivery: the answer is what it should be, but comes late, in part, packed, endlessly or not at all."""

from __future__ import annotations

import asyncio
import gzip
import json
import math
import zlib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from http import HTTPStatus
from itertools import chain, repeat

from starlette.types import Message

from sora_tui.simulator import connection
from sora_tui.simulator.faults.exchange import Exchange, Reply
from sora_tui.simulator.faults.kinds import FaultKind

_BLOCK = 64 * 1024
_GZIP_WINDOW = 31
_PACE_S = 1.0
_GLANCE_S = 0.05


async def _close(exchange: Exchange) -> None:
    await exchange.carry_out_if_told()
    await exchange.close()


async def _reset(exchange: Exchange) -> None:
    await exchange.carry_out_if_told()
    await connection.reset(exchange.scope, exchange.receive)


async def _stall_while_reading(exchange: Exchange) -> None:
    left, transport = _first_part(exchange), exchange.connection.transport
    seconds = exchange.fault.seconds

    async def receive() -> Message:
        nonlocal left
        message = await exchange.receive()
        arrived, left = len(message.get("body", b"")), left - len(message.get("body", b""))
        if left <= 0 < left + arrived:
            # Not connection.pause: it would read on to learn whether the client is still there.
            for _ in repeat(None) if seconds is None else repeat(None, math.ceil(seconds / _GLANCE_S)):
                if transport.is_closing():
                    break
                await asyncio.sleep(_GLANCE_S)
        return message

    await exchange.app(exchange.scope, receive, exchange.send)


async def _close_while_reading(exchange: Exchange) -> None:
    left = _first_part(exchange)
    while left > 0:
        message = await exchange.receive()
        if message["type"] == "http.disconnect":
            return
        left -= len(message.get("body", b""))
    await exchange.close()


async def _stale_keepalive(exchange: Exchange) -> None:
    seconds = exchange.fault.seconds
    exchange.connection.is_spent = seconds is None
    await exchange.app(exchange.scope, exchange.receive, exchange.send)
    if seconds is not None:
        asyncio.get_running_loop().call_later(seconds, exchange.connection.transport.close)


async def _stall(exchange: Exchange) -> None:
    reply = await exchange.carry_out() if exchange.fault.carries_out else Reply(503)
    if await connection.pause(exchange.fault.seconds, exchange.receive):
        await exchange.reply(reply)


async def _reordered(exchange: Exchange) -> None:
    later = exchange.hold(exchange.fault.behind)
    reply = await exchange.carry_out()
    if await connection.stays_until(later.wait(), exchange.receive):
        await exchange.reply(reply)


async def _called_back_first(exchange: Exchange) -> None:
    reply = await exchange.carry_out()
    made = json.loads(reply.body)["data"]
    if made is not None:
        await exchange.call_back(made["taskId"])
    await exchange.reply(reply)


async def _trickle(exchange: Exchange) -> None:
    fault = exchange.fault
    reply = await exchange.carry_out()
    await exchange.begin(reply, None if fault.endless else len(reply.body))
    spaces = repeat(b" " * fault.piece) if fault.endless else ()
    for piece in chain(_pieces(reply.body, fault.piece), spaces):
        await exchange.write(piece)
        if not await connection.pause(_PACE_S if fault.seconds is None else fault.seconds, exchange.receive):
            return
    await exchange.write(b"", more=False)


async def _truncated(exchange: Exchange) -> None:
    reply = await exchange.carry_out()
    await exchange.begin(reply, len(reply.body))
    at = 0.5 if exchange.fault.at is None else exchange.fault.at
    await exchange.write(reply.body[: place(at, len(reply.body))])
    await exchange.close()


async def _unframed(exchange: Exchange) -> None:
    reply = await exchange.carry_out()
    lines = {**exchange.lines(reply, None), "connection": "close"}
    head = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}", *(f"{name}: {lines[name]}" for name in lines)]
    body = reply.body if exchange.fault.at is None else reply.body[: place(exchange.fault.at, len(reply.body))]
    # Below HTTP: uvicorn would send chunks, whose end is marked.
    exchange.connection.transport.write("\r\n".join([*head, "", ""]).encode("latin-1"))
    if exchange.scope["method"] != "HEAD":
        exchange.connection.transport.write(body)
    await exchange.close()


async def _gzip(exchange: Exchange) -> None:
    reply = await exchange.carry_out()
    packed = gzip.compress(reply.body, mtime=0)
    await exchange.reply(Reply(reply.status, {**reply.headers, "content-encoding": "gzip"}, packed))


async def _gzip_bomb(exchange: Exchange) -> None:
    reply = await exchange.carry_out()
    await exchange.begin(Reply(reply.status, {**reply.headers, "content-encoding": "gzip"}), None)
    await exchange.stream(_packed(_padded(reply.body, exchange.fault.size)))


async def _huge(exchange: Exchange) -> None:
    reply = await exchange.carry_out()
    await exchange.begin(reply, max(exchange.fault.size, len(reply.body)))
    await exchange.stream(_padded(reply.body, exchange.fault.size))


BEHAVIOURS: Mapping[FaultKind, Callable[[Exchange], Awaitable[None]]] = {
    FaultKind.CLOSE_BEFORE_READING: _close,
    FaultKind.RESET_BEFORE_READING: _reset,
    FaultKind.CLOSE_AFTER_CHARGING: _close,
    FaultKind.RESET_AFTER_CHARGING: _reset,
    FaultKind.STALL_WHILE_READING: _stall_while_reading,
    FaultKind.CLOSE_WHILE_READING: _close_while_reading,
    FaultKind.STALE_KEEPALIVE: _stale_keepalive,
    FaultKind.STALL: _stall,
    FaultKind.REORDERED: _reordered,
    FaultKind.CALLED_BACK_FIRST: _called_back_first,
    FaultKind.TRICKLE: _trickle,
    FaultKind.TRUNCATED: _truncated,
    FaultKind.UNFRAMED: _unframed,
    FaultKind.GZIP: _gzip,
    FaultKind.GZIP_BOMB: _gzip_bomb,
    FaultKind.HUGE: _huge,
}


def place(at: float, length: int) -> int:
    """The place in a body of `length` bytes that `at` names, as a number of bytes or a share; short of its end."""
    return max(0, min(int(at * length) if isinstance(at, float) else at, length - 1))


def _first_part(exchange: Exchange) -> int:
    """How many bytes of the request's body are read before the fault; at least one."""
    lengths = [int(text) for name, text in exchange.scope["headers"] if name == b"content-length"]
    at = 0.5 if exchange.fault.at is None else exchange.fault.at
    return max(1, place(at, lengths[0]) if lengths else int(at) if at >= 1 else _BLOCK)


def _pieces(body: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


def _padded(answer: bytes, size: int) -> Iterator[bytes]:
    """A JSON object with spaces before its last brace, `size` bytes in all."""
    yield answer[:-1]
    for left in range(size - len(answer), 0, -_BLOCK):
        yield b" " * min(left, _BLOCK)
    yield answer[-1:]


def _packed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    squeeze = zlib.compressobj(wbits=_GZIP_WINDOW)
    for piece in pieces:
        yield squeeze.compress(piece)
    yield squeeze.flush()
