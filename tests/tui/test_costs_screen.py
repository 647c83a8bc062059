"""The costs: what is added up, by what and since when, kept current while tasks end, and saved for a spreadsheet."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from sora_tui.settings import Settings
from sora_tui.studio.breakdown import Entry
from sora_tui.studio.caps import Caps
from sora_tui.studio.costs import Bill, By, Day
from sora_tui.studio.errors import StudioError
from sora_tui.studio.ledger import Overview
from sora_tui.tui.screens.costs import DAYS, CostsScreen
from tests.tui.kit import plain, running, screen_of, send, tasks_of, until
from tests.tui.test_snapshots import WIDTHS, Compare, Still


async def opened(pilot: Pilot[object]) -> CostsScreen:
    await pilot.press("f8")
    await until(pilot, lambda: isinstance(pilot.app.screen, CostsScreen))
    screen = pilot.app.screen
    assert isinstance(screen, CostsScreen)
    await until(pilot, lambda: "Balance" in plain(pilot))
    return screen


async def ended(pilot: Pilot[object]) -> None:
    await until(pilot, lambda: bool(tasks_of(pilot)) and not any(task.state.is_running for task in tasks_of(pilot)))


async def test_without_tasks_the_screen_teaches(settings: Settings) -> None:
    async with running(settings) as pilot:
        await opened(pilot)
        await until(pilot, lambda: "Nothing was sent this month" in plain(pilot))
        await pilot.press("s")
        await until(pilot, lambda: "Nothing was spent yet" in plain(pilot))
        await pilot.press("escape")
        assert pilot.app.screen is screen_of(pilot)


async def test_what_was_spent_is_told_by_model_tag_thread_and_batch(settings: Settings) -> None:
    async with running(settings) as pilot:
        await send(pilot, "koi [b")
        await ended(pilot)
        await opened(pilot)
        await until(pilot, lambda: "sora-2-pro-text-to-video" in plain(pilot))
        for part in ("without a tag", "koi [b", "sent one by one"):
            await pilot.press("right")
            await until(pilot, lambda part=part: part in plain(pilot))  # type: ignore[misc]
        await pilot.press("left")
        await until(pilot, lambda: "koi [b" in plain(pilot))


@pytest.mark.parametrize(("width", "words"), [(60, "keeper ─╯"), (160, "keeper · 3 keepers for 1,000 credits ─╯")])
async def test_the_part_under_the_cursor_says_what_it_was_worth(settings: Settings, width: int, words: str) -> None:
    async with running(settings, size=(width, 45)) as pilot:
        await send(pilot, "koi")
        await ended(pilot)
        await opened(pilot)
        await until(pilot, lambda: "0 of 1 kept ─╯" in plain(pilot))
        await pilot.press("escape", "f3", "f")
        await until(pilot, lambda: tasks_of(pilot)[0].is_starred)
        await opened(pilot)
        await until(pilot, lambda: f"1 of 1 kept · 330 credits a {words}" in plain(pilot))


async def test_it_is_read_again_when_a_task_changes(settings: Settings) -> None:
    async with running(settings) as pilot:
        screen = screen_of(pilot)
        await opened(pilot)
        await until(pilot, lambda: "Nothing was sent" in plain(pilot))
        screen.prompt.editor.put("koi")
        screen.action_act("send")
        await ended(pilot)
        await until(pilot, lambda: "sora-2-pro-text-to-video" in plain(pilot) and "In flight   nothing" in plain(pilot))
        await until(pilot, lambda: isinstance(pilot.app.focused, OptionList))


async def test_enter_shows_the_tasks_of_a_part_in_the_table(settings: Settings) -> None:
    async with running(settings) as pilot:
        await send(pilot, "boat")
        await send(pilot, "koi")
        await ended(pilot)
        await pilot.press("f3", "t", *"rain", "enter")
        await until(pilot, lambda: any(task.tags for task in tasks_of(pilot)))
        await opened(pilot)
        await pilot.press("right")
        await until(pilot, lambda: "rain" in plain(pilot))
        screen = pilot.app.screen
        options = screen.query_one(OptionList)
        await until(pilot, lambda: options.option_count == 2)
        options.highlighted = next(n for n in range(2) if options.get_option_at_index(n).id == "of:rain")
        await pilot.press("enter")
        table = screen_of(pilot).tasks_pane.table
        await until(pilot, lambda: table.visible_count == 1)
        assert table.filter_text.startswith('tag:"rain" after:')
        assert table.has_focus


async def test_the_costs_are_saved_for_a_spreadsheet(settings: Settings) -> None:
    (settings.data_dir / "videos").mkdir(parents=True)
    saving = settings.model_copy(update={"download_dir": settings.data_dir / "videos"})
    async with running(saving) as pilot:
        await opened(pilot)
        await pilot.press("w")
        await until(pilot, lambda: "Nothing was saved" in plain(pilot))
        await pilot.press("escape")
        await send(pilot, "koi")
        await ended(pilot)
        await opened(pilot)
        await pilot.press("w")
        await until(pilot, lambda: "The costs are in" in plain(pilot))
        (file,) = (settings.data_dir / "videos").glob("*.csv")
        assert file.name == f"costs_{date.today().isoformat()}.csv"
        assert file.read_text().splitlines()[1].endswith(",koi")


async def test_help_explains_the_screen(settings: Settings) -> None:
    async with running(settings) as pilot:
        await opened(pilot)
        await pilot.press("f1")
        await until(pilot, lambda: "A keeper is a task with a star" in plain(pilot))
        await pilot.press("escape", "f8")
        assert pilot.app.screen is screen_of(pilot)


# With values


def bill(tasks: int, charged: float, **known: Any) -> Bill:
    return Bill(
        tasks, done=tasks - known.get("failed_free", 0) - known.get("failed_charged", 0), charged=charged, **known
    )


TODAY = date(2026, 11, 26)
MONTH = bill(263, 60_819.0, failed_free=24, failed_charged=17, lost=5_610.0, keepers=75, unknown=3)


class StillCosts:
    """Bills that stand still, or are awaited, or can't be had."""

    today = TODAY

    def __init__(self, trouble: str = "") -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self.trouble = trouble

    def span(self, first: date | None = None) -> date | None:
        return first

    async def overview(self) -> Overview:
        await self.gate.wait()
        if self.trouble:
            raise StudioError(self.trouble)
        flying = Bill(2, in_flight=660.0)
        return Overview(bill(4, 1_320.0, failed_free=1), bill(28, 6_963.0), MONTH, flying, 1_980.0)

    async def days(self, count: int) -> list[Day]:
        return [
            Day(TODAY - timedelta(days=count - 1 - n), bill(n, n % 7 * 330.0), None if n % 5 == 4 else 120.0 + n)
            for n in range(count)
        ]

    async def breakdown(self, _span: object, by: By, _limit: int) -> list[Entry]:
        names = [f"{by.value} {n} of many, with a name that is longer than most are" for n in range(12)]
        return [
            Entry(name, name, bill(40 - n, 12_000.0 - n * 900, keepers=n % 4, failed_free=n, unknown=int(n == 2)))
            for n, name in enumerate(names)
        ]

    async def bill(self, _span: object) -> Bill:
        return MONTH


