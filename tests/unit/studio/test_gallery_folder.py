"""The gallery on the disk: what lies where, what can be moved, and what is never written over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from sora_tui.kie.fields import Media
from sora_tui.settings import load
from sora_tui.studio.download_folder import NotSaved
from sora_tui.studio.gallery import MARK
from sora_tui.studio.gallery_folder import Made, Picture, address_from, free_folder, make_gallery
from sora_tui.studio.task import Task, TaskState
from tests.unit.studio.stored import running
from tests.unit.studio.virtual_time import EPOCH_MS


@dataclass(frozen=True)
class Drawn:
    jpeg: bytes = b"a jpeg"
    seconds: float | None = 10.0


def picture_of(path: Path, _media: Media) -> Picture | None:
    return None if b"broken" in path.read_bytes() else Drawn()


def done(number: int, *files: Path | str) -> Task:
    links = ("https://files.example/1.mp4",)
    return running(number, state=TaskState.SUCCESS, links=links, files=tuple(map(str, files)))


def made(folder: Path, *tasks: Task, copies: bool = False) -> Made:
    return make_gallery(tasks, folder, title="Mine", picture_of=picture_of, clean=str, now_ms=EPOCH_MS, copies=copies)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "videos" / "a boat: 100%.mp4"
    path.parent.mkdir()
    path.write_bytes(b"a clip")
    return path


def test_clips_around_the_folder_are_named_so_that_both_can_be_moved(clip: Path) -> None:
    gallery = made(clip.parent / "gallery", done(1, clip))
    html = gallery.page.read_text()
    assert 'data-film="../a%20boat%3A%20100%25.mp4"' in html
    assert str(clip.parent) not in html
    assert (gallery.shown, gallery.missing, gallery.unreadable) == (1, 0, 0)
    [poster] = re.findall(r'src="(posters/[^"]+)"', html)
    assert (gallery.page.parent / poster).read_bytes() == b"a jpeg"


def test_a_clip_far_away_is_named_whole_unless_it_is_copied_in(clip: Path, tmp_path: Path) -> None:
    far = tmp_path / "elsewhere" / "gallery"
    assert f'data-film="{clip.as_uri()}"' in made(far, done(1, clip)).page.read_text()
    html = made(far, done(1, clip), copies=True).page.read_text()
    assert "file:" not in html.split("<body>")[1]
    [copy] = re.findall(r'data-film="([^"]+)"', html)
    assert copy.startswith("clips/")
    assert (far / copy).read_bytes() == b"a clip"
    assert clip.read_bytes() == b"a clip"
    assert not list(far.rglob("*.part"))


def test_what_is_not_there_or_can_not_be_read_is_counted(clip: Path) -> None:
    broken = clip.with_name("broken.mp4")
    broken.write_bytes(b"broken")
    secret = clip.with_name("id_rsa")
    secret.write_bytes(b"a key")
    gallery = made(clip.parent / "gallery", done(1, clip.with_name("gone.mp4")), done(2, broken), done(3, secret),
                   copies=True)  # fmt: skip
    assert (gallery.shown, gallery.missing, gallery.unreadable) == (3, 3, 1)
    assert gallery.page.read_text().count("Not downloaded") == 3
    assert not (gallery.page.parent / "clips").exists(), "only pictures, clips and sounds are ever copied"


def test_a_gallery_is_made_anew_and_nothing_else_is_written_over(clip: Path) -> None:
    folder = clip.parent / "gallery"
    made(folder, done(1, clip))
    assert made(folder, done(1, clip), done(2)).shown == 2
    (folder / "index.html").write_text("<p>My own page")
    with pytest.raises(NotSaved, match="is no gallery"):
        made(folder, done(1, clip))
    assert (folder / "index.html").read_text() == "<p>My own page"
    other = clip.parent / "other"
    other.mkdir()
    (clip.parent / "page.html").write_text(MARK)
    (other / "index.html").symlink_to(clip.parent / "page.html")
    with pytest.raises(NotSaved):
        made(other, done(1, clip))
    assert (clip.parent / "page.html").read_text() == MARK


def test_a_folder_that_can_not_be_is_said(clip: Path) -> None:
    with pytest.raises(NotSaved, match="can't be written"):
        made(clip / "gallery", done(1, clip))


def test_a_ref_from_elsewhere_names_no_file(clip: Path) -> None:
    task = running(1, ref="../../evil", state=TaskState.SUCCESS, files=(str(clip),))
    folder = clip.parent / "gallery"
    made(folder, task, copies=True)
    inside = {path for path in clip.parent.parent.rglob("*") if path.is_file()}
    assert all(path.is_relative_to(folder) or path == clip for path in inside)


def test_addresses_are_quoted(tmp_path: Path) -> None:
    folder = tmp_path / "gallery"
    assert address_from(folder, folder / "javascript:alert(1)#?.mp4") == "javascript%3Aalert%281%29%23%3F.mp4"
    assert address_from(folder, folder / "bad\udcff.mp4") == "bad%FF.mp4"
    assert address_from(folder, Path("/else/a b.mp4")) == "file:///else/a%20b.mp4"


def test_by_default_it_is_a_new_folder(tmp_path: Path) -> None:
    settings = load(base_url="https://kie.example", data_dir=tmp_path / "data", download_dir=tmp_path / "videos")
    first = free_folder(settings, now_ms=EPOCH_MS)
    first.mkdir(parents=True)
    assert free_folder(settings, now_ms=EPOCH_MS).name == f"{first.name}_2"
