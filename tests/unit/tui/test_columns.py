"""Which columns fit a width, and what each says about a task."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from sora_tui.studio.estimates import Eta
from sora_tui.studio.task import Task, TaskState
from sora_tui.tui.format import Tone
from sora_tui.tui.widgets.columns import GUTTER, Column, cell, layout
from tests.unit.tui.tasks import DAY, HOUR, MINUTE, NOW_MS, SECOND, UNSHOWABLE, a_task, any_task

ETA = Eta(130_000, 200_000, 160_000, 80_000, slow=False, based_on=5)
WITH_BAR, WITHOUT_BAR = 16, 10


def says(column: Column, width: int, task: Task, eta: Eta | None = None) -> str:
    return "".join(text for text, _ in cell(column, width, task, NOW_MS, lambda _task, _now: eta))


def tone(column: Column, task: Task) -> Tone | None:
    return cell(column, 16, task, NOW_MS, None)[0][1]


@pytest.mark.parametrize(
    ("width", "columns"),
    [
        (120, "State Prompt Elapsed ETA Credits"),
        (60, "State Prompt Elapsed Credits"),
        (50, "State Prompt Credits"),
        (40, "State Prompt"),
        (30, "State Prompt"),
        (20, "State Prompt"),
        (1, "State Prompt"),
    ],
)
def test_the_columns_go_one_by_one_as_it_gets_narrow(width: int, columns: str) -> None:
    assert " ".join(place.column.heading for place in layout(width).placed) == columns


def test_the_bar_goes_before_any_column_does() -> None:
    etas = [place.width for width in range(200) for place in layout(width).placed if place.column is Column.ETA]
    assert sorted(set(etas)) == [WITHOUT_BAR, WITH_BAR]
    assert etas == sorted(etas)


@pytest.mark.parametrize("width", range(7, 201))
def test_columns_stand_beside_one_another_within_the_line(width: int) -> None:
    x = GUTTER
    for place in layout(width).placed:
        assert place.x == x
        assert place.width >= 1
        x += place.width + 2
    assert x - 2 <= width


@pytest.mark.parametrize("width", range(8, 201))
def test_every_spare_cell_is_the_prompts(width: int) -> None:
    last = layout(width).placed[-1]
    assert last.x + last.width == width - 1


def test_a_press_in_the_gap_behind_a_column_is_meant_for_it() -> None:
    placed = layout(120)
    for place in placed.placed:
        assert placed.at(place.x) is placed.at(place.x + place.width + 1) is place.column
    assert placed.at(GUTTER - 1) is None
    assert placed.at(500) is None


@settings(deadline=None, max_examples=500)
@given(any_task(), st.sampled_from([Column.STATE, Column.PROMPT, Column.CREDITS]), st.integers(1, 60))
@example(a_task(prompt="日本語"), Column.PROMPT, 1)
def test_what_a_column_says_fits_its_width_and_is_clean(task: Task, column: Column, width: int) -> None:
    shown = says(column, width, task)
    assert cell_len(shown) <= width
    assert not UNSHOWABLE.search(shown)


@settings(deadline=None, max_examples=300)
@given(any_task(), st.integers(-HOUR, 99 * HOUR), st.sampled_from([WITH_BAR, WITHOUT_BAR]))
def test_times_fit_their_columns_for_four_days(task: Task, later: int, width: int) -> None:
    assert cell_len("".join(text for text, _ in cell(Column.ELAPSED, 8, task, NOW_MS + later, None))) <= 8
    assert cell_len("".join(text for text, _ in cell(Column.ETA, width, task, NOW_MS + later, None))) <= width


@pytest.mark.parametrize(
    "remaining",
    [
        0,
        80 * SECOND,
        10 * MINUTE - 1,
        10 * MINUTE,
        2 * HOUR,
    ],
)
@pytest.mark.parametrize("width", [WITH_BAR, WITHOUT_BAR])
def test_what_is_left_fits_its_column(width: int, remaining: int) -> None:
    assert cell_len(says(Column.ETA, width, a_task(), replace(ETA, remaining_ms=remaining))) <= width


def test_a_state_is_its_glyph_and_word_and_where_there_is_no_room_the_glyph() -> None:
    task = a_task(state=TaskState.FAIL, code=501)
    assert says(Column.STATE, 13, task) == "✗ fail 501"
    assert says(Column.STATE, 1, task) == "✗"
    assert tone(Column.STATE, task) is Tone.BAD


def test_the_services_word_is_cleaned_and_shortened() -> None:
    task = a_task(vendor_state="\x1b[2Jqueuing for ever")
    assert says(Column.STATE, 13, task) == "◐ ␛[2Jqueuin…"


@pytest.mark.parametrize(
    ("state", "known", "shown"),
    [
        (TaskState.WAITING, {"vendor_created_at": NOW_MS - 72_000}, "1:12"),
        (TaskState.QUEUED, {"created_at": NOW_MS - 5000}, "0:05"),
        (TaskState.SUCCESS, {"sent_at": NOW_MS - 5000, "finished_at": NOW_MS - 1000}, "0:04"),
        (TaskState.UNCONFIRMED, {"sent_at": NOW_MS - 5000}, "—"),
        (TaskState.ABANDONED, {}, "—"),
        (TaskState.REFUSED, {"finished_at": NOW_MS}, "—"),
    ],
)
def test_elapsed_is_a_time_only_where_something_ran(state: TaskState, known: dict[str, Any], shown: str) -> None:
    assert says(Column.ELAPSED, 8, a_task(state=state, **known)) == shown


@pytest.mark.parametrize(
    ("state", "known", "shown"),
    [
        (TaskState.SUCCESS, {"links": ("u",), "finished_at": NOW_MS}, "14 d left"),
        (TaskState.SUCCESS, {"links": ("u",), "finished_at": NOW_MS - 14 * DAY}, "expired"),
        (TaskState.SUCCESS, {"finished_at": NOW_MS}, "no link"),
        (TaskState.UNCONFIRMED, {}, "answer was lost"),
        (TaskState.FAIL, {}, ""),
        (TaskState.QUEUED, {}, ""),
    ],
)
def test_in_place_of_an_eta_stands_how_long_links_live_or_what_is_missing(
    state: TaskState, known: dict[str, Any], shown: str
) -> None:
    assert says(Column.ETA, WITH_BAR, a_task(state=state, **known), ETA) == shown


def test_a_narrow_column_says_it_in_fewer_words() -> None:
    assert says(Column.ETA, WITHOUT_BAR, a_task(state=TaskState.UNCONFIRMED)) == "no answer"
    assert says(Column.ETA, WITHOUT_BAR, a_task(), ETA) == "~1:20 left"


def test_links_about_to_expire_are_a_warning() -> None:
    assert tone(Column.ETA, a_task(state=TaskState.SUCCESS, links=("u",), finished_at=NOW_MS)) is Tone.QUIET
    late = a_task(state=TaskState.SUCCESS, links=("u",), finished_at=NOW_MS - 13 * DAY)
    assert tone(Column.ETA, late) is Tone.WARN


def test_without_a_history_nothing_is_invented() -> None:
    assert says(Column.ETA, WITH_BAR, a_task(), None) == ""


@pytest.mark.parametrize(
    ("elapsed", "remaining", "shown"),
    [
        (80_000, 80_000, "━━───"),
        (0, 80_000, "─────"),
        (799_000, 60_000, "━━━━─"),
        (10**9, 5000, "━━━━─"),
        (10**9, 4999, "━━━━━"),
    ],
)
def test_the_bar_is_full_only_at_the_end(elapsed: int, remaining: int, shown: str) -> None:
    task = a_task(vendor_created_at=NOW_MS - elapsed)
    drawn = says(Column.ETA, WITH_BAR, task, replace(ETA, remaining_ms=remaining))
    assert drawn.split(" ")[0] == shown


def test_a_slow_task_is_called_slow_and_any_moment_is_said_near_the_end() -> None:
    assert says(Column.ETA, WITHOUT_BAR, a_task(), replace(ETA, slow=True)) == "slow"
    assert says(Column.ETA, WITHOUT_BAR, a_task(), replace(ETA, remaining_ms=4999)) == "any moment"


@pytest.mark.parametrize(
    ("state", "known", "shown", "meant"),
    [
        (TaskState.SUCCESS, {"credits": 2480.0}, "2,480", None),
        (TaskState.WAITING, {"price": 330.0}, "330", None),
        (TaskState.FAIL, {"price": 330.0}, "0", Tone.QUIET),
        (TaskState.UNCONFIRMED, {"price": 330.0}, "?", Tone.WARN),
        (TaskState.SUCCESS, {"credits": 12_345_678.0}, "12,345,…", None),
    ],
)
def test_credits_are_those_it_cost_so_far(
    state: TaskState, known: dict[str, Any], shown: str, meant: Tone | None
) -> None:
    assert cell(Column.CREDITS, 8, a_task(state=state, **known), NOW_MS, None) == [(shown, meant)]
