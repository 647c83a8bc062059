"""Bars of days: as high as their figures say, never wider or higher than there is room, nothing drawn for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from sora_tui.tui.format import credits
from sora_tui.tui.sparkline import BARS, NO_TRAFFIC
from sora_tui.tui.widgets.day_plot import bar_rows, extremes, plot

TODAY = date(2026, 11, 26)
VALUES = st.lists(st.none() | st.just(0.0) | st.floats(0.001, 1e9), min_size=1, max_size=40)


def days(count: int) -> list[date]:
    return [TODAY - timedelta(days=count - 1 - number) for number in range(count)]


def height(rows: Sequence[str], column: int) -> int:
    return sum(BARS.index(row[column]) + 1 for row in rows if row[column] in BARS)


@given(values=VALUES, rows=st.integers(1, 6))
def test_a_bar_is_as_high_as_its_figure_is(values: list[float | None], rows: int) -> None:
    drawn = bar_rows(values, rows)
    assert len(drawn) == rows
    assert all(len(row) == len(values) for row in drawn)
    heights = [height(drawn, column) for column in range(len(values))]
    top = max((value for value in values if value), default=0.0)
    for value, high in zip(values, heights, strict=True):
        if not value:
            assert high == 0
        else:
            assert 1 <= high <= rows * len(BARS)
            assert abs(high - value / top * rows * len(BARS)) <= 1
    for column in range(len(values)):
        assert (drawn[-1][column] == NO_TRAFFIC) == (heights[column] == 0)
    if top:
        assert max(heights) == rows * len(BARS)


def test_figures_that_are_none_draw_nothing() -> None:
    assert bar_rows([float("nan"), float("inf"), -1.0, None], 2) == ["    ", NO_TRAFFIC * 4]


@given(values=VALUES, width=st.integers(1, 120), rows=st.integers(1, 7))
def test_a_plot_keeps_to_its_room(values: list[float | None], width: int, rows: int) -> None:
    lines = plot(days(len(values)), values, credits, (width, rows)).plain.split("\n")
    assert len(lines) == rows
    if width >= 20:
        assert all(cell_len(line) <= width for line in lines)


def test_a_high_plot_has_a_scale_and_dates() -> None:
    lines = plot(days(30), [None] * 29 + [1320.0], credits, (80, 4)).plain.split("\n")
    assert lines[0].startswith("1,320 ")
    assert lines[2].startswith("    0 · ")
    assert lines[2].rstrip().endswith("█")
    assert lines[3].split() == ["28", "Oct", "26", "Nov"]


def test_where_there_is_no_room_the_last_days_are_seen() -> None:
    assert plot(days(30), [0.0] * 20 + [1.0] * 10, credits, (5, 1)).plain == "█████"


def test_nothing_has_no_scale() -> None:
    assert "0" not in plot(days(7), [0.0, None] * 3 + [0.0], credits, (30, 4)).plain.split("\n")[0]


def test_the_dearest_day_and_today_are_named() -> None:
    assert extremes(days(3), [330.0, 990.0, 10.0], credits) == ["most 990 on 25 Nov", "today 10"]
    assert extremes(days(2), [330.0, None], credits) == ["most 330 on 25 Nov"]
    assert extremes(days(2), [0.0, None], credits) == []
