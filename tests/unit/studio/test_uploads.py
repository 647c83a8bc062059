"""Every content goes up once while its link is good: over restarts, programs and drafts sent at the same time."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from sora_tui.kie.errors import AnswerLost, KieError, NotDelivered, Refused, UnreadableAnswer, UnusableFile
from sora_tui.kie.profiles import Field, FieldKind, Media, ModelProfile
from sora_tui.kie.uploads import UploadedFile
from sora_tui.settings import Settings, load
from sora_tui.studio import uploads as module
from sora_tui.studio.errors import NoKey, NotUploaded
from sora_tui.studio.file_contents import name_to_send, sha_of
from sora_tui.studio.file_kinds import type_of
from sora_tui.studio.kept_links import HOUR_MS
from sora_tui.studio.task import Draft
from sora_tui.studio.upload_failures import refusal
from sora_tui.studio.uploads import UploadProgress, Uploads
from tests.unit.studio.virtual_time import EPOCH_MS, VirtualClock, in_virtual_time

PNG = b"\x89PNG\r\n\x1a\n"
HOST = "https://up.example"
PROFILE = ModelProfile(
    "m",
    "M",
    (
        Field("image_url", "Image", FieldKind.LINK, media=Media.IMAGE),
        Field("images", "Images", FieldKind.LINK_LIST, media=Media.IMAGE),
        Field("note", "Note", FieldKind.TEXT),
    ),
    100,
)


@dataclass
class Host:
    """An upload host that keeps what it gets.

    Attributes:
        errors: what the next uploads end in, one after the other.
        is_open: uploads wait until it is set.
        meanwhile: done while each upload is under way.
    """

    errors: list[KieError] = field(default_factory=list)
    is_open: asyncio.Event = field(default_factory=asyncio.Event)
    meanwhile: Callable[[], object] = lambda: None
    names: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)
    begun: int = 0

    def __post_init__(self) -> None:
        self.is_open.set()

    async def upload(
        self,
        content: bytes | Path,
        *,
        file_name: str,
        media_type: str,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> UploadedFile:
        assert on_progress is not None
        self.begun += 1
        before = _bytes_of(content)
        on_progress(0, len(before))
        await self.is_open.wait()
        self.meanwhile()
        if self.errors:
            raise self.errors.pop(0)
        on_progress(len(before) + 99, len(before) + 99)  # what wraps it counts too at some clients
        self.names.append(file_name)
        self.kinds.append(media_type)
        self.contents.append(before)
        return UploadedFile(f"{HOST}/{len(self.contents)}/{file_name}")

    async def client(self) -> Host:
        return self


def _bytes_of(content: bytes | Path) -> bytes:
    return content if isinstance(content, bytes) else content.read_bytes()


def settings_for(tmp_path: Path, **more: Any) -> Settings:
    return load(**{"data_dir": tmp_path / "data", "upload_url": HOST, **more})


def uploads_of(host: Host, tmp_path: Path, clock: VirtualClock | None = None, **settings: Any) -> Uploads:
    return Uploads(settings_for(tmp_path, **settings), host.client, clock=clock or VirtualClock())


def picture(tmp_path: Path, name: str = "photo.png", words: bytes = b"one") -> Path:
    path = tmp_path / name
    path.write_bytes(PNG + words)
    return path


def draft(**parameters: Any) -> Draft:
    return Draft("A boat", "m", parameters, parent_ref="1" * 32, mode="x")


async def link_of(uploads: Uploads, path: Path | str) -> str:
    prepared = await uploads.prepared(draft(image_url=str(path)), PROFILE)
    link = prepared.parameters["image_url"]
    assert isinstance(link, str)
    return link


@in_virtual_time
async def test_files_become_links_and_all_else_stays(tmp_path: Path) -> None:
    host, photo, other = Host(), picture(tmp_path), picture(tmp_path, "b.png", b"two")
    parameters = {
        "image_url": f"'{photo}' ",
        "images": ["https://a.example/x.png ", str(other), str(photo)],
        "note": str(photo),
        "odd": 7,
    }
    given = draft(**parameters)
    prepared = await uploads_of(host, tmp_path).prepared(given, PROFILE)
    first, second = f"{HOST}/1/{host.names[0]}", f"{HOST}/2/{host.names[1]}"
    assert prepared == draft(image_url=first, images=["https://a.example/x.png", second, first], note=str(photo), odd=7)
    assert given.parameters == parameters
    assert host.contents == [PNG + b"one", PNG + b"two"]
    assert host.kinds == ["image/png"] * 2


@in_virtual_time
async def test_where_there_is_no_file_nothing_is_asked(tmp_path: Path) -> None:
    async def no_client() -> Host:
        raise NoKey("There is no key.")

    uploads = Uploads(settings_for(tmp_path), no_client, clock=VirtualClock())
    given = draft(image_url="https://a.example/x.png", note="/x.png")
    assert await uploads.prepared(given, PROFILE) is given
    assert not (tmp_path / "data").exists()
    with pytest.raises(NoKey):
        await link_of(uploads, picture(tmp_path))


@in_virtual_time
async def test_progress_is_of_the_file_and_within_it(tmp_path: Path) -> None:
    host, photo = Host(), picture(tmp_path)
    told: list[UploadProgress] = []
    uploads = uploads_of(host, tmp_path)
    for _ in range(2):
        await uploads.prepared(draft(image_url=str(photo)), PROFILE, told.append)
    assert told == [UploadProgress(photo, sent, 11) for sent in (0, 11)]  # the second time there was nothing to do


# Once and never twice


@in_virtual_time
async def test_the_same_content_goes_up_once_also_after_a_restart_and_under_another_name(tmp_path: Path) -> None:
    host, photo = Host(), picture(tmp_path)
    link = await link_of(uploads_of(host, tmp_path), photo)
    copy = picture(tmp_path, "copy.png")
    uploads = uploads_of(host, tmp_path)
    assert await link_of(uploads, photo) == await link_of(uploads, copy) == link
    assert host.begun == 1
    assert {kept.name for path in (photo, copy) if (kept := uploads.of_file(path))} == {"photo.png", "copy.png"}


@in_virtual_time
async def test_drafts_sent_at_the_same_time_wait_for_one_upload(tmp_path: Path) -> None:
    host, photo, copy = Host(), picture(tmp_path), picture(tmp_path, "copy.png")
    host.is_open.clear()
    mine, others = uploads_of(host, tmp_path), uploads_of(host, tmp_path)  # the second is another program
    sends = [asyncio.create_task(link_of(each, path)) for each in (mine, mine, others) for path in (photo, copy)]
    await asyncio.sleep(5)
    assert host.begun == 1
    host.is_open.set()
    assert len(set(await asyncio.gather(*sends))) == 1
    assert host.begun == 1


@in_virtual_time
async def test_another_host_gets_its_own(tmp_path: Path) -> None:
    host, photo = Host(), picture(tmp_path)
    await link_of(uploads_of(host, tmp_path), photo)
    await link_of(uploads_of(host, tmp_path, upload_url="https://else.example"), photo)
    assert host.begun == 2


@in_virtual_time
async def test_many_files_go_up_a_few_at_a_time(tmp_path: Path) -> None:
    host = Host()
    host.is_open.clear()
    uploads = uploads_of(host, tmp_path)
    names = range(module.AT_ONCE + 2)
    sends = [asyncio.create_task(link_of(uploads, picture(tmp_path, f"{n}.png", str(n).encode()))) for n in names]
    await asyncio.sleep(5)
    assert host.begun == module.AT_ONCE
    host.is_open.set()
    assert len(set(await asyncio.gather(*sends))) == len(names)


@in_virtual_time
async def test_a_cancelled_upload_leaves_the_way_free(tmp_path: Path) -> None:
    host, photo = Host(), picture(tmp_path)
    host.is_open.clear()
    uploads = uploads_of(host, tmp_path)
    given_up, waiting = (asyncio.create_task(link_of(uploads, photo)) for _ in range(2))
    await asyncio.sleep(5)
    given_up.cancel()
    await asyncio.sleep(5)
    assert host.begun == 2
    host.is_open.set()
    assert await waiting == f"{HOST}/1/{host.names[0]}"
    assert given_up.cancelled()


@in_virtual_time
async def test_an_upload_is_used_for_a_day_less_an_hour(tmp_path: Path) -> None:
    host, photo, clock = Host(), picture(tmp_path), VirtualClock()
    uploads = uploads_of(host, tmp_path, clock)
    first = await link_of(uploads, photo)
    clock.jumped_ms = 23 * HOUR_MS - 1
    assert await link_of(uploads, photo) == first
    clock.jumped_ms += 1
    second = await link_of(uploads, photo)
    assert second != first
    assert await link_of(uploads, photo) == second


@in_virtual_time
async def test_a_clock_that_is_set_back_a_little_does_no_harm(tmp_path: Path) -> None:
    host, photo, clock = Host(), picture(tmp_path), VirtualClock()
    uploads = uploads_of(host, tmp_path, clock)
    first = await link_of(uploads, photo)
    clock.jumped_ms = -HOUR_MS // 2
    assert await link_of(uploads, photo) == first
    clock.jumped_ms = -2 * HOUR_MS
    assert await link_of(uploads, photo) != first


@in_virtual_time
async def test_the_day_begins_before_the_sending(tmp_path: Path) -> None:
    host, photo, clock = Host(), picture(tmp_path), VirtualClock()
    host.meanwhile = lambda: setattr(clock, "jumped_ms", 23 * HOUR_MS)
    uploads = uploads_of(host, tmp_path, clock)
    await link_of(uploads, photo)
    await link_of(uploads, photo)
    assert host.begun == 2


# Links of ours whose time is over


@in_virtual_time
async def test_an_old_link_of_ours_is_renewed_from_the_same_file(tmp_path: Path) -> None:
    host, photo, clock = Host(), picture(tmp_path), VirtualClock()
    old = await link_of(uploads_of(host, tmp_path, clock), photo)
    clock.jumped_ms = 40 * 24 * HOUR_MS
    uploads = uploads_of(host, tmp_path, clock)
    told: list[UploadProgress] = []
    given = draft(images=[old, "https://a.example/b"])
    prepared = await uploads.prepared(given, PROFILE, told.append)
    new, untouched = prepared.parameters["images"]
    assert (new, untouched) == (f"{HOST}/2/{host.names[1]}", "https://a.example/b")
    assert {progress.path for progress in told} == {photo}
    photo.unlink()  # the same content is up there now, so the file is not needed
    assert await uploads.prepared(given, PROFILE) == prepared
    assert host.begun == 2


@pytest.mark.parametrize("change", ["gone", "changed"])
def test_an_old_link_whose_file_is_no_longer_the_same_is_told(tmp_path: Path, change: str) -> None:
    @in_virtual_time
    async def test() -> None:
        host, photo, clock = Host(), picture(tmp_path), VirtualClock()
        old = await link_of(uploads_of(host, tmp_path, clock), photo)
        clock.jumped_ms = 25 * HOUR_MS
        if change == "gone":
            photo.unlink()
        else:
            picture(tmp_path, words=b"another")
        with pytest.raises(NotUploaded) as told:
            await link_of(uploads_of(host, tmp_path, clock), old)
        why = "can't be read any more" if change == "gone" else "has changed since"
        day = datetime.fromtimestamp(EPOCH_MS / 1000)
        assert str(told.value) == (
            f"photo.png was uploaded on {day.day} {day:%b} and is no longer kept by the service, and {photo} {why}. "
            "Choose the file again."
        )
        assert host.begun == 1

    test()


@in_virtual_time
async def test_a_link_to_the_demo_of_an_earlier_start_is_renewed(tmp_path: Path) -> None:
    host, photo = Host(), picture(tmp_path)
    old = await link_of(uploads_of(host, tmp_path, upload_url="http://127.0.0.1:8001"), photo)
    assert await link_of(uploads_of(host, tmp_path, upload_url="http://127.0.0.1:8002"), old) != old
    assert host.begun == 2


# Files that change under our hands


@pytest.mark.parametrize("in_one_reading", [0, 8_000_000])
def test_a_file_that_changes_while_it_goes_up_is_not_remembered_as_what_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_one_reading: int
) -> None:
    monkeypatch.setattr(module, "IN_ONE_READING", in_one_reading)

    @in_virtual_time
    async def test() -> None:
        host, photo = Host(), picture(tmp_path)
        host.meanwhile = lambda: picture(tmp_path, words=b"two")
        uploads = uploads_of(host, tmp_path)
        link = await link_of(uploads, photo)
        kept = uploads.of_link(link)
        assert kept is not None
        sent = host.contents[-1]
        host.meanwhile = lambda: None
        assert await link_of(uploads, picture(tmp_path, "one.png")) == (
            link if sent == PNG + b"one" else f"{HOST}/{len(host.contents)}/{host.names[-1]}"
        )
        assert host.contents[-1] == PNG + b"one"
        assert await link_of(uploads, picture(tmp_path, "two.png", b"two")) == (
            link if sent == PNG + b"two" else f"{HOST}/{len(host.contents)}/{host.names[-1]}"
        )
        assert sorted(set(host.contents)) == [PNG + b"one", PNG + b"two"]

    test()


@in_virtual_time
async def test_what_changes_before_it_is_read_is_summed_up_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host, photo = Host(), picture(tmp_path)

    def and_then_change(content: bytes | Path) -> str:
        sha = sha_of(content)
        if isinstance(content, Path) and not host.begun and content.read_bytes() == PNG + b"one":
            picture(tmp_path, words=b"two")
        return sha

    monkeypatch.setattr(module, "sha_of", and_then_change)
    uploads = uploads_of(host, tmp_path)
    await link_of(uploads, photo)
    await link_of(uploads, picture(tmp_path, "one.png"))
    assert host.contents == [PNG + b"two", PNG + b"one"]


@in_virtual_time
async def test_a_file_that_never_stands_still_is_told(tmp_path: Path) -> None:
    host, path = Host(), tmp_path / "photo.png"
    path.write_bytes(PNG)
    os.truncate(path, module.IN_ONE_READING + 1)

    def grow() -> None:
        with path.open("ab") as file:
            file.write(b"x")

    host.meanwhile = grow
    with pytest.raises(NotUploaded, match=r"^photo.png keeps changing. Send again once nothing writes to it.$"):
        await link_of(uploads_of(host, tmp_path), path)


@in_virtual_time
async def test_a_file_put_in_the_place_of_another_is_another(tmp_path: Path) -> None:
    host, photo, clock = Host(), picture(tmp_path), VirtualClock()
    clock.jumped_ms = 10 * 365 * 24 * HOUR_MS  # the file has settled long ago
    uploads = uploads_of(host, tmp_path, clock)
    await link_of(uploads, photo)
    was = photo.stat()
    picture(tmp_path, words=b"two")
    os.utime(photo, ns=(was.st_atime_ns, was.st_mtime_ns))
    await link_of(uploads, photo)
    assert host.contents == [PNG + b"one", PNG + b"two"]


# What can go wrong


@in_virtual_time
async def test_trouble_of_the_network_is_borne_twice(tmp_path: Path) -> None:
    host, clock = Host(errors=[NotDelivered("no"), AnswerLost("lost")]), VirtualClock()
    await link_of(uploads_of(host, tmp_path, clock), picture(tmp_path))
    assert host.begun == 3
    assert clock.monotonic() == sum(module.PAUSES_S)


@pytest.mark.parametrize(
    ("errors", "tries", "told"),
    [
        (
            [NotDelivered("no")] * 3,
            3,
            "photo.png was not uploaded: https://up.example could not be reached. Check the connection, then send"
            " again. Nothing was paid.",
        ),
        ([UnreadableAnswer("HTML", http_status=502)] * 3, 3, "could not be reached"),
        ([UnreadableAnswer("No JSON came.", http_status=200)], 1, "did not take it (No JSON came.)"),
        ([Refused("r", code=429)] * 3, 3, "takes no more just now. Wait a minute, then send again."),
        ([Refused("r", code=401, text="Unauthorized")], 1, "the key was refused. Check the key, then send again."),
        (
            [Refused("r", code=413, text="File too large")],
            1,
            "https://up.example did not take it (413: File too large). Choose another file, or give a link.",
        ),
        ([UnusableFile("photo.png changed while it was sent.")], 1, "photo.png changed while it was sent."),
    ],
)
def test_what_fails_is_said_with_what_to_do(tmp_path: Path, errors: list[KieError], tries: int, told: str) -> None:
    @in_virtual_time
    async def test() -> None:
        host, photo = Host(errors=[*errors]), picture(tmp_path)
        uploads = uploads_of(host, tmp_path)
        with pytest.raises(NotUploaded) as failure:
            await link_of(uploads, photo)
        assert told in str(failure.value)
        assert host.begun == tries
        assert await link_of(uploads, photo) == f"{HOST}/1/{host.names[0]}"  # nothing stands in the way of the next

    test()


@in_virtual_time
async def test_the_service_is_given_the_pause_it_asks_for(tmp_path: Path) -> None:
    host, clock = Host(errors=[Refused("r", code=429, retry_after=60.0)]), VirtualClock()
    await link_of(uploads_of(host, tmp_path, clock), picture(tmp_path))
    assert clock.monotonic() == 60.0


@in_virtual_time
async def test_files_that_are_none_are_told_and_nothing_is_asked(tmp_path: Path) -> None:
    host = Host()
    uploads = uploads_of(host, tmp_path)
    (tmp_path / "a.png").write_bytes(b"words")
    for path, told in ((tmp_path / "a.png", "is not a picture"), (tmp_path / "gone.png", "There is no file")):
        with pytest.raises(NotUploaded, match=told):
            await link_of(uploads, path)
    assert host.begun == 0


@in_virtual_time
async def test_a_file_that_can_no_longer_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = picture(tmp_path)

    def refuse(*_: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module, "sha_of", refuse)
    with pytest.raises(NotUploaded, match=r"^photo.png can't be read: Permission denied. Choose another file.$"):
        await link_of(uploads_of(Host(), tmp_path), photo)


@in_virtual_time
async def test_a_folder_that_cannot_be_written_costs_the_memory_and_not_the_upload(tmp_path: Path) -> None:
    host, photo = Host(), picture(tmp_path)
    (tmp_path / "data").write_text("a file where the folder should be")
    uploads = uploads_of(host, tmp_path)
    assert await link_of(uploads, photo) == f"{HOST}/1/{host.names[0]}"
    assert await link_of(uploads, photo) == f"{HOST}/2/{host.names[1]}"


# Whom the key goes to


@pytest.mark.parametrize(
    ("settings", "is_refused"),
    [
        ({}, False),
        ({"base_url": "https://api.kie.ai/"}, False),
        ({"base_url": "https://reseller.example"}, True),
        ({"base_url": "https://api.kie.ai.evil.example"}, True),
        ({"base_url": "http://127.0.0.1:8400"}, True),
        ({"base_url": "https://reseller.example", "upload_url": "https://up.reseller.example"}, False),
        ({"base_url": "https://reseller.example", "upload_url": "https://kieai.redpandaai.co"}, False),
    ],
)
def test_the_vendors_upload_host_gets_no_key_of_another_service(settings: dict[str, Any], is_refused: bool) -> None:
    assert bool(refusal(load(**settings))) is is_refused


def test_the_demo_uploads_to_its_own_server() -> None:
    assert refusal(load(base_url="https://reseller.example").for_demo("http://127.0.0.1:1")) == ""


def test_the_environment_counts_as_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SORA_TUI_UPLOAD_URL", "https://kieai.redpandaai.co")
    assert refusal(load(base_url="https://reseller.example")) == ""


@in_virtual_time
async def test_without_an_upload_host_nothing_is_asked_and_the_setting_is_named(tmp_path: Path) -> None:
    host, photo = Host(), picture(tmp_path)
    settings = load(data_dir=tmp_path / "data", base_url="https://reseller.example/v1")
    with pytest.raises(NotUploaded) as told:
        await link_of(Uploads(settings, host.client, clock=VirtualClock()), photo)
    assert str(told.value) == (
        "Nothing says where https://reseller.example takes uploads. "
        "Set SORA_TUI_UPLOAD_URL to that address, or give a link instead of a file."
    )
    assert host.begun == 0


# What is told of a file


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("photo.png", "photo-aaaaaaaaaaaa.png"),
        ("My Holiday (1).JPG", "My_Holiday_1-aaaaaaaaaaaa.png"),
        ("Café.png", "Cafe-aaaaaaaaaaaa.png"),
        ("紙の舟.png", "file-aaaaaaaaaaaa.png"),
        ("a\r\nX-Evil: 1.png", "a_X-Evil_1-aaaaaaaaaaaa.png"),
        ("../../etc/passwd", "etc_passwd-aaaaaaaaaaaa.png"),
        ("x" * 300 + ".png", "x" * 83 + "-aaaaaaaaaaaa.png"),
        (".png", "file-aaaaaaaaaaaa.png"),
    ],
)
def test_names_that_go_out_are_plain(name: str, sent: str) -> None:
    assert name_to_send(name, "a" * 64, type_of(PNG)) == sent
    assert len(sent) <= 100


def test_a_file_of_no_known_kind_keeps_its_ending() -> None:
    assert name_to_send("data.CSV", "b" * 64, None) == "data-bbbbbbbbbbbb.csv"
    assert name_to_send("data", "b" * 64, None) == "data-bbbbbbbbbbbb.bin"


@in_virtual_time
async def test_two_contents_of_one_name_never_share_it(tmp_path: Path) -> None:
    """The service would write the second over the first."""
    host = Host()
    uploads = uploads_of(host, tmp_path)
    for words in (b"one", b"two"):
        await link_of(uploads, picture(tmp_path, words=words))
    assert len(set(host.names)) == 2


# The file of remembered links


@in_virtual_time
async def test_what_is_remembered_is_for_the_user_alone_and_holds_no_more_than_needed(tmp_path: Path) -> None:
    host, photo, clock = Host(), picture(tmp_path), VirtualClock()
    link = await link_of(uploads_of(host, tmp_path, clock), photo)
    folder = tmp_path / "data" / "uploads"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    kept = json.loads((folder / "links.json").read_text())["links"]
    assert len(kept) == 1
    assert set(kept[0]) == {"host", "sha", "link", "uploaded_at", "size", "modified_ns", "name", "path"}
    assert (kept[0]["link"], kept[0]["host"], kept[0]["path"]) == (link, HOST, str(photo))


@pytest.mark.parametrize(
    "kept",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"links": 7}',
        b'{"links": [7, null, [], {}, {"link": "https://x"}]}',
        b"[" * 100_000,
        b'{"links": [{"host": "h", "sha": "s", "link": "no", "uploaded_at": 1, "size": 1, "modified_ns": 1,'
        b' "name": "n", "path": "p"}]}',
        b'{"links": [{"host": "h", "sha": "s", "link": "https://x", "uploaded_at": true, "size": 1,'
        b' "modified_ns": 1, "name": "n", "path": "p"}]}',
        b" " * 9_000_000,
    ],
)
def test_a_damaged_memory_is_forgotten(tmp_path: Path, kept: bytes) -> None:
    @in_virtual_time
    async def test() -> None:
        host, photo = Host(), picture(tmp_path)
        (tmp_path / "data/uploads").mkdir(parents=True)
        (tmp_path / "data/uploads/links.json").write_bytes(kept)
        uploads = uploads_of(host, tmp_path)
        assert uploads.of_link("https://x") is None
        link = await link_of(uploads, photo)
        assert await link_of(uploads_of(host, tmp_path), photo) == link
        assert host.begun == 1

    test()


@in_virtual_time
async def test_what_is_older_than_sixty_days_is_dropped(tmp_path: Path) -> None:
    host, clock = Host(), VirtualClock()
    uploads = uploads_of(host, tmp_path, clock)
    old = await link_of(uploads, picture(tmp_path))
    clock.jumped_ms = 59 * 24 * HOUR_MS
    await link_of(uploads, picture(tmp_path, "b.png", b"two"))
    assert uploads.of_link(old) is not None
    clock.jumped_ms = 60 * 24 * HOUR_MS
    await link_of(uploads, picture(tmp_path, "c.png", b"three"))
    assert uploads.of_link(old) is None


@in_virtual_time
async def test_what_another_program_uploads_is_known_at_once(tmp_path: Path) -> None:
    host, photo = Host(), picture(tmp_path)
    mine, theirs = uploads_of(host, tmp_path), uploads_of(host, tmp_path)
    assert mine.of_file(photo) is None
    link = await link_of(theirs, photo)
    kept = mine.of_file(photo)
    assert kept is not None
    assert kept.link == link
    assert mine.of_link(link) == kept
    twin = picture(tmp_path, "twin.png", b"two")
    os.utime(twin, ns=(photo.stat().st_atime_ns, photo.stat().st_mtime_ns))
    assert mine.of_file(twin) is None
    picture(tmp_path, words=b"changed")
    assert mine.of_file(photo) is None
    assert mine.of_file(tmp_path / "gone") is None
    assert mine.of_file(Path("a\0b")) is None
