"""One POST to an address of this machine, and its answer. Never a byte to anywhere else.

Names are not looked up, for even that is a question to the network: `localhost` and loopback addresses only.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

_LOOPBACKS = ("127.0.0.1", "::1")
_TARGET = re.compile(r"/[!-~]*")
_STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: .*)?\r\n")
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,9})[ \t]*\r\n", re.IGNORECASE)
_KEPT = 500
"""Bytes of an answer's body that are kept: whoever writes an inbox wants to see what it said."""


class NotHere(ValueError):
    """An address that is not called; the message says why."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address on this machine.

    Attributes:
        hosts: where to connect to, the first that listens.
        port: and its port.
        authority: the `Host` header.
        target: path and query.
    """

    hosts: tuple[str, ...]
    port: int
    authority: str
    target: str


@dataclass(frozen=True, slots=True)
class Answered:
    """How a call went.

    Attributes:
        status: of the answer; None without one.
        text: how its body begins.
        trouble: why there is no answer.
    """

    status: int | None = None
    text: str = ""
    trouble: str | None = None


def parse(url: str) -> Address:
    """Where `url` leads.

    Raises:
        NotHere: not to this machine, or nowhere.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise NotHere("It is not an address.") from None
    if parts.scheme != "http" or not _is_loopback(host):
        raise NotHere("The simulator calls only http addresses of this machine, such as http://127.0.0.1:8000/inbox.")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not _TARGET.fullmatch(target):
        raise NotHere("Its path has characters that must be percent-encoded.")
    named = f"[{host}]" if ":" in host else host
    hosts = _LOOPBACKS if host == "localhost" else (host,)
    return Address(hosts, port or 80, named if port is None else f"{named}:{port}", target)


async def post(address: Address, lines: Mapping[str, str], body: bytes, patience_s: float) -> Answered:
    """Send `body` under the header `lines`; waits for the answer, but no longer than `patience_s`."""
    try:
        async with asyncio.timeout(patience_s):
            return await _exchange(address, lines, body)
    except TimeoutError:
        return Answered(trouble=f"no answer within {patience_s:g} s")
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        return Answered(trouble=_in_words(error))


async def _exchange(address: Address, lines: Mapping[str, str], body: bytes) -> Answered:
    reader, writer = await _connected(address)
    try:
        head = {"Host": address.authority, **lines, "Content-Length": str(len(body)), "Connection": "close"}
        sent = [f"POST {address.target} HTTP/1.1", *(f"{name}: {text}" for name, text in head.items()), "", ""]
        writer.write("\r\n".join(sent).encode("latin-1") + body)
        await writer.drain()
        answer = await reader.readuntil(b"\r\n\r\n")
        found = _STATUS_LINE.match(answer)
        if found is None:
            return Answered(trouble="what answered does not speak HTTP/1.1")
        length = _LENGTH.search(answer)
        kept = b"" if length is None else await reader.readexactly(min(int(length[1]), _KEPT))
        return Answered(int(found[1]), kept.decode("utf-8", "replace"))
    finally:
        writer.close()


async def _connected(address: Address) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    *others, last = address.hosts
    for host in others:
        try:
            return await asyncio.open_connection(host, address.port)
        except ConnectionRefusedError:
            continue
    return await asyncio.open_connection(last, address.port)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _in_words(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there"
    if isinstance(error, asyncio.LimitOverrunError):
        return "the head of the answer is too long"
    if isinstance(error, OSError) and not isinstance(error, ConnectionError):
        return f"it can't be reached: {error.strerror or error}"
    return "the connection ended without an answer"
