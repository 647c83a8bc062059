"""Faults of the result files: ranges that are not what was asked for, files that change, links that are dead."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping

from starlette.responses import FileResponse

from sora_tui.simulator import answers
from sora_tui.simulator.faults.delivery import place
from sora_tui.simulator.faults.exchange import Exchange, Reply
from sora_tui.simulator.faults.kinds import FaultKind

_PLAIN = {"content-type": "text/plain; charset=utf-8"}
_HEAD = 64
"""Bytes that say what kind of file it is, and are left alone in those that are no MP4."""
_KEPT = ("etag", "last-modified")
"""What a server says of a file that, to its mind, has not changed."""


async def _ignored_range(exchange: Exchange) -> None:
    await exchange.reply(await _whole(exchange))


async def _wrong_range(exchange: Exchange) -> None:
    whole = await _whole(exchange)
    if whole.status != 200:
        await exchange.reply(whole)
        return
    length = len(whole.body)
    start = place(exchange.fault.at or 0, length)
    headers = {**whole.headers, "content-range": f"bytes {start}-{length - 1}/{length}"}
    await exchange.reply(Reply(206, headers, whole.body[start:]))


async def _unsatisfiable(exchange: Exchange) -> None:
    whole = await _whole(exchange)
    await exchange.reply(Reply(416, {**_PLAIN, "content-range": f"bytes */{len(whole.body)}"}))


async def _changed_file(exchange: Exchange) -> None:
    whole = await _whole(exchange)
    if whole.status != 200:
        await exchange.reply(whole)
        return
    content = _other(whole.body, exchange.fault.version)
    headers = {"etag": f'"{hashlib.sha256(content).hexdigest()[:32]}"'}
    if exchange.fault.same_etag:
        headers = {name: whole.headers[name] for name in _KEPT}
    with _kept_for_a_moment(content) as path:
        changed = FileResponse(path, headers=headers, media_type=whole.headers["content-type"])
        await exchange.reply(await exchange.carry_out(app=changed))


async def _expired(exchange: Exchange) -> None:
    await exchange.reply(Reply(403, _PLAIN, answers.LINK_EXPIRED.encode()))


async def _gone(exchange: Exchange) -> None:
    await exchange.reply(Reply(404, _PLAIN, answers.NO_FILE.encode()))


BEHAVIOURS: Mapping[FaultKind, Callable[[Exchange], Awaitable[None]]] = {
    FaultKind.IGNORED_RANGE: _ignored_range,
    FaultKind.WRONG_RANGE: _wrong_range,
    FaultKind.UNSATISFIABLE: _unsatisfiable,
    FaultKind.CHANGED_FILE: _changed_file,
    FaultKind.EXPIRED: _expired,
    FaultKind.GONE: _gone,
}


async def _whole(exchange: Exchange) -> Reply:
    return await exchange.carry_out(without=("range", "if-range"))


@contextlib.contextmanager
def _kept_for_a_moment(content: bytes) -> Iterator[str]:
    with tempfile.NamedTemporaryFile(suffix=".mp4") as file:
        file.write(content)
        file.flush()
        yield file.name


def _other(film: bytes, version: int) -> bytes:
    """A file that is as whole as `film` and as long, but with no byte of its pictures the same."""
    flipped = bytes(byte ^ version for byte in range(256))
    if film[4:8] != b"ftyp":
        return film[:_HEAD] + film[_HEAD:].translate(flipped)
    pieces, start = [], 0
    while start < len(film):
        size = int.from_bytes(film[start : start + 4])
        end = start + size if size >= 8 else len(film)  # less is no size: the box goes on to the end
        box = film[start:end]
        pieces.append(box[:8] + box[8:].translate(flipped) if box[4:8] == b"mdat" else box)
        start = end
    return b"".join(pieces)
