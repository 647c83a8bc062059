"""The user's own editor in the real program: the terminal is given whole, and taken back with the text."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sora_tui.simulator.server import Simulator
from tests.pty import Terminal

SECRET = "demo-sentinel-ed1t0r-0123456789"
CTRL_E, CTRL_Q = "\x05", "\x11"


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(tmp_path / "simulator", small_clips=True, durations=lambda: 0.0) as running:
        yield running


def start(simulator: Simulator, tmp_path: Path, body: str) -> Terminal:
    """The program, with an editor that does that with `path`."""
    editor = tmp_path / "editor.py"
    editor.write_text(f"import os, pathlib, sys\npath = pathlib.Path(sys.argv[1])\n{body}\n")
    env = {
        "SORA_TUI_BASE_URL": simulator.url,
        "SORA_TUI_API_KEY": SECRET,
        "SORA_TUI_DATA_DIR": str(tmp_path / "data"),
        "VISUAL": "",
        "EDITOR": f"{sys.executable} {editor}",
    }
    return Terminal([sys.executable, "-m", "sora_tui"], size=(100, 30), env=env)


def test_the_terminal_is_given_and_taken_back_with_what_was_written(simulator: Simulator, tmp_path: Path) -> None:
    body = (
        "print('EDITOR IS HERE')\n"
        "print('it got', os.environ.get('SORA_TUI_API_KEY', 'without a key'), input())\n"
        "path.write_text(path.read_text() + ' and a heron')"
    )
    with start(simulator, tmp_path, body) as terminal:
        terminal.read_until("Describe the video")
        terminal.send("boat")
        terminal.read_until("4 of 10,000")
        terminal.send(CTRL_E)
        terminal.read_until("EDITOR IS HERE")
        terminal.send("typed in the editor\n")
        terminal.read_until("it got without a key typed in the editor")
        terminal.read_until("16 of 10,000")
        terminal.send(CTRL_Q)
        assert terminal.wait() == 0
        assert terminal.modes_left() == set()
        assert terminal.echoes()
    assert SECRET.encode() not in terminal.output
    assert list((tmp_path / "data" / "editing").iterdir()) == []


def test_what_the_editor_had_saved_survives_a_kill(simulator: Simulator, tmp_path: Path) -> None:
    body = "path.write_text('a heron wakes')\nprint('SAVED')\ninput()"
    with start(simulator, tmp_path, body) as terminal:
        terminal.read_until("Describe the video")
        terminal.send(CTRL_E)
        terminal.read_until("SAVED")
        os.kill(terminal.pid, signal.SIGKILL)
        terminal.wait()
    with start(simulator, tmp_path, body) as terminal:
        terminal.read_until("13 of 10,000")
        terminal.send(CTRL_Q)
        assert terminal.wait() == 0
    assert list((tmp_path / "data" / "editing").iterdir()) == []
