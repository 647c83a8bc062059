"""Copying and saving links on the studio's screen: the words are true whatever the clipboard's tool does."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from sora_tui.settings import Settings, load
from sora_tui.simulator.server import Simulator
from sora_tui.tui.app import SoraApp
from sora_tui.tui.screens.raw import RawScreen
from tests.fake_tools import FAILS, HANGS, SOILS, WORKS, FakeTools
from tests.tui.kit import plain, running, said, screen_of, send, tasks_of, until

needs_tools = pytest.mark.skipif(sys.platform == "darwin", reason="macOS has tools of its own")

NOT_SURE = "was sent to the terminal; whether it reached the clipboard can't be told. w writes it to a file."


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeTools:
    made = FakeTools(tmp_path / "tools")
    for name, value in made.environment().items():
        monkeypatch.setenv(name, value)
    return made


async def with_a_link(pilot: Pilot[object], *links: str) -> str:
    """Waits for a task that has ended and goes to it; its first link. `links` take the place of its own."""
    await send(pilot, "koi")
    await until(pilot, lambda: bool(tasks_of(pilot)[0].links))
    app = pilot.app
    assert isinstance(app, SoraApp)
    assert app.studio is not None
    if links:
        task = tasks_of(pilot)[0]
        await app.studio._book.change(task.ref, lambda kept: replace(kept, links=links))
    await pilot.press("f3")
    return tasks_of(pilot)[0].links[0]


@needs_tools
@pytest.mark.parametrize("script", [None, FAILS, SOILS], ids=["no tool", "fails", "soils"])
async def test_a_link_that_may_not_have_arrived_is_shown_and_said_to_be_unsure(
    settings: Settings, tools: FakeTools, script: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if script is None:
        monkeypatch.setenv("PATH", str(tools.folder))
    else:
        tools.install("xclip", script)
    async with running(settings) as pilot:
        link = await with_a_link(pilot)
        await pilot.press("c")
        await until(pilot, lambda: f"The link {NOT_SURE}" in said(pilot))
        assert pilot.app.clipboard == link  # what OSC 52 carries
        assert "copied" not in plain(pilot)
        assert link[-12:] in plain(pilot)


@needs_tools
async def test_a_link_that_was_read_back_is_called_copied(settings: Settings, tools: FakeTools) -> None:
    tools.install("xclip", WORKS)
    async with running(settings) as pilot:
        link = await with_a_link(pilot)
        await pilot.press("c")
        await until(pilot, lambda: "copied ✓" in plain(pilot))
        assert "The link is on the clipboard." in said(pilot)
        assert tools.kept("xclip") == link


@needs_tools
async def test_keys_act_while_the_tool_hangs(settings: Settings, tools: FakeTools) -> None:
    tools.install("xclip", HANGS)
    async with running(settings) as pilot:
        await with_a_link(pilot)
        await pilot.press("c")
        await asyncio.to_thread(tools.began, "xclip")
        await pilot.press("j")
        await until(pilot, lambda: isinstance(pilot.app.screen, RawScreen))
        await pilot.press("escape")
        await until(pilot, lambda: NOT_SURE in said(pilot))


@pytest.mark.parametrize(
    "link",
    [
        "https://files.example/a\nrm -rf ~",
        "https://files.example/\x1b]52;c;eA==\x07",
        "javascript:alert(1)",
        "http://files.example/a.mp4",
    ],
)
@pytest.mark.parametrize("key", ["c", "C", "1"])
async def test_what_is_no_safe_link_is_not_copied(settings: Settings, link: str, key: str) -> None:
    async with running(settings) as pilot:
        await with_a_link(pilot, link)
        await pilot.press(key)
        await until(pilot, lambda: "Nothing was copied: only https links are." in said(pilot))
        assert pilot.app.clipboard == ""
        await pilot.press("o")
        await until(pilot, lambda: "This link is not opened" in said(pilot))


async def test_of_several_links_the_safe_ones_are_copied(settings: Settings) -> None:
    good = ("https://files.example/1.mp4", "https://files.example/2.mp4")
    async with running(settings) as pilot:
        await with_a_link(pilot, good[0], "file:///etc/passwd", good[1])
        await pilot.press("C")
        await until(pilot, lambda: f"The list of 2 links {NOT_SURE}" in said(pilot))
        assert pilot.app.clipboard == "\n".join(good)


async def test_links_are_written_to_a_file_that_is_named(settings: Settings, fenced_off: Path) -> None:
    async with running(settings) as pilot:
        link = await with_a_link(pilot)
        await pilot.press("w")
        await until(pilot, lambda: "The links are in" in said(pilot))
        [file] = (fenced_off / "downloads").iterdir()
        assert str(file) in said(pilot)
        assert file.read_text() == f"{link}\n"
        assert tasks_of(pilot)[0].ref[:8] in file.name


async def test_every_marked_task_gives_its_links(settings: Settings, fenced_off: Path) -> None:
    async with running(settings) as pilot:
        await send(pilot, "koi")
        await send(pilot, "boat")
        await until(pilot, lambda: all(task.links for task in tasks_of(pilot)))
        await pilot.press("f3", "space", "space")
        await until(pilot, lambda: len(screen_of(pilot).tasks_pane.table.marked) == 2)
        screen_of(pilot).action_act("save_links")
        await until(pilot, lambda: "The links are in" in said(pilot))
        [file] = (fenced_off / "downloads").iterdir()
        assert sorted(file.read_text().split()) == sorted(link for task in tasks_of(pilot) for link in task.links)


async def test_a_folder_that_is_not_there_is_said(simulator: Simulator, tmp_path: Path) -> None:
    settings = load(base_url=simulator.url, api_key="demo-test", download_dir=tmp_path / "gone")
    async with running(settings) as pilot:
        await with_a_link(pilot)
        await pilot.press("w")
        await until(pilot, lambda: f"The folder {tmp_path / 'gone'} does not exist" in said(pilot))
        assert not (tmp_path / "gone").exists()


@needs_tools
async def test_a_result_in_words_is_copied_where_there_is_no_link(settings: Settings, tools: FakeTools) -> None:
    tools.install("xclip", WORKS)
    async with running(settings) as pilot:
        await with_a_link(pilot)
        app = pilot.app
        assert isinstance(app, SoraApp)
        assert app.studio is not None
        ref = tasks_of(pilot)[0].ref
        await app.studio._book.change(ref, lambda kept: replace(kept, links=(), result_text="A koi\nunder ice."))
        await until(pilot, lambda: "c copies it" in plain(pilot))
        await pilot.press("c")
        await until(pilot, lambda: "The text is on the clipboard." in said(pilot))
        assert tools.kept("xclip") == "A koi\nunder ice."
