"""Which results are wanted by themselves, when, and how often: in virtual time, with a downloader that only notes."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from sora_tui.studio.collected import DAY_MS
from sora_tui.studio.collecting import LOOKS_EVERY_S, TRIES, DownloadState
from sora_tui.studio.downloading import Downloading, NotCollected, Tell
from sora_tui.studio.events import Notice
from sora_tui.studio.part_file import part_name
from sora_tui.studio.task import Task, TaskState
from tests.unit.studio.scripted_service import Desk, a_desk, put_in_store, settings_in, waiting
from tests.unit.studio.virtual_time import EPOCH_MS, in_virtual_time

HOUR_MS = 3_600_000


class Shelf:
    """Keeps what is wanted at once, unless it has trouble to tell."""

    def __init__(self) -> None:
        self.wanted: list[str] = []
        self.trouble: NotCollected | None = None
        self.slow_s = 0.0

    async def download(self, task: Task, number: int, tell: Tell) -> Path:
        self.wanted.append(task.prompt)
        if self.slow_s:
            await asyncio.sleep(self.slow_s)
            tell.checking()
            await asyncio.sleep(self.slow_s)
        if self.trouble is not None:
            raise self.trouble
        path = Path(f"/videos/{task.prompt}.mp4")
        await tell.keep(path)
        return path


def ended(number: int, prompt: str, finished_at: int, settings: Any) -> Task:
    return replace(
        waiting(number, settings, prompt=prompt),
        state=TaskState.SUCCESS,
        created_at=finished_at - 1,
        finished_at=finished_at,
        links=(f"https://files.example/{number}.mp4",),
    )


@asynccontextmanager
async def collecting(folder: Path, download: str, *ends: tuple[str, int]) -> AsyncIterator[tuple[Desk, Shelf]]:
    """A studio that has begun to collect, with tasks by prompt that ended at these times."""
    settings = settings_in(folder, download=download)
    put_in_store(settings, *(ended(number, *end, settings) for number, end in enumerate(ends, 1)))
    async with a_desk(folder, settings=settings, is_started=False) as desk:
        shelf = Shelf()

        async def make() -> Downloading:
            return cast("Downloading", shelf)

        desk.studio.collecting._make = make
        desk.studio.start_collecting()
        await desk.pass_s(1)
        yield desk, shelf


OLD, SOON, NEW = EPOCH_MS - 15 * DAY_MS, EPOCH_MS - 12 * DAY_MS, EPOCH_MS - DAY_MS


@pytest.mark.parametrize(("download", "wanted"), [("auto", ["soon", "new"]), ("rescue", ["soon"]), ("ask", [])])
@in_virtual_time
async def test_a_start_wants_what_the_settings_say_the_most_urgent_first(
    tmp_path: Path, download: str, wanted: list[str]
) -> None:
    async with collecting(tmp_path, download, ("new", NEW), ("old", OLD), ("soon", SOON)) as (_, shelf):
        assert shelf.wanted == wanted


@in_virtual_time
async def test_a_program_left_open_rescues_what_comes_near_its_end_meanwhile(tmp_path: Path) -> None:
    almost = EPOCH_MS - 11 * DAY_MS + 5 * HOUR_MS
    async with collecting(tmp_path, "rescue", ("koi", almost)) as (desk, shelf):
        await desk.pass_s(4 * 3600)
        assert shelf.wanted == []
        await desk.pass_s(2 * 3600)
        assert shelf.wanted == ["koi"]
        assert desk.studio.expiring == set()


@in_virtual_time
async def test_on_ask_what_will_be_lost_is_counted_and_said_once(tmp_path: Path) -> None:
    almost = EPOCH_MS - 11 * DAY_MS + 5 * HOUR_MS
    async with collecting(tmp_path, "ask", ("koi", SOON), ("boat", almost), ("kite", NEW)) as (desk, shelf):
        assert len(desk.studio.expiring) == 1
        assert [notice.text for notice in desk.told(Notice)] == [
            "1 result is about to be deleted by the service, within three days. Needs you shows which."
        ]
        await desk.pass_s(4 * 3600)
        assert len(desk.told(Notice)) == 1
        await desk.pass_s(2 * 3600)
        assert len(desk.told(Notice)) == 2
        assert len(desk.studio.expiring) == 2
        await desk.studio.collecting.collect(sorted(desk.studio.expiring))
        await desk.pass_s(1)
        assert sorted(shelf.wanted) == ["boat", "koi"]
        assert desk.studio.expiring == set()


@in_virtual_time
async def test_trouble_that_may_pass_is_tried_again_soon_then_every_hour(tmp_path: Path) -> None:
    async with collecting(tmp_path, "auto") as (desk, shelf):
        shelf.trouble = NotCollected("No network. It is tried again.", may_pass=True)
        [task] = await _found(desk)
        await desk.pass_s(1800)
        assert len(shelf.wanted) == TRIES
        [download] = desk.studio.collecting.progress_of(task)
        assert (download.state, download.problem) == (DownloadState.FAILED, "No network. d tries again.")
        shelf.trouble = None
        await desk.pass_s(LOOKS_EVERY_S)
        assert len(shelf.wanted) == TRIES + 1
        assert desk.studio.collecting.progress_of(task) == []


@in_virtual_time
async def test_what_would_go_wrong_again_only_the_user_tries_again(tmp_path: Path) -> None:
    async with collecting(tmp_path, "auto") as (desk, shelf):
        shelf.trouble = NotCollected("It is no film. d tries again.")
        [task] = await _found(desk)
        await desk.pass_s(3 * LOOKS_EVERY_S)
        assert len(shelf.wanted) == 1
        await desk.studio.collecting.collect([task])
        await desk.pass_s(1)
        assert len(shelf.wanted) == 2


async def _found(desk: Desk) -> list[str]:
    """Another program has put a finished task into the store."""
    settings = desk.studio.settings
    put_in_store(settings, ended(9, "koi", NEW, settings))
    await desk.pass_s(LOOKS_EVERY_S)
    return [f"{9:032x}"]


@in_virtual_time
async def test_what_a_dead_program_left_of_kept_results_goes_and_of_the_others_stays(tmp_path: Path) -> None:
    folder = tmp_path / "videos"
    folder.mkdir()
    settings = settings_in(tmp_path, download="ask", download_dir=folder)
    kept, named = ended(1, "koi", NEW, settings), ended(2, "boat", NEW, settings)
    parts = [folder / f"{part_name(task.ref, 0)}.part" for task in (kept, named)]
    for task, part in zip((kept, named), parts, strict=True):
        part.write_bytes(b"film")
        os.link(part, folder / f"{task.prompt}.mp4")
    put_in_store(settings, replace(kept, files=(str(folder / "koi.mp4"),)), named)
    async with a_desk(tmp_path, settings=settings, is_started=False) as desk:
        desk.studio.start_collecting()
        await desk.pass_s(1)
    assert [part.exists() for part in parts] == [False, True]
    assert {path.name for path in folder.glob("*.mp4")} == {"koi.mp4", "boat.mp4"}


@pytest.mark.parametrize(("after_s", "is_kept"), [(5.0, False), (17.0, True)])
@in_virtual_time
async def test_leaving_finishes_what_is_all_here_and_stops_the_rest(
    tmp_path: Path, after_s: float, is_kept: bool
) -> None:
    async with collecting(tmp_path, "auto") as (desk, shelf):
        shelf.slow_s = 10.0
        settings = desk.studio.settings
        put_in_store(settings, ended(9, "koi", NEW, settings))
        await desk.pass_s(LOOKS_EVERY_S - 1 + after_s)
        assert len(shelf.wanted) == 1
        await desk.studio.collecting.close()
        [task] = await desk.studio.load([f"{9:032x}"])
        assert bool(task.files) is is_kept


@in_virtual_time
async def test_what_is_gone_is_written_down_before_it_counts_as_settled(tmp_path: Path) -> None:
    async with collecting(tmp_path, "ask", ("koi", NEW)) as (desk, shelf):
        shelf.trouble = NotCollected("The service does not keep this file any more (HTTP 404).", is_gone=True)
        [task] = await desk.studio.load([f"{1:032x}"])
        at_the_end: list[str] = []

        def hear(event: object) -> None:
            known = desk.studio.tasks.get(task.ref, task)
            if any(each.state is DownloadState.FAILED for each in desk.studio.collecting.progress_of(task.ref)):
                at_the_end.append(known.files_note)

        desk.studio.subscribe(hear)
        await desk.studio.collecting.collect([task.ref])
        [download] = await desk.studio.collecting.settled([task.ref])
        assert download.problem == at_the_end[0] != ""
