"""One request to one address: sent once, answered in time and in size, or an error that says what is certain.

The only module that sends the key. Nothing the wire does comes out of here as anything but a `KieError`. Nothing is
ever sent twice, no redirect is followed, and the key goes to one address only.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import ssl
import time
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import httpx

from sora_tui.kie.credentials import Key
from sora_tui.kie.envelope import Answer, read_answer
from sora_tui.kie.errors import KieError, NotDelivered, Refused, UnusableFile
from sora_tui.kie.exchange import Exchange
from sora_tui.kie.proxies import proxy_for

log = logging.getLogger(__name__)
log.addHandler(logging.NullHandler())

Network: TypeAlias = httpx.AsyncBaseTransport
"""What carries the bytes."""

_CONNECT_SECONDS = 10.0
_DEADLINES = 2.0
"""A whole exchange may take this many timeouts, so that an answer cannot drip in for ever."""

_POOL = httpx.Limits(max_connections=10, max_keepalive_connections=10, keepalive_expiry=75.0)
_ONE_USE = httpx.Limits(max_connections=1, max_keepalive_connections=0)
_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_WIRE_FAULTS = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError, ValueError)


class Transport:
    """The way to one address, with one key. Bound to the event loop it is first used on.

    Args:
        address: https, or http on this machine; without a last slash.
        key: goes with every request, and to this address only.
        timeout: seconds without a sign of life after which an exchange is given up.
        user_agent: how we introduce ourselves.
        network: takes the place of the real one; it is not closed here.
    """

    def __init__(
        self, address: str, key: Key, *, timeout: float, user_agent: str, network: Network | None = None
    ) -> None:
        self.address = address
        self._key = key
        self._auth = _Bearer(key)
        self._timeout = timeout
        self._user_agent = user_agent
        self._network = network
        self._pooled: httpx.AsyncClient | None = None
        self._closed = False

    async def ask(
        self,
        method: str,
        path: str,
        *,
        body: bytes | AsyncIterator[bytes] | None = None,
        json: Any = None,
        params: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        is_alone: bool = False,
    ) -> Answer:
        """One exchange: sends once, reads at most `MAX_ANSWER` bytes, and says what the answer is.

        Args:
            method: of HTTP.
            path: below the address.
            body: the bytes, or pieces of them; each piece that is sent gives the exchange its whole time anew.
            json: in place of a body.
            params: of the query.
            headers: beside those that every request has.
            is_alone: whether it gets a connection of its own, which nothing else closes or has kept open.

        Raises:
            KieError: of the kind that fits.
        """
        if is_alone:
            client = self._open(_ONE_USE)
        else:
            client = self._pooled = self._pooled or self._open(_POOL)
        exchange = Exchange(self._key.masked)
        failure: KieError | None
        try:
            with _logged(method, path, exchange):
                try:
                    async with asyncio.timeout(self._timeout * _DEADLINES) as deadline:
                        request = client.build_request(
                            method,
                            self.address + path,
                            content=self._prolonging(body, deadline) if isinstance(body, AsyncIterator) else body,
                            json=json,
                            params={name: _sendable(value) for name, value in (params or {}).items()},
                            headers=headers,
                            extensions={"trace": exchange.trace},
                        )
                        await _run(exchange, client, request)
                except UnusableFile as fault:
                    failure = UnusableFile(str(fault))
                except _WIRE_FAULTS as fault:
                    failure = exchange.failure(type(fault).__name__, never_sent=isinstance(fault, _NEVER_SENT))
                else:
                    failure = exchange.rejection()
                if failure is not None:
                    # outside the except block, so that it drags along no frame that holds the key
                    raise failure
                return read_answer(exchange.status, exchange.body, retry_after=exchange.retry_after)
        finally:
            if is_alone:
                await client.aclose()

    async def drop_connections(self) -> None:
        """Closes the kept connections. A request under way on one of its own goes on."""
        pooled, self._pooled = self._pooled, None
        if pooled is not None:
            await pooled.aclose()

    async def aclose(self) -> None:
        """Closes everything. Nothing can be asked any more."""
        self._closed = True
        await self.drop_connections()

    async def _prolonging(self, pieces: AsyncIterator[bytes], deadline: asyncio.Timeout) -> AsyncIterator[bytes]:
        async for piece in pieces:
            deadline.reschedule(asyncio.get_running_loop().time() + self._timeout * _DEADLINES)
            yield piece

    def _open(self, limits: httpx.Limits) -> httpx.AsyncClient:
        """A new HTTP client, through the proxy of the environment where `proxies` finds one.

        Raises:
            NotDelivered: the environment's proxy settings cannot be used.
        """
        if self._closed:
            raise RuntimeError("the client is closed")
        try:
            proxy = proxy_for(self.address)
            return httpx.AsyncClient(
                auth=self._auth,
                headers={
                    "User-Agent": self._user_agent,
                    "Accept": "application/json",
                    "Accept-Encoding": "identity",
                    "Content-Type": "application/json",  # on GET too, or 401 (contract §1)
                },
                verify=_ssl_context(),
                trust_env=False,
                proxy=None if proxy is None else proxy.url,
                transport=None if self._network is None else Borrowed(self._network),
                timeout=httpx.Timeout(self._timeout, connect=min(self._timeout, _CONNECT_SECONDS)),
                limits=limits,
                follow_redirects=False,
            )
        except (ImportError, ValueError, httpx.InvalidURL):
            pass
        raise NotDelivered("The proxy set in the environment cannot be used: check HTTPS_PROXY and ALL_PROXY.")


@contextmanager
def _logged(method: str, path: str, exchange: Exchange) -> Iterator[None]:
    """Logs an exchange: its route, outcome and duration, never a header, a query, a body or the service's words."""
    began = time.perf_counter()
    level, outcome = logging.INFO, "given up"
    try:
        yield
        level, outcome = logging.DEBUG, "code 200"
    except Refused as refusal:
        outcome = f"code {refusal.code}"
        raise
    except KieError as failure:
        outcome = str(failure)
        raise
    finally:
        took_ms = (time.perf_counter() - began) * 1000
        log.log(level, "%s %s: HTTP %s, %s, after %.0f ms", method, path, exchange.status or "-", outcome, took_ms)


async def _run(exchange: Exchange, client: httpx.AsyncClient, request: httpx.Request) -> None:
    exchange.handed_over = True
    response = await client.send(request, stream=True)
    try:
        if exchange.answered(response.status_code, response.headers):
            async for chunk in response.aiter_raw():
                if not exchange.received(chunk):
                    break
    finally:
        await response.aclose()


class _Bearer(httpx.Auth):
    """Puts the key on a request at the last moment, so that no variable of ours holds it in the clear."""

    def __init__(self, key: Key) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = self._key.header()
        yield request


class Borrowed(httpx.AsyncBaseTransport):
    """A transport that outlives the HTTP clients which use it."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Passes it on."""
        return await self._inner.handle_async_request(request)


@functools.cache
def _ssl_context() -> ssl.SSLContext:
    """One for all connections: making one takes 18 ms."""
    return httpx.create_ssl_context()


def _sendable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
