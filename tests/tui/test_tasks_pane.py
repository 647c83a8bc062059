"""The line in which a filter is typed: what it counts, what it teaches, what it does not understand."""

from __future__ import annotations

from textual.pilot import Pilot

from sora_tui.settings import Settings
from tests.tui.kit import plain, running, screen_of, send, tasks_of, until


def title(pilot: Pilot[object]) -> str:
    return str(screen_of(pilot).tasks_pane.border_title)


async def test_a_filter_counts_while_it_is_typed(settings: Settings) -> None:
    async with running(settings) as pilot:
        for prompt in ("koi", "rail", "boat"):
            await send(pilot, prompt)
        await pilot.press("f3", "slash", *"boa")
        await until(pilot, lambda: title(pilot) == "Tasks · 1 of 3")
        assert "1 of 3" in plain(pilot)
        await pilot.press("backspace", "backspace", "backspace", "o")
        await until(pilot, lambda: title(pilot) == "Tasks · 2 of 3")
        await pilot.press("escape")
        await until(pilot, lambda: title(pilot) == "Tasks")


async def test_what_a_filter_may_say_is_seen_while_it_is_typed(settings: Settings) -> None:
    async with running(settings) as pilot:
        await send(pilot, "koi")
        hint = screen_of(pilot).tasks_pane.hint
        await pilot.press("f3")
        assert not hint.display
        await pilot.press("slash", "k")
        await until(pilot, lambda: "-not · state:fail" in plain(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: not hint.display)
        assert screen_of(pilot).tasks_pane.line.display


async def test_what_of_a_filter_is_not_understood_is_said_for_as_long_as_it_stands(settings: Settings) -> None:
    async with running(settings) as pilot:
        await send(pilot, "koi")
        await pilot.press("f3", "slash", *"cost:dear")
        await until(pilot, lambda: "cost: takes a number of credits" in plain(pilot))
        assert "koi" in plain(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert "cost: takes a number of credits" in plain(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: "cost: takes" not in plain(pilot))


async def test_the_detail_is_that_of_the_row_a_typed_filter_leaves(settings: Settings) -> None:
    async with running(settings) as pilot:
        for prompt in ("koi", "boat"):
            await send(pilot, prompt)
        koi, boat = tasks_of(pilot)
        await pilot.press("f3")
        await until(pilot, lambda: screen_of(pilot).detail.panel.ref == boat.ref)
        await pilot.press("slash", "k")
        await until(pilot, lambda: screen_of(pilot).detail.panel.ref == koi.ref)
