"""The simulator and settings that lead to it, for the screens under test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sora_tui.settings import Settings, load
from sora_tui.simulator.server import Simulator


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(tmp_path / "simulator", small_clips=True, durations=lambda: 0.2) as running:
        yield running


@pytest.fixture
def settings(simulator: Simulator, tmp_path: Path) -> Settings:
    return load(base_url=simulator.url, api_key="demo-test", data_dir=tmp_path / "data")
