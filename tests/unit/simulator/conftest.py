"""A simulator whose clock stands still, and a client that speaks to it over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from sora_tui.simulator.clock import ManualClock
from sora_tui.simulator.server import Simulator

KEY = "demo-tester"
MODEL = "sora-2-pro-text-to-video"
HOUR = 3600.0


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
def caller(simulator: Simulator) -> Iterator[Caller]:
    caller = Caller(simulator.url)
    yield caller
    caller.http.close()
