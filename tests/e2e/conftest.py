"""The real studio against the simulator over real HTTP. Nothing sleeps: the simulator ends tasks when told to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from sora_tui.settings import Settings, load
from sora_tui.simulator.server import Simulator
from sora_tui.studio.studio import Studio


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    """A simulator whose tasks take a fifth of a second."""
    with Simulator(tmp_path / "simulator", small_clips=True, durations=lambda: 0.2) as running:
        yield running


@pytest.fixture
def settings(simulator: Simulator, tmp_path: Path) -> Settings:
    """Settings that point to it."""
    return load(base_url=simulator.url, api_key="demo-test", data_dir=tmp_path / "data")


@pytest.fixture
async def studio(settings: Settings) -> AsyncIterator[Studio]:
    """An open studio that is at work."""
    async with Studio(settings) as opened:
        opened.start()
        yield opened
