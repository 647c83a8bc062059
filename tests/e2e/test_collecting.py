"""Results come whole onto the disk, whatever happens on the way: each fault, then the studio as a whole."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import stat
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from sora_tui.film.inspect import check_boxes
from sora_tui.kie.client import KieClient
from sora_tui.kie.fetching import Fetcher
from sora_tui.settings import Settings, load
from sora_tui.simulator.server import Simulator
from sora_tui.studio.clock import SYSTEM_CLOCK
from sora_tui.studio.collecting import DownloadState
from sora_tui.studio.downloading import Downloading, NotCollected, Tell
from sora_tui.studio.events import DownloadChanged, Notice
from sora_tui.studio.part_file import PartFile, part_name
from sora_tui.studio.studio import Studio
from sora_tui.studio.task import Draft, Task

MODEL = "sora-2-pro-text-to-video"


@dataclass
class Desk:
    """A finished task, and what downloads it."""

    simulator: Simulator
    settings: Settings
    task: Task
    downloading: Downloading
    fetcher: Fetcher
    told: list[tuple[int, int | None]] = field(default_factory=list)
    kept: list[Path] = field(default_factory=list)
    is_wanted: bool = True

    @property
    def folder(self) -> Path:
        return self.settings.download_dir

    @property
    def films(self) -> list[Path]:
        return sorted(self.folder.glob("[!.]*.mp4"))

    @property
    def left(self) -> list[str]:
        """What lies in the folder under no final name."""
        return sorted(path.name.rpartition(".")[2] for path in self.folder.glob(".*"))

    def fault(self, kind: str, **more: Any) -> None:
        self.simulator.fault("files", kind, **more)

    async def download(self, task: Task | None = None) -> Path:
        return await self.downloading.download(task or self.task, 0, self.tell)

    @property
    def tell(self) -> Tell:
        async def is_wanted() -> bool:
            return self.is_wanted

        async def keep(path: Path) -> None:
            self.kept.append(path)

        return Tell(lambda received, total: self.told.append((received, total)), lambda: None, is_wanted, keep)


async def finished(studio: Studio, simulator: Simulator, *prompts: str) -> list[Task]:
    """Tasks that have ended, without waiting for the first look at them."""
    tasks = await studio.submit_all([Draft(prompt, MODEL) for prompt in prompts])
    for task in tasks:
        settled = await studio.settled(task.ref)
        if settled.task_id is not None:
            with suppress(KeyError):  # on a slow machine it has ended by itself
                await asyncio.to_thread(simulator.finish, settled.task_id)
            await studio.poll_now(task.ref)
    return await studio.wait([task.ref for task in tasks])


@pytest.fixture
def settings(simulator: Simulator, tmp_path: Path) -> Settings:
    folder = tmp_path / "videos"
    folder.mkdir()
    return load(base_url=simulator.url, api_key="demo-test", data_dir=tmp_path / "data", download_dir=folder)


@pytest.fixture
async def desk(simulator: Simulator, settings: Settings) -> AsyncIterator[Desk]:
    async with Studio(settings) as studio:
        studio.start()
        [task] = await finished(studio, simulator, "A paper boat")
    client = KieClient("demo-test", base_url=simulator.url)
    fetcher = Fetcher()
    yield Desk(simulator, settings, task, Downloading(settings, fetcher, client.download_url, SYSTEM_CLOCK), fetcher)
    await fetcher.aclose()
    await client.aclose()


def is_whole(path: Path) -> bool:
    check_boxes(path)
    return True


def renewals(simulator: Simulator) -> int:
    """How many new links were asked for."""
    return sum(count for route, count in simulator.requests().items() if route.startswith("download-url"))


async def test_a_result_lies_under_its_name_with_its_story_beside_it(desk: Desk) -> None:
    path = await desk.download()
    assert desk.kept == [path] == [desk.folder / path.name]
    assert path.name.endswith(f"_a-paper-boat_{desk.task.ref[:8]}.mp4")
    assert is_whole(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    story = json.loads(path.with_suffix(".json").read_text())
    assert (story["prompt"], story["ref"], story["credits"]) == ("A paper boat", desk.task.ref, 330.0)
    assert story["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (story["size"], story["media"]["video_codec"]) == (path.stat().st_size, "h264")
    assert "demo-test" not in path.with_suffix(".json").read_text()
    assert desk.left == []
    assert desk.told[-1] == (path.stat().st_size, path.stat().st_size)


async def test_w1_cut_in_the_middle_it_is_gone_on_with(desk: Desk) -> None:
    desk.fault("truncated", at=0.4)
    with pytest.raises(NotCollected) as trouble:
        await desk.download()
    assert trouble.value.may_pass
    assert (desk.films, desk.left) == ([], ["json", "part"])
    assert is_whole(await desk.download())
    assert desk.told[-2][0] > 0, "what was here was not asked for again"
    assert desk.left == []


async def test_w2_a_file_that_changed_meanwhile_begins_anew(desk: Desk) -> None:
    desk.fault("truncated", at=0.4)
    with pytest.raises(NotCollected):
        await desk.download()
    desk.fault("changed_file")
    changed = await desk.download()
    desk.fault("changed_file")
    again = await desk.download()
    assert changed.read_bytes() == again.read_bytes(), "not a mix of two versions"
    assert again.name == f"{changed.stem}_2.mp4"


@pytest.mark.parametrize("headers", [{"etag": 'W/"1"'}, {"etag": ""}])
async def test_w3_without_a_strong_tag_it_begins_anew(desk: Desk, headers: dict[str, str]) -> None:
    more = {"headers": headers} if headers["etag"] else {"without": ["etag"]}
    desk.fault("truncated", at=0.4, **more)
    with pytest.raises(NotCollected):
        await desk.download()
    desk.told.clear()
    assert is_whole(await desk.download())
    assert desk.told[0][0] == 0


async def test_w4_cut_where_nobody_can_tell_nothing_is_published(desk: Desk) -> None:
    desk.fault("unframed", at=0.5)
    with pytest.raises(NotCollected, match="no whole film") as trouble:
        await desk.download()
    assert trouble.value.may_pass
    assert (desk.films, desk.left) == ([], [])
    assert is_whole(await desk.download())


async def test_w5_a_range_that_is_not_there_begins_anew(desk: Desk) -> None:
    desk.fault("truncated", at=0.4)
    with pytest.raises(NotCollected):
        await desk.download()
    desk.fault("unsatisfiable")
    assert is_whole(await desk.download())


async def test_w5_what_is_whole_already_is_published_without_asking(desk: Desk) -> None:
    path = await desk.download()
    os.rename(path, part := next(iter([desk.folder / "whole"])))
    desk.fault("truncated", at=0.4)
    with pytest.raises(NotCollected):
        await desk.download()
    [left] = desk.folder.glob(".*.part")
    left.write_bytes(part.read_bytes())
    desk.fault("gone", times=0)
    assert is_whole(await desk.download())


async def test_w6_a_whole_file_for_a_range_takes_the_place_of_the_piece(desk: Desk) -> None:
    desk.fault("truncated", at=0.4)
    with pytest.raises(NotCollected):
        await desk.download()
    desk.fault("ignored_range")
    assert is_whole(await desk.download())


async def test_w6_another_range_is_refused(desk: Desk) -> None:
    desk.fault("truncated", at=0.4)
    with pytest.raises(NotCollected):
        await desk.download()
    desk.fault("wrong_range", at=5)
    with pytest.raises(NotCollected, match="another part"):
        await desk.download()
    assert is_whole(await desk.download())


@pytest.mark.parametrize("fault", [("gzip", {}), ("html", {"status": 200}), ("body", {"body": '{"code": 500}'})])
async def test_w7_w8_what_is_no_film_is_not_published(desk: Desk, fault: tuple[str, dict[str, Any]]) -> None:
    kind, more = fault
    desk.fault(kind, **more)
    with pytest.raises(NotCollected):
        await desk.download()
    assert (desk.films, desk.left) == ([], [])
    assert is_whole(await desk.download())


async def test_w9_a_full_disk_says_so_and_nothing_is_left(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as no_room:
        no_room.setattr(os, "pwrite", full)
        with pytest.raises(NotCollected, match="no room left") as trouble:
            await desk.download()
    assert trouble.value.is_folders
    assert (desk.films, desk.left) == ([], [])
    assert is_whole(await desk.download())


async def test_w9_a_part_that_leads_elsewhere_is_not_written_through(desk: Desk) -> None:
    desk.fault("truncated", at=0.4)
    with pytest.raises(NotCollected):
        await desk.download()
    [part] = desk.folder.glob(".*.part")
    part.unlink()
    part.symlink_to("/dev/full")
    with pytest.raises(NotCollected):
        await desk.download()
    assert desk.films == []


async def test_w10_a_link_that_expired_is_renewed_once_and_gone_on_with(desk: Desk) -> None:
    desk.fault("truncated", at=0.4)
    with pytest.raises(NotCollected):
        await desk.download()
    desk.fault("expired", times=1)
    desk.told.clear()
    assert is_whole(await desk.download())
    assert desk.told[0][0] > 0
    assert renewals(desk.simulator) == 1


async def test_w10_a_link_that_is_refused_also_when_it_is_new_may_work_another_day(desk: Desk) -> None:
    desk.fault("expired", times=0)
    with pytest.raises(
        NotCollected, match=r"does not work \(HTTP 403\), nor does a new one. d tries again."
    ) as trouble:
        await desk.download()
    assert not trouble.value.is_gone
    assert not trouble.value.may_pass
    assert renewals(desk.simulator) == 1
    desk.simulator.clear_faults()
    assert is_whole(await desk.download())


async def test_w11_what_the_service_has_deleted_is_gone(desk: Desk) -> None:
    desk.fault("gone", times=0)
    with pytest.raises(NotCollected, match="does not keep this file any more") as trouble:
        await desk.download()
    assert trouble.value.is_gone
    assert renewals(desk.simulator) == 1


async def test_w12_redirects_elsewhere_go_without_a_key_and_not_for_ever(desk: Desk) -> None:
    desk.fault("redirect", location="/elsewhere", status=302, times=0)
    desk.fault("redirect", location="http://files.example/1.mp4", status=302)
    with pytest.raises(NotCollected):
        await desk.download()


async def test_w13_nothing_is_written_over(desk: Desk) -> None:
    first = await desk.download()
    kept = first.read_bytes()
    first.with_suffix(".mp4").write_bytes(b"mine")
    first.with_name(f"{first.stem}_2.json").write_text("mine too")
    second = await desk.download()
    assert second.name == f"{first.stem}_3.mp4"
    assert first.read_bytes() == b"mine"
    assert first.with_name(f"{first.stem}_2.json").read_text() == "mine too"
    assert second.read_bytes() == kept


async def test_killed_between_its_name_and_the_tidying_up_it_is_found_and_not_doubled(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sora_tui.studio import downloading

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(downloading, "_facts", dies)
        place = desk.downloading._open_folder()
        with PartFile(place, part_name(desk.task.ref, 0)) as part:
            await desk.downloading._fill(part, desk.task.links[0], desk.tell)
            with pytest.raises(KeyboardInterrupt):
                desk.downloading._publish(place, part, desk.task, 0)
        os.close(place)
    [film] = desk.films
    assert desk.left == ["json", "part"]
    content = film.read_bytes()
    assert await desk.download() == film
    assert (desk.films, film.read_bytes(), desk.left) == ([film], content, [])


@pytest.mark.parametrize("way", ["gone", "read-only", "a link", "a file"])
async def test_w15_a_folder_that_takes_nothing_is_said(desk: Desk, way: str, tmp_path: Path) -> None:
    folder = desk.folder
    if way == "read-only":
        if os.geteuid() == 0:
            pytest.skip("root may write everywhere")
        folder.chmod(0o500)
    else:
        folder.rmdir()
        if way == "a link":
            (tmp_path / "other").mkdir()
            folder.symlink_to(tmp_path / "other")
        elif way == "a file":
            folder.write_text("mine")
    with pytest.raises(NotCollected, match="SORA_TUI_DOWNLOAD_DIR") as trouble:
        await desk.download()
    assert trouble.value.is_folders


# The studio as a whole


async def collected(studio: Studio, tasks: list[Task]) -> list[Task]:
    await studio.collecting.settled([task.ref for task in tasks])
    return await studio.load([task.ref for task in tasks])


async def test_what_ends_well_is_collected_by_itself_and_known_to_the_next_start(
    settings: Settings, simulator: Simulator
) -> None:
    told: list[DownloadChanged] = []
    async with Studio(settings) as studio:
        studio.subscribe(lambda event: told.append(event) if isinstance(event, DownloadChanged) else None)
        studio.start()
        studio.start_collecting()
        tasks = await collected(studio, await finished(studio, simulator, "koi", "boat", "[sim:500] kite"))
    assert [len(task.files) for task in tasks] == [1, 1, 0]
    assert all(is_whole(Path(path)) for task in tasks for path in task.files)
    assert {event.ref for event in told} == {task.ref for task in tasks[:2]}
    async with Studio(settings) as again:
        assert [task.files for task in await again.load([tasks[0].ref])] == [tasks[0].files]
    assert "koi" in tasks[0].files[0]


async def test_what_a_start_finds_uncollected_it_collects_and_on_ask_only_what_is_asked_for(
    settings: Settings, simulator: Simulator
) -> None:
    async with Studio(settings) as studio:
        studio.start()
        [task] = await finished(studio, simulator, "koi")
    async with Studio(settings.model_copy(update={"download": "ask"})) as studio:
        studio.start_collecting()
        assert studio.collecting.progress_of(task.ref) == []
        [download] = await studio.collecting.collect([task.ref])
        assert download.state is DownloadState.WAITING
        [task] = await collected(studio, [task])
        assert is_whole(Path(task.files[0]))
        assert await studio.collecting.collect([task.ref]) == [], "it is here"
        os.unlink(task.files[0])
        await studio.collecting.collect([task.ref])
        [again] = await collected(studio, [task])
        assert is_whole(Path(again.files[0])), "the user had deleted it"


async def test_what_is_gone_is_said_once_and_never_asked_for_again(settings: Settings, simulator: Simulator) -> None:
    async with Studio(settings) as studio:
        studio.start()
        [task] = await finished(studio, simulator, "koi")
        simulator.fault("files", "gone", times=0)
        studio.start_collecting()
        await studio.collecting.collect([task.ref])
        [task] = await collected(studio, [task])
        [download] = studio.collecting.progress_of(task.ref)
        assert download.state is DownloadState.FAILED
        assert task.files_note == download.problem != ""
    asked = renewals(simulator)
    async with Studio(settings) as studio:
        studio.start_collecting()
        await studio.collecting.settled([task.ref])
        assert studio.collecting.progress_of(task.ref) == []
    assert renewals(simulator) == asked


async def test_a_folder_without_room_is_said_once_and_tried_again_on_demand(
    settings: Settings, simulator: Simulator
) -> None:
    said: list[Notice] = []
    async with Studio(settings) as studio:
        studio.start()
        tasks = await finished(studio, simulator, "koi", "boat")
        studio.subscribe(lambda event: said.append(event) if isinstance(event, Notice) else None)
        settings.download_dir.rmdir()
        studio.start_collecting()
        while not said:
            await SYSTEM_CLOCK.sleep(0.01)
        assert {notice.topic for notice in said} == {"downloads"}
        settings.download_dir.mkdir()
        await studio.collecting.collect([task.ref for task in tasks])
        tasks = await collected(studio, tasks)
        assert all(task.files for task in tasks)


async def test_stopped_it_stays_where_it_is(settings: Settings, simulator: Simulator) -> None:
    async with Studio(settings) as studio:
        studio.start()
        [task] = await finished(studio, simulator, "koi")
        simulator.fault("files", "stall")
        studio.start_collecting()
        await studio.collecting.collect([task.ref])
        while studio.collecting.active == 0:
            await SYSTEM_CLOCK.sleep(0.01)
        assert await studio.collecting.stop([task.ref]) == 1
        assert studio.collecting.progress_of(task.ref) == []
        [kept] = await studio.load([task.ref])
        assert kept.files == ()


async def test_two_programs_on_one_store_download_it_once(settings: Settings, simulator: Simulator) -> None:
    async with Studio(settings) as first, Studio(settings) as second:
        first.start()
        [task] = await finished(first, simulator, "koi")
        first.start_collecting()
        second.start_collecting()
        await first.collecting.collect([task.ref])
        await second.collecting.collect([task.ref])
        await first.collecting.settled([task.ref])
        await second.collecting.settled([task.ref])
        assert [task.files for task in await second.load([task.ref])] != [()]
    assert len(list(settings.download_dir.glob("*.mp4"))) == 1
    assert list(settings.download_dir.glob(".*")) == []


async def test_what_another_program_has_kept_meanwhile_is_not_fetched(desk: Desk) -> None:
    desk.is_wanted = False
    with pytest.raises(NotCollected) as trouble:
        await desk.download()
    assert trouble.value.is_anothers
    assert (desk.told, desk.kept, desk.films, desk.left) == ([], [], [], [])


def test_a_replaced_task_keeps_its_files() -> None:
    task = replace(Task("r", _success(), "m", "p", {}, "o", 0), files=("/a",))
    assert task.as_json()["files"] == ["/a"]


def _success() -> Any:
    from sora_tui.studio.task import TaskState

    return TaskState.SUCCESS
