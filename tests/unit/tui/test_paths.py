"""Paths as people give them: dragged, pasted, half typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from sora_tui.kie.fields import Media
from sora_tui.tui.paths import complete, given, plain_path


@pytest.mark.parametrize(
    ("pasted", "links"),
    [
        ("'/a b/c d.png' ", ["/a b/c d.png"]),
        (r"/a\ b/c\ d.png", ["/a b/c d.png"]),
        ("'/a b.png' '/c, d.png'", ["/a b.png", "/c, d.png"]),
        ("file:///a%20b/c.png", ["/a b/c.png"]),
        ("/a/b, c and d.png", ["/a/b, c and d.png"]),
        ("https://x/a.png, https://x/b.png", ["https://x/a.png", "https://x/b.png"]),
        ("/a.png\n/b.png\n\n", ["/a.png", "/b.png"]),
        ("/it's here.png", ["/it's here.png"]),
        ("https://x/a%20b.png?c='d'", ["https://x/a%20b.png?c='d'"]),
        ("", []),
    ],
)
def test_what_terminals_make_of_dragged_files_becomes_paths(pasted: str, links: list[str]) -> None:
    assert given(pasted) == links


def test_a_name_that_looks_quoted_but_is_there_is_that_name(tmp_path: Path) -> None:
    odd = tmp_path / "a 'b' c.png"
    odd.touch()
    assert given(f"{odd}\n") == [str(odd)]


@hypothesis_given(st.text(max_size=80))
def test_any_text_is_taken(text: str) -> None:
    for each in given(text.replace("\0", "")):
        assert plain_path(each) is not None


def test_a_path_is_completed_as_far_as_all_that_fit_agree(tmp_path: Path) -> None:
    for name in ("photo one.png", "photo two.jpg", "photos", "phone.txt", ".photo.png"):
        (tmp_path / name).touch()
    (tmp_path / "photo folder").mkdir()
    found = complete(f"{tmp_path}/photo ", Media.IMAGE)
    assert found.shared == f"{tmp_path}/photo "
    assert found.paths == tuple(f"{tmp_path}/photo {name}" for name in ("folder/", "one.png", "two.jpg"))
    assert complete(f"{tmp_path}/phone", Media.IMAGE).paths == ()
    assert complete(f"{tmp_path}/.p").shared == f"{tmp_path}/.photo.png"
    assert complete("/no such folder/x").shared == "/no such folder/x"


def test_home_is_kept_as_it_was_spelt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "clip.mp4").touch()
    assert complete("~/cl", Media.VIDEO).shared == "~/clip.mp4"
