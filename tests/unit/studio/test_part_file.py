"""What is here of a file: gone on with only where it is proved to be of the same version, and never two at once."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sora_tui.studio import part_file
from sora_tui.studio.part_file import PART, PartBusy, PartFile, Version, part_name, published_parts, remove_published

V1 = Version("link", '"v1"', 10)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[int]:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    yield descriptor
    os.close(descriptor)


def left(place: int, content: bytes = b"01234", version: Version | None = V1) -> None:
    """Leaves a part behind, as a program does that is gone."""
    with PartFile(place, "a") as part:
        part.restart(version)
        part.write(content)


def test_what_was_left_is_gone_on_with(place: int, tmp_path: Path) -> None:
    left(place)
    with PartFile(place, "a") as part:
        assert (part.version, part.size, part.is_whole) == (V1, 5, False)
        part.write(b"56789")
        assert part.is_whole
    assert (tmp_path / "a.part").read_bytes() == b"0123456789"
    assert (tmp_path / "a.part").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "notes",
    [None, "", "[]", "{}", '{"boot": 1}', '{"link": "l", "etag": "e", "total": "x", "boot": "BOOT"}', "\ud800"],
)
def test_bytes_that_nobody_knows_the_version_of_are_thrown_away(place: int, tmp_path: Path, notes: str | None) -> None:
    left(place)
    path = tmp_path / "a.part.json"
    if notes is None:
        path.unlink()
    else:
        path.write_bytes(notes.replace("BOOT", part_file._boot()).encode("utf-8", "surrogatepass"))
    with PartFile(place, "a") as part:
        assert (part.version, part.size) == (None, 0)


def test_more_bytes_than_the_whole_has_are_none_of_it(place: int) -> None:
    left(place, b"0123456789A")
    with PartFile(place, "a") as part:
        assert part.size == 0


def test_after_a_restart_of_the_machine_nothing_is_trusted(
    place: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    left(place)
    (tmp_path / "boot").write_text("another\n")
    monkeypatch.setattr(part_file, "_BOOT", tmp_path / "boot")
    with PartFile(place, "a") as part:
        assert part.size == 0


def test_one_program_at_a_time_has_it(place: int) -> None:
    with PartFile(place, "a"), pytest.raises(PartBusy):
        PartFile(place, "a")
    PartFile(place, "a").close()


def test_a_link_in_its_place_is_not_followed(place: int, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("mine")
    (tmp_path / "a.part").symlink_to(other)
    with pytest.raises(OSError, match="symbolic links"):
        PartFile(place, "a")
    assert other.read_text() == "mine"


def test_what_was_published_is_never_changed_and_its_name_is_known(place: int, tmp_path: Path) -> None:
    left(place, b"0123456789")
    os.link(tmp_path / "a.part", tmp_path / "film.mp4")
    (tmp_path / "a.part.json").unlink()  # killed while it tidied up
    with PartFile(place, "a") as part:
        assert (part.is_published, part.is_whole) == (True, True)
        assert part.is_same("film.mp4")
        assert not part.is_same("a.part.json")
        with pytest.raises(RuntimeError):
            part.restart(None)
        part.remove()
    assert (tmp_path / "film.mp4").read_bytes() == b"0123456789"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.mp4"]


def test_the_notes_hold_no_link(place: int, tmp_path: Path) -> None:
    left(place)
    notes = json.loads((tmp_path / "a.part.json").read_text())
    assert {key: notes[key] for key in ("link", "etag", "total")} == {"link": "link", "etag": '"v1"', "total": 10}


def test_only_parts_whose_bytes_have_another_name_are_tidied_up_and_none_at_work(tmp_path: Path, place: int) -> None:
    names = [part_name(ref, 0) for ref in ("kept", "begun", "busy")]
    for name in names:
        with PartFile(place, name) as part:
            part.restart(V1)
            part.write(b"01234")
    for name in (names[0], names[2]):
        os.link(tmp_path / f"{name}{PART}", tmp_path / f"{name[1:5]}.mp4")
    (tmp_path / "mine.part").write_bytes(b"0")
    os.link(tmp_path / "mine.part", tmp_path / ".mine.part")
    (tmp_path / f"{part_name('link', 0)}{PART}").symlink_to(tmp_path / "mine.part")
    assert published_parts(tmp_path) == {names[0], names[2]}
    with PartFile(place, names[2]):
        remove_published(tmp_path, names)
    assert {path.name for path in tmp_path.glob("*.mp4")} == {f"{names[0][1:5]}.mp4", f"{names[2][1:5]}.mp4"}
    assert not (tmp_path / f"{names[0]}{PART}").exists()
    assert (tmp_path / f"{names[1]}{PART}").read_bytes() == b"01234"
    assert (tmp_path / f"{names[2]}{PART}").exists()
    assert (tmp_path / ".mine.part").exists()


def test_a_folder_that_is_not_there_has_nothing_to_tidy_up(tmp_path: Path) -> None:
    assert published_parts(tmp_path / "gone") == set()
    remove_published(tmp_path / "gone", {"a"})
