"""Drafts that are put by."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.studio.draft_shelf import FOLDER, BadDraftName, DraftShelf, KeptDrafts
from sora_tui.studio.task import Draft

BOAT = Draft("a boat", "veo-3-1", {"duration": 5, "refs": ["a"]}, parent_ref="0" * 32, mode="text")


def test_there_are_none_before_one_is_kept(tmp_path: Path) -> None:
    assert DraftShelf(tmp_path).all() == KeptDrafts((), ())


def test_several_are_kept_the_last_one_first_and_saving_again_replaces(tmp_path: Path) -> None:
    shelf = DraftShelf(tmp_path)
    boat = shelf.keep(BOAT, now_ms=1, name=" my boat ")
    kite = shelf.keep(Draft("a kite", "wan"), now_ms=2)
    assert DraftShelf(tmp_path).all().drafts == (kite, boat)
    assert (boat.name, kite.name) == ("my boat", "")
    later = shelf.keep(Draft("a red boat", "wan"), now_ms=3, name="my boat", draft_id=boat.id)
    assert shelf.all().drafts == (later, kite)
    renamed = shelf.rename(kite.id, "kite")
    assert renamed is not None
    assert [(each.name, each.saved_at) for each in shelf.all().drafts] == [("my boat", 3), ("kite", 2)]
    shelf.drop(later.id)
    shelf.drop(later.id)
    assert shelf.all().drafts == (renamed,)
    assert shelf.rename(later.id, "gone") is None


def test_only_the_user_can_read_them(tmp_path: Path) -> None:
    DraftShelf(tmp_path).keep(BOAT, now_ms=1)
    folder = tmp_path / FOLDER
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()] == [0o600]


def test_that_it_was_to_be_sent_again_is_not_kept(tmp_path: Path) -> None:
    shelf = DraftShelf(tmp_path)
    shelf.keep(Draft("a boat", "veo", retry_of="1" * 32), now_ms=1)
    assert shelf.all().drafts[0].draft == Draft("a boat", "veo")


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"[" * 100_000, b'{"prompt": 5}', b"\xff", b"null"])
def test_a_damaged_one_is_put_aside_told_of_once_and_harms_no_other(tmp_path: Path, data: bytes) -> None:
    shelf = DraftShelf(tmp_path)
    boat, other = shelf.keep(BOAT, now_ms=1), shelf.keep(BOAT, now_ms=2)
    (tmp_path / FOLDER / f"{other.id}.json").write_bytes(data)
    kept = shelf.all()
    aside = tmp_path / FOLDER / f"{other.id}-damaged-1.json"
    assert kept.drafts == (boat,)
    assert kept.problems == (f"A draft is damaged and was left out. What is left of it is in {aside}",)
    assert aside.read_bytes() == data
    assert shelf.all() == KeptDrafts((boat,), ())


@pytest.mark.parametrize("name", ["a" * 61, "a\nb", "\x1b"])
def test_a_name_is_one_short_line(tmp_path: Path, name: str) -> None:
    shelf = DraftShelf(tmp_path)
    with pytest.raises(BadDraftName):
        shelf.keep(BOAT, now_ms=1, name=name)
    assert shelf.all().drafts == ()


@pytest.mark.parametrize("draft_id", ["../draft", "", "A" * 32])
def test_an_id_is_never_a_path(tmp_path: Path, draft_id: str) -> None:
    with pytest.raises(ValueError, match="no id of a draft"):
        DraftShelf(tmp_path).drop(draft_id)


_SAVING = """
import sys
from pathlib import Path
from sora_tui.studio.draft_shelf import DraftShelf
from sora_tui.studio.task import Draft
shelf = DraftShelf(Path(sys.argv[1]))
kept = shelf.keep(Draft("0" * 50_000, "m"), now_ms=0)
print("saving", flush=True)
for number in range(1, 1_000_000):
    shelf.keep(Draft(str(number % 10) * 50_000, "m"), now_ms=number, draft_id=kept.id)
"""


def test_a_draft_is_whole_though_the_program_is_killed_while_it_saves(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", _SAVING, str(tmp_path)], stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"saving\n"
        os.kill(program.pid, signal.SIGKILL)
    kept = DraftShelf(tmp_path).all()
    assert kept.problems == ()
    assert [(len(each.draft.prompt), len(set(each.draft.prompt))) for each in kept.drafts] == [(50_000, 1)]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.text() | st.just("\ud800"), st.dictionaries(st.text(), VALUES, max_size=3))
def test_any_draft_comes_back_as_it_was(prompt: str, parameters: dict[str, object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        kept = DraftShelf(Path(folder)).keep(Draft(prompt, "m", parameters), now_ms=5)
        assert DraftShelf(Path(folder)).all().drafts == (kept,)
