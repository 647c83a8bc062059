"""The demo with callbacks: its server tells the studio of each end, and the studio hardly asks any more."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sora_tui.demo import CATALOGUE, KEY_FILE, DemoServer
from sora_tui.settings import Settings, demo_folder, load
from sora_tui.simulator.server import Simulator
from sora_tui.studio.inbox import Standing
from sora_tui.studio.studio import Studio
from sora_tui.studio.task import Draft, Task, TaskState
from tests.e2e.test_callbacks import PATIENCE_S, settled

KEY = "webhook-key-of-a-test"
HOUR = 3600.0


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    """Signs its callbacks; its tasks end when a test says so."""
    with Simulator(tmp_path / "simulator", small_clips=True, durations=lambda: HOUR, webhook_keys=[KEY]) as running:
        yield running


def demo_settings(url: str, data_dir: Path, key: str = KEY) -> Settings:
    return load(data_dir=data_dir).for_demo(url, webhook_key=key)


async def sent(studio: Studio, prompt: str = "A paper boat") -> Task:
    task = await studio.submit(Draft(prompt, "sora-2-pro-text-to-video", {"size": "standard"}))
    return await studio.settled(task.ref)


async def ended(studio: Studio, simulator: Simulator, task: Task) -> Task:
    assert task.task_id is not None
    await asyncio.to_thread(simulator.finish, task.task_id)
    (seen,) = await studio.wait([task.ref], PATIENCE_S)
    return seen


def looks(simulator: Simulator) -> int:
    return simulator.requests().get("recordInfo 200", 0)


async def test_what_is_told_is_asked_about_once(simulator: Simulator, tmp_path: Path) -> None:
    async with Studio(demo_settings(simulator.url, tmp_path / "data")) as studio:
        studio.start()
        await settled(studio, lambda: studio.callbacks is Standing.OPEN)
        await ended(studio, simulator, await sent(studio))
        assert studio.callbacks is Standing.PROVED
        before = looks(simulator)
        tasks = [await sent(studio) for _ in range(5)]
        assert looks(simulator) == before
        for task in reversed(tasks):
            assert (await ended(studio, simulator, task)).state is TaskState.SUCCESS
        assert looks(simulator) == before + len(tasks)


async def test_what_is_forged_or_swapped_changes_nothing(simulator: Simulator, tmp_path: Path) -> None:
    async with Studio(demo_settings(simulator.url, tmp_path / "data")) as studio:
        studio.start()
        await settled(studio, lambda: studio.callbacks is Standing.OPEN)
        simulator.fault("callback", "swapped_body", data={"state": "fail", "failMsg": "a lie"})
        first = await ended(studio, simulator, await sent(studio))
        assert (first.state, studio.callbacks) == (TaskState.SUCCESS, Standing.PROVED)
        second, before = await sent(studio), looks(simulator)
        for fault, status in (("forged", 401), ("unsigned", 401), ("two_ids", 400), ("snake_id", 200)):
            asked = {"taskId": second.task_id, "fault": fault, "data": {"state": "success"}}
            async with httpx.AsyncClient() as client:
                answer = await client.post(f"{simulator.url}/_simulator/callbacks", json=asked)
            assert [tried["status"] for tried in answer.json()["callbacks"]] == [status]
            assert looks(simulator) == before or status == 200
        assert (await ended(studio, simulator, second)).state is TaskState.SUCCESS


async def test_a_callback_before_the_answer_to_its_create_makes_one_row(simulator: Simulator, tmp_path: Path) -> None:
    async with Studio(demo_settings(simulator.url, tmp_path / "data")) as studio:
        studio.start()
        await settled(studio, lambda: studio.callbacks is Standing.OPEN)
        simulator.fault("createTask", "called_back_first")
        task = await sent(studio)
        (seen,) = await studio.wait([task.ref], PATIENCE_S)
        assert seen.state is TaskState.SUCCESS
        assert sum(studio.counts.values()) == 1
        assert len(simulator.ledger()) == 1


async def test_a_send_whose_answer_was_lost_is_found_by_its_callback(simulator: Simulator, tmp_path: Path) -> None:
    async with Studio(demo_settings(simulator.url, tmp_path / "data")) as studio:
        studio.start()
        await settled(studio, lambda: studio.callbacks is Standing.OPEN)
        simulator.fault("createTask", "close_after_charging")
        task = await sent(studio)
        assert task.state is TaskState.UNCONFIRMED
        (charge,) = simulator.ledger()
        await asyncio.to_thread(simulator.finish, charge.task_id)
        await settled(studio, lambda: studio.tasks.get(task.ref, task).state is not TaskState.UNCONFIRMED)
        seen = await studio.get(task.ref)
        assert (seen.state, seen.task_id) == (TaskState.SUCCESS, charge.task_id)


async def test_the_demos_own_server_calls_the_studio(tmp_path: Path) -> None:
    folder = demo_folder(tmp_path)
    with DemoServer(folder, speed=1000) as server:
        url = await asyncio.to_thread(lambda: server.url)
        async with Studio(demo_settings(url, tmp_path, server.webhook_key)) as studio:
            studio.start()
            await settled(studio, lambda: studio.callbacks is Standing.OPEN)
            tasks = [await sent(studio, f"[sim:fail] {number}") for number in range(3)]
            seen = await studio.wait([task.ref for task in tasks], PATIENCE_S)
            assert {task.state for task in seen} == {TaskState.FAIL}
            await settled(studio, lambda: studio.callbacks is Standing.PROVED)
    assert (folder / KEY_FILE).stat().st_mode & 0o077 == 0


def test_two_demos_of_a_folder_share_a_key_that_no_command_line_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []
    popen = subprocess.Popen

    def launch(command: list[str], **more: Any) -> Any:
        commands.append(command)
        return popen(command, **more)

    monkeypatch.setattr("sora_tui.demo.subprocess.Popen", launch)
    with DemoServer(tmp_path) as first, DemoServer(tmp_path) as second:
        key = (tmp_path / KEY_FILE).read_text("ascii")
        assert first.webhook_key == second.webhook_key == key
    assert len(commands) >= 2
    assert all(key not in " ".join(command) for command in commands)


async def test_a_model_dropped_into_the_demos_folder_is_listed_while_it_runs(tmp_path: Path) -> None:
    with DemoServer(tmp_path, speed=1000) as server:
        url = await asyncio.to_thread(lambda: server.url)
        folder = tmp_path / "server" / CATALOGUE
        folder.mkdir()
        (folder / "acme__nova-text-to-image.json").write_text('{"openapi": null}', "utf-8")
        headers = {"Authorization": "Bearer demo-me", "Content-Type": "application/json"}
        async with httpx.AsyncClient() as client:
            answer = (await client.get(f"{url}/api/v1/models", params={"q": "nova"}, headers=headers)).json()
    assert [row["model"] for row in answer["data"]["models"]] == ["acme/nova-text-to-image"]
