"""uvicorn as the simulator needs it: its thread, its port, which can be let go and taken again, and its time."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading

import uvicorn
from starlette.types import ASGIApp

from sora_tui.simulator.connection import OpenProtocol
from sora_tui.simulator.engine import Engine

_BACKLOG = 128


class Server(uvicorn.Server):
    """uvicorn, telling when it is up, and ending tasks while nobody asks."""

    def __init__(self, app: ASGIApp, engine: Engine) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=OpenProtocol,
                ws="none",
                lifespan="off",
                log_config=None,
                log_level="error",
                access_log=False,
                timeout_keep_alive=75,
                timeout_graceful_shutdown=1,
                server_header=False,
            )
        )
        self.is_up = threading.Event()
        self.loop: asyncio.AbstractEventLoop
        self._engine = engine
        self._nudge = asyncio.Event()

    def serve_until_stopped(self, listener: socket.socket) -> None:
        """The whole life of the server's thread."""
        try:
            asyncio.run(self.serve(sockets=[listener]))
        finally:
            self.is_up.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, and to keep time."""
        self.loop = asyncio.get_running_loop()
        self._engine.wake = self._wake
        await super().startup(sockets)
        self._time = asyncio.create_task(self._keep_time())
        self._time.add_done_callback(lambda ended: ended.cancelled() or ended.result())  # an error is logged
        self.is_up.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop serving."""
        self._engine.wake = lambda: None
        self._time.cancel()
        self._engine.callbacks.stop()
        await super().shutdown(sockets)

    async def leave(self) -> socket.socket:
        """Hang up on everybody and listen no more. Answers a socket that keeps the port, for `come_back`."""
        host, port = self.servers[0].sockets[0].getsockname()
        for server in self.servers:
            server.close()
        self.servers.clear()
        for protocol in list(self.server_state.connections):
            protocol.transport.abort()
        return bind(host, port)

    async def come_back(self, kept: socket.socket) -> None:
        """Listen again on the socket that `leave` gave."""

        def protocol() -> OpenProtocol:
            return OpenProtocol(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)

        self.servers.append(await self.loop.create_server(protocol, sock=kept, backlog=_BACKLOG))

    def _wake(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has been closed since: nobody waits any more
            self.loop.call_soon_threadsafe(self._nudge.set)

    async def _keep_time(self) -> None:
        while True:
            self._nudge.clear()
            seconds = self._engine.settle()
            try:
                async with asyncio.timeout(seconds):
                    await self._nudge.wait()
            except TimeoutError:
                continue


def listen(host: str, port: int, last: str | None, *, any_port: bool) -> socket.socket:
    """A listening socket, on the port of the address `last` if none is asked for and it is free."""
    wishes = [port] if port else [int(last.rpartition(":")[2]), 0] if last else [0]
    if any_port and port:
        wishes.append(0)
    for wish in wishes[:-1]:
        with contextlib.suppress(OSError):
            return _listen(host, wish)
    return _listen(host, wishes[-1])


def bind(host: str, port: int) -> socket.socket:
    """A socket that has the port without listening: nobody else gets it, and whoever connects is refused."""
    bound = socket.socket()
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound


def _listen(host: str, port: int) -> socket.socket:
    listener = bind(host, port)
    try:
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener
