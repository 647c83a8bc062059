"""The header says how news comes, and the detail how far the service says a task is."""

from __future__ import annotations

from pathlib import Path

import pytest

from sora_tui.settings import Settings, load
from sora_tui.simulator.server import Simulator
from sora_tui.studio.callbacks import Callback, Kind
from sora_tui.studio.inbox import Standing
from sora_tui.tui.app import SoraApp
from tests.tui.kit import plain, running, send, tasks_of, until


@pytest.fixture
def settings(simulator: Simulator, tmp_path: Path) -> Settings:
    return load(base_url=simulator.url, api_key="demo-test", data_dir=tmp_path / "data", callback_port=0)


async def test_the_header_says_whether_callbacks_come_and_the_detail_what_they_say(settings: Settings) -> None:
    async with running(settings) as pilot:
        await until(pilot, lambda: "no callback yet" in plain(pilot))
        await send(pilot, "[sim:stuck] A paper boat")
        await until(pilot, lambda: tasks_of(pilot)[0].task_id is not None)
        [task] = tasks_of(pilot)
        assert isinstance(pilot.app, SoraApp)
        assert pilot.app.studio is not None
        words = "45 % · \x1b[31mdrawing [/red]"
        call = Callback(Kind.PROGRESS, task.ref, task.task_id or "", False, False, words)
        pilot.app.studio._inbox._heard(call)
        await until(pilot, lambda: "told by callbacks" in plain(pilot))
        await until(pilot, lambda: "The service says" in plain(pilot))
        assert "45 % · ␛[31mdrawing [/red], just now" in plain(pilot)
        assert "no callback yet" not in plain(pilot)


async def test_without_a_public_address_that_is_said(tmp_path: Path) -> None:
    settings = load(base_url="https://kie.invalid", api_key="demo-test", data_dir=tmp_path / "data", callback_port=0)
    async with running(settings) as pilot:
        await until(pilot, lambda: "no address for callbacks" in plain(pilot))


async def test_where_none_are_wanted_nothing_is_said_of_them(settings: Settings) -> None:
    async with running(settings.model_copy(update={"callback_port": None})) as pilot:
        assert isinstance(pilot.app, SoraApp)
        app = pilot.app
        await until(pilot, lambda: app.studio is not None and app.studio.balance is not None)
        assert app.studio is not None
        assert app.studio.callbacks is Standing.OFF
        assert "callback" not in plain(pilot)
