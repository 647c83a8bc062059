"""Pictures as pixels, in a terminal that says it can: sent, shown as cells, taken back; and half blocks elsewhere."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from sora_tui.settings import Settings
from sora_tui.studio.schema import FILE_NAME
from sora_tui.studio.store import Store
from sora_tui.studio.task import Task, TaskState
from sora_tui.tui.kitty import PLACEHOLDER
from sora_tui.tui.terminal import SafeApp
from tests.pty import Terminal
from tests.tui.kit import plain, running, screen_of, until
from tests.unit.film.films import a_film
from tests.unit.studio.scripted_service import KEY, put_in_store, settings_in, waiting
from tests.unit.tui.test_kitty import Terminal as Pictures

ASKED = b"\x1b[>q"
KITTY = b"\x1bP>|kitty(0.36.4)\x1b\\"
_COMMANDS = re.compile(r"\x1b_G[^\x1b]*\x1b\\")


def with_a_film(folder: Path, settings: Settings) -> Settings:
    """A user whose one task has a film on this machine."""
    film = a_film(folder / "film.mp4")
    task: Task = replace(
        waiting(1, settings, prompt="Neon koi"),
        state=TaskState.SUCCESS,
        finished_at=1,
        links=("https://files.example/1.mp4",),
        files=(str(film),),
    )
    put_in_store(settings, task)
    Store(settings.data_dir / FILE_NAME).close()
    return settings


def environment(settings: Settings, **more: str) -> dict[str, str]:
    return {
        "SORA_TUI_API_KEY": KEY,
        "SORA_TUI_BASE_URL": "http://127.0.0.1:9",
        "SORA_TUI_DATA_DIR": str(settings.data_dir),
        "SORA_TUI_DOWNLOAD": "ask",
        "TERM": "xterm-kitty",
        "COLORTERM": "truecolor",
        **more,
    }


@pytest.fixture
def stored(tmp_path: Path) -> Settings:
    return with_a_film(tmp_path, settings_in(tmp_path).model_copy(update={"base_url": "http://127.0.0.1:9"}))


def test_a_terminal_that_can_is_given_the_picture_and_loses_it_at_the_end(stored: Settings) -> None:
    command = [sys.executable, "-m", "sora_tui"]
    with Terminal(command, size=(120, 36), env=environment(stored), answers={ASKED: KITTY}) as terminal:
        terminal.read_until("\x1b_Ga=T")
        terminal.read_until(PLACEHOLDER)
        terminal.send("\x1bOQ")  # F2: the prompt
        terminal.send("boat")
        terminal.read_until("boat")
        terminal.send("\x11")  # ctrl+q
        assert terminal.wait() == 0
        assert terminal.modes_left() == set()
        output = terminal.output.decode("utf-8", "replace")
    pictures = Pictures()
    for command_text in _COMMANDS.findall(output):
        shown = len(pictures.pictures)
        pictures.read(command_text)
        if len(pictures.pictures) > shown:
            [(_, width, height, columns, rows)] = pictures.pictures.values()
            assert abs(width / height / (98 / 50) - 1) < 0.1
            assert abs(columns * 10 / (rows * 20) / (98 / 50) - 1) < 0.25
    assert pictures.pictures == {}, "it is taken back"
    assert "P>|" not in _COMMANDS.sub("", output), "no part of the answer was typed anywhere"


@pytest.mark.parametrize(
    ("more", "answer"),
    [
        ({"SORA_TUI_PICTURES": "blocks"}, KITTY),
        ({"TERM": "xterm-256color"}, KITTY),
        ({}, b"\x1bP>|kitty(0.26.5)\x1b\\"),
        ({"TMUX": "/tmp/tmux-0/default,1,0"}, KITTY),
    ],
)
def test_elsewhere_it_is_half_blocks(stored: Settings, more: dict[str, str], answer: bytes) -> None:
    command = [sys.executable, "-m", "sora_tui"]
    with Terminal(command, size=(120, 36), env=environment(stored, **more), answers={ASKED: answer}) as terminal:
        terminal.read_until("▀▀")
        terminal.send("\x11")
        assert terminal.wait() == 0
        output = terminal.output.decode("utf-8", "replace")
    assert "\x1b_G" not in output
    assert PLACEHOLDER not in output


async def test_a_film_plays_in_half_blocks_and_then_the_picture_is_there_again(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(SafeApp, "write_to_terminal", lambda _, sequence: sent.append(sequence))
    with_a_film(tmp_path, settings)
    async with running(settings.model_copy(update={"pictures": "kitty"}), (120, 36)) as pilot:
        await pilot.press("f3")
        await until(pilot, lambda: PLACEHOLDER in plain(pilot))
        assert _pictures(sent) == 1
        preview = screen_of(pilot).detail.panel.preview
        await pilot.press("p")
        await until(pilot, lambda: "▀" in plain(pilot) and PLACEHOLDER not in plain(pilot))
        preview.stop()
        await until(pilot, lambda: PLACEHOLDER in plain(pilot))
        await pilot.press("P")
        await until(pilot, lambda: "▀" in plain(pilot))
        await pilot.press("k")  # eight at once
        await until(pilot, lambda: PLACEHOLDER in plain(pilot))
        assert _pictures(sent) >= 2


def _pictures(sent: list[str]) -> int:
    pictures = Pictures()
    for sequence in sent:
        for command in _COMMANDS.findall(sequence):
            pictures.read(command)
    return len(pictures.pictures)
