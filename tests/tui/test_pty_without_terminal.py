"""Without a terminal the screen is refused in one sentence; one that ends ends the program."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from sora_tui.simulator.server import Simulator
from tests.pty import Terminal, processor_seconds, run_with

COMMAND = [sys.executable, "-m", "sora_tui"]
USAGE = 2
HUNG_UP = 129
STALL_S = 1.5


@pytest.mark.parametrize(
    ("stream", "instead"),
    [
        ("stdin", "closed"),
        ("stdin", "/dev/null"),
        ("stdin", "ended"),
        ("stdout", "closed"),
        ("stdout", "/dev/null"),
        ("stderr", "closed"),
        ("stderr", "/dev/null"),
    ],
)
def test_without_one_of_the_three_streams_the_screen_is_refused(stream: str, instead: str) -> None:
    code, said = run_with(stream, instead, COMMAND)
    assert code == USAGE
    assert said.count("\n") == (1 if stream == "stdin" else 0)
    assert ("standard input is none" in said) == (stream == "stdin")


@pytest.mark.parametrize("controlling", [True, False], ids=["window closed", "line lost"])
def test_a_terminal_that_ends_takes_the_program_with_it(controlling: bool) -> None:
    """A closed window is told by SIGHUP as well; a lost line is only seen as the end of the input."""
    with Terminal(COMMAND, controlling=controlling) as terminal:
        terminal.read_until("demo")
        terminal.hang_up()
        assert terminal.wait() == HUNG_UP


def arrived(simulator: Simulator) -> None:
    """Returns when the service has taken a create in, which it has not answered yet."""
    deadline = time.monotonic() + 60
    while not simulator.ledger():
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the processor's time is read from /proc")
def test_an_ended_terminal_is_not_read_again_and_again_while_an_answer_is_awaited(tmp_path: Path) -> None:
    """Reading at the end of file returns at once and for ever: a program that goes on doing so takes a processor."""
    with Simulator(tmp_path / "simulator", small_clips=True) as simulator:
        simulator.fault("createTask", "stall", seconds=STALL_S)
        environment = {"SORA_TUI_BASE_URL": simulator.url, "SORA_TUI_API_KEY": "demo-test"}
        before = os.times()
        with Terminal(COMMAND, size=(100, 30), env=environment, controlling=False) as terminal:
            terminal.read_until("Upload to")
            terminal.send("a boat\x13")
            arrived(simulator)
            used_until_then, then = processor_seconds(terminal.pid), time.monotonic()
            terminal.hang_up()
            assert terminal.wait() == HUNG_UP
            took = time.monotonic() - then
        after = os.times()
        used = after.children_user + after.children_system - before.children_user - before.children_system
        # Leaving takes a moment of the processor; a reader that spins takes all of the wait.
        assert used - used_until_then < max(took, STALL_S) / 2
        assert len(simulator.ledger()) == 1
