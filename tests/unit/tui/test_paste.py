"""A paste is told apart from keys wherever the stream is cut, and enters an editor clean."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sora_tui.tui.paste import PASTE_END, PASTE_START, PasteSplitter, clean_paste
from tests.unit.tui.tasks import ANY_TEXT

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\t]")
WORDS = st.text(st.sampled_from("ab\x1b[20~1é\r"), max_size=12).filter(
    lambda text: PASTE_START not in text and PASTE_END not in text
)


@settings(deadline=None, max_examples=250)
@given(ANY_TEXT)
@example("\x1b\x1b[31m")
@example("\x1b]0;title")
@example("\x9b31m")
@example("\U000e0000\u0ec8")
def test_nothing_that_drives_a_terminal_enters_and_cleaning_twice_changes_nothing(text: str) -> None:
    cleaned = clean_paste(text)
    assert not CONTROL.search(cleaned)
    assert "�" not in cleaned
    assert cleaned.encode().decode() == cleaned
    assert clean_paste(cleaned) == cleaned


@settings(deadline=None)
@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S", "Zs"]) | st.sampled_from("\nüé日本語☀")))
def test_plain_words_enter_as_they_are(text: str) -> None:
    assert clean_paste(text) == text


@pytest.mark.parametrize(
    ("text", "entered"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[2J\x1b[1;1Hgone", "gone"),
        ("\x1b]52;c;aGk=\x07after", "after"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bP1$r0m\x1b\\after", "after"),
        ("\x9b31mred", "red"),
        ("\x1b(Bplain", "plain"),
        ("a\x00b\x07c\x7fd", "abcd"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("\tindented", "    indented"),
        ("abc\u202edef\u200b", "abcdef"),
        ("half \ud83d emoji", "half  emoji"),
    ],
)
def test_escape_sequences_go_and_the_words_stay(text: str, entered: str) -> None:
    assert clean_paste(text) == entered


@pytest.mark.parametrize(
    ("text", "entered"),
    [("koi \x1b]0;pond\nat dusk", "koi 0;pond\nat dusk"), ("koi\x90 pond\nat dusk", "koi pond\nat dusk")],
)
def test_a_sequence_without_an_end_takes_no_words_with_it(text: str, entered: str) -> None:
    assert clean_paste(text) == entered


def test_keys_alone_are_no_paste() -> None:
    splitter = PasteSplitter()
    splitter.feed("abc\x1b[A")
    assert splitter.take() == ("abc\x1b[A", None, "")
    assert splitter.take() == ("", None, "")


def test_a_paste_stands_between_the_keys_before_and_after_it() -> None:
    splitter = PasteSplitter()
    splitter.feed(f"ab{PASTE_START}koi\npond{PASTE_END}c")
    assert splitter.pasting
    assert splitter.take() == ("ab", "koi\npond", "c")
    assert not splitter.pasting


def test_an_unfinished_paste_waits_for_its_end() -> None:
    splitter = PasteSplitter()
    splitter.feed(f"ab{PASTE_START}ko")
    assert splitter.take() == ("ab", None, "")
    assert splitter.pasting
    assert splitter.take(idle=True) == ("", None, "")
    splitter.feed(f"i{PASTE_END}")
    assert splitter.take() == ("", "koi", "")


def test_a_closing_mark_inside_the_text_does_not_turn_the_rest_into_keys() -> None:
    splitter = PasteSplitter()
    splitter.feed(f"{PASTE_START}koi{PASTE_END}\rq{PASTE_END}x")
    assert splitter.take() == ("", "koi\rq", "x")


def test_an_empty_paste_is_a_paste() -> None:
    splitter = PasteSplitter()
    splitter.feed(PASTE_START + PASTE_END)
    assert splitter.take() == ("", "", "")


def test_the_next_paste_may_have_begun() -> None:
    splitter = PasteSplitter()
    splitter.feed(f"{PASTE_START}one{PASTE_END}x{PASTE_START}tw")
    assert splitter.take() == ("", "one", "x")
    splitter.feed(f"o{PASTE_END}")
    assert splitter.take() == ("", "two", "")


@pytest.mark.parametrize("length", range(2, len(PASTE_START)))
def test_half_an_opening_mark_is_held_until_the_other_half_comes(length: int) -> None:
    splitter = PasteSplitter()
    splitter.feed("a" + PASTE_START[:length])
    assert splitter.take() == ("a", None, "")
    splitter.feed(f"{PASTE_START[length:]}koi{PASTE_END}")
    assert splitter.take() == ("", "koi", "")


def test_half_an_opening_mark_is_a_key_when_nothing_follows() -> None:
    splitter = PasteSplitter()
    splitter.feed("\x1b[")
    assert splitter.take() == ("", None, "")
    assert splitter.take(idle=True) == ("\x1b[", None, "")


def test_escape_alone_is_a_key_at_once() -> None:
    splitter = PasteSplitter()
    splitter.feed("\x1b")
    assert splitter.take() == ("\x1b", None, "")


@settings(deadline=None, max_examples=250)
@given(WORDS, WORDS, WORDS, st.data())
def test_wherever_the_stream_is_cut_no_character_is_lost_or_changes_sides(
    before: str, pasted: str, after: str, data: st.DataObject
) -> None:
    stream = f"{before}{PASTE_START}{pasted}{PASTE_END}"
    # A read between ESC and [ is what a key looks like; it is the one cut that can't be told.
    cuts = st.integers(0, len(stream)).filter(lambda place: stream[:place][-1:] != "\x1b")
    splitter, keys, pastes = PasteSplitter(), "", []
    start = 0
    for end in [*sorted(data.draw(st.lists(cuts, max_size=4))), len(stream)]:
        splitter.feed(stream[start:end])
        start = end
        if splitter.pasting and end < len(stream):
            continue  # more comes: the reader waits
        earlier, paste, later = splitter.take()
        keys += earlier + later
        pastes += [paste] if paste is not None else []
    assert keys == before
    assert pastes == [pasted]
    splitter.feed(after)
    earlier, paste, later = splitter.take(idle=True)
    assert (earlier + later, paste) == (after, None)
