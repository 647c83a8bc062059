"""What stands in a field for links: a link as it is, or a file in whatever way a terminal pastes it."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.kie.profiles import Field, FieldError, FieldKind, Media, ModelProfile, check
from sora_tui.studio.drafting import errors_in, task_for
from sora_tui.studio.errors import InvalidDraft
from sora_tui.studio.file_kinds import type_of
from sora_tui.studio.inputs import (
    LARGEST,
    describe,
    file_problem,
    input_errors,
    is_link,
    local_inputs,
    megabytes,
    path_in,
    with_texts,
    without_paths,
)
from sora_tui.studio.kept_links import HOUR_MS, KeptLink
from sora_tui.studio.task import Draft

PNG = b"\x89PNG\r\n\x1a\n" + bytes(2_300_000)
MP4 = b"\x00\x00\x00\x20ftypisom" + bytes(100)
NOW = 1_795_000_000_000


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    path.write_bytes(PNG)
    return path


@dataclass
class Remembered:
    """Remembers one upload of everything it is asked about."""

    entry: KeptLink
    asked: list[object] = field(default_factory=list)

    def of_file(self, path: Path) -> KeptLink | None:
        self.asked.append(path)
        return self.entry

    def of_link(self, link: str) -> KeptLink | None:
        self.asked.append(link)
        return self.entry


def uploaded(hours_ago: float) -> Remembered:
    at = NOW - round(hours_ago * HOUR_MS)
    return Remembered(KeptLink("https://up", "0" * 64, "https://up/1.png", at, 1, 1, "photo.png", "/photo.png"))


# Links and paths


@pytest.mark.parametrize(
    "text",
    ["https://a.example/b.png", "http://a", "asset://123", " https://a.example/b.png\n", "HTTPS://A", "s3+x://y"],
)
def test_anything_with_a_scheme_is_a_link(text: str) -> None:
    assert is_link(text)
    assert path_in(text) is None


@pytest.mark.parametrize("text", ["", "  ", "\n", "data:image/png;base64,AAAA", "DATA:,x", "a\0b"])
def test_what_is_neither(text: str) -> None:
    assert not is_link(text)
    assert path_in(text) is None


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/tmp/a.png", "/tmp/a.png"),
        ("/tmp/a b.png", "/tmp/a b.png"),
        ("'/tmp/a b.png' ", "/tmp/a b.png"),
        ('"/tmp/a b.png"\n', "/tmp/a b.png"),
        (r"/tmp/a\ b\(1\).png", "/tmp/a b(1).png"),
        (r"'/tmp/it'\''s.png'", "/tmp/it's.png"),
        ("/tmp/it's.png", "/tmp/it's.png"),
        ("file:///tmp/a%20b%23.png", "/tmp/a b#.png"),
        ("file://localhost/tmp/a.png", "/tmp/a.png"),
        ("FILE:///tmp/a.png", "/tmp/a.png"),
        ("file:/tmp/a.png", "/tmp/a.png"),
        ("file://", "/"),
        ("file://[x/y", "/y"),
        ("/tmp/ünï 🚣.png", "/tmp/ünï 🚣.png"),
        ("/tmp/a#b?c.png", "/tmp/a#b?c.png"),
    ],
)
def test_a_path_as_terminals_paste_it(text: str, path: str) -> None:
    assert path_in(text) == Path(path)
    assert not is_link(text)


def test_paths_from_home_and_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    monkeypatch.setenv("SECRET", "s3cret")
    monkeypatch.chdir(tmp_path)
    assert path_in("~/a.png") == path_in("$HOME/a.png") == path_in("${HOME}/a.png") == Path("/home/anna/a.png")
    assert path_in(r"~/my\ film.mp4") == Path("/home/anna/my film.mp4")
    assert path_in("pictures/a.png") == tmp_path / "pictures/a.png"
    assert path_in("$SECRET/a") == tmp_path / "$SECRET/a"
    assert path_in("$HOMELAND") == tmp_path / "$HOMELAND"
    assert path_in("~no-such-user-at-all/a") == tmp_path / "~no-such-user-at-all/a"


@pytest.mark.parametrize("name", ["'quoted'.png", r"back\slash.png", '"', "two words", "$HOME.png", "a'b c"])
def test_a_file_whose_name_holds_such_signs_is_found_as_it_is(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.touch()
    assert path_in(str(path)) == path
    assert path_in(shlex.quote(str(path)) + " ") == path
    assert path_in(path.as_uri()) == path


@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    path = path_in(text)
    assert path is None or path.is_absolute()
    assert not (path is not None and is_link(text))
    describe(text, Media.IMAGE, NOW, None)


# What is said of a file


def test_a_file_not_yet_uploaded(photo: Path) -> None:
    note = describe(str(photo), Media.IMAGE, NOW, None)
    assert (note.words, note.problem) == ("photo.png · 2.3 MB · is uploaded when you send", "")


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (3.5, "photo.png · uploaded 3 h ago, good for 20 h more"),
        (0, "photo.png · uploaded just now, good for 24 h more"),
        (0.5, "photo.png · uploaded 30 min ago, good for 23 h more"),
        (22.9, "photo.png · uploaded 22 h ago, good for 1 h more"),
        (23, "photo.png · 2.3 MB · is uploaded when you send"),
        (-2, "photo.png · 2.3 MB · is uploaded when you send"),
    ],
)
def test_a_file_uploaded_before(photo: Path, hours: float, words: str) -> None:
    memory = uploaded(hours)
    assert describe(str(photo), Media.IMAGE, NOW, memory).words == words
    assert memory.asked == [photo]


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (3, "photo.png · uploaded 3 h ago, good for 21 h more"),
        (30, "photo.png · uploaded 30 h ago · is uploaded again when you send"),
        (100, "photo.png · uploaded 4 d ago · is uploaded again when you send"),
    ],
)
def test_a_link_of_ours(hours: float, words: str) -> None:
    assert describe("https://up/1.png ", Media.IMAGE, NOW, uploaded(hours)).words == words


def test_a_link_of_somebody_else_says_nothing() -> None:
    assert describe("https://a.example/b.png", Media.IMAGE, NOW, None) == describe("  ", Media.IMAGE, NOW, None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("data:image/png;base64,AAAA", "This is a file's content and not a link. Save it as a file and give its path."),
        ("https://a.example/b c.png", "A link holds no blanks: remove them, or write %20."),
        ("/tmp/a\0b", "This holds a NUL character: remove it."),
        ("file:///a%00b", "can't be read: the path can't be used."),
        ("/" + "a" * 5000, "can't be read: File name too long."),
    ],
)
def test_texts_that_cannot_be_sent(text: str, problem: str) -> None:
    assert problem in describe(text, Media.IMAGE, NOW, None).problem


def test_files_that_are_none(tmp_path: Path, photo: Path) -> None:
    gone = tmp_path / "gone.png"
    assert file_problem(gone, Media.IMAGE) == f"There is no file {gone}. Check the path; a link begins with https://."
    assert "There is no file" in file_problem(photo / "under.png", Media.IMAGE)
    assert file_problem(tmp_path, Media.IMAGE) == f"{tmp_path} is a folder. Name a file in it."
    os.mkfifo(tmp_path / "pipe.png")
    assert "is no ordinary file" in file_problem(tmp_path / "pipe.png", Media.IMAGE)
    (tmp_path / "empty.png").touch()
    assert file_problem(tmp_path / "empty.png", Media.IMAGE) == "empty.png is empty. Choose another file."
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert "loop can't be read" in file_problem(tmp_path / "loop", Media.IMAGE)


def test_a_file_that_may_not_be_read(photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    problem = file_problem(photo, Media.IMAGE)
    assert problem == "photo.png can't be read: Permission denied. Check its permissions, or choose another file."


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(MP4)
    os.truncate(path, LARGEST)
    assert file_problem(path, Media.VIDEO) == ""
    os.truncate(path, 140_000_000)
    assert file_problem(path, Media.VIDEO) == "film.mp4 has 140.0 MB, over the limit of 100.0 MB. Make it smaller."


def test_the_bytes_count_and_not_the_ending(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(b"dear diary")
    assert file_problem(path, Media.IMAGE) == "photo.png is not a picture. Choose a PNG, JPEG or WebP file."
    path.write_bytes(MP4)
    assert file_problem(path, Media.IMAGE) == (
        "photo.png is a video, and this takes a picture. Choose a PNG, JPEG or WebP file."
    )
    assert file_problem(path, Media.VIDEO) == ""
    assert file_problem(path, Media.AUDIO) == ""  # there may be nothing but sound in it
    path.write_bytes(b"dear diary")
    assert file_problem(path, Media.FILE) == ""
    assert "is not a video. Choose an MP4" in file_problem(path, Media.VIDEO)
    assert "is not a sound file. Choose an MP3" in file_problem(path, Media.AUDIO)


@pytest.mark.parametrize(
    ("head", "mime"),
    [
        (PNG[:64], "image/png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (b"\x00\x00\x00\x18ftypavif", "image/avif"),
        (b"BM\x00\x00\x01\x00\x00\x00\x00\x00\x36", "image/bmp"),
        (MP4, "video/mp4"),
        (b"\x00\x00\x00\x14ftypqt  ", "video/quicktime"),
        (b"\x1a\x45\xdf\xa3", "video/webm"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "video/x-msvideo"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"),
        (b"\xff\xf1\x50\x80", "audio/aac"),
        (b"OggS", "audio/ogg"),
        (b"fLaC", "audio/flac"),
        (b"\x00\x00\x00\x18ftypM4A ", "audio/mp4"),
        (b"FORM\x00\x00\x00\x00AIFF", "audio/aiff"),
        (b"<svg xmlns", None),
        (b"%PDF-1.7", None),
        (b"\xff", None),
        (b"BMW drives", None),
        (b"", None),
    ],
)
def test_first_bytes(head: bytes, mime: str | None) -> None:
    found = type_of(head)
    assert (None if found is None else found.mime) == mime


def test_sizes() -> None:
    assert [megabytes(size) for size in (1, 45_000, 2_345_678)] == ["1 byte", "45 kB", "2.3 MB"]


# In a draft

LINK = Field("image_url", "Image", FieldKind.LINK, media=Media.IMAGE, required=True, max_length=60)
LIST = Field("video_urls", "Videos", FieldKind.LINK_LIST, media=Media.VIDEO, max_items=2)
NOTE = Field("note", "Note", FieldKind.TEXT)
PROFILE = ModelProfile("m", "M", (LINK, LIST, NOTE), 100)


def draft(**parameters: Any) -> Draft:
    return Draft("A boat", "m", parameters)


def test_files_are_found_in_fields_for_links_alone(photo: Path) -> None:
    parameters = {
        "note": str(photo),
        "video_urls": ["https://a/b.mp4", "~/c.mp4", "", 7],
        "image_url": f"'{photo}' ",
        "other": str(photo),
    }
    found = local_inputs(PROFILE, parameters)
    assert [(each.field.name, each.path) for each in found] == [
        ("image_url", photo),
        ("video_urls", Path("~/c.mp4").expanduser()),
    ]
    stand_ins = without_paths(PROFILE, parameters)
    assert is_link(stand_ins["image_url"])
    assert stand_ins["video_urls"][0] == "https://a/b.mp4"
    assert is_link(stand_ins["video_urls"][1])
    assert stand_ins["video_urls"][2:] == ["", 7]
    assert stand_ins["note"] == stand_ins["other"] == str(photo)
    assert parameters["image_url"] == f"'{photo}' "


@pytest.mark.parametrize("parameters", [{}, {"image_url": None}, {"image_url": 7, "video_urls": {"a": 1}}])
def test_values_that_are_no_texts_are_left_to_the_check(parameters: dict[str, Any]) -> None:
    assert without_paths(PROFILE, parameters) == with_texts(PROFILE, parameters, {"7": "x"}) == parameters
    assert local_inputs(PROFILE, parameters) == []
    assert input_errors(PROFILE, parameters) == []


def test_a_draft_with_a_file_is_right_although_its_path_is_long(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 70 + ".png")
    path.write_bytes(PNG)
    assert errors_in(draft(image_url=str(path)), PROFILE) == []


def test_what_is_wrong_with_files_stands_by_the_fields(tmp_path: Path) -> None:
    errors = errors_in(draft(video_urls=["/gone/a.mp4", "data:,"], image_url=str(tmp_path), note=7), PROFILE)
    assert errors == [
        FieldError("image_url", f"{tmp_path} is a folder. Name a file in it."),
        FieldError("video_urls", "There is no file /gone/a.mp4. Check the path; a link begins with https://."),
        FieldError("video_urls", "This is a file's content and not a link. Save it as a file and give its path."),
        FieldError("note", "Note must be a text."),
    ]


def test_the_other_errors_are_those_of_the_check() -> None:
    wrong = draft(unknown=1, video_urls=["https://a"] * 3)
    assert errors_in(wrong, PROFILE) == check(PROFILE, wrong.prompt, wrong.parameters)


def test_a_path_never_becomes_a_task(photo: Path) -> None:
    with pytest.raises(InvalidDraft, match=r"photo.png has not been uploaded yet"):
        task_for(draft(image_url=str(photo)), PROFILE, price=None, origin="o", now_ms=NOW)
    assert task_for(draft(image_url="https://a/b"), PROFILE, price=None, origin="o", now_ms=NOW).parameters == {
        "image_url": "https://a/b"
    }
