"""The table under the mouse: tabs, headings, rows, the gutter, and a second click."""

from __future__ import annotations

import pytest
from textual import events
from textual.pilot import Pilot

from sora_tui.studio.orders import SortBy
from sora_tui.studio.task import TaskState
from sora_tui.tui.widgets.columns import Column
from sora_tui.tui.widgets.task_rows import Segment
from sora_tui.tui.widgets.task_table import TaskTable
from tests.tui.kit import plain
from tests.tui.table_app import HEAD, MANY, TASKS, lines, row, showing, told
from tests.unit.tui.tasks import NOW_MS, a_task


async def click(pilot: Pilot[object], x: int, y: int, times: int = 1) -> None:
    await pilot.click(TaskTable, offset=(x, y), times=times)


async def click_heading(pilot: Pilot[object], column: Column) -> None:
    table = pilot.app.query_one(TaskTable)
    place = next(place for place in table._layout.placed if place.column is column)
    await click(pilot, place.x, 1)


async def test_a_click_on_a_row_takes_the_cursor_there() -> None:
    async with showing() as (pilot, table):
        await click(pilot, 20, HEAD + 3)
        assert table.cursor_ref == "r03"
        assert table.marked == frozenset()
        assert told(pilot, TaskTable.Opened) == []


async def test_in_a_scrolled_table_a_click_takes_the_row_that_is_seen() -> None:
    async with showing(MANY) as (pilot, table):
        await pilot.press("end")
        await click(pilot, 20, HEAD)
        assert table.cursor_ref == "r40"
        assert "koi 40" in lines(pilot)[HEAD]


async def test_a_second_click_opens_the_row() -> None:
    async with showing() as (pilot, _):
        await click(pilot, 20, HEAD + 1, times=2)
        assert [event.ref for event in told(pilot, TaskTable.Opened)] == ["r01"]


@pytest.mark.parametrize("x", [0, 1, 2])
async def test_a_click_in_the_gutter_marks_the_row(x: int) -> None:
    async with showing() as (pilot, table):
        await click(pilot, x, HEAD + 2)
        assert table.marked == {"r02"}
        assert table.cursor_ref == "r02"
        await pilot.press("home")
        await click(pilot, x, HEAD + 2)
        assert table.marked == frozenset()


async def test_a_click_with_shift_marks_from_the_cursor_or_the_last_mark_to_the_row() -> None:
    async with showing(MANY) as (pilot, table):
        await click(pilot, 20, HEAD + 2)
        await pilot.click(TaskTable, offset=(20, HEAD + 4), shift=True)
        assert (set(table.marked), table.cursor_ref) == ({"r02", "r03", "r04"}, "r04")
        await pilot.click(TaskTable, offset=(20, HEAD + 1), shift=True)
        assert set(table.marked) == {"r01", "r02"}
        await click(pilot, 0, HEAD + 6)
        await pilot.click(TaskTable, offset=(0, HEAD + 7), shift=True)
        assert set(table.marked) == {"r01", "r02", "r06", "r07"}


async def test_a_click_beside_the_gutter_marks_nothing() -> None:
    async with showing() as (pilot, table):
        await click(pilot, 3, HEAD + 2)
        assert table.marked == frozenset()


async def test_a_click_below_the_last_row_changes_nothing() -> None:
    async with showing() as (pilot, table):
        await click(pilot, 0, HEAD + 7)
        assert (table.cursor_ref, table.marked) == ("r00", frozenset())


@pytest.mark.parametrize("column", [column for column in Column if column is not Column.SENT])
async def test_a_heading_sorts_upwards_then_downwards_then_no_more(column: Column) -> None:
    async with showing([*TASKS, a_task("tagged", tags=("boat",), rating=4)], (240, 12)) as (pilot, table):
        orders = []
        for _ in range(3):
            await click_heading(pilot, column)
            orders.append(table.sort)
        assert orders == [(column.sort_by, False), (column.sort_by, True), (SortBy.NEWEST, False)]


async def test_another_heading_begins_upwards() -> None:
    async with showing() as (pilot, table):
        await click_heading(pilot, Column.STATE)
        await click_heading(pilot, Column.STATE)
        await click_heading(pilot, Column.PROMPT)
        assert table.sort == (SortBy.PROMPT, False)
        assert "Prompt▲" in lines(pilot)[1]


