"""`KieClient`: one method per endpoint of the jobs API. The only module that speaks HTTP.

Nothing the wire does comes out as anything but a `KieError`. Nothing is ever sent twice, no redirect is
followed, and the key goes to one address only.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import re
import ssl
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import httpx
from pydantic import SecretStr

from sora_tui import __version__
from sora_tui.kie import catalogue
from sora_tui.kie.addresses import checked_base_url, result_link
from sora_tui.kie.catalogue import ModelListing, ModelSchema, SuccessPoint
from sora_tui.kie.credentials import Key
from sora_tui.kie.envelope import Answer, read_answer, real_number
from sora_tui.kie.errors import KieError, NotDelivered, Refused, UnreadableAnswer
from sora_tui.kie.exchange import Exchange
from sora_tui.kie.limits import SlidingWindow
from sora_tui.kie.messages import CreatedTask, CreateTask, TaskRecord, names_a_task
from sora_tui.kie.proxies import proxy_for

log = logging.getLogger(__name__)
log.addHandler(logging.NullHandler())

BASE_URL = "https://api.kie.ai"
UPLOAD_URL = "https://kieai.redpandaai.co"
USER_AGENT = f"sora-tui/{__version__} (+https://pypi.org/project/sora-tui/)"
"""Some default agents of libraries get a bare 403 from the edge (contract §1)."""

_CREATE = "/api/v1/jobs/createTask"
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


class KieClient:
    """The service at one address, for one key.

    Bound to the event loop it is first used on. Use it as `async with KieClient(key) as client:` or call
    `aclose`.

    Args:
        api_key: the account's key. Blanks around it are dropped.
        base_url: the service, or a reseller that serves the same contract.
        upload_url: where inputs are uploaded.
        timeout: seconds without a sign of life after which an exchange is given up.
        transport: takes the place of the network, in tests.
        user_agent: how we introduce ourselves.
        discovery: what the four catalogue methods share; one request per second if not given.

    Raises:
        InvalidKey: the key is empty or holds what no key holds.
        InvalidBaseUrl: an address is not https (http on this machine), or holds more than an address.
    """

    def __init__(
        self,
        api_key: str | SecretStr,
        *,
        base_url: str = BASE_URL,
        upload_url: str = UPLOAD_URL,
        timeout: float = 30.0,
        transport: httpx.AsyncBaseTransport | None = None,
        user_agent: str | None = None,
        discovery: SlidingWindow | None = None,
    ) -> None:
        self._key = Key(api_key)
        self._auth = _Bearer(self._key)
        self._base_url = checked_base_url(base_url)
        self._upload_url = checked_base_url(upload_url)
        self._timeout = timeout
        self._transport = transport
        self._user_agent = user_agent or USER_AGENT
        # a tenth more than the second allowed, for requests that travel at different speeds
        self._discovery = discovery or SlidingWindow(1, 1.1)
        self._pooled: httpx.AsyncClient | None = None
        self._closed = False

    def __repr__(self) -> str:
        return f"KieClient({self._base_url!r})"

    @property
    def upload_url(self) -> str:
        """Where inputs are uploaded, without a last slash."""
        return self._upload_url

    @property
    def base_url(self) -> str:
        """The service's address, without a last slash."""
        return self._base_url

    async def create_task(self, request: CreateTask, *, ref: str | None = None) -> CreatedTask:
        """Asks for a new task. This costs credits, so it is sent once, on a connection of its own.

        Args:
            request: what to make.
            ref: our own id for this request, sent as `X-Request-Id`. Letters, digits, `-` and `_`.

        Raises:
            NotDelivered: it was not sent; nothing was made.
            Refused: the service said no. `codes.explain` says whether it is certain that nothing was made.
            AnswerLost: it may have been made.
            UnreadableAnswer: it may have been made.
            ValueError: `ref` cannot be a header. Nothing was sent.
        """
        headers = {"Connection": "close"}
        if ref is not None:
            if not re.fullmatch(r"[A-Za-z0-9_-]{1,128}", ref):
                raise ValueError("a ref is 1 to 128 letters, digits, - and _")
            headers["X-Request-Id"] = ref
        body = request.encoded()
        client = self._open(_ONE_USE)
        try:
            answer = await self._ask("POST", _CREATE, client=client, body=body, headers=headers)
        except Refused as refusal:
            if names_a_task(refusal.raw):
                raise UnreadableAnswer(
                    "The service refused the request and named a task all the same.",
                    http_status=refusal.http_status,
                    code=refusal.code,
                    text=refusal.text,
                    raw=refusal.raw,
                ) from None
            raise
        finally:
            await client.aclose()
        return CreatedTask.from_answer(answer)

    async def read_task(self, task_id: str) -> TaskRecord:
        """Looks at a task.

        Raises:
            KieError: any kind. A `Refused` that means `UNKNOWN_TASK` must be borne for 60 s after creation.
        """
        answer = await self._ask("GET", "/api/v1/jobs/recordInfo", params={"taskId": task_id})
        return TaskRecord.from_answer(answer, task_id=task_id)

    async def credits(self) -> float:
        """The account's credits.

        Raises:
            KieError: any kind.
        """
        answer = await self._ask("GET", "/api/v1/chat/credit")
        credits = real_number(answer.data)
        if credits is None:
            raise _odd(answer, "The answer holds no number of credits.")
        return credits

    async def download_url(self, url: str) -> str:
        """A link good for 20 minutes to a file of the service's own.

        Raises:
            KieError: any kind. `Refused` with 422 for a link that is not the service's.
        """
        answer = await self._ask("POST", "/api/v1/common/download-url", json={"url": url})
        link = result_link(answer.data)
        if link is None:
            raise _odd(answer, "The answer holds no link.")
        return link

    async def models(
        self, *, task_type: str | None = None, provider: str | None = None, query: str | None = None
    ) -> list[ModelListing]:
        """The service's models, about 220 of them in one answer. Better asked once and filtered here.

        Raises:
            KieError: any kind.
        """
        asked = {"taskType": task_type, "provider": provider, "q": query}
        params = {name: value for name, value in asked.items() if value is not None}
        return catalogue.read_models(await self._discover(catalogue.MODELS_PATH, params))

    async def schema(self, model_id: str) -> ModelSchema:
        """What a model takes.

        Raises:
            KieError: any kind.
        """
        answer = await self._discover(catalogue.model_path(model_id, "schema"))
        return catalogue.read_schema_answer(answer, model_id)

    async def price(self, model_id: str) -> str:
        """What a model costs, in the vendor's prose.

        Raises:
            KieError: any kind.
        """
        return catalogue.read_price(await self._discover(catalogue.model_path(model_id, "price")))

    async def success_rate(self, model_id: str) -> list[SuccessPoint]:
        """How a model fared in the last 24 hours, in at most 144 points of ten minutes.

        Raises:
            KieError: any kind.
        """
        return catalogue.read_success(await self._discover(catalogue.model_path(model_id, "success-rate")))

    async def drop_connections(self) -> None:
        """Closes the kept connections; for after a sleep, when they are dead but do not know it.

        A create under way has a connection of its own and goes on.
        """
        pooled, self._pooled = self._pooled, None
        if pooled is not None:
            await pooled.aclose()

    async def aclose(self) -> None:
        """Closes everything. The client cannot be used again."""
        self._closed = True
        await self.drop_connections()
        if self._transport is not None:
            await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _discover(self, path: str, params: dict[str, str] | None = None) -> Answer:
        await self._discovery.acquire()
        return await self._ask("GET", path, params=params)

    def _open(self, limits: httpx.Limits) -> httpx.AsyncClient:
        """A new HTTP client, through the proxy of the environment where `proxies` finds one.

        Raises:
            NotDelivered: the environment's proxy settings cannot be used.
        """
        if self._closed:
            raise RuntimeError("the client is closed")
        try:
            proxy = proxy_for(self._base_url)
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
                transport=None if self._transport is None else _Borrowed(self._transport),
                timeout=httpx.Timeout(self._timeout, connect=min(self._timeout, _CONNECT_SECONDS)),
                limits=limits,
                follow_redirects=False,
            )
        except (ImportError, ValueError, httpx.InvalidURL):
            pass
        raise NotDelivered("The proxy set in the environment cannot be used: check HTTPS_PROXY and ALL_PROXY.")

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        client: httpx.AsyncClient | None = None,
        body: bytes | None = None,
        json: Any = None,
        params: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """One exchange: sends once, reads at most `MAX_ANSWER` bytes, and says what the answer is.

        Raises:
            KieError: of the kind that fits.
        """
        if client is None:
            client = self._pooled = self._pooled or self._open(_POOL)
        exchange = Exchange(self._key.masked)
        failure: KieError | None
        with _logged(method, path, exchange):
            try:
                async with asyncio.timeout(self._timeout * _DEADLINES):
                    request = client.build_request(
                        method,
                        self._base_url + path,
                        content=body,
                        json=json,
                        params={name: _sendable(value) for name, value in (params or {}).items()},
                        headers=headers,
                        extensions={"trace": exchange.trace},
                    )
                    await _run(exchange, client, request)
            except _WIRE_FAULTS as fault:
                failure = exchange.failure(type(fault).__name__, never_sent=isinstance(fault, _NEVER_SENT))
            else:
                failure = exchange.rejection()
            if failure is not None:
                # outside the except block, so that it drags along no frame that holds the key
                raise failure
            return read_answer(exchange.status, exchange.body, retry_after=exchange.retry_after)


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


class _Borrowed(httpx.AsyncBaseTransport):
    """A transport that outlives the HTTP clients which use it."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._inner.handle_async_request(request)


@functools.cache
def _ssl_context() -> ssl.SSLContext:
    """One for all connections: making one takes 18 ms."""
    return httpx.create_ssl_context()


def _sendable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _odd(answer: Answer, sentence: str) -> UnreadableAnswer:
    return UnreadableAnswer(sentence, http_status=answer.http_status, code=200, raw=answer.raw)
