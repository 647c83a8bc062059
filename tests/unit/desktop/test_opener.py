"""Opening a link: only safe ones, never with a key, and a sentence when there is nothing to open it with."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from sora_tui.desktop.opener import OpenResult, open_file, open_link, show_in_folder


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An opener on the PATH that tells what it was called with; the fifo it tells it to."""
    fifo = tmp_path / "told"
    os.mkfifo(fifo)
    opener = tmp_path / "xdg-open"
    opener.write_text(f'#!/bin/sh\n{{ echo "$# $*"; env; }} > "{fifo}"\n')
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":9")
    return fifo


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://example.org/a.mp4",
        "-rf",
        "",
        "https://",
        "https://example.org/a\nb.mp4",
        "https://example.org/\x1b]52;c;eA==\x07",
        "https://example.org/\x9b31m",
        "https://example.org/a b.mp4",
        "https://example.org/\u202e4pm.exe",
        "https://example.org/\ud83d",
        "https://example.org\\.other.example/a.mp4",
        "https://kie.ai@example.org/a.mp4",
        "https://example.org:port/a.mp4",
        "https://[::1/a.mp4",
    ],
)
@pytest.mark.usefixtures("started")
async def test_only_safe_links_are_opened(url: str) -> None:
    result = await open_link(url)
    assert result == OpenResult(False, "This link is not opened: only https links are.")


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS always has an opener")
async def test_without_a_screen_it_says_what_to_do() -> None:
    result = await open_link("https://example.org/a.mp4")
    assert not result.is_open
    assert "Copy the link" in result.sentence


@pytest.mark.parametrize(
    "url", ["https://example.org/a%20b.mp4?sig=a%2Fb&x=1#t", "http://127.0.0.1:8400/files/a.mp4", "http://[::1]/a.mp4"]
)
@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has its own opener")
async def test_the_opener_is_given_the_link_and_not_the_key(
    started: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SORA_TUI_API_KEY", "canary")
    assert (await open_link(url)).is_open
    told = await asyncio.to_thread(started.read_text)
    assert told.startswith(f"1 {url}\n")
    assert "PATH=" in told
    assert "canary" not in told


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has its own opener")
async def test_an_opener_that_can_t_be_started_is_said(started: Path) -> None:
    (started.parent / "xdg-open").write_text("#!/nonexistent/interpreter\n")
    result = await open_link("https://example.org/a.mp4")
    assert not result.is_open
    assert "Copy the link with c instead" in result.sentence


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has its own opener")
async def test_a_file_is_opened_by_its_path_and_without_the_key(
    started: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SORA_TUI_API_KEY", "canary")
    file = tmp_path / "-a, b.mp4"
    file.touch()
    assert (await open_file(file)).is_open
    told = await asyncio.to_thread(started.read_text)
    assert told.startswith(f"1 {file}\n")
    assert "canary" not in told


async def test_a_player_opens_it_without_a_desktop_and_without_the_key(
    started: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SORA_TUI_API_KEY", "canary")
    monkeypatch.delenv("DISPLAY")
    file = tmp_path / "a b.mp4"
    file.touch()
    assert (await open_file(file, [str(tmp_path / "xdg-open"), "--loop"])).is_open
    told = await asyncio.to_thread(started.read_text)
    assert told.startswith(f"2 --loop {file}\n")
    assert "canary" not in told
    missing = await open_file(file, ["no-such-player"])
    assert missing == OpenResult(
        False, f"no-such-player could not be started (No such file or directory). It is {file}"
    )


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has its own file manager")
@pytest.mark.parametrize("is_selected", [True, False])
async def test_a_file_is_selected_where_the_file_manager_can_else_its_folder_is_shown(
    started: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_selected: bool
) -> None:
    monkeypatch.setenv("SORA_TUI_API_KEY", "canary")
    file = tmp_path / "a, b.mp4"
    file.touch()
    asked = tmp_path / "asked"
    asker = tmp_path / "dbus-send"
    asker.write_text(f'#!/bin/sh\n{{ echo "$*"; env; }} > "{asked}"\nexit {0 if is_selected else 1}\n')
    asker.chmod(0o755)
    result = await show_in_folder(file)
    assert result == OpenResult(True, "Showing the file." if is_selected else "Showing the folder.")
    assert "a%2C%20b.mp4 string:" in asked.read_text()
    assert "canary" not in asked.read_text()
    if not is_selected:
        assert (await asyncio.to_thread(started.read_text)).startswith(f"1 {tmp_path}\n")


@pytest.mark.parametrize("act", [open_file, show_in_folder])
@pytest.mark.usefixtures("started")
async def test_a_file_that_is_gone_is_said(act: object, tmp_path: Path) -> None:
    assert callable(act)
    assert await act(tmp_path / "gone.mp4") == OpenResult(False, f"{tmp_path / 'gone.mp4'} is no longer there.")
