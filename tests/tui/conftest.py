"""The simulator and settings that lead to it, for the screens under test."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sora_tui.settings import Settings, load
from sora_tui.simulator.server import Simulator
from sora_tui.studio import schedule


@pytest.fixture(autouse=True)
def looks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the first look at a task come while a test still waits for it: five seconds tell a screen nothing more."""
    monkeypatch.setattr(schedule, "FIRST_LOOK_S", 1.5)


@pytest.fixture(autouse=True)
def waits_briefly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the Pilot see sooner that the app rests: a third of these tests' time went by at rest."""
    for module in ("textual.pilot", "textual.app"):
        monkeypatch.setattr(f"{module}.wait_for_idle", _rest)


async def _rest(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Returns once the process has done nothing in four looks, 5 ms apart, one after the other.

    As patient as Textual's own, which looks for 20 ms at once: a moment of work in between costs it 20 more.
    """
    began, quiet = time.monotonic(), 0
    while (quiet < 4 or time.monotonic() - began < min_sleep) and time.monotonic() - began < max_sleep:
        worked = time.process_time()
        await asyncio.sleep(0.005)
        quiet = quiet + 1 if time.process_time() - worked < 0.00025 else 0


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(tmp_path / "simulator", small_clips=True, durations=lambda: 0.2) as running:
        yield running


@pytest.fixture
def settings(simulator: Simulator, tmp_path: Path) -> Settings:
    return load(base_url=simulator.url, api_key="demo-test", data_dir=tmp_path / "data", download="ask")
