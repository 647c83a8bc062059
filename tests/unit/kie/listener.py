"""A server on this machine, byte by byte: for what only a real connection can show."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

RESET = b"reset"
"""In place of an answer: the connection breaks instead of ending."""


def whole(body: bytes, *, status: str = "200 OK", headers: str = "") -> bytes:
    """The bytes of an answer after which the connection can be used again."""
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


@dataclass(frozen=True, slots=True)
class Heard:
    """A request as it came: the number of its connection, its head and its body."""

    connection: int
    head: bytes
    body: bytes


class Listener:
    """Gives its answers one after the other, the last one for ever; an answer that is cut ends its connection.

    Attributes:
        heard: every request, in order.
        came: set when a request has come.
        may_answer: nothing is answered while this is not set.
    """

    def __init__(self, answers: Sequence[bytes]) -> None:
        self._answers = list(answers)
        self._connections = 0
        self._open: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self.heard: list[Heard] = []
        self.came = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        number = self._connections
        handler = asyncio.current_task()
        assert handler is not None
        self._open[handler] = writer
        try:
            while await self._serve_one(number, reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def close(self) -> None:
        """Ends every connection and waits until each has noticed."""
        self.may_answer.set()
        for writer in self._open.values():
            writer.transport.abort()
        await asyncio.gather(*self._open)

    async def _serve_one(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        body = await reader.readexactly(int(lengths[0].split(b":")[1])) if lengths else b""
        self.heard.append(Heard(number, head, body))
        self.came.set()
        await self.may_answer.wait()
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if answer == RESET:
            writer.transport.abort()
            return False
        writer.write(answer)
        await writer.drain()
        sent_head, _, sent_body = answer.partition(b"\r\n\r\n")
        return f"Content-Length: {len(sent_body)}\r\n".encode() in sent_head + b"\r\n"


@asynccontextmanager
async def a_listener(*answers: bytes) -> AsyncIterator[Listener]:
    """A listener on a free port of this machine."""
    listener = Listener(answers)
    server = await asyncio.start_server(listener.serve, "127.0.0.1", 0)
    listener.port = server.sockets[0].getsockname()[1]
    try:
        yield listener
    finally:
        server.close()
        await listener.close()


async def a_closed_port() -> int:
    """A port of this machine on which nobody listens."""
    async with a_listener(b"") as listener:
        return listener.port
