"""The sanitiser's promises for any text at all: what never leaves it, and what it must leave alone."""

from __future__ import annotations

import random
import re
import sys
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from sora_tui.sanitise import ELLIPSIS, MAX_MARKS, REPLACEMENT, clean, shorten

CONTROLS = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))} - {"\n"}
BIDI = {chr(code) for code in (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}
HALVES = {chr(code) for code in range(0xD800, 0xE000)}

FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""By the reliability design, I7."""

TEXTS, SEED = 20_000, 20_261_125
RANGES = (
    (0x00, 0x9F),
    (0x20, 0x7E),
    (0x300, 0x36F),
    (0x600, 0xDFF),
    (0x1100, 0x11FF),
    (0x2000, 0x206F),
    (0xD7B0, 0xE000),
)
WIDE_RANGES = ((0x00, sys.maxunicode), (0xFE00, 0xFFFF), (0x1F000, 0x1FAFF), (0xE0000, 0xE0FFF))
JOINTS = "\r\n\t\x1b\x9b\u200c\u200d\u202e\u2028\ufe0f☀👩اکम्\u1161한\u0301"

MARKS = st.sampled_from("\u0301\u0335\u0489\u20dd\u0e49\u093e\u094d\U0001e8d0\u1161\u11a8\ud7b0\ufe0f")
RUNS = st.builds(lambda mark, times: mark * times, MARKS, st.integers(1, 2 * MAX_MARKS))
STACKED = st.lists(MARKS | RUNS | st.sampled_from("aक하😀\u200d\u200c \n") | st.characters(), max_size=20).map("".join)


def stacks(character: str) -> bool:
    """Whether a terminal draws it over the character before it: marks, and the later parts of Hangul."""
    is_jamo = "\u1161" <= character <= "\u11ff" or "\ud7b0" <= character <= "\ud7fb"
    return is_jamo or unicodedata.category(character).startswith("M")


def highest_stack(text: str) -> int:
    highest = height = 0
    for character in text:
        height = height + 1 if stacks(character) else 0
        highest = max(highest, height)
    return highest


def any_text(chance: random.Random) -> str:
    """Up to forty characters, most of them of a kind that is dangerous, or stacks, or ties others together."""
    drawn = []
    for _ in range(chance.randrange(41)):
        if chance.random() < 0.3:
            drawn.append(chance.choice(JOINTS))
        else:
            drawn.append(chr(chance.randint(*chance.choice(RANGES if chance.random() < 0.8 else WIDE_RANGES))))
    return "".join(drawn)


def test_of_twenty_thousand_texts_nothing_dangerous_leaves_all_encode_and_cleaning_twice_changes_nothing() -> None:
    chance = random.Random(SEED)
    for number in range(TEXTS):
        text, multiline = any_text(chance), chance.random() < 0.5
        limit = chance.choice([None, None, chance.randrange(40)])
        shown = clean(text, multiline=multiline, limit=limit)
        about = f"text {number} of seed {SEED}: {text!r} as {shown!r}"
        assert not FORBIDDEN.search(shown), about
        assert shown.encode().decode() == shown, about
        assert clean(shown, multiline=multiline, limit=limit) == shown, about


def test_every_dangerous_character_is_replaced_wherever_it_stands() -> None:
    for character in CONTROLS | BIDI | HALVES:
        for text in (character, f"a{character}b", f"{character}{character}", f"ا{character}ا", f"😀{character}😀"):
            for multiline in (True, False):
                shown = clean(text, multiline=multiline)
                assert not (CONTROLS | BIDI | HALVES) & set(shown), f"{character!r} in {text!r}"
                assert shown.strip() or character in "\t"


def test_each_control_character_has_a_sign_of_its_own() -> None:
    kept = "\n\t"  # a line break and, as spaces, a tab
    signs = {clean(chr(code)) for code in (*range(0x20), 0x7F) if chr(code) not in kept}
    assert len(signs) == 33 - len(kept)
    assert all(unicodedata.category(sign) == "So" for sign in signs)


@settings(max_examples=1000, deadline=None)
@given(STACKED, st.booleans())
def test_no_character_carries_more_marks_than_the_cap(text: str, multiline: bool) -> None:
    assert highest_stack(clean(text, multiline=multiline)) <= MAX_MARKS


@settings(max_examples=500, deadline=None)
@given(STACKED)
def test_no_line_begins_with_a_mark_that_would_sit_on_what_stands_left_of_it(text: str) -> None:
    assert not [line for line in clean(text).split("\n") if line and stacks(line[0])]


@settings(deadline=None)
@given(st.integers(0, MAX_MARKS))
def test_as_many_marks_as_the_cap_are_left_as_they_are(number: int) -> None:
    text = "e" + "\u0301" * number + "!"
    assert clean(text) == text


@settings(max_examples=500, deadline=None)
@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="\u115f\u1160\u3164\uffa0")))
def test_what_is_harmless_is_left_alone(text: str) -> None:
    assert clean(text) == text or highest_stack(text) > 0


@pytest.mark.parametrize(
    "text",
    [
        "Ein Papierboot treibt übers Wasser – schnell!",
        "Un bateau de papier, l'été : « magnifique »",
        "紙の舟が雨の溝を流れていく。",
        "종이배가 떠내려간다",
        "Бумажный кораблик",
        "قارب من ورق",
        "סירת נייר",
        "เรือกระดาษลอยน้ำ",
        "कागज़ की नाव",
        "🛶🌧️ 1️⃣ £5 ½ ∑ → ✓",
        "[bold]x[/] {a|b} <b> \\ $HOME `ls`",
    ],
)
def test_living_languages_and_signs_pass_unchanged(text: str) -> None:
    assert clean(text) == clean(text, multiline=False) == text
    assert shorten(text, 200) == text


def test_no_character_of_unicode_breaks_it_or_comes_out_unencodable() -> None:
    for code in range(sys.maxunicode + 1):
        shown = clean(chr(code))
        shown.encode()
        assert len(shown) <= 4


@pytest.mark.parametrize("code", [0xAD, 0x200B, 0x2060, 0xFEFF, 0x3164, 0x115F, 0x180E, 0xE0041, 0x1D173])
def test_what_is_invisible_is_made_visible_once_for_a_whole_run(code: int) -> None:
    assert clean("pay" + chr(code) * 50 + "pal") == f"pay{REPLACEMENT}pal"


@settings(max_examples=500, deadline=None)
@given(st.text(st.sampled_from("ab 日é\u0301\u202e\n\t"), max_size=40), st.integers(1, 20))
def test_a_shortened_text_is_the_beginning_of_the_whole_one(text: str, cells: int) -> None:
    whole = clean(text, multiline=False).strip()
    shown = shorten(text, cells)
    if shown.endswith(ELLIPSIS):
        assert whole.startswith(shown.removesuffix(ELLIPSIS))
        assert cell_len(whole) > cells
    else:
        assert shown == whole


def test_the_time_for_a_run_of_blanks_grows_with_its_length_and_not_its_square() -> None:
    def cpu(length: int) -> float:
        start = time.thread_time()
        clean(" " * length + "x", multiline=False)
        return time.thread_time() - start

    short, long = (min(cpu(length) for _ in range(3)) for length in (2_000, 32_000))
    assert long < 80 * short  # 16 times the length; the square would be 256 times the time
