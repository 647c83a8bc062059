"""The two one-line controls under keys and mouse, wide and narrow."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual import on
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from sora_tui.tui.widgets.choices import ChoiceLine, FlagLine
from sora_tui.tui.widgets.control import ValueChanged
from tests.tui.kit import plain

CHOICES = [("landscape", "landscape"), ("portrait", "portrait"), (1, "日本")]
WIDE = "◉ landscape  ○ portrait  ○ 日本"


class LinesApp(App[object]):
    """A choice above a flag."""

    def __init__(self) -> None:
        super().__init__()
        self.choice = ChoiceLine(CHOICES)
        self.flag = FlagLine("Remove [b]watermark")
        self.told: list[object] = []

    def compose(self) -> ComposeResult:
        yield self.choice
        yield self.flag

    @on(ValueChanged)
    def keep(self, event: ValueChanged) -> None:
        assert isinstance(event.control, ChoiceLine | FlagLine)
        self.told.append(event.control.wire_value)


@asynccontextmanager
async def choosing(width: int = 40) -> AsyncIterator[tuple[Pilot[object], LinesApp]]:
    app = LinesApp()
    async with app.run_test(size=(width, 2)) as pilot:
        await pilot.pause()
        yield pilot, app


def lines(pilot: Pilot[object]) -> list[str]:
    return [line.rstrip() for line in plain(pilot).split("\n")]


async def test_all_choices_are_seen_and_the_first_is_picked() -> None:
    async with choosing() as (pilot, app):
        assert lines(pilot) == [WIDE, "[ ] Remove [b]watermark"]
        assert app.choice.value == "landscape"


@pytest.mark.parametrize(
    ("keys", "values"),
    [
        (["right"], ["portrait"]),
        (["space", "enter"], ["portrait", 1]),
        (["left"], [1]),
        (["right", "right", "right"], ["portrait", 1, "landscape"]),
    ],
)
async def test_keys_step_through_the_values_and_round(keys: list[str], values: list[object]) -> None:
    async with choosing() as (pilot, app):
        app.choice.focus()
        await pilot.press(*keys)
        assert app.told == values
        assert app.choice.value == values[-1]


@pytest.mark.parametrize(
    ("x", "value"),
    [(0, None), (10, None), (11, None), (13, "portrait"), (22, "portrait"), (23, None), (25, 1), (30, 1), (31, None)],
)
async def test_a_click_picks_the_choice_that_is_seen_there(x: int, value: object) -> None:
    async with choosing() as (pilot, app):
        await pilot.click(ChoiceLine, offset=(x, 0))
        assert app.told == ([] if value is None else [value])


async def test_where_not_all_fit_one_is_seen_and_arrows_step() -> None:
    async with choosing(width=29) as (pilot, app):
        assert lines(pilot)[0] == "‹ landscape ▾ ›"
        app.choice.focus()
        await pilot.press("right")
        assert app.told == ["portrait"]
        assert lines(pilot)[0] == "‹ portrait ▾ ›"


async def test_exactly_enough_room_is_enough() -> None:
    async with choosing(width=31) as (pilot, _):
        assert lines(pilot)[0] == WIDE


@pytest.mark.parametrize(("width", "line"), [(10, "‹ lan… ▾ ›"), (7, "‹ la… ›"), (5, "‹ … ›")])
async def test_a_label_that_does_not_fit_is_cut_with_an_ellipsis(width: int, line: str) -> None:
    async with choosing(width=width) as (pilot, _):
        assert lines(pilot)[0] == line


async def test_what_is_set_by_the_program_is_not_told() -> None:
    async with choosing() as (pilot, app):
        app.choice.pick(1)
        app.flag.value = True
        await pilot.pause()
        assert (app.choice.value, app.told) == (1, [])
        assert lines(pilot) == ["○ landscape  ○ portrait  ◉ 日本", "[x] Remove [b]watermark"]


@pytest.mark.parametrize("key", ["space", "enter", "left", "right"])
async def test_any_key_of_a_flag_flips_it(key: str) -> None:
    async with choosing() as (pilot, app):
        app.flag.focus()
        await pilot.press(key, key, key)
        assert app.told == [True, False, True]


async def test_a_click_anywhere_on_a_flag_flips_it() -> None:
    async with choosing() as (pilot, app):
        await pilot.click(FlagLine, offset=(35, 0))
        assert app.flag.value
        assert app.told == [True]
