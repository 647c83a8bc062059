"""What the client tells of each request: route, outcome and duration; never a key, a query or the service's words."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sora_tui.kie.client import KieClient
from sora_tui.kie.errors import AnswerLost, NotDelivered, Refused
from sora_tui.kie.messages import CreateTask
from sora_tui.kie.profiles import SORA_2_PRO
from sora_tui.known_keys import note_key
from sora_tui.log.run import RunLog
from sora_tui.simulator.server import Simulator

KEY = "demo-c4n4ry-0123456789"


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(tmp_path / "simulator", small_clips=True, durations=lambda: 0.0) as running:
        yield running


@pytest.fixture
def _talkative_libraries() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in ("httpx", "httpcore", "asyncio")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    yield
    for logger, level in zip(loggers, before, strict=True):
        logger.setLevel(level)


def request(prompt: str) -> CreateTask:
    return CreateTask(model="sora-2-pro-text-to-video", input={"prompt": prompt, **SORA_2_PRO.completed({})})


def of_the_client(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """Level and words of our own lines, without the milliseconds."""
    return [
        (record.levelname, re.sub(r" after [0-9]+ ms$", "", record.getMessage()))
        for record in caplog.records
        if record.name == "sora_tui.kie.transport"
    ]


async def test_each_request_is_a_line_and_a_failed_one_is_louder(
    simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "sora_tui")
    async with KieClient(KEY, base_url=simulator.url) as client:
        created = await client.create_task(request("a private canary"))
        await client.read_task(created.task_id)
        with pytest.raises(Refused):
            await client.create_task(request("[sim:bad-key] a private canary"))
        with pytest.raises(AnswerLost):
            await client.create_task(request("[sim:lost] a private canary"))
    simulator.stop()
    async with KieClient(KEY, base_url=simulator.url) as client:
        with pytest.raises(NotDelivered):
            await client.credits()
    create = "POST /api/v1/jobs/createTask: HTTP"
    assert of_the_client(caplog) == [
        ("DEBUG", f"{create} 200, code 200,"),
        ("DEBUG", "GET /api/v1/jobs/recordInfo: HTTP 200, code 200,"),
        ("INFO", f"{create} 200, code 401,"),
        ("INFO", f"{create} -, The connection was lost before an answer came (RemoteProtocolError).,"),
        ("INFO", "GET /api/v1/chat/credit: HTTP -, The service could not be reached (ConnectError).,"),
    ]
    assert "canary" not in caplog.text


@pytest.mark.usefixtures("_talkative_libraries")
async def test_with_every_library_at_its_most_talkative_no_key_and_no_signature_is_in_the_log(
    simulator: Simulator, tmp_path: Path
) -> None:
    note_key(KEY)
    log = RunLog()
    log.start(tmp_path / "a.log", "debug", "begins")
    try:
        async with KieClient(KEY, base_url=simulator.url) as client:
            created = await client.create_task(request("a boat"))
            await client.read_task(created.task_id)
        await fetch(f"{simulator.url}/files/boat.mp4?Expires=9&Signature=s1gn4ture")
    finally:
        log.stop(0)
    logged = (tmp_path / "a.log").read_text()
    assert "httpcore.http11: send_request_headers.started" in logged
    assert f"recordInfo?taskId={created.task_id}" in logged
    assert f"GET {simulator.url}/files/boat.mp4?•••" in logged
    assert "s1gn4ture" not in logged
    assert KEY not in logged


async def fetch(link: str) -> None:
    """Asks for a signed link as a download does: httpx writes it to its log."""
    async with httpx.AsyncClient() as client:
        await client.get(link)
