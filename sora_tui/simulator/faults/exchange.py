"""One request that a fault befalls, and the ways to answer it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sora_tui.simulator import connection
from sora_tui.simulator.connection import Connection
from sora_tui.simulator.faults.script import Fault

_BODILESS = (204, 304)


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer. Names of headers are in lower case."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "application/json"})
    body: bytes = b""


@dataclass(slots=True)
class Exchange:
    """One request and its fault.

    Attributes:
        fault: what befalls it.
        number: how often that fault has befallen a request before.
        hold: gives an event that is set once so many later requests have been answered.
        call_back: ends a task now and waits until its callback has been answered.
    """

    fault: Fault
    number: int
    app: ASGIApp
    scope: Scope
    receive: Receive
    send: Send
    hold: Callable[[int], asyncio.Event]
    call_back: Callable[[str], Awaitable[None]]

    @property
    def connection(self) -> Connection:
        """The connection it came on."""
        return connection.of(self.scope)

    async def carry_out(self, *, app: ASGIApp | None = None, without: Sequence[str] = ()) -> Reply:
        """Let the application (or `app`) do what was asked, keeping its answer; to HEAD with the body that GET gives.

        Args:
            app: somebody else to ask.
            without: headers of the request that it does not get to see.
        """
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        seen = [(name, text) for name, text in self.scope["headers"] if name.decode("latin-1") not in without]
        method = "GET" if self.scope["method"] == "HEAD" else self.scope["method"]
        await (app or self.app)({**self.scope, "method": method, "headers": seen}, self.receive, keep)
        if not messages:  # the client left while a file was being read for it
            return Reply(503)
        headers = {name.decode("latin-1"): text.decode("latin-1") for name, text in messages[0]["headers"]}
        body = b"".join(message.get("body", b"") for message in messages[1:])
        return Reply(messages[0]["status"], headers, body)

    async def carry_out_if_told(self) -> None:
        """Do what was asked, unless this fault comes before that."""
        if self.fault.carries_out:
            await self.carry_out()

    async def reply(self, reply: Reply) -> None:
        """Answer, as the fault's `headers` and `without` will have it."""
        body = b"" if reply.status in _BODILESS else reply.body
        await self.begin(reply, len(body))
        await self.write(body, more=False)

    async def begin(self, reply: Reply, length: int | None) -> None:
        """Send status and headers, announcing a body of `length` bytes; of chunks for None."""
        lines = self.lines(reply, length)
        raw = [(name.encode("latin-1"), text.encode("latin-1")) for name, text in lines.items()]
        await self.send({"type": "http.response.start", "status": reply.status, "headers": raw})

    async def write(self, piece: bytes, *, more: bool = True) -> None:
        """Send some of the body; the last of it without `more`."""
        await self.send({"type": "http.response.body", "body": piece, "more_body": more})

    async def stream(self, pieces: Iterable[bytes]) -> None:
        """Send a body piece by piece, for as long as there is a client."""
        for piece in pieces:
            if self.connection.transport.is_closing():
                await connection.until_closed(self.receive)
                return
            await self.write(piece)
            await asyncio.sleep(0)  # a hundred million bytes are no reason to keep others waiting
        await self.write(b"", more=False)

    async def close(self) -> None:
        """Close the connection after what was sent."""
        await connection.close(self.scope, self.receive)

    def lines(self, reply: Reply, length: int | None) -> dict[str, str]:
        """The headers of an answer, as the fault will have them."""
        lines = {**reply.headers, **{name.lower(): text for name, text in self.fault.headers.items()}}
        lines.pop("content-length", None)
        if length is not None:
            lines["content-length"] = str(length)
        for name in self.fault.without:
            lines.pop(name.lower(), None)
        return lines
