"""A studio's settings, and a task that runs when it opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from sora_tui.settings import Settings
from sora_tui.studio.task import Task
from tests.unit.studio.scripted_service import put_in_store, settings_in, waiting


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


@pytest.fixture
def task(settings: Settings) -> Task:
    """The one task that runs when the studio opens."""
    task = waiting(1, settings)
    put_in_store(settings, task)
    return task
