"""The cursor stays on its task, and the rows around it stay where they are on screen."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sora_tui.studio.orders import SortBy
from sora_tui.studio.task import Task, TaskState
from sora_tui.tui.widgets.row_cursor import Anchor, RowCursor
from sora_tui.tui.widgets.task_rows import Segment
from tests.unit.tui.rows import RowsAtOnce
from tests.unit.tui.tasks import NOW_MS, a_task, any_task, filtered


def row(place: int, state: TaskState = TaskState.WAITING, prompt: str = "koi") -> Task:
    """A task whose place from the top is in its ref: `r00`, `r01`."""
    return a_task(f"r{place:02}", state, prompt=prompt, created_at=NOW_MS - place * 1000)


def on(place: int, count: int = 10) -> tuple[RowsAtOnce, RowCursor]:
    rows = RowsAtOnce()
    rows.replace(row(number) for number in range(count))
    cursor = RowCursor(rows)
    cursor.put(place)
    return rows, cursor


def test_without_rows_it_is_on_none() -> None:
    rows = RowsAtOnce()
    cursor = RowCursor(rows)
    assert not cursor.settle()
    assert (cursor.ref, cursor.row) == (None, None)
    rows.put(row(0))
    assert cursor.settle()
    assert cursor.ref == "r00"
    rows.narrow(filtered("nothing says this"))
    assert cursor.settle()
    assert cursor.ref is None


@pytest.mark.parametrize(("wanted", "ref"), [(-5, "r00"), (0, "r00"), (9, "r09"), (99, "r09")])
def test_beyond_the_ends_it_is_on_the_first_or_last(wanted: int, ref: str) -> None:
    _, cursor = on(4)
    cursor.put(wanted)
    assert cursor.ref == ref


def test_it_stays_on_its_task_when_others_come_above_it() -> None:
    rows, cursor = on(4)
    rows.put(a_task("new", created_at=NOW_MS + 1))
    assert not cursor.settle()
    assert (cursor.ref, cursor.row) == ("r04", 5)


def test_it_stays_on_its_task_when_the_order_turns_round() -> None:
    rows, cursor = on(4)
    rows.order(SortBy.NEWEST, descending=True)
    assert not cursor.settle()
    assert (cursor.ref, cursor.row) == ("r04", 5)


def test_its_row_stays_when_it_matches_no_longer_until_the_cursor_leaves() -> None:
    rows, cursor = on(4)
    rows.select(Segment.RUNNING)
    cursor.settle()
    rows.put(row(4, TaskState.FAIL))
    assert not cursor.settle()
    assert cursor.ref == "r04"
    assert cursor.put(5)
    assert cursor.ref == "r05"
    assert rows.index("r04") is None


def test_a_filter_sends_it_to_the_nearest_row_and_without_it_back() -> None:
    rows, cursor = on(4)
    rows.put(row(6, prompt="boat"))
    rows.put(row(1, prompt="boat"))
    rows.narrow(filtered("boat"))
    assert cursor.settle()
    assert cursor.ref == "r06"
    rows.narrow(filtered(""))
    assert cursor.settle()
    assert cursor.ref == "r04"


def test_where_the_user_moved_meanwhile_it_stays() -> None:
    rows, cursor = on(4)
    rows.put(row(6, prompt="boat"))
    rows.put(row(1, prompt="boat"))
    rows.narrow(filtered("boat"))
    cursor.settle()
    cursor.put(0)
    rows.narrow(filtered(""))
    assert not cursor.settle()
    assert cursor.ref == "r01"


def test_through_a_filter_nothing_matches_it_comes_back_as_well() -> None:
    rows, cursor = on(4)
    rows.narrow(filtered("nothing says this"))
    assert cursor.settle()
    assert cursor.ref is None
    rows.narrow(filtered(""))
    assert cursor.settle()
    assert cursor.ref == "r04"


def test_a_chosen_row_has_it_as_soon_as_it_is_there() -> None:
    rows, cursor = on(4)
    cursor.choose("r99")
    assert not cursor.settle()
    rows.put(row(99))
    assert cursor.settle()
    assert cursor.ref == "r99"


def test_the_cursors_row_keeps_its_line_on_screen() -> None:
    rows, cursor = on(5)
    anchor = cursor.anchor(top=3, room=4)
    assert anchor == Anchor("r05", 2)
    rows.put(a_task("new", created_at=NOW_MS + 1))
    cursor.settle()
    assert cursor.top_keeping(anchor, 3, 4) == 4


def test_with_the_cursor_out_of_sight_the_top_row_keeps_its_line() -> None:
    rows, cursor = on(0)
    anchor = cursor.anchor(top=3, room=4)
    assert anchor == Anchor("r03", 0)
    rows.put(a_task("new", created_at=NOW_MS + 1))
    cursor.settle()
    assert cursor.top_keeping(anchor, 3, 4) == 4


def test_at_the_very_top_new_rows_come_into_view_while_the_cursor_can_stay_in_sight() -> None:
    rows, cursor = on(2)
    for number in range(1, 4):
        anchor = cursor.anchor(top=0, room=5)
        rows.put(a_task(f"new{number}", created_at=NOW_MS + number))
        cursor.settle()
        assert cursor.top_keeping(anchor, 0, 5) == (0 if number < 3 else 1)


def test_nothing_is_shown_behind_the_last_row() -> None:
    rows, cursor = on(5)
    anchor = cursor.anchor(top=5, room=5)
    rows.replace(row(number) for number in range(4, 8))  # as if another tab had so many
    cursor.settle()
    assert cursor.top_keeping(anchor, 5, 5) == 0


@pytest.mark.parametrize(("place", "top", "wanted"), [(2, 5, 2), (5, 5, 5), (9, 5, 5), (9, 3, 5), (0, 5, 0)])
def test_a_cursor_out_of_sight_is_brought_back_by_as_little_as_can_be(place: int, top: int, wanted: int) -> None:
    _, cursor = on(place)
    assert cursor.top_showing(top, 5) == wanted


def test_a_screen_without_room_scrolls_nowhere() -> None:
    _, cursor = on(5)
    assert cursor.top_showing(3, 0) == 3
    assert cursor.top_keeping(None, 3, 0) == 3


ACTS = st.sampled_from(["put", "move", "select", "narrow", "order"])


@settings(deadline=None, max_examples=300)
@given(st.lists(any_task(), min_size=1, max_size=6), st.data())
def test_it_leaves_its_task_only_when_moved_or_hidden(tasks: list[Task], data: st.DataObject) -> None:
    rows = RowsAtOnce()
    rows.replace(tasks)
    cursor = RowCursor(rows)
    cursor.settle()
    for act in data.draw(st.lists(ACTS, max_size=12)):
        before, chosen = cursor.ref, cursor._chosen
        if act == "move":
            if len(rows):
                cursor.put(data.draw(st.integers(-1, len(rows))))
            continue
        if act == "put":
            rows.put(data.draw(any_task()))
        elif act == "select":
            rows.select(data.draw(st.sampled_from(Segment)))
        elif act == "narrow":
            rows.narrow(filtered(data.draw(st.sampled_from(["", "koi", "-koi", "state:run"]))))
        else:
            rows.order(data.draw(st.sampled_from(SortBy)), descending=data.draw(st.booleans()))
        moved = cursor.settle()
        assert moved == (cursor.ref != before)
        assert (cursor.ref is None) == (len(rows) == 0)
        assert cursor.ref is None or cursor.row is not None
        assert rows.held == cursor.ref
        if moved and act in ("put", "order"):
            assert before is None or cursor.ref == chosen
