"""The download folder: whatever the words around it, a file lands in it under a name of ours and over no other."""

from __future__ import annotations

import os
import re
import resource
from collections.abc import Callable
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from sora_tui.settings import Settings, load
from sora_tui.studio.download_folder import NotSaved, save_text
from sora_tui.studio.file_names import file_names
from sora_tui.studio.saving import save_links
from sora_tui.studio.task import Task, TaskState
from tests.unit.studio.stored import running

NOW_MS = 1_795_600_000_000
LINK = "https://files.example/v/1.mp4"
DAY = date(2026, 11, 25)
hostile = st.text(max_size=30) | st.sampled_from(
    ["../../x", "/etc/passwd", "..", ".", "CON", "nul.txt", "-rf", "a" * 300, "\u202e4pm", "a\0b", "\ud83d", "~", "a/b"]
)


def done(*links: str, **known: Any) -> Task:
    return running(**{"state": TaskState.SUCCESS, "links": links, **known})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "clips"
    made.mkdir()
    return made


def into(folder: Path) -> Settings:
    return load(download_dir=folder)


def refusal(folder: Path) -> str:
    with pytest.raises(NotSaved) as caught:
        save_links([done(LINK)], into(folder), now_ms=NOW_MS)
    assert caught.value.__cause__ is None
    return str(caught.value)


def test_no_word_from_outside_is_in_a_name_or_leads_out_of_the_folder(folder: Path) -> None:
    """I10, with 5,000 hostile refs, prompts and links."""
    beside = folder.parent / "beside.txt"
    beside.write_text("mine")
    settings = into(folder)

    @trying(max_examples=5000, deadline=None)
    @given(ref=hostile, prompt=hostile, url=hostile | hostile.map("https://a.example/{}".format), again=st.booleans())
    @example(ref="../" * 9 + "x", prompt="", url=LINK, again=True)
    def try_it(ref: str, prompt: str, url: str, again: bool) -> None:
        task = done(url, LINK, ref=ref, prompt=prompt)
        made = [save_links([task], settings, now_ms=NOW_MS) for _ in range(1 + again)]
        assert sorted(folder.iterdir()) == sorted(made)
        assert len(set(made)) == 1 + again
        for path in made:
            assert re.fullmatch(r"links_2026-11-25_[0-9a-f]{8}(_2)?\.txt", path.name)
            assert LINK in path.read_text("ascii").split("\n")
            path.unlink()

    try_it()
    assert sorted(folder.parent.iterdir()) == [beside, folder]
    assert beside.read_text() == "mine"


def test_a_name_says_what_when_and_whose() -> None:
    names = file_names("links", DAY, "9c1f0ab2" * 4, "txt")
    assert list(islice(names, 3)) == [
        "links_2026-11-25_9c1f0ab2.txt",
        "links_2026-11-25_9c1f0ab2_2.txt",
        "links_2026-11-25_9c1f0ab2_3.txt",
    ]


def test_refs_that_are_none_get_names_apart() -> None:
    first, second = (next(file_names("links", DAY, ref, "txt")) for ref in ("../a", "../b"))
    assert first != second


def test_every_usable_link_is_there_one_a_line_for_the_user_alone(folder: Path) -> None:
    other = "https://files.example/v/2.mp4"
    tasks = [done(LINK, "javascript:alert(1)", "https://a.example/\n" + LINK), done(other, ref="b" * 32)]
    path = save_links(tasks, into(folder), now_ms=NOW_MS)
    assert path.read_text() == f"{LINK}\n{other}\n"
    assert path.stat().st_mode & 0o777 == 0o600


def test_without_a_usable_link_no_file_is_made(folder: Path) -> None:
    with pytest.raises(NotSaved, match="no https link"):
        save_links([done("file:///etc/passwd")], into(folder), now_ms=NOW_MS)
    assert list(folder.iterdir()) == []


def test_what_is_there_is_not_written_over(folder: Path) -> None:
    first = save_links([done(LINK)], into(folder), now_ms=NOW_MS)
    first.write_text("mine")
    second = save_links([done(LINK)], into(folder), now_ms=NOW_MS)
    assert (first.read_text(), second.read_text()) == ("mine", f"{LINK}\n")


def test_a_link_that_waits_under_the_name_is_not_followed(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    name = next(file_names("links", DAY, "c" * 32, "txt"))
    (folder / name).symlink_to(target)
    made = save_text(folder, file_names("links", DAY, "c" * 32, "txt"), "words", is_ours=False)
    assert made.name != name
    assert not target.exists()


def test_a_folder_of_the_program_s_own_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SORA_TUI_DOWNLOAD_DIR")
    monkeypatch.setattr("platformdirs.user_videos_path", lambda: tmp_path / "Videos")
    path = save_links([done(LINK)], load(), now_ms=NOW_MS)
    assert path.parent == tmp_path / "Videos" / "sora-tui"


def test_a_folder_the_user_named_is_not_made_for_it_may_be_on_another_disk(tmp_path: Path) -> None:
    missing = tmp_path / "disk" / "clips"
    assert refusal(missing).startswith(f"The folder {missing} does not exist. Make it, or choose")
    assert not missing.parent.exists()


def test_a_link_in_the_place_of_the_folder_is_said_and_not_followed(folder: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert refusal(link).startswith(f"{link} is a link to another place.")
    assert list(folder.iterdir()) == []


def test_a_file_in_the_place_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "is not a folder" in refusal(tmp_path / "file")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (PermissionError(13, "Permission denied"), "(Permission denied). Choose another folder"),
        (OSError(30, "Read-only file system"), "(Read-only file system). Choose another folder"),
        (OSError(28, "No space left on device"), "There is no room left"),
    ],
    ids=["no permission", "read-only", "full"],
)
def test_a_folder_in_which_nothing_can_be_made_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch, fault: OSError, words: str
) -> None:
    opens: Callable[..., int] = os.open

    def failing(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if dir_fd is not None:
            raise fault
        return opens(path, flags, mode)

    monkeypatch.setattr("sora_tui.studio.download_folder.os.open", failing)
    assert words in refusal(folder)


def test_of_a_file_that_could_not_be_written_whole_nothing_is_left(folder: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8, hard))  # a file may have this many bytes, as on a full disk
    try:
        words = refusal(folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "No file can be made" in words
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="no folder is read-only for root")
def test_a_read_only_folder_is_said(folder: Path) -> None:
    folder.chmod(0o500)
    assert "No file can be made" in refusal(folder)
