"""The inbox's own web server, on uvicorn and starlette: takes calls in, has them judged, answers at once.

Whoever is slow, silent or one too many is hung up on. Nothing is logged of a call: its path is a secret.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import h11
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from sora_tui.kie.webhooks import SIGNATURE_HEADER, TIMESTAMP_HEADER
from sora_tui.studio.callbacks import MAX_BODY, Call, Callback, Judgement

_DRAINED = 1_048_576
"""Bytes of a body that is too large which are still taken in, so that its sender reads our answer."""
_MOST_HEAD = 16_384
_BACKLOG = 128
_ADMITTED = 8
"""Connections that are taken in at a time, of those that wait: a crowd must neither push out one that has just been
taken in, nor hold the loop up, which draws the screen."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one caller, and all of them together, may take up.

    Attributes:
        deadline_s: how long a connection may last, from its first byte to our answer's last one.
        connections: how many may be open at once; for one more, the oldest gives way.
    """

    deadline_s: float = 10.0
    connections: int = 128


LIMITS = Limits()
"""The service waits 15 s for an answer (contract §5)."""


def create_app(judge: Callable[[Call], Judgement], hear: Callable[[Callback], None]) -> ASGIApp:
    """The inbox as an ASGI application.

    Args:
        judge: says what a call is worth.
        hear: gets what was accepted, after the answer.
    """

    async def inbox(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        try:
            body = await _body_of(request)
        except ClientDisconnect:
            return
        judgement = judge(
            Call(
                request.method,
                scope["path"],
                request.headers.get("content-type", ""),
                request.headers.get(TIMESTAMP_HEADER),
                request.headers.get(SIGNATURE_HEADER),
                body,
            )
        )
        answer = JSONResponse(
            {"code": judgement.status, "msg": judgement.words},
            judgement.status,
            {"Connection": "close", **({"Allow": "POST"} if judgement.status == 405 else {})},
        )
        await answer(scope, receive, send)
        if judgement.callback is not None:
            asyncio.get_running_loop().call_soon(hear, judgement.callback)  # whose faults are not uvicorn's to swallow

    return inbox


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens at the port; who connects from now on is answered once `serve` has it.

    Args:
        host: an address of this machine, or a name for one.
        port: 0 for any that is free.

    Raises:
        OSError: the port is taken, or the address is none of ours.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


async def serve(app: ASGIApp, listener: socket.socket, limits: Limits = LIMITS) -> None:
    """Serves on a listening socket until it is cancelled; then everyone is hung up on, and the port is free."""
    config = Config(
        app,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        h11_max_incomplete_event_size=_MOST_HEAD,
    )
    config.load()
    # Not `uvicorn.Server`, which takes the program's signals and wakes it up ten times a second.
    state = ServerState()
    open_ones: dict[_Protocol, None] = {}
    try:
        server = await asyncio.get_running_loop().create_server(
            lambda: _Protocol(config, state, limits, open_ones), sock=listener, backlog=_ADMITTED
        )
        listener.listen(_BACKLOG)  # asyncio has made the queue as short as what it takes in at a time
    except BaseException:
        listener.close()
        raise
    try:
        await asyncio.get_running_loop().create_future()
    finally:
        server.close()
        for protocol in list(open_ones):
            protocol.transport.abort()


async def _body_of(request: Request) -> bytes | None:
    """The whole body; None if it is too large."""
    size, pieces = 0, []
    async for piece in request.stream():
        size += len(piece)
        if size <= MAX_BODY:
            pieces.append(piece)
        elif size > _DRAINED:
            break
    return b"".join(pieces) if size <= MAX_BODY else None


class _Protocol(H11Protocol):
    """uvicorn's protocol with a deadline for the whole connection and a place among a limited number.

    Args:
        config: uvicorn's.
        state: uvicorn's.
        limits: how long, how many.
        open_ones: all that are open, the oldest first.
    """

    def __init__(self, config: Config, state: ServerState, limits: Limits, open_ones: dict[_Protocol, None]) -> None:
        super().__init__(config, state, {})
        self._limits = limits
        self._open_ones = open_ones
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Takes a place; the oldest gives way if there is none, so that a crowd of silent ones keeps nobody out."""
        super().connection_made(transport)
        while len(self._open_ones) >= self._limits.connections:
            oldest = next(iter(self._open_ones))
            del self._open_ones[oldest]
            oldest.transport.abort()
        self._open_ones[self] = None
        self._deadline = self.loop.call_later(self._limits.deadline_s, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """Gives the place back."""
        self._open_ones.pop(self, None)
        if self._deadline is not None:
            self._deadline.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Takes bytes in; hangs up on what is no HTTP in the middle of an answer, for which there is no status."""
        try:
            super().data_received(data)
        except h11.ProtocolError:
            self.transport.abort()
