"""The TCP connection below a request, for what HTTP has no words for: closing, resetting, never answering."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

from starlette.types import Receive, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

_NO_LINGER = struct.pack("ii", 1, 0)


@dataclass(slots=True)
class Connection:
    """One connection of a client, which may carry many requests.

    Attributes:
        transport: asyncio's hold on it.
        requests: how many have come in on it.
        is_spent: the next request on it is not answered any more.
    """

    transport: asyncio.Transport
    requests: int = 0
    is_spent: bool = False


class OpenProtocol(H11Protocol):
    """uvicorn's protocol with its connection in each request's state."""

    def connection_made(self, transport: Any) -> None:
        """Give the application a hold on the connection."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "connection": Connection(transport)}


def of(scope: Scope) -> Connection:
    """The connection that a request came on."""
    connection: Connection = scope["state"]["connection"]
    return connection


async def close(scope: Scope, receive: Receive) -> None:
    """Close the connection (after what was already written) and wait until it is."""
    of(scope).transport.close()
    await until_closed(receive)


async def reset(scope: Scope, receive: Receive) -> None:
    """End the connection with a TCP reset."""
    transport = of(scope).transport
    raw: socket.socket = transport.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()
    await until_closed(receive)


async def until_closed(receive: Receive) -> None:
    """Wait until the client has gone; uvicorn then takes a missing answer without complaint."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def pause(seconds: float | None, receive: Receive) -> bool:
    """Wait `seconds` (None: for ever) or until the client has gone. Answers whether it is still there."""
    return await stays_until(asyncio.Event().wait() if seconds is None else asyncio.sleep(seconds), receive)


async def stays_until(event: Awaitable[object], receive: Receive) -> bool:
    """Wait for `event` or until the client has gone. Answers whether it is still there."""
    waited, gone = asyncio.ensure_future(event), asyncio.ensure_future(until_closed(receive))
    try:
        await asyncio.wait({waited, gone}, return_when=asyncio.FIRST_COMPLETED)
        return not gone.done()
    finally:
        waited.cancel()
        gone.cancel()
