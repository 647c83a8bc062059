"""The simulator and settings that lead to it, for the screens under test."""

from __future__ import annotations

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


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(tmp_path / "simulator", small_clips=True, durations=lambda: 0.2) as running:
        yield running


@pytest.fixture
def settings(simulator: Simulator, tmp_path: Path) -> Settings:
    return load(base_url=simulator.url, api_key="demo-test", data_dir=tmp_path / "data", download="ask")
