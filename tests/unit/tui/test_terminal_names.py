"""Answers of the terminal among what is typed: taken out whole, in however many pieces they come."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sora_tui.tui.terminal_names import TerminalNames

ANSWER = "\x1bP>|kitty(0.36.4)\x1b\\"


@example("", "", [1])
@example("a", "b", [2, 3, 8])
@given(
    st.text(st.sampled_from("ab\x1b[A;~"), max_size=8),
    st.text(st.sampled_from("ab[A;~"), max_size=8),
    st.lists(st.integers(0, 40), max_size=5),
)
def test_what_is_typed_around_it_comes_through_whole(before: str, after: str, cuts: list[int]) -> None:
    names, whole = TerminalNames(is_awaited=True), before + ANSWER + after
    places = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    came = "".join(names.without(whole[start:end]) for start, end in pairwise(places))
    assert came + names.rest() == before + after
    assert names.found == ["kitty(0.36.4)"]


@given(st.text(st.sampled_from("ab\x1b[AP>|;~\\"), max_size=30).filter(lambda text: "\x1bP>|" not in text))
def test_without_an_answer_nothing_is_taken_away(typed: str) -> None:
    names = TerminalNames()
    assert names.without(typed) + names.rest() == typed
    assert names.found == []


@pytest.mark.parametrize("typed", ["\x1b", "a\x1b", "\x1b[A", "\x1bOP"])
def test_a_key_is_never_held_back(typed: str) -> None:
    names = TerminalNames()
    assert names.without(typed) == typed


def test_what_begins_like_an_answer_and_never_ends_is_let_go() -> None:
    names = TerminalNames()
    endless = "\x1bP>|" + "x" * 400
    assert names.without(endless) == endless
