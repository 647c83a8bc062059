"""What leaves the sanitiser can neither drive the terminal nor hide or reorder anything."""

from __future__ import annotations

import re
import sys
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content

from sora_tui.tui.text import MAX_MARKS, clean, outside, shorten

FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\t]")

HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.characters(min_codepoint=0, max_codepoint=0x9F),
        st.characters(categories=["Cs", "Cf", "Cc", "Mn", "Mc", "Me"]),
        st.sampled_from("\r\n\t\x1b\x07\x9b\u200d\u200c\u202e\ufe0f\u2028☀👩👨🏽🇩اکम्\u1161\u11a8한\u0301"),
    ),
    max_size=60,
)


@settings(max_examples=2000, deadline=None)
@given(HOSTILE, st.booleans(), st.none() | st.integers(0, 40))
@example("\u061c\u200d\u0627", True, None)
@example("\u0627\u200c\u0627", True, 3)
@example("\r\r\n", False, None)
@example(" \n\u2028 \r\n", False, None)
def test_nothing_dangerous_leaves_and_cleaning_twice_changes_nothing(
    text: str, multiline: bool, limit: int | None
) -> None:
    shown = clean(text, multiline=multiline, limit=limit)
    assert not FORBIDDEN.search(shown)
    assert multiline or "\n" not in shown
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert limit is None or len(shown) <= limit
    assert clean(shown, multiline=multiline, limit=limit) == shown


@settings(max_examples=1000, deadline=None)
@given(HOSTILE, st.integers(-1, 30))
def test_shortened_text_fits_in_its_columns_and_stays_one_line(text: str, cells: int) -> None:
    shown = shorten(text, cells)
    assert cell_len(shown) <= max(cells, 0)
    assert "\n" not in shown
    assert not FORBIDDEN.search(shown)
    assert shorten(shown, cells) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain words, [/red] zoom [b + pan", "plain words, [/red] zoom [b + pan"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("a\x00b\x7fc", "a␀b␡c"),
        ("\x9b31m", "�31m"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo␍three\nfour"),
        ("\tx", "    x"),
        ("abc\u202efdp.exe", "abc�fdp.exe"),
        ("pay\u200bpal\u2060\ufeff!", "pay�pal�!"),
        ("pay\u200dpal", "pay�pal"),
        ("cut \ud83d emoji", "cut � emoji"),
        ("flag\U000e0067\U000e0062\U000e007f", "flag�"),
        ("\u0301e", "◌\u0301e"),
        ("one\n\u0301", "one\n◌\u0301"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्ष"),
        ("👨\u200d👩\u200d👧", "👨👩👧"),
        ("❤\ufe0f\u200d🔥", "❤\ufe0f🔥"),
        ("日本語, ภาษาไทย, Übergröße", "日本語, ภาษาไทย, Übergröße"),
    ],
)
def test_what_cannot_be_shown_is_made_visible(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_three_hundred_marks_on_one_letter_are_capped() -> None:
    assert clean("Z" + "\u0335" * 300 + "!") == "Z" + "\u0335" * MAX_MARKS + "!"
    assert clean("하" + "\u11a8" * 300) == "하" + "\u11a8" * MAX_MARKS
    assert clean(("क्" + "\u200d") * 3 + "ष") == "क्" * 3 + "ष"


def test_joiners_cannot_carry_more_marks_than_the_cap() -> None:
    assert clean("क" + "\u094d" * 8 + "\u200d" + "\u094d" * 8) == "क" + "\u094d" * 8 + "�" + "\u094d" * 8


def test_one_line_takes_the_space_around_a_break_with_it() -> None:
    assert clean("a boat  \r\n\n\t drifts\ton", multiline=False) == "a boat drifts on"


def test_the_limit_counts_the_ellipsis() -> None:
    assert clean("abcdef", limit=6) == "abcdef"
    assert clean("abcdefg", limit=6) == "abcde…"
    assert clean("x" * 1_000_000, limit=3) == "xx…"
    assert clean("abc", limit=0) == ""


@pytest.mark.parametrize(
    ("text", "cells", "shown"),
    [
        ("Neon koi under ice", 40, "Neon koi under ice"),
        ("Neon koi under ice", 9, "Neon koi…"),
        ("Neon koi under ice", 10, "Neon koi…"),
        ("Neon koi", 1, "…"),
        ("Neon koi", 0, ""),
        ("日本語の紙の舟", 7, "日本語…"),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"),
        ("  a\nb  ", 10, "a b"),
        ("e\u0301" * 6, 4, "e\u0301" * 3 + "…"),
        ("\x1b[2Jgone", 5, "␛[2J…"),
        ("x" * 100_000, 4, "xxx…"),
    ],
)
def test_shorten(text: str, cells: int, shown: str) -> None:
    assert shorten(text, cells) == shown


def test_outside_text_is_content_that_reads_no_markup() -> None:
    content = outside("[b]bold[/b] \x1b[31m", "dim")
    assert isinstance(content, Content)
    assert content.plain == "[b]bold[/b] ␛[31m"
    assert [span.style for span in content.spans] == ["dim"]


def test_no_combining_mark_is_a_word_character() -> None:
    """The cap looks for runs of what is no letter, digit or space; a mark that were one would slip by."""
    marks = (chr(code) for code in range(0x300, sys.maxunicode + 1))
    assert not [m for m in marks if unicodedata.category(m).startswith("M") and re.match(r"[\w\s]", m)]


def test_every_format_character_is_seen_or_known() -> None:
    """Whatever Unicode calls a format character is marked, except those with a glyph of their own."""
    with_a_glyph = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
    with_a_glyph.update(range(0x13430, 0x13460))  # Egyptian quadrats
    characters = (chr(code) for code in range(sys.maxunicode + 1) if code not in with_a_glyph)
    formats = [c for c in characters if unicodedata.category(c) == "Cf"]
    assert len(formats) > 100
    assert not [hex(ord(c)) for c in formats if c in clean(f"a{c}b")]
