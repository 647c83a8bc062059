"""A sentinel key goes through the real program, and is then looked for wherever it must not be."""

from __future__ import annotations

import os
import signal
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sora_tui.simulator.server import Simulator
from tests.pty import Terminal

SENTINEL = "demo-sentinel-c4n4ry-9876543210"
COMMAND = [sys.executable, "-m", "sora_tui"]
BUG = 70
F1, F3 = "\x1bOP", "\x1bOR"


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(tmp_path / "simulator", small_clips=True, durations=lambda: 0.0) as running:
        yield running


def holding(folder: Path) -> list[str]:
    """The files below a folder that hold the sentinel, in whatever coding it would come there."""
    forms = [SENTINEL.encode(), SENTINEL.encode("utf-16-le"), SENTINEL.encode().hex().encode()]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(form in path.read_bytes() for form in forms)]


def log_of(folder: Path) -> str:
    """All that the program wrote to its log, wherever below a folder that is."""
    [log] = folder.rglob("sora-tui.log")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.parent.stat().st_mode) == 0o700
    return log.read_text()


def keep_in_config(url: str) -> Path:
    """Keeps the key where the environment does not know it, for that service."""
    path = Path(os.environ["SORA_TUI_CONFIG_FILE"])
    path.write_text(f'base_url = "{url}"\napi_key = "{SENTINEL}"\n')
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("part", ["open", "start", "close", "credits", "compose", "act", "drawing"])
def test_a_failure_whose_words_hold_the_key_is_told_without_it(
    part: str, simulator: Simulator, fenced_off: Path
) -> None:
    config = keep_in_config(simulator.url)
    command = [sys.executable, "-m", "tests.tui.broken_studio", part]
    with Terminal(command, size=(100, 30), env={"SORA_TUI_LOG_LEVEL": "debug"}) as terminal:
        if part == "credits":  # in the background: it is said, and the program goes on
            terminal.read_until("wrong")
            terminal.send("\x11")
        elif part in ("close", "act"):
            terminal.read_until("Upload to")
            if part == "act":
                terminal.send(F1)
            else:
                terminal.signal(signal.SIGTERM)
        code = terminal.wait()
        assert terminal.modes_left() == set()
        assert SENTINEL not in terminal.text()
        assert SENTINEL.encode() not in terminal.output
        assert code == (0 if part == "credits" else BUG)
        assert "RuntimeError" in terminal.text()
    logged = log_of(fenced_off)
    assert "bad request {'Authorization': 'Bearer •••" in logged
    assert f"ended with exit code {code}" in logged
    assert SENTINEL not in logged
    assert holding(fenced_off) == [config.name]  # where it was kept


def test_a_day_of_work_with_everything_logged_leaves_the_key_nowhere(simulator: Simulator, fenced_off: Path) -> None:
    """Sent, refused, lost, copied as curl, looked at raw, left; screen, log and every file of the program."""
    env = {"SORA_TUI_BASE_URL": simulator.url, "SORA_TUI_API_KEY": SENTINEL, "SORA_TUI_LOG_LEVEL": "debug"}
    command = [sys.executable, "-m", "tests.tui.broken_studio", "none"]
    with Terminal(command, size=(160, 45), env=env) as terminal:
        terminal.read_until("Upload to")
        for prompt, outcome in (("a boat", "/files/"), ("[sim:lost]", "unsure"), ("[sim:bad-key]", "refused")):
            terminal.send(f"\x0e{prompt}\x13")  # ctrl+n, ctrl+s
            terminal.read_until(outcome)
        terminal.send(F3 + "u")
        terminal.read_until("The request")
        terminal.send("j")
        terminal.read_until("Raw answer")
        terminal.send("\x11")
        assert terminal.wait() == 0
        assert SENTINEL not in terminal.text()
        assert SENTINEL.encode() not in terminal.output
    logged = log_of(fenced_off)
    assert "POST /api/v1/jobs/createTask: HTTP 200, code 200" in logged
    assert "httpcore.http11: send_request_headers.started" in logged  # the libraries were at their most talkative
    assert "receive_response_headers.complete" in logged
    assert SENTINEL not in logged
    assert "signature" not in logged.lower()
    assert "a boat" not in logged
    assert "[sim:" not in logged
    assert holding(fenced_off) == []
    assert (fenced_off / "data" / "studio.sqlite3").exists()


