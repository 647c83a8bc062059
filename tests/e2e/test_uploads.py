"""Files go to a real upload host over HTTP. The judge is the simulator's ledger, which counts what came."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from sora_tui.kie.client import KieClient
from sora_tui.kie.profiles import Media, ModelProfile, profile_from_openapi
from sora_tui.settings import Settings, load
from sora_tui.simulator.server import Simulator
from sora_tui.studio.clock import SYSTEM_CLOCK, Clock, SystemClock
from sora_tui.studio.errors import InvalidDraft, NotUploaded
from sora_tui.studio.studio import Studio
from sora_tui.studio.task import Draft, TaskState
from sora_tui.studio.uploads import UploadProgress, Uploads

MODEL = "demo/tideline-image-to-video"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def settings(simulator: Simulator, tmp_path: Path) -> Settings:
    return load(base_url=simulator.url, upload_url=simulator.url, api_key="demo-test", data_dir=tmp_path / "data")


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[KieClient]:
    assert settings.api_key is not None
    async with KieClient(settings.api_key, base_url=settings.base_url, upload_url=settings.upload_url) as client:
        yield client


@pytest.fixture
async def profile(client: KieClient) -> ModelProfile:
    return profile_from_openapi(MODEL, (await client.schema(MODEL)).model_dump())


async def kept(simulator: Simulator) -> list[dict[str, Any]]:
    async with httpx.AsyncClient(trust_env=False) as judge:
        uploads = (await judge.get(f"{simulator.url}/_simulator/ledger")).json()["uploads"]
    assert isinstance(uploads, list)
    return uploads


def uploads_of(settings: Settings, client: KieClient, clock: Clock = SYSTEM_CLOCK) -> Uploads:
    async def connect() -> KieClient:
        return client

    return Uploads(settings, connect, clock=clock)


def draft(*paths: Path) -> Draft:
    return Draft("A boat", MODEL, {"image_urls": [str(path) for path in paths]})


@pytest.mark.parametrize(("size", "route"), [(3_000, "base64"), (3_000_000, "stream"), (20_000_000, "stream")])
async def test_two_sends_of_a_file_are_one_upload(
    simulator: Simulator,
    settings: Settings,
    client: KieClient,
    profile: ModelProfile,
    tmp_path: Path,
    size: int,
    route: str,
) -> None:
    photo = tmp_path / "my photo.png"
    photo.write_bytes(PNG + bytes(size))
    told: list[UploadProgress] = []
    uploads = uploads_of(settings, client)
    first, second = await asyncio.gather(*(uploads.prepared(draft(photo), profile, told.append) for _ in range(2)))
    after_a_restart = await uploads_of(settings, client).prepared(draft(photo), profile)
    assert first == second == after_a_restart

    [upload] = await kept(simulator)
    assert (upload["bytes"], upload["mime"]) == (len(PNG) + size, "image/png")
    assert route in upload["route"]
    assert str(tmp_path) not in str(upload)
    [link] = first.parameters["image_urls"]
    async with httpx.AsyncClient(trust_env=False) as browser:
        assert (await browser.get(link)).content == photo.read_bytes()
    assert told[-1] == UploadProgress(photo, len(PNG) + size, len(PNG) + size)
    assert all(0 <= each.sent <= each.total for each in told)


async def test_a_draft_with_a_file_is_sent_with_its_link(
    simulator: Simulator, settings: Settings, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(PNG + b"one")
    async with Studio(settings) as studio:
        studio.start()
        await studio.market.learn(MODEL)
        assert (
            studio.describe_input(str(photo), Media.IMAGE).words == "photo.png · 11 bytes · is uploaded when you send"
        )
        tasks = await asyncio.gather(*(studio.submit(draft(photo)) for _ in range(2)))
        sent = [await studio.settled(task.ref) for task in tasks]
        assert {task.state for task in sent} == {TaskState.WAITING}
        assert studio.describe_input(str(photo), Media.IMAGE).words.startswith("photo.png · uploaded just now")
    links = {tuple(task.parameters["image_urls"]) for task in sent}
    [upload] = await kept(simulator)
    assert len(links) == 1
    assert upload["path"] in str(links)
    assert len(simulator.ledger()) == 2


async def test_a_draft_that_is_wrong_uploads_nothing(simulator: Simulator, settings: Settings, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(PNG + b"one")
    async with Studio(settings) as studio:
        studio.start()
        await studio.market.learn(MODEL)
        with pytest.raises(InvalidDraft, match="The prompt is empty"):
            await studio.submit(replace(draft(photo), prompt=" "))
        photo.write_bytes(b"words")
        with pytest.raises(InvalidDraft, match=r"photo.png is not a picture"):
            await studio.submit(draft(photo))
    assert await kept(simulator) == []
    assert simulator.ledger() == ()


class QuickClock(SystemClock):
    """Pauses for nothing."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


@pytest.mark.parametrize("fault", ["close_before_reading", "reset_after_charging", "close_while_reading"])
async def test_an_upload_whose_answer_is_lost_is_tried_again(
    simulator: Simulator, settings: Settings, client: KieClient, profile: ModelProfile, tmp_path: Path, fault: str
) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(PNG + bytes(3_000_000))
    simulator.fault("file-stream-upload", fault)
    prepared = await uploads_of(settings, client, QuickClock()).prepared(draft(photo), profile)
    *_, upload = await kept(simulator)
    assert upload["path"] in prepared.parameters["image_urls"][0]


async def test_what_the_host_does_not_take_is_said_in_its_words(
    simulator: Simulator, settings: Settings, client: KieClient, profile: ModelProfile, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(PNG + b"one")
    simulator.fault("file-base64-upload", "code", code=400, text="File type not supported")
    with pytest.raises(NotUploaded, match=r"did not take it \(400: File type not supported\)"):
        await uploads_of(settings, client).prepared(draft(photo), profile)
    assert await kept(simulator) == []
