"""`KieClient`: one typed method per endpoint of the jobs API and of its upload host.

How a request travels is `transport`'s business; nothing comes out of here but what was asked for or a `KieError`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import SecretStr

from sora_tui import __version__
from sora_tui.kie import catalogue, uploads
from sora_tui.kie.addresses import checked_base_url, result_link
from sora_tui.kie.catalogue import ModelListing, ModelSchema, SuccessPoint
from sora_tui.kie.credentials import Key
from sora_tui.kie.envelope import Answer, real_number
from sora_tui.kie.errors import Refused, UnreadableAnswer
from sora_tui.kie.limits import SlidingWindow
from sora_tui.kie.messages import CreatedTask, CreateTask, TaskRecord, names_a_task
from sora_tui.kie.transport import Network, Transport
from sora_tui.kie.uploads import UploadedFile

BASE_URL = "https://api.kie.ai"
UPLOAD_URL = "https://kieai.redpandaai.co"
USER_AGENT = f"sora-tui/{__version__} (+https://pypi.org/project/sora-tui/)"
"""Some default agents of libraries get a bare 403 from the edge (contract §1)."""

_CREATE = "/api/v1/jobs/createTask"


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
        transport: Network | None = None,
        user_agent: str | None = None,
        discovery: SlidingWindow | None = None,
    ) -> None:
        key, agent = Key(api_key), user_agent or USER_AGENT
        self._service = Transport(checked_base_url(base_url), key, timeout=timeout, user_agent=agent, network=transport)
        self._upload_host = Transport(
            checked_base_url(upload_url), key, timeout=timeout, user_agent=agent, network=transport
        )
        self._network = transport
        # a tenth more than the second allowed, for requests that travel at different speeds
        self._discovery = discovery or SlidingWindow(1, 1.1)

    def __repr__(self) -> str:
        return f"KieClient({self.base_url!r})"

    @property
    def upload_url(self) -> str:
        """Where inputs are uploaded, without a last slash."""
        return self._upload_host.address

    @property
    def base_url(self) -> str:
        """The service's address, without a last slash."""
        return self._service.address

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
        try:
            answer = await self._service.ask("POST", _CREATE, body=body, headers=headers, is_alone=True)
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
        return CreatedTask.from_answer(answer)

    async def read_task(self, task_id: str) -> TaskRecord:
        """Looks at a task.

        Raises:
            KieError: any kind. A `Refused` that means `UNKNOWN_TASK` must be borne for 60 s after creation.
        """
        answer = await self._service.ask("GET", "/api/v1/jobs/recordInfo", params={"taskId": task_id})
        return TaskRecord.from_answer(answer, task_id=task_id)

    async def credits(self) -> float:
        """The account's credits.

        Raises:
            KieError: any kind.
        """
        answer = await self._service.ask("GET", "/api/v1/chat/credit")
        credits = real_number(answer.data)
        if credits is None:
            raise _odd(answer, "The answer holds no number of credits.")
        return credits

    async def download_url(self, url: str) -> str:
        """A link good for 20 minutes to a file of the service's own.

        Raises:
            KieError: any kind. `Refused` with 422 for a link that is not the service's.
        """
        answer = await self._service.ask("POST", "/api/v1/common/download-url", json={"url": url})
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

    async def upload(
        self,
        content: bytes | Path,
        *,
        file_name: str,
        media_type: str,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> UploadedFile:
        """Puts a file where a model can fetch it; it is kept there for 24 hours. Costs nothing, so may be tried again.

        A file of more than 1 MiB is read and sent in pieces, off the event loop, and may take as long as it needs while
        pieces go out.

        Args:
            content: the bytes, or the file that holds them.
            file_name: as it is kept. A file of the same name may be overwritten.
            media_type: such as `image/png`.
            on_progress: told how many bytes of how many were sent, the last time once all of them were.

        Raises:
            UnusableFile: it is missing, empty, no file, not readable, or changed while it was sent.
            KieError: any other kind.
        """
        upload = await uploads.prepared(content, file_name, media_type, on_progress or (lambda sent, size: None))
        async with aclosing(upload.body):
            answer = await self._upload_host.ask(
                "POST", upload.path, body=upload.body, headers=upload.headers, is_alone=True
            )
        return uploads.read_uploaded(answer)

    async def upload_link(self, url: str, *, file_name: str) -> UploadedFile:
        """Has the upload host fetch a file from a public link; it is kept there for 24 hours.

        Raises:
            KieError: any kind.
        """
        body = uploads.link_request(url, file_name)
        return uploads.read_uploaded(await self._upload_host.ask("POST", uploads.FROM_LINK, json=body, is_alone=True))

    async def drop_connections(self) -> None:
        """Closes the kept connections; for after a sleep, when they are dead but do not know it.

        A create or an upload under way has a connection of its own and goes on.
        """
        await self._service.drop_connections()

    async def aclose(self) -> None:
        """Closes everything. The client cannot be used again."""
        await self._service.aclose()
        await self._upload_host.aclose()
        if self._network is not None:
            await self._network.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _discover(self, path: str, params: dict[str, str] | None = None) -> Answer:
        await self._discovery.acquire()
        return await self._service.ask("GET", path, params=params)


def _odd(answer: Answer, sentence: str) -> UnreadableAnswer:
    return UnreadableAnswer(sentence, http_status=answer.http_status, code=200, raw=answer.raw)
