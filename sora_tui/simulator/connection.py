"""The TCP connection below a request, for what HTTP has no words for: closing, resetting, never answering."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any

from starlette.types import Receive, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

_NO_LINGER = struct.pack("ii", 1, 0)


class OpenProtocol(H11Protocol):
    """uvicorn's protocol with its transport in each request's state."""

    def connection_made(self, transport: Any) -> None:
        """Give the application a hold on the connection."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


async def close(scope: Scope, receive: Receive) -> None:
    """Close the connection (after what was already written) and wait until it is."""
    scope["state"]["transport"].close()
    await until_closed(receive)


async def reset(scope: Scope, receive: Receive) -> None:
    """End the connection with a TCP reset."""
    transport = scope["state"]["transport"]
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
    gone = asyncio.ensure_future(until_closed(receive))
    done, _ = await asyncio.wait({gone}, timeout=seconds)
    if not done:
        gone.cancel()
    return not done
