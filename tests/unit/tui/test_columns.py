"""How a line is divided among the columns: what fits, what grows, and what is reached by scrolling sideways."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sora_tui.tui.widgets.columns import (
    ETA_WITH_BAR,
    ETA_WITH_WORDS,
    GAP,
    GROWING,
    GUTTER,
    NO_NEEDS,
    Column,
    Layout,
    Needs,
    larger,
    layout,
    sideways,
)

WIDTHS = st.integers(1, 260)
NEEDS = st.tuples(*(st.integers(0, 60) for _ in Column))
AT_120_BY_36 = 72
"""Cells of the table in a terminal of 120 columns, its scroll bar taken off."""


def needing(**cells: int) -> Needs:
    return tuple(cells.get(column.name.lower(), 0) for column in Column)


def headings(placed: Layout) -> str:
    return " ".join(place.column.heading for place in placed.placed)


def widths(placed: Layout) -> dict[Column, int]:
    return {place.column: place.width for place in placed.placed}


def all_sideways(width: int, needs: Needs) -> list[Layout]:
    """What is seen from the left end to the right, a step at a time."""
    seen = [layout(width, needs)]
    while (skip := sideways(seen[-1], needs, 1)) != seen[-1].skipped:
        seen.append(layout(width, needs, skip))
    return seen


@pytest.mark.parametrize(
    ("width", "columns"),
    [
        (220, "State Prompt Elapsed ETA Credits Sent Settings Model Id"),
        (160, "State Prompt Elapsed ETA Credits Sent Settings Model"),
        (125, "State Prompt Elapsed ETA Credits Sent Settings"),
        (100, "State Prompt Elapsed ETA Credits Sent"),
        (AT_120_BY_36, "State Prompt Elapsed ETA Credits"),
        (58, "State Prompt Elapsed Credits"),
        (45, "State Prompt Credits"),
        (30, "State Prompt"),
        (20, "State Prompt"),
        (1, "State Prompt"),
    ],
)
def test_the_columns_go_one_by_one_as_it_gets_narrow(width: int, columns: str) -> None:
    assert headings(layout(width)) == columns


def test_there_is_a_bar_in_a_terminal_of_120_columns() -> None:
    assert widths(layout(AT_120_BY_36))[Column.ETA] == ETA_WITH_BAR


def test_the_bar_goes_before_any_column_does() -> None:
    etas = [place.width for width in range(200) for place in layout(width).placed if place.column is Column.ETA]
    assert sorted(set(etas)) == [Column.ETA.least, ETA_WITH_BAR, ETA_WITH_WORDS]
    assert etas == sorted(etas)


@given(WIDTHS, NEEDS, st.integers(0, 12))
def test_columns_stand_beside_one_another_within_the_line(width: int, needs: Needs, skip: int) -> None:
    placed = layout(width, needs, skip)
    x = GUTTER
    for place in placed.placed:
        assert place.x == x
        assert place.width >= 1
        x += place.width + GAP
    assert x - GAP <= max(width, 8)


@given(st.integers(9, 260), NEEDS)
def test_every_spare_cell_is_the_prompts(width: int, needs: Needs) -> None:
    last = layout(width, needs).placed[-1]
    assert last.x + last.width == width - 2


def test_a_press_in_the_gap_behind_a_column_is_meant_for_it() -> None:
    placed = layout(120)
    for place in placed.placed:
        assert placed.at(place.x) is placed.at(place.x + place.width + 1) is place.column
    assert placed.at(GUTTER - 1) is None
    assert placed.at(500) is None


# Growing


def test_a_column_grows_to_what_it_holds_and_the_prompt_gives_way() -> None:
    before, after = widths(layout(100)), widths(layout(100, needing(state=17, credits=10)))
    assert (after[Column.STATE], after[Column.CREDITS]) == (17, 10)
    assert after[Column.PROMPT] == before[Column.PROMPT] - 9
    assert after[Column.ELAPSED] == before[Column.ELAPSED]


def test_figures_take_from_the_prompt_what_ids_do_not() -> None:
    assert widths(layout(AT_120_BY_36, needing(state=60)))[Column.PROMPT] == 16
    assert widths(layout(175, needing(settings=60, model=60, id=60)))[Column.PROMPT] == 40


def test_tags_have_a_column_once_there_are_some() -> None:
    assert "Tags" not in " ".join(map(headings, all_sideways(60, NO_NEEDS)))
    assert "Tags" in " ".join(map(headings, all_sideways(60, needing(tags=3))))
    assert "Sent Tags Settings" in headings(layout(160, needing(tags=3)))


def test_ratings_have_a_narrow_column_once_there_are_some_at_any_width_that_is_used() -> None:
    assert all(Column.RATING not in widths(placed) for placed in all_sideways(60, NO_NEEDS))
    for width in range(35, 260):
        placed = layout(width, needing(rating=3))
        assert widths(placed)[Column.RATING] == 3
        assert placed.placed[2].column is Column.RATING


@given(WIDTHS, NEEDS, NEEDS)
def test_growing_never_brings_nor_takes_another_column(width: int, some: Needs, others: Needs) -> None:
    some = larger(some, needing(tags=1, rating=1))
    before, after = layout(width, some), layout(width, larger(some, others))
    assert headings(before) == headings(after)
    assert all(place.width <= max(place.column.most, place.column.least) or place.column is Column.PROMPT
               for place in after.placed)  # fmt: skip


@given(WIDTHS, NEEDS)
def test_only_columns_that_grow_are_as_wide_as_what_they_hold(width: int, needs: Needs) -> None:
    asked = dict(zip(Column, needs, strict=True))
    there = needing(tags=asked[Column.TAGS], rating=asked[Column.RATING])
    before, after = widths(layout(width, there)), widths(layout(width, needs))
    changed = {column for column in before if before[column] != after[column]}
    assert changed <= GROWING | {Column.PROMPT, Column.ETA}


def test_the_eta_makes_room_for_a_download_only_where_the_prompt_keeps_enough() -> None:
    assert widths(layout(160, needing(eta=20)))[Column.ETA] == 20
    assert widths(layout(AT_120_BY_36, needing(eta=20))) == widths(layout(AT_120_BY_36))
    assert all(
        placed[Column.ETA] <= ETA_WITH_WORDS or placed[Column.PROMPT] >= 30
        for width in range(1, 260)
        if Column.ETA in (placed := widths(layout(width, needing(eta=20))))
    )


# Sideways


@settings(deadline=None)
@given(st.integers(8, 260), NEEDS)
@example(60, NO_NEEDS)
def test_every_column_is_reached_by_scrolling_and_seen_whole(width: int, needs: Needs) -> None:
    seen = all_sideways(width, needs)
    asked = dict(zip(Column, needs, strict=True))
    there = {column for column in Column if asked[column] or column not in (Column.TAGS, Column.RATING)}
    assert {place.column for placed in seen for place in placed.placed} == there
    assert seen[-1].hidden == 0
    for placed in seen:
        assert placed.placed[0].column is Column.STATE
        assert placed.placed[0] == seen[0].placed[0]
        assert len(placed.placed) + placed.skipped + placed.hidden == len(there)
        for place in placed.placed[placed.standing :] if placed.skipped else ():
            is_alone = len(placed.placed) == placed.standing + 1
            assert place.width >= place.column.least or is_alone


@given(st.integers(8, 260), NEEDS)
def test_scrolling_back_comes_to_where_it_began(width: int, needs: Needs) -> None:
    placed = all_sideways(width, needs)[-1]
    for _ in Column:
        placed = layout(width, needs, sideways(placed, needs, -1))
    assert placed == layout(width, needs)


@given(WIDTHS, NEEDS)
def test_a_sign_stands_on_the_side_that_hides_more_and_on_no_column(width: int, needs: Needs) -> None:
    for placed in all_sideways(width, needs):
        assert (placed.sign_before is not None) == (placed.skipped > 0)
        assert (placed.sign_after is not None) == (placed.hidden > 0)
        for sign in (placed.sign_before, placed.sign_after if width > 8 else None):
            assert sign is None or not any(place.x <= sign < place.x + place.width for place in placed.placed)


def test_the_prompt_stays_beside_what_scrolls_while_there_is_room() -> None:
    assert headings(all_sideways(60, NO_NEEDS)[1]).startswith("State Prompt ")
    assert "Prompt" not in headings(all_sideways(30, NO_NEEDS)[1])


def test_where_all_fits_nothing_scrolls() -> None:
    assert sideways(layout(220), NO_NEEDS, 1) == 0
    assert layout(220, NO_NEEDS, 3) == layout(220)
