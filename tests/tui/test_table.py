"""The table under keys: the cursor stays on its task, marks, tabs, filters, and what is there when nothing is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from sora_tui.studio.orders import SortBy
from sora_tui.studio.task import TaskState
from sora_tui.tui.widgets.task_rows import Segment
from sora_tui.tui.widgets.task_table import TaskTable
from tests.tui.kit import plain, until
from tests.tui.table_app import HEAD, MANY, TASKS, TableApp, lines, row, showing, told
from tests.unit.tui.tasks import NOW_MS, UNSHOWABLE, a_task


def line_of(pilot: Pilot[object], prompt: str) -> int:
    """The line of the screen on which a prompt is."""
    return next(y for y, line in enumerate(lines(pilot)) if f"{prompt} " in line)


async def test_the_newest_task_is_on_top_and_has_the_cursor() -> None:
    async with showing() as (pilot, table):
        assert table.cursor_ref == "r00"
        assert lines(pilot)[HEAD].startswith("▸  ◐ waiting")
        assert [event.ref for event in told(pilot, TaskTable.Highlighted)] == ["r00"]


@pytest.mark.parametrize(
    ("keys", "ref"),
    [
        (["down", "down"], "r02"),
        (["up"], "r00"),
        (["end"], "r49"),
        (["end", "up"], "r48"),
        (["end", "home"], "r00"),
        (["pagedown"], "r09"),
        (["pagedown", "pageup"], "r00"),
    ],
)
async def test_keys_move_the_cursor_and_it_stays_in_sight(keys: list[str], ref: str) -> None:
    async with showing(MANY) as (pilot, table):
        await pilot.press(*keys)
        assert table.cursor_ref == ref
        assert any(line.startswith("▸") and f"koi {int(ref[1:])} " in line for line in lines(pilot)[HEAD:])


async def test_a_new_task_on_top_takes_neither_cursor_nor_line() -> None:
    async with showing(MANY) as (pilot, table):
        await pilot.press("end", "up", "up")
        before = line_of(pilot, "koi 47")
        for number in range(5):
            table.update_task(a_task(f"new{number}", created_at=NOW_MS + number))
        assert table.visible_count == 55
        await pilot.pause()
        assert table.cursor_ref == "r47"
        assert line_of(pilot, "koi 47") == before


async def test_at_the_very_top_a_new_task_is_seen_at_once() -> None:
    async with showing(MANY) as (pilot, table):
        table.update_task(a_task("new", prompt="brand new", created_at=NOW_MS + 1))
        assert table.counts[Segment.ALL] == 51
        await pilot.pause()
        assert "brand new" in lines(pilot)[HEAD]
        assert lines(pilot)[HEAD + 1].startswith("▸")


async def test_updates_are_painted_without_being_asked_for() -> None:
    async with showing() as (pilot, table):
        table.update_task(replace(TASKS[0], state=TaskState.SUCCESS, credits=77.0))
        table.update_task(a_task("new", prompt="brand new", created_at=NOW_MS + 1))
        await until(pilot, lambda: "brand new" in plain(pilot) and " 77 " in plain(pilot))


async def test_of_many_updates_the_last_is_shown() -> None:
    async with showing() as (pilot, table):
        for credits in range(100):
            table.update_task(replace(TASKS[0], credits=float(credits)))
        await until(pilot, lambda: " 99 " in lines(pilot)[HEAD])


async def test_the_cursor_stays_on_its_task_however_it_is_sorted() -> None:
    async with showing(MANY, (100, 12)) as (pilot, table):
        await pilot.press("down", "down", "down")
        for sort_by in SortBy:
            for descending in (False, True):
                table.sort_by(sort_by, descending=descending)
                await pilot.pause()
                assert table.cursor_ref == "r03"
                assert lines(pilot)[line_of(pilot, "koi 3")].startswith("▸")


async def test_s_walks_the_columns_and_S_turns_the_order_round() -> None:
    async with showing() as (pilot, table):
        seen = []
        for _ in range(6):
            await pilot.press("s")
            seen.append(table.sort[0])
        assert seen == [SortBy.STATE, SortBy.PROMPT, SortBy.ELAPSED, SortBy.ETA, SortBy.CREDITS, SortBy.NEWEST]
        await pilot.press("S")
        assert table.sort == (SortBy.NEWEST, True)
        assert "koi 3" in lines(pilot)[HEAD + 1]


async def test_s_offers_only_columns_that_are_seen() -> None:
    async with showing(size=(34, 12)) as (pilot, table):
        await pilot.press("s", "s", "s")
        assert table.sort[0] is SortBy.NEWEST


async def test_a_filter_hides_rows_and_without_it_the_cursor_is_back_on_its_task() -> None:
    async with showing() as (pilot, table):
        await pilot.press("down", "down", "down")
        table.filter("boat")
        await pilot.pause()
        assert (table.cursor_ref, table.visible_count) == ("r04", 2)
        assert "2 of 5" in lines(pilot)[0]
        await pilot.press("escape")
        assert (table.cursor_ref, table.filter_text) == ("r03", "")


async def test_a_row_under_the_cursor_stays_until_the_cursor_leaves_it() -> None:
    async with showing() as (pilot, table):
        table.select(Segment.RUNNING)
        await pilot.pause()
        table.update_task(replace(TASKS[0], state=TaskState.FAIL))
        assert (table.visible_count, table.cursor_ref) == (1, "r00")
        await pilot.pause()
        assert "koi 0" in plain(pilot)
        await pilot.press("down")
        assert table.cursor_ref == "r03"
        assert "koi 0" not in plain(pilot)
        assert plain(pilot).count("koi 3") == 1


async def test_a_tab_nobody_is_in_leaves_no_cursor_and_enter_opens_nothing() -> None:
    async with showing([row(0)]) as (pilot, table):
        table.select(Segment.FAILED)
        await pilot.press("enter", "space", "down", "pagedown", "end")
        assert table.cursor_ref is None
        assert table.chosen_refs == ()
        assert table.marked == frozenset()
        assert told(pilot, TaskTable.Opened) == []
        assert "Nothing failed" in plain(pilot)


async def test_brackets_walk_the_tabs_and_round() -> None:
    async with showing() as (pilot, table):
        seen = []
        for _ in range(5):
            await pilot.press("right_square_bracket")
            seen.append(table.segment)
        assert seen == [Segment.RUNNING, Segment.DONE, Segment.FAILED, Segment.NEEDS_YOU, Segment.ALL]
        await pilot.press("left_square_bracket")
        assert table.segment is Segment.NEEDS_YOU
        assert table.cursor_ref == "r04"


async def test_space_marks_and_goes_on() -> None:
    async with showing() as (pilot, table):
        await pilot.press("space", "space", "up", "space")
        assert table.marked == {"r00"}
        assert table.cursor_ref == "r02"
        marks = [event.refs for event in told(pilot, TaskTable.MarksChanged)]
        assert marks == [{"r00"}, {"r00", "r01"}, {"r00"}]
        assert lines(pilot)[HEAD].startswith(" ■ ")
        assert "1 marked" in lines(pilot)[0]


async def test_shift_marks_what_the_cursor_passes() -> None:
    async with showing(MANY) as (pilot, table):
        await pilot.press("down", "shift+down", "shift+down", "shift+up")
        assert (set(table.marked), table.cursor_ref) == ({"r01", "r02"}, "r02")
        assert "2 marked" in lines(pilot)[0]
        await pilot.press("shift+pagedown")
        assert len(table.marked) == 11
        await pilot.press("shift+end")
        assert (len(table.marked), table.cursor_ref) == (49, "r49")
        await pilot.press("shift+home")
        assert set(table.marked) == {"r00", "r01"}
        assert told(pilot, TaskTable.MarksChanged)[-1].refs == {"r00", "r01"}


async def test_after_a_mark_shift_goes_on_from_it() -> None:
    async with showing() as (pilot, table):
        await pilot.press("space", "shift+down")
        assert set(table.marked) == {"r00", "r01", "r02"}


async def test_all_that_a_filter_lets_through_is_marked_by_one_key_and_the_rest_by_another() -> None:
    async with showing() as (pilot, table):
        table.filter("boat")
        await pilot.press("ctrl+a")
        assert set(table.marked) == {"r02", "r04"}
        assert "2 marked · 2 of 5" in lines(pilot)[0]
        assert all(line.startswith(" ■", 0) or "▸■" in line for line in lines(pilot)[HEAD : HEAD + 2])
        await pilot.press("escape", "asterisk")
        assert set(table.marked) == {"r00", "r01", "r03"}
        await pilot.press("ctrl+a", "ctrl+a")
        assert not table.marked


async def test_where_there_is_no_row_no_key_marks() -> None:
    async with showing([]) as (pilot, table):
        await pilot.press("shift+down", "shift+end", "ctrl+a", "asterisk")
        assert not table.marked


async def test_acts_apply_to_the_marked_in_the_order_they_are_seen_hidden_ones_last() -> None:
    async with showing() as (pilot, table):
        await pilot.press("end")
        assert list(table.chosen_refs) == ["r04"]
        await pilot.press("space", "home", "space", "down", "space")
        assert list(table.chosen_refs) == ["r00", "r02", "r04"]
        await pilot.press("S")
        assert list(table.chosen_refs) == ["r04", "r02", "r00"]
        table.filter("koi")
        assert list(table.chosen_refs) == ["r00", "r02", "r04"]
        assert table.marked == {"r00", "r02", "r04"}


async def test_escape_takes_the_filter_first_then_the_marks_then_nothing() -> None:
    async with showing() as (pilot, table):
        await pilot.press("space")
        table.filter("koi")
        await pilot.press("escape")
        assert (table.filter_text, set(table.marked)) == ("", {"r00"})
        await pilot.press("escape")
        assert not table.marked
        assert told(pilot, TaskTable.MarksChanged)[-1].refs == frozenset()
        assert table.check_action("clear", ()) is False


async def test_enter_opens_and_slash_asks_for_a_filter() -> None:
    async with showing() as (pilot, _):
        await pilot.press("down", "enter", "slash")
        assert [event.ref for event in told(pilot, TaskTable.Opened)] == ["r01"]
        assert len(told(pilot, TaskTable.FilterRequested)) == 1


async def test_the_view_is_told_only_when_it_is_another() -> None:
    async with showing() as (pilot, table):
        before = len(told(pilot, TaskTable.ViewChanged))
        table.sort_by(SortBy.PROMPT)
        table.update_task(replace(TASKS[0], asked_at=1))
        assert table.visible_count == 5
        await pilot.pause()
        assert len(told(pilot, TaskTable.ViewChanged)) == before
        table.filter("boat")
        await pilot.pause()
        last = told(pilot, TaskTable.ViewChanged)[-1]
        assert (last.segment, last.filter, last.matching, last.total) == (Segment.ALL, "boat", 2, 5)


async def test_a_hidden_task_cant_be_moved_to() -> None:
    async with showing() as (_, table):
        table.filter("boat")
        assert not table.move_to("r00")
        assert not table.move_to("nobody")
        assert table.cursor_ref == "r02"
        assert table.move_to("r04")
        assert table.cursor_ref == "r04"


async def test_a_column_grows_to_what_is_on_screen_and_does_not_shrink_again() -> None:
    long = [row(place, prompt="koi") for place in range(30)]
    long[20] = replace(long[20], vendor_state="waiting for a free machine")
    async with showing(long) as (pilot, _):
        start = lines(pilot)[1].index("Prompt")
        await pilot.press("end", "up")
        assert "◐ waiting for a free ma…" in plain(pilot)
        grown = lines(pilot)[1].index("Prompt")
        assert grown == start + 14
        assert all(line.startswith(" ", grown - 2) for line in lines(pilot)[HEAD:])
        await pilot.press("home")
        assert lines(pilot)[1].index("Prompt") == grown


async def test_when_one_row_needs_a_wider_column_all_lines_get_it() -> None:
    async with showing(MANY) as (pilot, table):
        start = lines(pilot)[1].index("Prompt")
        table.update_task(replace(MANY[3], vendor_state="a very long word"))
        await until(pilot, lambda: lines(pilot)[1].index("Prompt") > start)
        await until(pilot, lambda: len({line.index("koi") for line in lines(pilot)[HEAD:]}) == 1)


async def test_running_times_tick_and_ended_ones_stand() -> None:
    async with showing() as (pilot, table):
        assert " 0:00 " in lines(pilot)[HEAD]
        ended = lines(pilot)[HEAD + 1]
        assert isinstance(pilot.app, TableApp)
        for passed, shown in ((5_000, " 0:05 "), (5_000, " 0:10 "), (60_000, " 1:10 ")):
            pilot.app.clock.now += passed
            table._tick()
            await pilot.pause()
            assert shown in lines(pilot)[HEAD]
        assert lines(pilot)[HEAD + 1] == ended


@pytest.mark.parametrize(
    ("prepare", "says"),
    [
        (lambda table: None, "No tasks yet"),
        (lambda table: table.select(Segment.NEEDS_YOU), "Nothing needs you"),
        (lambda table: table.filter("\x1b[2J"), "Nothing matches ␛[2J"),
    ],
)
@pytest.mark.parametrize("size", [(100, 12), (60, 24), (40, 8), (12, 4)])
async def test_an_empty_table_teaches_at_any_size(prepare: object, says: str, size: tuple[int, int]) -> None:
    assert callable(prepare)
    async with showing([], size) as (pilot, table):
        prepare(table)
        await pilot.pause()
        shown = lines(pilot)
        assert all(len(line) == size[0] for line in shown)
        assert any(says[: size[0] - 4] in line for line in shown)


@pytest.mark.parametrize("width", [100, 60, 40, 20, 7, 3, 1])
async def test_hostile_words_reach_the_screen_clean_at_any_width(width: int) -> None:
    bad = "\x1b[2J\x9b31m[/red] \u202e日本語 " * 3
    tasks = [a_task("x", vendor_state=bad, prompt=bad), *(a_task(s.value, s, prompt=bad) for s in TaskState)]
    async with showing(tasks, (width, 14)) as (pilot, _):
        await pilot.press("down", "space")
        assert not UNSHOWABLE.search(plain(pilot).replace("\n", ""))
