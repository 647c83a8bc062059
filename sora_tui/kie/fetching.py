"""Files from links, without the key: whole, or from where a piece that is already here ends.

Knows no key and sends none: results lie on hosts that are not the service's (contract §6). Redirects are followed by
hand, five at most, each to an address that may be used. Nothing comes out of here as anything but a `FetchError`.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx

from sora_tui.kie.addresses import result_link
from sora_tui.kie.proxies import proxy_for
from sora_tui.kie.transport import Borrowed, Network

MOST_REDIRECTS = 5
_CONNECT_S = 10.0
_SILENCE_S = 30.0
"""How long a server may send nothing before it is given up."""
_STRONG = re.compile(r'"[!#-~]*"', re.ASCII)
_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)", re.ASCII | re.IGNORECASE)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_DEAD = frozenset({401, 403, 404, 410})


class FetchError(Exception):
    """A file could not be fetched. The message is a sentence for people, without any part of the link."""


class Unreachable(FetchError):
    """The way was cut, or the server is busy. It may pass."""


class LinkDead(FetchError):
    """The link leads to nothing (any more): 401, 403, 404 or 410.

    Attributes:
        status: of HTTP.
    """

    def __init__(self, status: int) -> None:
        super().__init__(f"The link leads nowhere any more (HTTP {status}).")
        self.status = status


class NotThere(FetchError):
    """There is no such piece of the file (416): what is already here is not its beginning, or is all of it.

    Attributes:
        total: bytes of the whole file, as far as the server says.
    """

    def __init__(self, total: int | None) -> None:
        super().__init__("The server has no such part of the file (HTTP 416).")
        self.total = total


class BadDelivery(FetchError):
    """The server sends something that was not asked for. Asking again will not help."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file on its way.

    Attributes:
        start: at which byte of the file it begins; 0 where the server sends the whole of it, asked or not.
        total: bytes of the whole file; None where the server does not say.
        etag: the strong ETag of this version, with its quotes; empty for none or a weak one.
        pieces: the bytes. Raise `Unreachable` where the way is cut.
    """

    start: int
    total: int | None
    etag: str
    pieces: AsyncIterator[bytes]


class Fetcher:
    """Fetches files over connections of its own, apart from those to the service. Bound to the loop of its first use.

    Args:
        network: takes the place of the real one; it is not closed here.
    """

    def __init__(self, *, user_agent: str = "", network: Network | None = None) -> None:
        self._user_agent = user_agent
        self._network = network
        self._clients: dict[str, httpx.AsyncClient] = {}

    @asynccontextmanager
    async def fetch(self, link: str, *, start: int = 0, etag: str = "") -> AsyncGenerator[Delivery, None]:
        """Asks for a file.

        Args:
            link: https, or http to this machine.
            start: the byte to begin with, where the beginning is already here.
            etag: the strong ETag of that beginning; without one the whole file is asked for.

        Raises:
            FetchError: of the kind that fits.
        """
        headers = {"Range": f"bytes={start}-", "If-Range": etag} if start and etag else {}
        try:
            response = await self._followed(link, headers)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise Unreachable(_in_words(error)) from None
        try:
            yield self._delivery(response, start if headers else 0, etag)
        finally:
            with suppress(httpx.HTTPError, OSError):
                await response.aclose()

    async def aclose(self) -> None:
        """Closes every connection."""
        clients, self._clients = self._clients, {}
        for client in clients.values():
            await client.aclose()

    async def _followed(self, link: str, headers: Mapping[str, str]) -> httpx.Response:
        """The answer at the end of all redirects."""
        for _ in range(MOST_REDIRECTS + 1):
            allowed = result_link(link)
            if allowed is None:
                raise BadDelivery("The file is not fetched: it lies at no https address.")
            client = self._client(allowed)
            response = await client.send(client.build_request("GET", allowed, headers=dict(headers)), stream=True)
            if response.status_code not in _REDIRECTS:
                return response
            await response.aclose()
            target = response.headers.get("location", "")
            was_secure, link = urlsplit(allowed).scheme == "https", urljoin(allowed, target)
            if not target or (was_secure and urlsplit(link).scheme != "https"):
                raise BadDelivery("The file is not fetched: its link leads on to no https address.")
        raise BadDelivery(f"The file is not fetched: its link leads on more than {MOST_REDIRECTS} times.")

    def _client(self, link: str) -> httpx.AsyncClient:
        parts = urlsplit(link)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._clients:
            try:
                proxy = proxy_for(origin)
            except ValueError:
                raise Unreachable(
                    "The proxy set in the environment can't be used: check HTTPS_PROXY and ALL_PROXY."
                ) from None
            self._clients[origin] = httpx.AsyncClient(
                headers={"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": self._user_agent or "sora-tui"},
                trust_env=False,
                proxy=None if proxy is None else proxy.url,
                transport=None if self._network is None else Borrowed(self._network),
                timeout=httpx.Timeout(_SILENCE_S, connect=_CONNECT_S),
                follow_redirects=False,
            )
        return self._clients[origin]

    def _delivery(self, response: httpx.Response, start: int, etag: str) -> Delivery:
        status, headers = response.status_code, response.headers
        if status == 416:
            raise NotThere(_total_of(headers.get("content-range", "")))
        if status in _DEAD:
            raise LinkDead(status)
        if status in (408, 425, 429) or status >= 500:
            raise Unreachable(f"The file's server is busy (HTTP {status}).")
        if status not in (200, 206):
            raise BadDelivery(f"The file's server answered HTTP {status}.")
        if (coding := headers.get("content-encoding", "identity").strip().lower()) not in ("", "identity"):
            raise BadDelivery(f"The file is sent packed ({coding[:20]}), which was not asked for.")
        found = headers.get("etag", "")
        strong = found if _STRONG.fullmatch(found) and len(found) < 200 else ""
        length = headers.get("content-length", "")
        promised = int(length) if length.isascii() and length.isdecimal() and len(length) < 19 else None
        if status == 200:
            return Delivery(0, promised, strong, _pieces(response, promised))
        match = _RANGE.fullmatch(headers.get("content-range", "").strip())
        if match is None or not start or int(match[1]) != start:
            raise BadDelivery("The server sends another part of the file than was asked for.")
        last, total = int(match[2]), None if match[3] == "*" else int(match[3])
        if last < start or (total is not None and last != total - 1) or (strong and strong != etag):
            raise BadDelivery("The server sends another part of the file than was asked for.")
        return Delivery(start, total, strong or etag, _pieces(response, last - start + 1))


async def _pieces(response: httpx.Response, promised: int | None) -> AsyncIterator[bytes]:
    received = 0
    try:
        async for piece in response.aiter_raw():
            received += len(piece)
            if promised is not None and received > promised:
                raise BadDelivery("The server sends more than it promised.")
            yield piece
    except (httpx.HTTPError, httpx.StreamError, OSError) as error:
        raise Unreachable(_in_words(error)) from None
    if promised is not None and received < promised:
        raise Unreachable("The connection ended before the file did.")


def _total_of(content_range: str) -> int | None:
    unit, _, total = content_range.strip().partition("*/")
    return int(total) if unit.strip().lower() == "bytes" and total.isascii() and total.isdecimal() else None


def _in_words(error: Exception) -> str:
    return f"The file's server can't be reached ({type(error).__name__})."
