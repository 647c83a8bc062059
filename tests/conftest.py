"""Fences around every test: no home, settings, key, keyring or clipboard of the person who runs it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from sora_tui import known_keys
from tests.fence import put_up

settings.register_profile("here", deadline=None)  # how long an example takes says more about the machine than about us
settings.load_profile("here")


def pytest_xdist_auto_num_workers() -> int:
    """One more worker than there are processors: many tests wait for programs they have started."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(autouse=True)
def fenced_off(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the fence up around the test.

    Returns:
        The folder that holds them all, apart from the test's own `tmp_path`.
    """
    fence = tmp_path_factory.mktemp("fence")
    monkeypatch.setattr(known_keys, "_seen", set())
    put_up(fence, monkeypatch)
    return fence
