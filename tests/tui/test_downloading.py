"""Downloading by key: how far it is stands in the table, the detail and the header, and at its end where it lies."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from sora_tui.kie.profiles import SORA_2_PRO
from sora_tui.settings import Settings
from sora_tui.simulator.server import Simulator
from sora_tui.studio.collected import DAY_MS
from sora_tui.studio.studio import Studio
from sora_tui.studio.task import Draft, Task, TaskState
from sora_tui.tui.file_line import file_link
from tests.tui.kit import plain, running, said, screen_of, send, tasks_of, until


@pytest.fixture
def asking(settings: Settings, tmp_path: Path) -> Settings:
    (tmp_path / "videos").mkdir()
    return settings.model_copy(update={"download": "ask", "download_dir": tmp_path / "videos"})


async def finished(pilot: Pilot[object], prompt: str = "koi") -> Task:
    """A task that ended, under the cursor of the table, which has the focus."""
    await send(pilot, prompt)
    await pilot.press("f3")
    await until(pilot, lambda: tasks_of(pilot)[-1].state is TaskState.SUCCESS)
    return tasks_of(pilot)[-1]


def links(pilot: Pilot[object]) -> set[str]:
    """What the terminal can open on a click."""
    strips = pilot.app.screen._compositor.render_strips()
    return {run.style.link for strip in strips for run in strip if run.style is not None and run.style.link}


def files(settings: Settings) -> list[Path]:
    return sorted(settings.download_dir.glob("[!.]*.mp4"))


async def test_d_downloads_and_says_where_it_is(asking: Settings) -> None:
    async with running(asking) as pilot:
        await finished(pilot)
        await pilot.press("d")
        await until(pilot, lambda: "Downloaded: " in said(pilot))
        [file] = files(asking)
        assert str(file) in said(pilot)
        assert "on disk" in plain(pilot)
        await until(pilot, lambda: file_link(file) in links(pilot))
        await pilot.press("d")
        await until(pilot, lambda: "It is on this machine already." in said(pilot))
        assert files(asking) == [file]


async def test_how_far_it_is_stands_in_table_detail_and_header_and_d_stops_it(
    asking: Settings, simulator: Simulator
) -> None:
    simulator.fault("files", "trickle", piece=50, seconds=0.02, times=0)
    async with running(asking) as pilot:
        await finished(pilot)
        await pilot.press("d")
        await until(pilot, lambda: re.search(r"━*─* [\d.]+ (bytes|kB)/s \d:\d\d", plain(pilot)) is not None)
        await until(pilot, lambda: "1 downloading" in plain(pilot))
        await until(pilot, lambda: " left" in plain(pilot) and " % · " in plain(pilot))
        await pilot.press("d")
        await until(pilot, lambda: "Stopped. What came is kept" in said(pilot))
        await until(pilot, lambda: "downloading" not in plain(pilot).splitlines()[0])
        await until(pilot, lambda: "B/s" not in plain(pilot))
        assert files(asking) == []
        assert len(list(asking.download_dir.glob(".*.part"))) == 1


async def test_what_is_about_to_be_deleted_needs_you_until_it_is_downloaded(
    asking: Settings, simulator: Simulator
) -> None:
    async with Studio(asking) as studio:
        [task] = await studio.submit_all([Draft("koi", SORA_2_PRO.model)])
        studio.start()
        [task] = await studio.wait([task.ref])
        long_ago = (task.finished_at or 0) - 12 * DAY_MS
        await studio._book.change(task.ref, lambda task: replace(task, finished_at=long_ago))
    async with running(asking, (120, 36)) as pilot:
        await pilot.press("f3")
        await until(pilot, lambda: "Needs you 1" in plain(pilot))
        await until(pilot, lambda: "1 needs you" in plain(pilot))
        assert "1 result is about to be deleted" in said(pilot)
        assert "d downloads what is behind" in plain(pilot)
        assert "d Download" in plain(pilot)
        await pilot.press("[")
        await until(pilot, lambda: "koi" in plain(pilot) and screen_of(pilot).tasks_pane.table.visible_count == 1)
        await pilot.press("d")
        await until(pilot, lambda: "Downloaded: " in said(pilot))
        await until(pilot, lambda: "Needs you 0" in plain(pilot) and "needs you" not in plain(pilot))
        assert "d Download" not in plain(pilot)


async def test_what_can_not_be_had_is_said_and_stands_in_the_row(asking: Settings, simulator: Simulator) -> None:
    simulator.fault("files", "gone", times=0)
    async with running(asking) as pilot:
        await finished(pilot)
        await pilot.press("d")
        await until(pilot, lambda: " gone " in plain(pilot))
        await until(pilot, lambda: "does not keep this file any more" in said(pilot))
        assert files(asking) == []
