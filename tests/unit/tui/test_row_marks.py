"""Marks one by one, by ranges, all and all others; what a range leaves again, and what it leaves alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.studio.orders import SortBy
from sora_tui.studio.task import Task, TaskState
from sora_tui.tui.widgets.row_marks import RowMarks
from tests.unit.tui.rows import RowsAtOnce
from tests.unit.tui.tasks import NOW_MS, a_task, filtered

COUNT = 10
PLACES = st.integers(0, COUNT - 1)


def row(place: int) -> Task:
    state = TaskState.FAIL if place % 2 else TaskState.SUCCESS
    return a_task(f"r{place}", state, prompt="boat" if place > 6 else "koi", created_at=NOW_MS - place)


def marks_of(count: int = COUNT) -> tuple[RowsAtOnce, RowMarks]:
    rows = RowsAtOnce(*map(row, range(count)))
    return rows, RowMarks(rows)


def refs(*places: int) -> set[str]:
    return {f"r{place}" for place in places}


def test_a_range_grows_and_shrinks_around_where_it_began() -> None:
    rows, marks = marks_of()
    marks.stretch("r4", "r5")
    marks.stretch("r5", "r6")
    assert rows.marks == refs(4, 5, 6)
    marks.stretch("r6", "r5")
    assert rows.marks == refs(4, 5)
    marks.stretch("r5", "r2")
    assert rows.marks == refs(2, 3, 4)


def test_marks_from_before_stay_when_a_range_leaves_them() -> None:
    rows, marks = marks_of()
    marks.toggle("r6", cursor="r7")
    marks.stretch("r4", "r8")
    marks.stretch("r8", "r4")
    assert rows.marks == refs(4, 6)


def test_a_range_begins_at_the_last_mark_while_the_cursor_is_where_that_left_it() -> None:
    rows, marks = marks_of()
    marks.toggle("r2", cursor="r3")
    marks.stretch("r3", "r5")
    assert rows.marks == refs(2, 3, 4, 5)


def test_once_the_cursor_has_moved_on_a_range_begins_at_the_cursor() -> None:
    rows, marks = marks_of()
    marks.toggle("r2", cursor="r3")
    marks.stretch("r7", "r8")
    assert rows.marks == refs(2, 7, 8)


def test_a_range_whose_beginning_is_filtered_out_begins_at_the_cursor() -> None:
    rows, marks = marks_of()
    marks.stretch("r5", "r7")
    rows.narrow(filtered("boat"))
    marks.stretch("r7", "r8")
    assert rows.marks == refs(5, 6, 7, 8)


def test_a_range_goes_down_the_rows_as_they_are_seen() -> None:
    rows, marks = marks_of()
    rows.order(SortBy.NEWEST, descending=True)
    marks.stretch("r9", "r7")
    assert rows.marks == refs(7, 8, 9)
    assert rows.refs(0, 2) == ["r9", "r8"]
    assert rows.refs(8, 99) == ["r1", "r0"]


@given(st.sets(PLACES), PLACES, st.lists(PLACES, min_size=1))
def test_wherever_a_range_went_it_marks_from_its_beginning_to_its_end(
    before: set[int], start: int, ends: list[int]
) -> None:
    rows, marks = marks_of()
    rows.marks |= refs(*before)
    cursor = f"r{start}"
    for end in ends:
        marks.stretch(cursor, f"r{end}")
        cursor = f"r{end}"
    assert rows.marks == refs(*before, *range(min(start, ends[-1]), max(start, ends[-1]) + 1))


def test_all_are_those_let_through_and_again_none_of_them() -> None:
    rows, marks = marks_of()
    marks.toggle("r0", cursor="r1")
    rows.narrow(filtered("boat"))
    marks.all()
    assert rows.marks == refs(0, 7, 8, 9)
    marks.all()
    assert rows.marks == refs(0)


def test_the_others_are_marked_instead() -> None:
    rows, marks = marks_of()
    rows.marks |= refs(0, 7)
    rows.narrow(filtered("boat"))
    marks.others()
    assert rows.marks == refs(0, 8, 9)


@pytest.mark.parametrize("act", [RowMarks.all, RowMarks.others])
def test_a_row_that_only_the_cursor_keeps_is_not_let_through(act: object) -> None:
    assert callable(act)
    rows, marks = marks_of()
    rows.narrow(filtered("boat"))
    rows.hold("r8")
    rows.put(a_task("r8", prompt="koi", created_at=NOW_MS - 8))
    act(marks)
    assert rows.marks == refs(7, 9)


def test_where_there_is_nothing_nothing_is_marked() -> None:
    rows, marks = marks_of(0)
    marks.all()
    marks.others()
    assert rows.marks == set()
