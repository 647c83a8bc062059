"""A network that is a function: answers as a test says, and keeps what was sent."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from sora_tui.kie.client import KieClient
from sora_tui.kie.limits import SlidingWindow

KEY = "secret-key-of-a-test"


def enveloped(data: Any = None, *, code: Any = 200, msg: Any = "success") -> bytes:
    """The bytes of an envelope."""
    return json.dumps({"code": code, "msg": msg, "data": data}).encode()


@dataclass(frozen=True, slots=True)
class Said:
    """An answer of the service, byte by byte."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def response(self) -> httpx.Response:
        """A response whose body has not been read yet, as one from the network."""
        return httpx.Response(self.status, headers=self.headers, stream=httpx.ByteStream(self.body))


class Service:
    """Gives its answers one after the other, the last one for ever. An exception is a fault on the wire.

    Attributes:
        asked: every request that was sent.
    """

    def __init__(self, *answers: Said | Exception | bytes) -> None:
        self._answers = list(answers)
        self.asked: list[httpx.Request] = []

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return (Said(answer) if isinstance(answer, bytes) else answer).response()

    def client(self, key: str = KEY, **choices: Any) -> KieClient:
        """A client that speaks to this service and does not wait between its questions."""
        choices.setdefault("discovery", SlidingWindow(1000, 1.0))
        return KieClient(key, transport=httpx.MockTransport(self._answer), **choices)