class StillStudio:
    """The part of the studio that the screen asks."""

    def __init__(self, settings: Settings, costs: StillCosts) -> None:
        self.settings = settings
        self.costs = costs
        self.balance = 2480.0

    def subscribe(self, _listener: object) -> Any:
        return lambda: None


def app_of(settings: Settings, costs: StillCosts) -> Still:
    studio: Any = StillStudio(settings, costs)
    return Still(lambda _: CostsScreen(studio))


CAPPED = {"cap_day": 8_000.0, "cap_task": 400.0, "warn_below": 3_000.0}


async def test_what_is_awaited_is_said_and_then_no_more(settings: Settings) -> None:
    costs = StillCosts()
    costs.gate.clear()
    async with app_of(settings, costs).run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "Adding up what was spent…" in plain(pilot))
        costs.gate.set()
        await until(pilot, lambda: "3 tasks have not said what they cost. They are in no sum." in plain(pilot))


async def test_a_store_that_cant_be_read_is_said(settings: Settings) -> None:
    async with app_of(settings, StillCosts("The store is damaged.")).run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "The store is damaged." in plain(pilot))


@pytest.mark.parametrize("size", WIDTHS, ids=lambda size: str(size[0]))
def test_costs(snap_compare: Compare, settings: Settings, size: tuple[int, int]) -> None:
    assert DAYS == 30

    async def read(pilot: Pilot[object]) -> None:
        await pilot.press("right", "right")
        await until(pilot, lambda: "thread 3 of many" in plain(pilot))
        await pilot.pause()

    capped = settings.model_copy(update=CAPPED)
    assert Caps.of(capped)
    assert snap_compare(app_of(capped, StillCosts()), terminal_size=size, run_before=read)
