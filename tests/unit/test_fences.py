"""The fences of conftest.py hold: nothing of the person who runs the tests is in reach."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sora_tui import settings


@pytest.fixture
def _personal_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SORA_TUI_API_KEY", "sk-mine")


def test_settings_know_no_key_and_no_personal_folder(fenced_off: Path) -> None:
    loaded = settings.load()
    assert loaded.api_key is None
    assert loaded.data_dir.is_relative_to(fenced_off)
    assert loaded.download_dir.is_relative_to(fenced_off)
    assert settings.default_config_file().is_relative_to(fenced_off)
    assert Path.home().is_relative_to(fenced_off)


def test_no_screen_and_no_desktop_is_in_reach() -> None:
    assert not {"DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "KIE_API_KEY"} & set(os.environ)


@pytest.mark.usefixtures("_personal_key")
def test_a_test_may_still_set_what_it_needs() -> None:
    key = settings.load().api_key
    assert key is not None
    assert key.get_secret_value() == "sk-mine"