def test_a_typed_key_is_on_no_screen_and_in_no_picture_of_it(simulator: Simulator, fenced_off: Path) -> None:
    (fenced_off / "home" / "Downloads").mkdir()
    with Terminal(COMMAND, size=(100, 30), env={"SORA_TUI_BASE_URL": simulator.url}) as terminal:
        terminal.read_until("Paste your")
        terminal.send("\t")
        terminal.read_until("Paste your")  # drawn anew with the cursor in it
        terminal.send(SENTINEL)
        terminal.read_until("•")
        terminal.send("\x10")  # ctrl+p
        terminal.read_until("Search")
        terminal.send("screenshot")
        terminal.read_until("SVG")
        terminal.send("\r")
        terminal.read_until("Saved")
        terminal.send("\r")
        terminal.read_until("Upload to")
        terminal.send("\x11")
        assert terminal.wait() == 0
        assert SENTINEL not in terminal.text()
    [picture] = fenced_off.rglob("*.svg")
    assert "•••" in picture.read_text()
    assert SENTINEL not in picture.read_text()
    config = Path(os.environ["SORA_TUI_CONFIG_FILE"])
    assert holding(fenced_off) == [config.name]  # the one place, where it was to be kept
    assert stat.S_IMODE(config.stat().st_mode) == 0o600


def test_no_program_that_is_started_is_given_the_key(simulator: Simulator, tmp_path: Path) -> None:
    """The clipboard's tool and the opener, under every name a key can have."""
    tools = tmp_path / "tools"
    tools.mkdir()
    witness = tmp_path / "witness"
    for tool in ("xclip", "xsel", "wl-copy", "wl-paste", "pbcopy", "pbpaste", "xdg-open", "open"):
        # Tells of itself, of its parent (ours that runs it) and of what it was called with.
        (tools / tool).write_text(
            f'#!/bin/sh\n{{ echo "tool $0 $*"; env; tr "\\0" "\\n" < /proc/$PPID/cmdline; }} >> "{witness}.$$"\n'
            f'mv "{witness}.$$" "{witness}.$(basename "$0").$$"\ncat > /dev/null\n'
        )
        (tools / tool).chmod(0o755)
    names = ("SORA_TUI_API_KEY", "KIE_API_KEY", "SORA_TUI_WEBHOOK_KEY", "sora_tui_api_key", "Kie_Api_Key")
    env = dict.fromkeys(names, SENTINEL) | {
        "SORA_TUI_BASE_URL": simulator.url,
        "DISPLAY": ":99",
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
    }
    with Terminal(COMMAND, size=(160, 45), env=env) as terminal:
        terminal.read_until("Upload to")
        terminal.send("a boat\x13")
        terminal.read_until("/files/")
        terminal.send(F3 + "c")
        terminal.read_until("sent to the terminal")
        terminal.send("o")
        terminal.read_until("Opening")
        terminal.send("\x11")
        assert terminal.wait() == 0
        assert SENTINEL not in terminal.text()
    told = [path.read_text() for path in tmp_path.glob("witness.*")]
    called = {path.name.split(".")[1] for path in tmp_path.glob("witness.*")}
    assert called & {"xclip", "xsel", "wl-copy", "pbcopy"}
    assert called & {"xdg-open", "open"}
    assert all("PATH=" in words for words in told)
    assert not [words for words in told if SENTINEL in words]


def test_the_search_finds_a_key_that_was_left(fenced_off: Path, tmp_path: Path) -> None:
    (fenced_off / "data" / "studio.sqlite3").write_bytes(b"\x00" + SENTINEL.encode() + b"\x00")
    assert holding(fenced_off) == ["studio.sqlite3"]
