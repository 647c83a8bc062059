"""A simulator whose clock stands still, and two clients: one speaks real HTTP, the other sees every byte."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import httpx
import pytest

from sora_tui.simulator.clock import ManualClock
from sora_tui.simulator.server import Simulator
from tests.unit.simulator.inbox import Inbox, an_inbox

KEY = "demo-tester"
WEBHOOK_KEY = "webhook-key-of-a-test"
MODEL = "sora-2-pro-text-to-video"
HOUR = 3600.0
CREATE = {"model": MODEL, "input": {"prompt": "x", "upload_method": "s3"}}


class Caller:
    """Calls a simulator as a client would, seeing codes and bodies as they are."""

    def __init__(self, url: str, key: str = KEY) -> None:
        self.http = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
            timeout=10,
        )

    def create(self, prompt: Any = "A paper boat", *, ref: str | None = None, **more: Any) -> dict[str, Any]:
        body = more.pop("body", None)
        if body is None:
            outside = {name: more.pop(name) for name in ("callBackUrl", "progressCallBackUrl", "model") if name in more}
            given = {"prompt": prompt, "upload_method": "s3", **more}
            body = {"model": MODEL, "input": given, **outside}
        headers = {"X-Request-Id": ref} if ref else {}
        answer = self.http.post("/api/v1/jobs/createTask", content=json.dumps(body), headers=headers)
        assert answer.status_code == 200
        decoded: dict[str, Any] = answer.json()
        return decoded

    def task(self, prompt: Any = "A paper boat", **more: Any) -> str:
        answer = self.create(prompt, **more)
        assert answer["code"] == 200, answer
        task_id: str = answer["data"]["taskId"]
        return task_id

    def read(self, task_id: str) -> dict[str, Any]:
        decoded: dict[str, Any] = self.http.get("/api/v1/jobs/recordInfo", params={"taskId": task_id}).json()
        return decoded

    def record(self, task_id: str) -> dict[str, Any]:
        answer = self.read(task_id)
        assert answer["code"] == 200, answer
        data: dict[str, Any] = answer["data"]
        return data

    def link(self, task_id: str) -> str:
        link: str = json.loads(self.record(task_id)["resultJson"])["resultUrls"][0]
        return link

    def credit(self) -> float:
        credit: float = self.http.get("/api/v1/chat/credit").json()["data"]
        return credit


class Wire:
    """One raw connection to a simulator, on which requests are sent and answers read in parts."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._unread = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()

    def create(self, *, ref: str | None = None) -> None:
        lines = {"X-Request-Id": ref} if ref else {}
        self.send("POST", "/api/v1/jobs/createTask", json.dumps(CREATE).encode(), **lines)

    def record_info(self, task_id: str) -> None:
        self.send("GET", f"/api/v1/jobs/recordInfo?taskId={task_id}")

    def send(self, method: str, path: str, body: bytes = b"", **lines: str) -> None:
        headers = {
            "Host": "x",
            "Authorization": f"Bearer {KEY}",
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            "Content-Length": str(len(body)),
            **lines,
        }
        head = [f"{method} {path} HTTP/1.1", *(f"{name}: {text}" for name, text in headers.items()), "", ""]
        self.send_bytes("\r\n".join(head).encode("latin-1") + body)

    def send_bytes(self, content: bytes) -> None:
        self._socket.sendall(content)

    def head(self) -> tuple[int, dict[str, str]]:
        """Status and headers of the next answer."""
        status = int(self._line().split()[1])
        fields = (line.decode("latin-1").partition(": ") for line in iter(self._line, b""))
        return status, {name.lower(): text for name, _, text in fields}

    def chunk(self) -> bytes:
        """The next chunk of a body; empty for the last."""
        content = self.read(int(self._line(), 16))
        assert self._line() == b""
        return content

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """A whole answer, which says how long it is."""
        status, headers = self.head()
        return status, headers, self.read(int(headers["content-length"]))

    def decoded(self) -> Any:
        return json.loads(self.answer()[2])

    def read(self, size: int) -> bytes:
        while len(self._unread) < size:
            assert self._receive(), "the connection ended"
        content, self._unread = self._unread[:size], self._unread[size:]
        return content

    def rest(self) -> bytes:
        """Everything up to the end of the connection."""
        while self._receive():
            pass
        return self._unread

    def is_silent(self) -> bool:
        """Whether nothing comes for a moment, not even the end. Nothing would come in a longer one either."""
        self._socket.settimeout(0.2)
        try:
            self._receive()
        except TimeoutError:
            return not self._unread
        else:
            return False
        finally:
            self._socket.settimeout(10)

    def _line(self) -> bytes:
        while b"\r\n" not in self._unread:
            assert self._receive(), "the connection ended"
        line, _, self._unread = self._unread.partition(b"\r\n")
        return line

    def _receive(self) -> bool:
        content = self._socket.recv(64 * 1024)
        self._unread += content
        return bool(content)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def running() -> Iterator[Callable[..., Simulator]]:
    """Starts simulators that are stopped after the test."""
    with ExitStack() as stack:

        def start(folder: Path, **choices: Any) -> Simulator:
            choices = {"small_clips": True, "durations": lambda: HOUR, **choices}
            return stack.enter_context(Simulator(folder, **choices))

        yield start


@pytest.fixture
def simulator(running: Callable[..., Simulator], tmp_path: Path, clock: ManualClock) -> Simulator:
    """Tasks take an hour of a clock that stands still: nothing ends unless a test says so."""
    return running(tmp_path, clock=clock)


@pytest.fixture
def connect(simulator: Simulator) -> Iterator[Callable[[], Wire]]:
    """Opens raw connections that are closed after the test."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(Wire(simulator.port))


@pytest.fixture
def caller(simulator: Simulator) -> Iterator[Caller]:
    caller = Caller(simulator.url)
    yield caller
    caller.http.close()


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    """Is called by simulators."""
    with an_inbox() as inbox:
        yield inbox


@pytest.fixture
def signing(running: Callable[..., Simulator], tmp_path: Path, clock: ManualClock) -> Simulator:
    """The same simulator with a webhook key."""
    return running(tmp_path, clock=clock, webhook_keys=[WEBHOOK_KEY])
