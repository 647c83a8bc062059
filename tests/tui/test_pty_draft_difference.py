"""The key that compares the draft with its origin works in the editor of the real program, and types nothing there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sora_tui.simulator.server import Simulator
from tests.pty import Terminal

CTRL_Q = "\x11"
ALT_C = "\x1bc"
ALT_C_KITTY = "\x1b[99;3u"


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(tmp_path / "simulator", small_clips=True, durations=lambda: 0.0) as running:
        yield running


@pytest.mark.parametrize("key", [ALT_C, ALT_C_KITTY], ids=["escape c", "kitty"])
def test_the_key_is_heard_as_terminals_send_it(simulator: Simulator, tmp_path: Path, key: str) -> None:
    env = {
        "SORA_TUI_BASE_URL": simulator.url,
        "SORA_TUI_API_KEY": "demo-test",
        "SORA_TUI_DATA_DIR": str(tmp_path / "data"),
    }
    with Terminal([sys.executable, "-m", "sora_tui"], size=(100, 30), env=env) as terminal:
        terminal.read_until("Describe the video")
        terminal.send("boat")
        terminal.read_until("4 of 10,000")
        terminal.send(key)
        terminal.read_until("comes from no task")
        terminal.send("s")
        terminal.read_until("5 of 10,000")
        terminal.send(CTRL_Q)
        assert terminal.wait() == 0
