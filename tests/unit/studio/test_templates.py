"""Templates and snippets in a file that people edit."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sora_tui.studio.templates import (
    FILE,
    LONGEST_TEXT,
    BadTemplate,
    TemplateKind,
    Templates,
    load_templates,
    remove_template,
    save_template,
)

TEMPLATE, SNIPPET = TemplateKind


def test_there_are_none_before_one_is_kept(tmp_path: Path) -> None:
    assert load_templates(tmp_path) == Templates()
    assert remove_template(tmp_path, TEMPLATE, "dawn") == ""
    assert list(tmp_path.iterdir()) == []


def test_kept_ones_are_there_until_they_are_removed(tmp_path: Path) -> None:
    save_template(tmp_path, TEMPLATE, " dawn ", "a {thing} at dawn\nslowly")
    save_template(tmp_path, SNIPPET, "film", "35 mm")
    save_template(tmp_path, SNIPPET, "film", "16 mm")
    kept = load_templates(tmp_path)
    assert (dict(kept.templates), dict(kept.snippets), kept.problem) == (
        {"dawn": "a {thing} at dawn\nslowly"},
        {"film": "16 mm"},
        "",
    )
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    remove_template(tmp_path, SNIPPET, "film")
    assert (dict(load_templates(tmp_path).snippets), "dawn" in load_templates(tmp_path).templates) == ({}, True)


def test_comments_and_what_else_stands_in_the_file_stay(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('# mine\nother = 5\n[templates]\n# the best\na = "b" # yes\n')
    save_template(tmp_path, TEMPLATE, "c", "d")
    assert (tmp_path / FILE).read_text() == ('# mine\nother = 5\n[templates]\n# the best\na = "b" # yes\nc = "d"\n')


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b'[templates]\na = "b\n', "is not TOML: "),
        (b"a = 1\n\xff", "line 2, is not UTF-8 text."),
        (b"a = " + b"[" * 5000, "is not TOML: "),
        (b"a = " + b"9" * 5000, "is not TOML: "),
    ],
)
def test_a_damaged_file_is_told_of_and_put_aside_when_something_is_saved(
    tmp_path: Path, data: bytes, sentence: str
) -> None:
    (tmp_path / FILE).write_bytes(data)
    assert sentence in load_templates(tmp_path).problem
    assert (tmp_path / FILE).read_bytes() == data
    told = save_template(tmp_path, TEMPLATE, "a", "b")
    assert "It was put aside as templates-damaged-1.toml" in told
    assert (tmp_path / "templates-damaged-1.toml").read_bytes() == data
    assert load_templates(tmp_path).templates == {"a": "b"}
    (tmp_path / FILE).write_bytes(data)
    assert "templates-damaged-2.toml" in save_template(tmp_path, TEMPLATE, "a", "b")


def test_what_is_too_long_is_told_of_and_left_out(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(f'[snippets]\na = "{"x" * LONGEST_TEXT}"\nb = "{"x" * (LONGEST_TEXT + 1)}"\nc = 5\n')
    kept = load_templates(tmp_path)
    assert list(kept.snippets) == ["a"]
    assert "b has more than 20,000 characters" in kept.problem
    assert "c is no text in quotes" in kept.problem


def test_what_is_no_text_is_told_of_and_stays(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('[templates]\na = 5\nb = "c"\n')
    kept = load_templates(tmp_path)
    assert kept.templates == {"b": "c"}
    assert kept.problem.endswith("a is no text in quotes, and left out.")
    save_template(tmp_path, TEMPLATE, "d", "e")
    assert "a = 5" in (tmp_path / FILE).read_text()
    (tmp_path / FILE).write_text("snippets = 5\n")
    assert load_templates(tmp_path).problem.endswith("snippets is no text in quotes, and left out.")
    assert "put aside" in save_template(tmp_path, SNIPPET, "d", "e")


def test_a_file_that_cant_be_written_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_template(tmp_path, TEMPLATE, "a", "b")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        save_template(tmp_path, TEMPLATE, "a", "c")
    assert load_templates(tmp_path).templates == {"a": "b"}
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        (" ", "a", "Give it a name."),
        ("a\nb", "a", "A name is one line"),
        ("\ud800", "a", "A name is one line"),
        ("a" * 61, "a", "A name has 60 characters at most, this one has 61."),
        ("a", " \n", "There is no text to keep."),
        ("a", "a" * 20_001, "A template has 20,000 characters at most, this one has 20,001."),
        ("a", "a\ud800", "The text has half a character"),
    ],
)
def test_what_cant_be_kept_is_said(tmp_path: Path, name: str, text: str, sentence: str) -> None:
    with pytest.raises(BadTemplate, match=sentence):
        save_template(tmp_path, TEMPLATE, name, text)
    assert list(tmp_path.iterdir()) == []


NAME = st.text(min_size=1, max_size=20).filter(lambda name: name.isprintable() and bool(name.strip()))
TEXT = st.text(st.sampled_from("\"'\\\n\r\ta{}#=\0\x7f舟"), min_size=1, max_size=20) | st.text(min_size=1)


@given(NAME, TEXT.filter(lambda text: bool(text.strip()) and not any("\ud800" <= each <= "\udfff" for each in text)))
@example('a.b"c', '\n"""\\\r\n')
@example("a", 'b\n"""""')
@example("a", "b\\\nc\\")
def test_any_text_comes_back_as_it_was(name: str, text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        save_template(Path(folder), TEMPLATE, "first", "b")
        assert save_template(Path(folder), TEMPLATE, name, text) == ""
        save_template(Path(folder), SNIPPET, "last", "c")
        kept = load_templates(Path(folder))
        assert kept.templates[name.strip()] == text
        assert kept.snippets == {"last": "c"}
        assert remove_template(Path(folder), TEMPLATE, name.strip()) == ""
        assert name.strip() not in load_templates(Path(folder)).templates


@given(st.binary())
def test_any_file_is_read_and_never_lost(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / FILE).write_bytes(data)
        kept = load_templates(Path(folder))
        told = save_template(Path(folder), TEMPLATE, "a", "b")
        assert load_templates(Path(folder)).templates["a"] == "b"
        if told:
            assert kept.problem
            assert (Path(folder) / "templates-damaged-1.toml").read_bytes() == data
