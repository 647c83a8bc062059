"""What is kept for later: drafts, templates and snippets behind one door."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from sora_tui.studio.errors import StudioError
from sora_tui.studio.kept import MOST_UNNAMED, AllKept, Kept, KeptKind, KeptTexts, found
from sora_tui.studio.task import Draft
from sora_tui.studio.templates import FILE

DRAFT, TEMPLATE, SNIPPET = KeptKind
BOAT = Draft("a boat", "veo-3-1", {"duration": 5}, parent_ref="0" * 32, mode="text")


@pytest.fixture
def shelf(tmp_path: Path) -> KeptTexts:
    clock = count(1)
    return KeptTexts(tmp_path, now_ms=lambda: next(clock))


def names(shelf: KeptTexts, kind: KeptKind) -> list[str]:
    return [kept.name for kept in shelf.all().things if kept.kind is kind]


def test_nothing_is_there_and_nothing_is_made_by_looking(shelf: KeptTexts, tmp_path: Path) -> None:
    assert shelf.all() == AllKept()
    assert list(tmp_path.iterdir()) == []


def test_each_kind_is_kept_whole_under_its_name(shelf: KeptTexts) -> None:
    shelf.keep_draft(" boat ", BOAT)
    shelf.keep_text(TEMPLATE, "boat", "a {thing}")
    shelf.keep_text(SNIPPET, "boat", "35 mm")
    draft, template, snippet = shelf.all().things
    assert (draft.kind, draft.name, draft.draft, draft.saved_at) == (DRAFT, "boat", BOAT, 1)
    assert template == Kept(TEMPLATE, "boat", "boat", "a {thing}")
    assert snippet == Kept(SNIPPET, "boat", "boat", "35 mm")


def test_the_same_name_again_replaces(shelf: KeptTexts) -> None:
    shelf.keep_draft("boat", BOAT)
    shelf.keep_draft("boat", Draft("a red boat", "wan"))
    shelf.keep_text(SNIPPET, "film", "35 mm")
    shelf.keep_text(SNIPPET, "film", "16 mm")
    assert [kept.text for kept in shelf.all().things] == ["a red boat", "16 mm"]


def test_things_are_renamed_but_never_over_another(shelf: KeptTexts) -> None:
    for name in ("boat", "koi"):
        shelf.keep_draft(name, Draft(name, "wan"))
        shelf.keep_text(SNIPPET, name, name)
    for kind in (DRAFT, SNIPPET):
        boat = shelf.all().named(kind, "boat")
        assert boat is not None
        with pytest.raises(StudioError, match="in use"):
            shelf.rename(boat, " koi ")
        shelf.rename(boat, "boat")
        shelf.rename(boat, "kite")
        assert sorted(names(shelf, kind)) == ["kite", "koi"]
        with pytest.raises(StudioError, match="Give it a name"):
            shelf.rename(boat, "  ")
        kite = shelf.all().named(kind, "kite")
        assert kite is not None
        assert kite.text == "boat"
        shelf.drop(kite)
        shelf.drop(kite)
        assert names(shelf, kind) == ["koi"]
        with pytest.raises(StudioError, match="any more"):
            shelf.rename(kite, "gone")


@pytest.mark.parametrize("name", ["", " \t", "a\nb", "x" * 61, "\x1b[31m", "\ud800"])
def test_names_that_are_none_are_refused_in_a_sentence(shelf: KeptTexts, name: str, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"\.$"):
        shelf.keep_draft(name, BOAT)
    with pytest.raises(StudioError, match=r"\.$"):
        shelf.keep_text(SNIPPET, name, "x")
    assert list(tmp_path.iterdir()) == []


def test_drafts_put_by_unasked_are_few_and_none_twice(shelf: KeptTexts) -> None:
    shelf.keep_draft("mine", BOAT)
    assert not shelf.put_by(BOAT)
    for number in range(MOST_UNNAMED + 3):
        assert shelf.put_by(Draft(f"draft {number}", "wan"))
        assert not shelf.put_by(Draft(f"draft {number}", "wan"))
    unnamed = [kept.text for kept in shelf.all().things if not kept.name]
    assert unnamed == [f"draft {number}" for number in reversed(range(3, MOST_UNNAMED + 3))]
    assert "mine" in names(shelf, DRAFT)


def test_a_damaged_file_is_told_of_and_the_others_are_there(shelf: KeptTexts, tmp_path: Path) -> None:
    shelf.keep_draft("boat", BOAT)
    (tmp_path / FILE).write_text("[templates\n")
    kept = shelf.all()
    assert [each.name for each in kept.things] == ["boat"]
    assert "is not TOML" in kept.problems[0]
    assert "was put aside" in shelf.keep_text(TEMPLATE, "a", "b")


def test_names_are_found_before_texts_and_all_where_nothing_was_typed() -> None:
    things = [Kept(SNIPPET, name, name, text) for name, text in (("film", "a boat"), ("boat", "35 mm"), ("koi", "ice"))]
    assert found(things, " ") == things
    assert [kept.name for kept in found(things, "boat")] == ["boat", "film"]
    assert [kept.name for kept in found(things, "bt")] == ["boat", "film"]
    assert found(things, "zebra") == []
    assert found([Kept(DRAFT, "1", "", "x" * 20_000 + " zebra")], "zebra") == []
