"""Faults of the answer itself: it comes as it should, but says something else."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping

from sora_tui.simulator.faults.exchange import Exchange, Reply
from sora_tui.simulator.faults.kinds import FaultKind
from sora_tui.simulator.odd_answers import ODD_ANSWERS


async def _headers(exchange: Exchange) -> None:
    await exchange.reply(await exchange.carry_out())


async def _html(exchange: Exchange) -> None:
    await exchange.carry_out_if_told()
    status = exchange.fault.status or 502
    page = f"<html><head><title>{status}</title></head><body>cloudflare</body></html>"
    await exchange.reply(Reply(status, {"content-type": "text/html"}, page.encode()))


async def _body(exchange: Exchange) -> None:
    await exchange.carry_out_if_told()
    # A lone surrogate becomes bytes that are not UTF-8, which is as odd as it should be.
    await exchange.reply(Reply(exchange.fault.status or 200, body=exchange.fault.body.encode("utf-8", "surrogatepass")))


async def _code(exchange: Exchange) -> None:
    await exchange.carry_out_if_told()
    envelope = {"code": exchange.fault.code, "msg": exchange.fault.text, "data": None}
    await exchange.reply(Reply(exchange.fault.status or 200, body=json.dumps(envelope).encode()))


async def _redirect(exchange: Exchange) -> None:
    await exchange.carry_out_if_told()
    location = exchange.fault.location or _address(exchange)
    await exchange.reply(Reply(exchange.fault.status or 307, {"location": location}))


async def _record(exchange: Exchange) -> None:
    reply = await exchange.carry_out()
    answer = json.loads(reply.body)
    is_id = exchange.fault.fault is FaultKind.TASK_ID
    changes = {"taskId": exchange.fault.value} if is_id else exchange.fault.data
    answer["data"] = {**(answer["data"] or {}), **changes}
    await exchange.reply(Reply(reply.status, body=json.dumps(answer).encode()))


async def _odd(exchange: Exchange) -> None:
    await exchange.carry_out_if_told()
    number = exchange.number % len(ODD_ANSWERS) if exchange.fault.value is None else exchange.fault.value
    await exchange.reply(Reply(exchange.fault.status or 200, body=ODD_ANSWERS[number]))


BEHAVIOURS: Mapping[FaultKind, Callable[[Exchange], Awaitable[None]]] = {
    FaultKind.HEADERS: _headers,
    FaultKind.HTML: _html,
    FaultKind.BODY: _body,
    FaultKind.CODE: _code,
    FaultKind.REDIRECT: _redirect,
    FaultKind.TASK_ID: _record,
    FaultKind.RECORD: _record,
    FaultKind.ODD: _odd,
}


def _address(exchange: Exchange) -> str:
    path: bytes = exchange.scope["raw_path"]
    query: bytes = exchange.scope["query_string"]
    return (path + b"?" + query if query else path).decode("latin-1")
