"""The table's lines: exactly as wide as the table, without a character that drives the terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.style import Style
from textual.strip import Strip

from sora_tui.studio.estimates import Eta
from sora_tui.studio.orders import SortBy
from sora_tui.studio.task import Task, TaskState
from sora_tui.tui.format import Tone
from sora_tui.tui.widgets.cells import needs
from sora_tui.tui.widgets.columns import NO_NEEDS, layout
from sora_tui.tui.widgets.task_lines import (
    RowLook,
    centred_line,
    empty_lines,
    header_line,
    row_line,
    tab_line,
    tabs,
)
from sora_tui.tui.widgets.task_rows import Segment
from tests.unit.tui.rows import RowsAtOnce
from tests.unit.tui.tasks import ANY_TEXT, NOW_MS, SECOND, UNSHOWABLE, a_task, any_task, filtered

WIDTHS = st.integers(0, 160)


def style(*names: str) -> Style:
    """Remembers which component classes were asked for."""
    return Style(meta={"names": names})


def names_at(strip: Strip, text: str) -> tuple[str, ...]:
    """The component classes of the run that holds this text."""
    run = next(run for run in strip if text in run.text)
    assert run.style is not None
    names = run.style.meta["names"]
    assert isinstance(names, tuple)
    return names


def assert_fits(strip: Strip, width: int) -> None:
    assert strip.cell_length == width
    assert sum(run.cell_length for run in strip) == width
    assert not UNSHOWABLE.search(strip.text)


def line(task: Task, width: int = 120, look: RowLook = RowLook()) -> Strip:  # noqa: B008 - it never changes
    return row_line(task, layout(width), look, NOW_MS, None, style)


@settings(deadline=None, max_examples=250)
@given(any_task(), WIDTHS, st.booleans(), st.integers(0, 10**8), st.booleans(), st.integers(0, 9))
@example(a_task(prompt="日本語" * 20), 27, False, 0, False, 0)
@example(a_task(prompt="\x1b[2J"), 120, True, 10**8, True, 0)
def test_a_row_is_as_wide_as_the_table_whatever_it_says(
    task: Task, width: int, marked: bool, remaining: int, slow: bool, skip: int
) -> None:
    eta = Eta(remaining, remaining, remaining, remaining, slow, 5)
    look = RowLook(cursor=marked, hover=marked, marked=marked)
    assert_fits(
        row_line(task, layout(width, needs(task, NOW_MS), skip), look, NOW_MS, lambda _task, _now: eta, style), width
    )


@settings(deadline=None, max_examples=300)
@given(st.lists(any_task(), max_size=8), ANY_TEXT, WIDTHS, st.sampled_from(Segment))
def test_the_tabs_are_as_wide_as_the_table(tasks: list[Task], text: str, width: int, segment: Segment) -> None:
    rows = RowsAtOnce(*tasks)
    rows.select(segment)
    rows.narrow(filtered(text))
    for task in tasks[::2]:
        rows.toggle_mark(task.ref)
    assert_fits(tab_line(rows, width, style), width)


@settings(deadline=None)
@given(WIDTHS, st.sampled_from(SortBy), st.booleans(), st.integers(0, 9))
def test_the_header_is_as_wide_as_the_table(width: int, sort_by: SortBy, descending: bool, skip: int) -> None:
    assert_fits(header_line(layout(width, NO_NEEDS, skip), (sort_by, descending), style), width)


@settings(deadline=None)
@given(ANY_TEXT, WIDTHS)
def test_an_empty_table_says_so_within_its_width(text: str, width: int) -> None:
    rows = RowsAtOnce()
    rows.narrow(filtered(text))
    for words, name in empty_lines(rows, width):
        assert_fits(centred_line(words, width, style(name), style("row")), width)


def test_a_row_reads_as_a_line_of_the_table() -> None:
    task = a_task(state=TaskState.SUCCESS, prompt="Neon koi", credits=330.0, sent_at=NOW_MS - 90 * SECOND)
    shown = row_line(task, layout(80), RowLook(), NOW_MS, None, style).text
    assert shown.startswith("   ● success   Neon koi  ")
    assert shown.split() == ["●", "success", "Neon", "koi", "—", "no", "link", "330"]


def test_figures_end_where_their_heading_ends() -> None:
    wide = layout(120)
    heading = header_line(wide, (SortBy.NEWEST, False), style).text
    shown = line(a_task(price=330.0, created_at=NOW_MS - 72 * SECOND)).text
    for name, figure in (("Elapsed", "1:12"), ("Credits", "330")):
        assert heading.index(name) + len(name) == shown.index(figure) + len(figure)


def test_cursor_and_mark_are_seen_without_colour() -> None:
    assert line(a_task()).text.startswith("   ◐")
    assert line(a_task(), look=RowLook(cursor=True)).text.startswith("▸  ◐")
    assert line(a_task(), look=RowLook(marked=True)).text.startswith(" ■ ◐")
    assert line(a_task(), look=RowLook(cursor=True, marked=True)).text.startswith("▸■ ◐")


def test_the_cursor_lies_over_the_mouse_and_that_over_the_mark() -> None:
    look = RowLook(cursor=True, hover=True, marked=True)
    assert names_at(line(a_task(), look=look), "prompt a") == ("row", "marked", "hover", "cursor")


@pytest.mark.parametrize("state", TaskState)
def test_the_prompt_of_what_ended_without_a_video_is_quiet(state: TaskState) -> None:
    quiet = state in (TaskState.FAIL, TaskState.REFUSED, TaskState.ABANDONED, TaskState.EXPIRED)
    assert ("quiet" in names_at(line(a_task(state=state)), "prompt a")) == quiet


@pytest.mark.parametrize(
    ("sort_by", "descending", "heading"),
    [(SortBy.PROMPT, False, "Prompt▲"), (SortBy.CREDITS, True, "Credits▼"), (SortBy.ELAPSED, False, "Elapsed▲")],
)
def test_the_heading_sorted_by_has_an_arrow(sort_by: SortBy, descending: bool, heading: str) -> None:
    strip = header_line(layout(120), (sort_by, descending), style)
    assert names_at(strip, heading) == ("header", "header-sorted")
    assert sum(strip.text.count(arrow) for arrow in "▲▼") == 1


def test_in_the_order_nobody_asked_for_the_arrow_shows_the_newest_first() -> None:
    assert "Sent▼" in header_line(layout(120), (SortBy.NEWEST, False), style).text
    assert "Sent▲" in header_line(layout(120), (SortBy.NEWEST, True), style).text
    assert header_line(layout(80), (SortBy.NEWEST, False), style).text.split() == [
        "State", "Prompt", "Elapsed", "ETA", "Credits", "›",
    ]  # fmt: skip


def test_a_sign_shows_on_which_side_there_is_more() -> None:
    middle = layout(60, NO_NEEDS, 2)
    text = header_line(middle, (SortBy.NEWEST, False), style).text
    assert (text[middle.sign_before or 0], text[middle.sign_after or 0]) == ("‹", "›")
    end = layout(60, NO_NEEDS, 99)
    assert header_line(end, (SortBy.NEWEST, False), style).text.endswith(" ")


TASKS = (
    a_task("a"),
    a_task("b", TaskState.SUCCESS),
    a_task("c", TaskState.UNCONFIRMED),
    a_task("d", TaskState.FAIL),
    a_task("e", TaskState.REFUSED),
)


def test_tabs_count_in_words_or_where_those_do_not_fit_in_glyphs() -> None:
    rows = RowsAtOnce(*TASKS)
    assert tab_line(rows, 80, style).text.rstrip() == "  All 5  Running 1  Done 1  Failed 2  Needs you 1"
    assert tab_line(rows, 40, style).text.rstrip() == "  All 5  ◐ 1  ● 1  ✗ 2  ▲ 1"


@pytest.mark.parametrize("width", [40, 50, 80])
def test_a_tab_is_where_it_is_drawn(width: int) -> None:
    rows = RowsAtOnce(*TASKS)
    text = tab_line(rows, width, style).text
    placed = tabs(rows, width)
    assert [tab.segment for tab in placed] == list(Segment)
    for tab, following in zip(placed, [*placed[1:], None], strict=True):
        assert text[tab.start : tab.end] == tab.text
        assert following is None or following.start == tab.end


def test_what_needs_the_user_is_in_the_colour_of_a_warning() -> None:
    rows = RowsAtOnce(*TASKS)
    assert names_at(tab_line(rows, 80, style), "Needs you") == ("tabs", "warn")
    rows.select(Segment.NEEDS_YOU)
    assert names_at(tab_line(rows, 80, style), "Needs you") == ("tabs", "tab-chosen")
    assert names_at(tab_line(RowsAtOnce(a_task()), 80, style), "Needs you") == ("tabs",)


def test_a_filter_and_marks_are_counted_at_the_right_where_there_is_room() -> None:
    rows = RowsAtOnce(*TASKS)
    rows.narrow(filtered("state:fail"))
    assert tab_line(rows, 90, style).text.endswith("  2 of 5 ")
    rows.toggle_mark("a")
    assert tab_line(rows, 90, style).text.endswith("  1 marked · 2 of 5 ")
    assert "of 5" not in tab_line(rows, 55, style).text
    rows.narrow(filtered(""))
    assert tab_line(rows, 90, style).text.endswith("  1 marked ")


def test_an_empty_table_teaches_in_every_tab() -> None:
    rows, said = RowsAtOnce(), []
    for segment in Segment:
        rows.select(segment)
        (title, _), (lesson, _) = empty_lines(rows, 80)
        assert lesson.endswith(".")
        said.append(title)
    assert len(set(said)) == len(Segment)
    assert said[0] == "No tasks yet"


def test_a_discarded_row_is_dimmed_and_its_prompt_struck_out() -> None:
    task = a_task(state=TaskState.SUCCESS, prompt="koi", credits=330.0)
    kept, gone = line(task), line(replace(task, is_discarded=True))
    assert kept.text == gone.text
    assert Tone.QUIET not in names_at(kept, "koi") + names_at(kept, "330")
    assert Tone.QUIET in names_at(gone, "330")
    assert {Tone.QUIET, "struck"} <= set(names_at(gone, "koi"))
    assert "struck" not in names_at(gone, "330")


@pytest.mark.parametrize("width", [200, 60, 20])
def test_a_filter_nothing_matches_says_how_to_leave_it_and_what_it_may_say(width: int) -> None:
    rows = RowsAtOnce(*TASKS)
    rows.narrow(filtered("\x1b[2Jkoi"))
    (title, _), (leave, _), *lines = empty_lines(rows, width)
    assert title == "Nothing matches ␛[2Jkoi"
    assert leave == "esc clears the filter"
    words = " ".join(line for line, _ in lines)
    for part in (
        '"two words"',
        "-not",
        "state:fail",
        "model:veo",
        "tag:boat",
        "cost:>300",
        "after:3d",
        "before:",
        "rating:>=3",
        "is:starred",
        "is:parked",
    ):
        assert part in words
    assert all(len(line) <= max(16, width) for line, _ in lines)


def test_in_a_tab_a_filter_nothing_matches_names_the_tab() -> None:
    rows = RowsAtOnce(*TASKS)
    rows.select(Segment.DONE)
    rows.narrow(filtered("boat"))
    (title, _), (leave, _), *_ = empty_lines(rows, 80)
    assert title == "Nothing in Done matches boat"
    assert leave.endswith("[ and ] show the other tabs")


def test_a_line_in_the_middle_has_as_much_room_on_either_side() -> None:
    text = centred_line("koi", 9, style("empty"), style("row")).text
    assert text == "   koi   "
