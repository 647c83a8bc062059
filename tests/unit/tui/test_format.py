"""How times, money and states are written."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from sora_tui.studio.collected import LINK_LIFE_MS
from sora_tui.studio.outcomes import WITHDRAWN
from sora_tui.studio.task import TaskState
from sora_tui.tui import format
from tests.unit.tui.tasks import DAY, HOUR, MINUTE, NOW_MS, SECOND, a_task


@pytest.mark.parametrize("state", TaskState)
def test_every_state_has_a_glyph_of_one_cell_and_a_word(state: TaskState) -> None:
    look = format.LOOKS[state]
    assert cell_len(look.glyph) == len(look.glyph) == 1
    assert look.word


def test_no_two_states_have_the_same_word_and_only_what_is_over_shares_a_glyph() -> None:
    assert len({look.word for look in format.LOOKS.values()}) == len(TaskState)
    alive = [format.LOOKS[state].glyph for state in TaskState if not state.is_final]
    assert len(set(alive)) == len(alive)


@pytest.mark.parametrize(
    ("state", "known", "word"),
    [
        (TaskState.WAITING, {"vendor_state": "queuing"}, "queuing"),
        (TaskState.WAITING, {"vendor_state": ""}, "waiting"),
        (TaskState.WAITING, {"vendor_state": " "}, "waiting"),
        (TaskState.WAITING, {"vendor_state": "queuing", "is_parked": True}, "parked"),
        (TaskState.SUCCESS, {"is_parked": True}, "success"),
        (TaskState.REFUSED, {"note": WITHDRAWN}, "taken back"),
        (TaskState.SENDING, {"vendor_state": "queuing"}, "sending"),
        (TaskState.FAIL, {"code": 501, "http_status": 200}, "fail 501"),
        (TaskState.FAIL, {}, "fail"),
        (TaskState.REFUSED, {"http_status": 403}, "refused 403"),
        (TaskState.REFUSED, {"code": 0, "http_status": 403}, "refused 0"),
        (TaskState.SUCCESS, {"code": 200}, "success"),
        (TaskState.UNCONFIRMED, {"http_status": 502}, "unsure"),
    ],
)
def test_a_states_word_is_the_services_while_it_works_and_has_the_code_when_it_failed(
    state: TaskState, known: dict[str, Any], word: str
) -> None:
    assert format.state_word(a_task(state=state, **known)) == word


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [(-5000, "0:00"), (0, "0:00"), (999, "0:00"), (72_000, "1:12"), (3_599_999, "59:59"), (3_600_000, "1:00:00")],
)
def test_a_duration_is_minutes_and_seconds(milliseconds: float, shown: str) -> None:
    assert format.clock(milliseconds) == shown


@settings(deadline=None)
@given(st.integers(0, 10**12))
def test_a_duration_can_be_read_back_to_the_second(milliseconds: int) -> None:
    *hours, minutes, seconds = map(int, format.clock(milliseconds).split(":"))
    assert seconds < 60
    assert not hours or minutes < 60
    assert 3600 * sum(hours) + 60 * minutes + seconds == milliseconds // 1000


def test_a_range_that_reads_the_same_is_one_time() -> None:
    assert format.clock_range(130_000, 200_000) == "2:10–3:20"
    assert format.clock_range(130_100, 130_900) == "2:10"


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (None, "?"),
        (math.nan, "?"),
        (math.inf, "?"),
        (0, "0"),
        (-0.001, "0"),
        (100, "100"),
        (2480, "2,480"),
        (12.5, "12.5"),
        (12.346, "12.35"),
        (1_000_000.0, "1,000,000"),
    ],
)
def test_credits_have_separators_and_no_idle_zeros(amount: float | None, shown: str) -> None:
    assert format.credits(amount) == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (None, "credits unknown"),
        (math.nan, "credits unknown"),
        (0, "0 credits"),
        (1, "1 credit ($0.005)"),
        (19, "19 credits ($0.095)"),
        (20, "20 credits ($0.10)"),
        (330, "330 credits ($1.65)"),
        (250_000, "250,000 credits ($1,250.00)"),
    ],
)
def test_money_is_credits_with_the_dollars_beside_them(amount: float | None, shown: str) -> None:
    assert format.money(amount) == shown


def test_unknown_dollars_are_said_to_be_unknown() -> None:
    assert format.dollars(None) == format.dollars(math.nan) == "?"


TODAY = int(datetime(2026, 11, 14, 12, 0, 0, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        (timedelta(seconds=30), "11:59:30"),
        (timedelta(hours=12), "00:00:00"),
        (timedelta(hours=12, seconds=1), "yesterday 23:59"),
        (timedelta(days=2), "12 Nov 12:00"),
        (timedelta(days=400), "10 Oct 2025"),
        (timedelta(days=-1), "15 Nov 12:00"),
    ],
)
def test_a_moment_is_written_as_shortly_as_it_is_near(before: timedelta, shown: str) -> None:
    assert format.moment(TODAY - int(before.total_seconds() * 1000), TODAY, UTC) == shown


def test_the_day_is_that_of_the_persons_zone() -> None:
    assert format.moment(TODAY - 1000, TODAY, timezone(timedelta(hours=12))) == "yesterday 23:59"


@pytest.mark.parametrize("at_ms", [10**18, -(10**18), 10**30])
def test_a_time_nobody_can_mean_does_not_break_the_screen(at_ms: int) -> None:
    assert format.moment(at_ms, TODAY, UTC) == "at an unreadable time"


@pytest.mark.parametrize(
    ("past", "shown"),
    [
        (-HOUR, "just now"),
        (MINUTE - 1, "just now"),
        (MINUTE, "1 min ago"),
        (HOUR - 1, "59 min ago"),
        (HOUR, "1 h ago"),
        (2 * DAY - 1, "47 h ago"),
        (2 * DAY, "2 d ago"),
    ],
)
def test_how_long_ago_is_in_the_largest_fitting_unit(past: int, shown: str) -> None:
    assert format.ago(NOW_MS - past, NOW_MS) == shown


@pytest.mark.parametrize(
    ("left", "shown"),
    [
        (15 * DAY, "14 d left"),
        (14 * DAY, "14 d left"),
        (14 * DAY - HOUR, "14 d left"),
        (14 * DAY - HOUR - 1, "13 d left"),
        (2 * DAY, "2 d left"),
        (2 * DAY - 1, "47 h left"),
        (HOUR, "1 h left"),
        (HOUR - 1, "59 min left"),
        (SECOND, "1 min left"),
        (0, "expired"),
        (-DAY, "expired"),
    ],
)
def test_how_long_links_still_work_is_counted_down(left: int, shown: str) -> None:
    assert format.expiry(NOW_MS + left - LINK_LIFE_MS, NOW_MS) == shown


UNITS = {"d": DAY, "h": HOUR, "min": MINUTE}


@settings(deadline=None)
@given(st.integers(MINUTE, 14 * DAY - HOUR - 1))
@example(3 * DAY - 1)
def test_links_are_never_said_to_live_longer_than_they_do(left: int) -> None:
    count, unit, _ = format.expiry(NOW_MS + left - LINK_LIFE_MS, NOW_MS).split()
    assert int(count) * UNITS[unit] <= left


@settings(deadline=None)
@given(st.floats(), st.integers(0, 50))
@example(math.nan, 5)
def test_a_bar_has_its_cells_whatever_it_is_filled_to(fraction: float, cells: int) -> None:
    drawn = format.bar(fraction, cells)
    assert len(drawn) == cells
    assert drawn == "━" * drawn.count("━") + "─" * drawn.count("─")
    assert drawn.count("━") == (0 if not fraction > 0 else cells if fraction >= 1 else round(fraction * cells))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"aspect_ratio": "landscape", "n_frames": "10", "size": "high"}, "landscape · 10 s · high"),
        ({"remove_watermark": True}, "no watermark"),
        ({"remove_watermark": False}, "watermark"),
        ({"character_id_list": [], "style": ""}, ""),
        ({"character_id_list": ["a", "b"], "upload_method": "s3"}, "character id list a, b · upload method s3"),
        (
            {"generate_audio": True, "loop": False, "seed": 0, "style": "", "x": None},
            "generate audio · no loop · seed 0",
        ),
        ({}, ""),
        ({"duration": 8, "seconds": "5", "length": "long"}, "8 s · 5 s · length long"),
        ({"resolution": "1080p", "ratio": "16:9"}, "1080p · 16:9"),
        (
            {"image_urls": ["https://a.example/x/boat.png?k=1"], "audio_url": "~/a b.mp3"},
            "image urls boat.png · audio url a b.mp3",
        ),
        ({"camera": {"path": "orbit"}, "shots": [{"n": 1}], "none": {}}, 'camera {"path": "orbit"} · shots {"n": 1}'),
    ],
)
def test_parameters_are_written_in_words(values: dict[str, object], words: str) -> None:
    assert format.parameters(values) == words
