"""Two at a time, until the best is left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.studio.knockout import Knockout

REFS = st.lists(st.text("abcdef", min_size=1, max_size=3), min_size=2, max_size=12, unique=True)


@given(REFS, st.randoms())
def test_one_less_pick_than_there_are_leaves_one_that_lost_to_none(refs: list[str], random: object) -> None:
    course = Knockout.among(refs)
    lost: set[str] = set()
    picks = 0
    while (pair := course.pair) is not None:
        assert not lost & set(pair)
        picked = pair[random.randrange(2)]  # type: ignore[attr-defined]
        lost.update(set(pair) - {picked})
        course = course.won_by(picked)
        picks += 1
    assert picks == len(refs) - 1 == course.of - 1
    assert {course.winner} == set(refs) - lost


@given(REFS)
def test_the_best_by_any_order_wins(refs: list[str]) -> None:
    course = Knockout.among(refs)
    while (pair := course.pair) is not None:
        course = course.won_by(max(pair))
    assert course.winner == max(refs)


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="two"):
        Knockout.among(["a", "a"])
    with pytest.raises(ValueError, match="not compared"):
        Knockout.among(["a", "b", "c"]).won_by("c")
    with pytest.raises(ValueError, match="not compared"):
        Knockout.among(["a", "b"]).won_by("a").won_by("a")
