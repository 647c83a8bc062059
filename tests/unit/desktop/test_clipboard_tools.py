"""The system's tools behind the clipboard: missing, failing, noisy or hanging, none of them makes us lie or wait."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from sora_tui.desktop.clipboard import How, copy
from tests.fake_tools import FAILS, HANGS, SOILS, TESTIFIES, WORKS, FakeTools, wait_until_gone

LINK = "https://tempfile.aiquickdraw.com/v/1.mp4"

pytestmark = pytest.mark.skipif(sys.platform == "darwin", reason="macOS has tools of its own")


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeTools:
    made = FakeTools(tmp_path / "tools")
    for name, value in made.environment().items():
        monkeypatch.setenv(name, value)
    return made


async def test_a_tool_that_works_is_believed_because_it_was_read_back(tools: FakeTools) -> None:
    tools.install("xclip", WORKS)
    assert (await copy(LINK, lambda _: None)).how is How.CONFIRMED
    assert tools.kept("xclip") == LINK


async def test_no_tool_at_all_leaves_the_terminal_s_own_way(tools: FakeTools, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setenv("PATH", str(tools.folder))
    result = await copy(LINK, sent.append)
    assert (result.how, sent) == (How.SENT, [LINK])


@pytest.mark.parametrize("script", [FAILS, SOILS], ids=["fails", "soils"])
async def test_a_tool_that_fails_is_not_believed_and_not_seen(
    tools: FakeTools, script: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """pyperclip says ok when the tool fails, and lets it write on the screen."""
    tools.install("xclip", script)
    result = await copy(LINK, lambda _: None)
    assert result.how is How.SENT
    assert "can't be told" in result.sentence
    assert capfd.readouterr() == ("", "")


async def test_who_leaves_while_a_tool_hangs_leaves_no_tool_behind(tools: FakeTools) -> None:
    tools.install("xclip", HANGS)
    copying = asyncio.create_task(copy(LINK, lambda _: None, limit_s=3600))
    pid = await asyncio.to_thread(tools.began, "xclip")
    copying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await copying
    await asyncio.to_thread(wait_until_gone, pid)


async def test_the_tool_does_not_get_the_key_and_not_the_text_as_an_argument(
    tools: FakeTools, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands on a command line is seen by everyone on the machine."""
    monkeypatch.setenv("SORA_TUI_API_KEY", "canary")
    tools.install("xclip", TESTIFIES)
    await copy(LINK, lambda _: None)
    told = tools.testimonies()["xclip"]
    assert "PATH=" in told
    assert "canary" not in told
    assert LINK not in told
