"""Stopped, continued, resized to any size, pasted into: the program lives and the screen is right afterwards."""

from __future__ import annotations

import random
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sora_tui.simulator.server import Simulator
from tests.pty import Terminal

COMMAND = [sys.executable, "-m", "sora_tui"]
linux_only = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="whether it is stopped is read from /proc")


@contextmanager
def at_work(tmp_path: Path, *, size: tuple[int, int] = (100, 30)) -> Iterator[tuple[Terminal, Simulator]]:
    """The program with a key, its editor ready; at the end it must live, leave and give the terminal back."""
    with Simulator(tmp_path / "simulator", small_clips=True, durations=lambda: 3600.0) as simulator:
        env = {"SORA_TUI_BASE_URL": simulator.url, "SORA_TUI_API_KEY": "demo-test"}
        with Terminal(COMMAND, size=size, env=env) as terminal:
            terminal.read_until("Upload to")
            yield terminal, simulator
            terminal.send("\x11")
            assert terminal.wait() == 0
            assert terminal.modes_left() == set()
            assert terminal.echoes()


def stop(terminal: Terminal, number: signal.Signals) -> bytes:
    """Stops the program; what it wrote while it stopped."""
    written = len(terminal.output)
    terminal.signal(number)
    terminal.wait_until_stopped()
    return terminal.output[written:]


@linux_only
def test_a_stopped_program_lends_the_terminal_and_takes_it_back(tmp_path: Path) -> None:
    with at_work(tmp_path) as (terminal, simulator):
        terminal.send("a boat\x13")
        terminal.read_until("waiting")
        for _ in range(2):
            stop(terminal, signal.SIGTSTP)
            assert terminal.modes_left() == set()
            assert terminal.echoes()
            simulator.finish_all()
            terminal.signal(signal.SIGCONT)
            terminal.read_until(r"\x1b\[\?1049h")
            terminal.read_until("Upload to")
            assert not terminal.echoes()
            assert {"alternate screen", "bracketed paste"} <= terminal.modes_left()
        terminal.read_until("success")  # it asks about its tasks again


@linux_only
def test_a_stop_that_nobody_announced_draws_the_screen_anew(tmp_path: Path) -> None:
    with at_work(tmp_path) as (terminal, _):
        stop(terminal, signal.SIGSTOP)
        terminal.signal(signal.SIGCONT)
        terminal.read_until(r"\x1b\[\?1049h")
        terminal.read_until("Upload to")


@linux_only
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_a_stopped_program_is_obeyed_when_it_goes_on(tmp_path: Path, number: signal.Signals) -> None:
    with Terminal(COMMAND) as terminal:
        terminal.read_until("demo")
        stop(terminal, signal.SIGTSTP)
        terminal.signal(number)
        terminal.signal(signal.SIGCONT)
        assert terminal.wait() == 128 + number
        assert terminal.modes_left() == set()
        assert terminal.echoes()


@pytest.mark.parametrize(
    "size", [(1, 1), (2, 1), (1, 50), (300, 1), (500, 300)], ids=lambda size: "x".join(map(str, size))
)
def test_it_starts_at_any_size_and_works_at_the_next(tmp_path: Path, size: tuple[int, int]) -> None:
    with Simulator(tmp_path / "simulator", small_clips=True) as simulator:
        env = {"SORA_TUI_BASE_URL": simulator.url, "SORA_TUI_API_KEY": "demo-test"}
        with Terminal(COMMAND, size=size, env=env) as terminal:
            terminal.read_until(r"\x1b\[\?1049h")
            terminal.resize(100, 30)
            terminal.read_until("Upload to")
            terminal.send("\x11")
            assert terminal.wait() == 0
            assert terminal.modes_left() == set()


def test_two_hundred_resizes_leave_it_alive_and_in_the_last_size(tmp_path: Path) -> None:
    dice = random.Random(20)
    with at_work(tmp_path) as (terminal, _):
        terminal.send("a boat\x13")
        terminal.read_until("waiting")
        for turn in range(200):
            terminal.resize(dice.choice((0, 1, 2, 40, 80, 200, 500)), dice.choice((0, 1, 2, 10, 24, 60, 300)))
            if turn % 5 == 0:  # now and then it gets the time to draw
                terminal.resize(60 + turn, 20 + turn % 7)
                terminal.read_until(".")
        terminal.resize(120, 40)
        terminal.read_until(r"\x1b\[(?:3\d|40);\d+H")  # it writes on the lower lines again
        terminal.send("\x1bOP")  # F1
        terminal.read_until("esc closes")  # the help, of whichever pane has the focus by now
        terminal.send("\x1b")


HOSTILE_PASTES = {
    "escape sequences": "a\x1b[2Jb\x1b]52;c;QVRUQUNL\x07c",
    "the closing mark and a key": "a\x1b[201~\x11\x13b",
    "marks in marks": "a\x1b[200~\x1b[201~\x1b[201~\x13b",
    "a closing mark made by cleaning": "a\x1b[20\x1b[201~1~\x13b",
    "C1": "a\x9b201~\x13b",
    "a megabyte": "long " * 200_000,
}


@pytest.mark.parametrize("paste", HOSTILE_PASTES.values(), ids=HOSTILE_PASTES.keys())
def test_a_paste_fires_no_key_and_drives_no_terminal(tmp_path: Path, paste: str) -> None:
    with at_work(tmp_path) as (terminal, simulator):
        written = len(terminal.output)
        terminal.send(f"\x1b[200~{paste}\x1b[201~")
        terminal.send(" the end")
        terminal.read_until("the end" if len(paste) < 1000 else "pasted")
        assert not simulator.ledger()
        shown = terminal.output[written:]
        assert b"\x1b]52" not in shown
        assert b"\x1b[2J" not in shown
        assert not re.search(rb"\x1b\[20[01]~|\xc2\x9b", shown)
        assert b"sending" not in shown
