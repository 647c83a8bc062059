"""The clipboard never lies: fake children that copy, fail and hang."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sora_tui.desktop.clipboard import How, copy

LINK = "https://tempfile.aiquickdraw.com/v/1.mp4"


async def test_what_was_read_back_is_confirmed(tmp_path: Path) -> None:
    sent: list[str] = []
    kept = tmp_path / "clipboard"
    child = (sys.executable, "-c", f"import sys; open({str(kept)!r}, 'w').write(sys.stdin.read())")
    result = await copy(LINK, sent.append, command=child)
    assert result.how is How.CONFIRMED
    assert sent == [LINK]
    assert kept.read_text() == LINK


@pytest.mark.parametrize("command", [("/nonexistent",), (sys.executable, "-c", "raise SystemExit(1)")])
async def test_a_tool_that_is_missing_or_fails_is_not_called_copied(command: tuple[str, ...]) -> None:
    sent: list[str] = []
    result = await copy(LINK, sent.append, command=command)
    assert result.how is How.SENT
    assert sent == [LINK]


async def test_a_tool_that_hangs_is_killed() -> None:
    command = (sys.executable, "-c", "import signal; signal.pause()")
    result = await copy(LINK, lambda _: None, command=command, limit_s=0.05)
    assert result.how is How.SENT


async def test_without_any_tool_pyperclip_is_not_believed() -> None:
    assert (await copy(LINK, lambda _: None)).how is How.SENT


async def test_the_child_does_not_get_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SORA_TUI_API_KEY", "canary")
    seen = tmp_path / "environment"
    code = f"import os; open({str(seen)!r}, 'w').write(repr(dict(os.environ)))"
    await copy(LINK, lambda _: None, command=(sys.executable, "-c", code))
    assert seen.read_text()
    assert "canary" not in seen.read_text()


async def test_nothing_is_not_copied() -> None:
    assert (await copy("", lambda _: None)).how is How.FAILED
