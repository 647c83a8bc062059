"""Where the machine's programs keep their store, and how hard it is tried."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as sizes

from sora_tui.settings import Settings, load
from sora_tui.studio import store
from sora_tui.studio.schema import open_file
from tests.unit.studio.scripted_service import KEY

sizes.register_profile(
    "nightly", max_examples=5_000, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """With a callback, so that every send carries its ref; and a store that does not wait for the disk."""

    def open_quickly(path: Path, **how: Any) -> sqlite3.Connection:
        connection = open_file(path, **how)
        connection.execute("PRAGMA synchronous = OFF")  # a power cut is no part of this
        return connection

    monkeypatch.setattr(store, "open_file", open_quickly)
    return load(
        base_url="https://kie.example",
        api_key=KEY,
        callback_url="https://hooks.example/in",
        data_dir=tmp_path / "data",
    )
