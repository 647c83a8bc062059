"""What each column says about a task, and how much room it needs for that."""

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
from sora_tui.tui.widgets.cells import cell, needs
from sora_tui.tui.widgets.columns import GROWING, Column
from tests.unit.tui.tasks import DAY, HOUR, MINUTE, NOW_MS, SECOND, UNSHOWABLE, a_task, any_task

ETA = Eta(130_000, 200_000, 160_000, 80_000, slow=False, based_on=5)
WITH_BAR, WITH_SHORT_BAR, WITHOUT_BAR = 16, 12, 10


def says(column: Column, width: int, task: Task, eta: Eta | None = None) -> str:
    return "".join(text for text, _ in cell(column, width, task, NOW_MS, lambda _task, _now: eta))


def tone(column: Column, task: Task) -> Tone | None:
    return cell(column, 16, task, NOW_MS, None)[0][1]


@settings(deadline=None, max_examples=250)
@given(any_task(), st.sampled_from([column for column in Column if column is not Column.ETA]), st.integers(1, 60))
@example(a_task(prompt="日本語"), Column.PROMPT, 1)
def test_what_a_column_says_fits_its_width_and_is_clean(task: Task, column: Column, width: int) -> None:
    shown = says(column, width, task)
    assert cell_len(shown) <= width
    assert not UNSHOWABLE.search(shown)


@settings(deadline=None, max_examples=300)
@given(any_task(), st.integers(-HOUR, 99 * HOUR), st.sampled_from([WITH_BAR, WITH_SHORT_BAR, WITHOUT_BAR]))
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
@pytest.mark.parametrize("width", [WITH_BAR, WITH_SHORT_BAR, WITHOUT_BAR])
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
        (TaskState.SUCCESS, {"links": ("u",), "finished_at": NOW_MS, "files": ("/u.mp4",)}, "on disk"),
        (TaskState.SUCCESS, {"links": ("u", "v"), "finished_at": NOW_MS, "files": ("/u.mp4",)}, "14 d left"),
        (TaskState.SUCCESS, {"links": ("u",), "finished_at": NOW_MS, "files_note": "Gone."}, "gone"),
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
    assert says(Column.ETA, WITH_SHORT_BAR, a_task(), ETA) == "───── ~1:20"
    assert says(Column.ETA, WITH_SHORT_BAR, a_task(), replace(ETA, remaining_ms=4999)) == "any moment"


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


@pytest.mark.parametrize(
    ("column", "known", "shown"),
    [
        (Column.SENT, {"created_at": NOW_MS - 3 * 365 * DAY}, "Nov 2023"),
        (Column.SETTINGS, {"parameters": {"aspect_ratio": "portrait", "n_frames": "15"}}, "portrait · 15 s"),
        (Column.SETTINGS, {"parameters": {"remove_watermark": True, "character_id_list": ["a"]}}, ""),
        (Column.MODEL, {"model": "sora-2-text-to-video"}, "sora-2-text-to-video"),
        (Column.ID, {"task_id": "281e5b0f"}, "281e5b0f"),
        (Column.ID, {}, "—"),
        (Column.TAGS, {"tags": ("boat", "rain")}, "boat, rain"),
        (Column.TAGS, {}, ""),
        (Column.RATING, {"rating": 4, "is_starred": True}, "★ 4"),
        (Column.RATING, {"rating": 4}, "☆ 4"),
        (Column.RATING, {"is_starred": True}, "★"),
        (Column.RATING, {"is_discarded": True}, "×"),
        (Column.RATING, {"rating": 2, "is_discarded": True}, "× 2"),
        (Column.RATING, {"remark": "only a note"}, ""),
    ],
)
def test_what_stands_to_the_right_tells_one_task_from_another(
    column: Column, known: dict[str, Any], shown: str
) -> None:
    assert says(column, 36, a_task(**known)).endswith(shown)


@settings(deadline=None, max_examples=300)
@given(any_task(), st.integers(0, 2000 * HOUR))
def test_with_the_room_it_needs_a_column_says_all_it_has(task: Task, later: int) -> None:
    now = NOW_MS + later
    for column, wanted in zip(Column, needs(task, now), strict=True):
        assert wanted <= column.most
        if column in GROWING:
            there = cell(column, max(column.least, wanted), task, now, None)
            assert there == cell(column, column.most, task, now, None)


def test_columns_that_do_not_grow_ask_for_nothing() -> None:
    asked = dict(zip(Column, needs(a_task(prompt="koi " * 50), NOW_MS), strict=True))
    assert asked[Column.PROMPT] == asked[Column.ETA] == 0


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"image_url": "https://files.example/koi.png"}, "koi.png"),
        ({"text": "Good morning"}, "Good morning"),
        ({}, "m"),
    ],
)
def test_without_a_prompt_the_cell_is_not_empty(parameters: dict[str, Any], words: str) -> None:
    task = a_task(prompt="", parameters=parameters)
    assert says(Column.PROMPT, 16, task) == words
    assert tone(Column.PROMPT, task) is Tone.QUIET


def test_a_result_in_words_is_no_missing_link() -> None:
    assert says(Column.ETA, 16, a_task(state=TaskState.SUCCESS, result_text="A cat.")) == "text"
    assert says(Column.ETA, 16, a_task(state=TaskState.SUCCESS)) == "no link"
