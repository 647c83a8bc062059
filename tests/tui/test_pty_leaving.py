"""However the program ends, the terminal is as it was, and the exit code tells why: the real program in a real pty."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sora_tui.simulator.server import Simulator
from tests.pty import Terminal

CANARY = "demo-canary-key"


@pytest.mark.parametrize(
    ("leave", "code"),
    [
        (lambda terminal: terminal.send("\x11"), 0),  # ctrl+q
        (lambda terminal: terminal.signal(signal.SIGTERM), 143),
        (lambda terminal: terminal.signal(signal.SIGHUP), 129),
        (lambda terminal: terminal.signal(signal.SIGINT), 0),
    ],
    ids=["ctrl+q", "SIGTERM", "SIGHUP", "SIGINT"],
)
def test_the_terminal_is_given_back(tmp_path: Path, leave: Callable[[Terminal], None], code: int) -> None:
    with Simulator(tmp_path / "simulator", small_clips=True, durations=lambda: 0.2) as simulator:
        environment = {
            **os.environ,
            "SORA_TUI_BASE_URL": simulator.url,
            "SORA_TUI_API_KEY": CANARY,
            "SORA_TUI_DATA_DIR": str(tmp_path / "data"),
        }
        with Terminal([sys.executable, "-m", "sora_tui"], size=(100, 30), env=environment) as terminal:
            terminal.read_until("Upload to")
            terminal.send("a boat\x13")
            terminal.read_until("waiting")
            leave(terminal)
            assert terminal.wait() == code
            assert terminal.modes_left() == set()
            assert terminal.echoes()
            assert CANARY.encode() not in terminal.output
            assert b"sora-tui \xc2\xb7 1 running" in terminal.output  # the window's title…
            assert terminal.output.count(b"\x1b[23;2t") == 1  # …which is given back
        assert len(simulator.ledger()) == 1
