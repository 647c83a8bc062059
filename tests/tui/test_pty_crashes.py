"""Whatever fails inside, the terminal is given back, the exit code tells, and the key is in no word of it."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.pty import Terminal
from tests.tui.little_apps import BLOCKED, LOG, SENTINEL

BUG = 70


def little(failure: str, **variables: Path) -> Terminal:
    """A little app; `variables` name the files it needs."""
    env = {name: str(path) for name, path in variables.items()}
    return Terminal([sys.executable, "-m", "tests.tui.little_apps", failure], env=env)


def given_back(terminal: Terminal) -> None:
    assert terminal.modes_left() == set()
    assert terminal.echoes()
    assert SENTINEL.encode() not in terminal.output
    assert SENTINEL not in terminal.text()  # not even with a sequence in the middle of it


@pytest.mark.parametrize("failure", ["handler", "chained", "timer", "drawing"])
def test_a_bug_on_the_loop_ends_the_program_with_a_report_that_holds_no_key(failure: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with little(failure, **{LOG: log}) as terminal:
        terminal.read_until("ready")
        terminal.send("x")
        assert terminal.wait() == BUG
        given_back(terminal)
        report = terminal.text()
        assert "Traceback (most recent call last)" in report
        assert "has stopped because of a bug" in report
        assert "locals" not in report
    assert SENTINEL not in log.read_text()


@pytest.mark.parametrize("failure", ["worker", "worker-thread", "spawned", "bare-task", "callback", "thread"])
def test_what_fails_in_the_background_is_said_and_the_program_goes_on(failure: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with little(failure, **{LOG: log}) as terminal:
        terminal.read_until("ready")
        terminal.send("x")
        terminal.read_until("wrong")  # "Something went wrong"
        terminal.send("\x11")  # ctrl+q
        assert terminal.wait() == 0
        given_back(terminal)
        assert "still here" in terminal.text()
    written = log.read_text()
    assert "Boom" in written
    assert SENTINEL not in written


@pytest.mark.parametrize("failure", ["handler@start", "chained@start", "handler@end", "thread@end", "spawned@end"])
def test_a_failure_while_starting_or_leaving_hides_nothing_but_the_key(failure: str) -> None:
    with little(failure) as terminal:
        if failure.endswith("@end"):
            terminal.read_until("ready")
            terminal.send("\x11")
        code = terminal.wait()
        assert code == (0 if failure in ("thread@end", "spawned@end") else BUG)
        given_back(terminal)
        assert "Boom" in terminal.text()


def test_sys_exit_in_a_handler_keeps_its_code_and_gives_the_terminal_back() -> None:
    with little("exit") as terminal:
        terminal.read_until("ready")
        terminal.send("x")
        assert terminal.wait() == 3
        given_back(terminal)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGQUIT, 131)])
def test_a_signal_while_the_loop_is_blocked_is_obeyed_afterwards(
    number: signal.Signals, code: int, tmp_path: Path
) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with little("blocked", **{BLOCKED: fifo}) as terminal:
        terminal.read_until("ready")
        terminal.send("x")
        with open(fifo, "wb"):  # returns once the app waits at the other end: the loop is blocked from here
            terminal.signal(number)
        assert terminal.wait() == code
        given_back(terminal)


def test_the_checks_of_this_file_find_what_a_bare_app_leaves() -> None:
    with little("careless") as terminal:
        terminal.read_until("ready")
        terminal.send("x")
        terminal.wait()
        assert SENTINEL in terminal.text()
    with little("careless") as terminal:
        terminal.read_until("ready")
        terminal.signal(signal.SIGTERM)
        assert terminal.wait() == -signal.SIGTERM
        assert {"alternate screen", "mouse", "bracketed paste"} <= terminal.modes_left()
        assert not terminal.echoes()
