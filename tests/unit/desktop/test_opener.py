"""Opening a link: only safe ones, never with a key, and a sentence when there is nothing to open it with."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sora_tui.desktop.opener import open_link


@pytest.mark.parametrize("url", ["file:///etc/passwd", "javascript:alert(1)", "http://example.org/a.mp4", "-rf"])
async def test_only_safe_links_are_opened(url: str) -> None:
    result = await open_link(url)
    assert not result.is_open
    assert "https" in result.sentence


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS always has an opener")
async def test_without_a_screen_it_says_what_to_do() -> None:
    result = await open_link("https://example.org/a.mp4")
    assert not result.is_open
    assert "Copy it" in result.sentence


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has its own opener")
async def test_the_opener_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opener = tmp_path / "xdg-open"
    opener.write_text("#!/bin/sh\nexit 0\n")
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DISPLAY", ":9")
    assert (await open_link("https://example.org/a.mp4")).is_open
