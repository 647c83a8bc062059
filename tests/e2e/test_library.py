"""The example in the library's documentation, run against the simulator."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from functools import partial
from http.server import HTTPServer
from pathlib import Path
from textwrap import dedent
from typing import Any

import httpx
import pytest

import sora_tui.kie as kie
from sora_tui.simulator.server import Simulator

KEY = "webhook-key-of-a-test"
SERVE = 'HTTPServer(("127.0.0.1", 8000), Inbox).serve_forever()'


def example() -> str:
    """The indented part of the documentation."""
    lines = [line for line in (kie.__doc__ or "").splitlines() if line.startswith("    ") or not line]
    return dedent("\n".join(lines)).strip()


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(tmp_path, small_clips=True, durations=lambda: 3600.0, webhook_keys=[KEY]) as running:
        yield running


@pytest.fixture
def inbox(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the example's inbox, on any port."""
    monkeypatch.setenv("WEBHOOK_KEY", KEY)
    monkeypatch.setenv("KIE_API_KEY", "demo-library")
    monkeypatch.setattr(kie, "KieClient", partial(kie.KieClient, base_url=simulator.url))
    program, _, rest = example().partition(SERVE)
    assert not rest
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(program, "example", "exec"), names)
    with HTTPServer(("127.0.0.1", 0), names["Inbox"]) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


async def two_tasks(call_back_url: str) -> list[str]:
    async with kie.KieClient("demo-library") as client:
        wanted = {"prompt": "A paper boat", "upload_method": "s3"}
        request = kie.CreateTask(model="sora-2-pro-text-to-video", input=wanted, call_back_url=call_back_url)
        return [(await client.create_task(request)).task_id for _ in range(2)]


def test_the_example_believes_the_record_alone(
    simulator: Simulator, inbox: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tasks = asyncio.run(two_tasks(inbox))
    for task_id, fault in zip(tasks, (None, "swapped_body"), strict=True):
        simulator.finish(task_id)
        asked = {"taskId": task_id, "url": inbox, "fault": fault}
        httpx.post(f"{simulator.url}/_simulator/callbacks", json=asked)
    httpx.get(inbox)  # it takes one call after the other: the last is over
    told = capsys.readouterr().out.splitlines()
    assert told == [line for line in told if line.startswith(f"success {simulator.url}/files/")]
    assert {line.rpartition("/")[2].partition("_")[0] for line in told} == set(tasks)


def test_the_example_refuses_what_is_forged_and_what_is_nothing(
    simulator: Simulator, inbox: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = []
    for fault in ("forged", "unsigned", "two_ids"):
        asked = {"taskId": "9c1f", "url": inbox, "fault": fault}
        answers += httpx.post(f"{simulator.url}/_simulator/callbacks", json=asked).json()["callbacks"]
    assert [answer["status"] for answer in answers] == [401, 401, 400]
    assert httpx.post(inbox, content=b"[").status_code == 400
    assert capsys.readouterr().out == ""