async def test_the_heading_of_when_it_was_sent_turns_the_order_nobody_asked_for() -> None:
    async with showing() as (pilot, table):
        await click_heading(pilot, Column.SENT)
        assert table.sort == (SortBy.NEWEST, True)
        await click_heading(pilot, Column.SENT)
        assert table.sort == (SortBy.NEWEST, False)


@pytest.mark.parametrize(
    ("right", "left"),
    [
        (["right"], ["left"]),
        ([events.MouseScrollRight], [events.MouseScrollLeft]),
        ([events.MouseScrollDown, "shift"], [events.MouseScrollUp, "shift"]),
        (["›"], ["‹"]),
    ],
)
async def test_columns_without_room_are_scrolled_to(right: list[object], left: list[object]) -> None:
    async def scroll(how: list[object]) -> None:
        if isinstance(how[0], type):
            assert issubclass(how[0], events.MouseEvent)
            table.post_message(how[0](table, 5, 5, 0, 0, 0, "shift" in how, False, False))
            await pilot.pause()
        elif how[0] in ("‹", "›"):
            await click(pilot, lines(pilot)[1].index(str(how[0])), 1)
        else:
            await pilot.press(str(how[0]))

    async with showing(MANY, (60, 12)) as (pilot, table):
        top = table.scroll_offset
        await pilot.press("down")
        at_rest = lines(pilot)
        assert "›" in at_rest[1]
        await scroll(right)
        scrolled = lines(pilot)
        assert "‹" in scrolled[1]
        assert "ETA" in scrolled[1]
        assert scrolled[HEAD + 1].startswith("▸  ◐ waiting")
        await scroll(left)
        assert lines(pilot) == at_rest
        assert (table.cursor_ref, table.scroll_offset) == ("r01", top)


async def test_the_wheel_without_shift_scrolls_the_rows() -> None:
    async with showing(MANY, (60, 12)) as (pilot, table):
        table.post_message(events.MouseScrollDown(table, 5, 5, 0, 0, 0, False, False, False))
        await pilot.pause()
        assert table.scroll_offset.y > 0
        assert "‹" not in lines(pilot)[1]


async def test_the_gutter_has_no_heading() -> None:
    async with showing() as (pilot, table):
        await click(pilot, 1, 1)
        assert table.sort == (SortBy.NEWEST, False)


@pytest.mark.parametrize("width", [100, 40])
async def test_a_tab_is_pressed_where_it_is_seen(width: int) -> None:
    names = ["All", "Running", "Done", "Failed", "Needs you"] if width == 100 else ["All", "◐", "●", "✗", "▲"]
    async with showing(size=(width, 12)) as (pilot, table):
        for name, segment in list(zip(names, Segment, strict=True))[::-1]:
            start = lines(pilot)[0].index(name) - 1
            await click(pilot, start, 0)
            assert table.segment is segment
            table.select(Segment.NEEDS_YOU if segment is Segment.ALL else Segment.ALL)
            await click(pilot, start + len(f" {name} 1"), 0)
            assert table.segment is segment


async def test_a_click_beside_the_tabs_changes_nothing() -> None:
    async with showing() as (pilot, table):
        table.select(Segment.DONE)
        await click(pilot, 0, 0)
        await click(pilot, 95, 0)
        assert table.segment is Segment.DONE


async def test_a_click_in_an_empty_table_does_no_harm() -> None:
    async with showing([]) as (pilot, table):
        await click(pilot, 0, HEAD)
        await click(pilot, 20, HEAD, times=2)
        assert table.cursor_ref is None


async def test_a_click_takes_in_first_what_is_gathered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sora_tui.tui.widgets.rows_view._PAINT_GAP", 1e9)  # nothing is painted by itself
    async with showing([row(0), row(1, TaskState.SUCCESS)]) as (pilot, table):
        table.update_task(a_task("new", prompt="brand new", created_at=NOW_MS - 2000))
        assert "brand new" not in plain(pilot)
        await click(pilot, 20, HEAD + 2)
        assert table.cursor_ref == "new"


async def test_the_row_under_the_mouse_is_shown_until_it_leaves() -> None:
    async with showing() as (pilot, table):
        await pilot.hover(TaskTable, offset=(20, HEAD + 2))
        assert table._hover == 2
        await pilot.hover(TaskTable, offset=(20, 0))
        assert table._hover is None
