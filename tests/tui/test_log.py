"""The log of the studio on the screen: the demo has its own, and trouble with it is a sentence, no more."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sora_tui.log.run import RUN_LOG
from sora_tui.settings import Settings, load
from sora_tui.simulator.server import Simulator
from sora_tui.tui import app
from sora_tui.tui.app import SoraApp, run_tui
from tests.pty import Terminal
from tests.tui.kit import running, until


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "a.log"
    RUN_LOG.start(path, "info", "begins")
    yield path
    RUN_LOG.stop(0)


@pytest.mark.parametrize("place", ["full", "folder"])
def test_where_no_log_can_be_written_that_is_said_and_work_goes_on(
    place: str, simulator: Simulator, tmp_path: Path
) -> None:
    if place == "full" and not Path("/dev/full").exists():
        pytest.skip("only Linux has a device that is always full")
    log, reason = ("/dev/full", "No space left") if place == "full" else (str(tmp_path), "Is a directory")
    env = {"SORA_TUI_BASE_URL": simulator.url, "SORA_TUI_API_KEY": "demo-test", "SORA_TUI_LOG_FILE": log}
    with Terminal([sys.executable, "-m", "sora_tui"], size=(160, 45), env=env) as terminal:
        terminal.read_until(reason)
        terminal.send("\x0ea boat\x13")
        terminal.read_until("/files/")
        terminal.send("\x11")
        assert terminal.wait() == 0
        assert "Traceback" not in terminal.text()
        assert "Logging error" not in terminal.text()


def test_the_demo_keeps_a_log_of_its_own(log: Path, fenced_off: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def work(_: SoraApp, *, mouse: bool) -> int:
        logging.getLogger("sora_tui.test").info("at work")
        return 0

    monkeypatch.setattr(app, "run_safely", work)
    run_tui(load().for_demo("http://127.0.0.1:1"))
    assert not log.exists()
    assert "at work" in (fenced_off / "data" / "demo" / "sora-tui.log").read_text()


def read(log: Path) -> str:
    return log.read_text() if log.exists() else ""


async def test_it_tells_of_the_screen_of_what_was_said_and_of_leaving(log: Path, settings: Settings) -> None:
    async with running(settings) as pilot:
        assert isinstance(pilot.app, SoraApp)
        await until(pilot, lambda: "first frame" in read(log))
        pilot.app.say("Look\x1b[2J here", "warning")
        await pilot.press("ctrl+q")
        await until(pilot, lambda: not pilot.app.is_running)
    told = read(log)
    assert "first frame: Textual 8." in told
    assert "TERM xterm-256color" in told
    assert "WARNING sora_tui.tui.terminal: said: Look␛[2J here" in told
    assert "sora_tui.tui.app: leaving" in told
