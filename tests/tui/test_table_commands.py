"""What the palette offers of the table: orders, tabs and marks by their names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sora_tui.settings import Settings
from sora_tui.studio.orders import SortBy
from sora_tui.tui.app import SoraApp
from sora_tui.tui.table_commands import table_commands
from sora_tui.tui.widgets.task_rows import Segment
from tests.tui.kit import running, until
from tests.tui.table_app import TASKS, showing


async def test_each_order_tab_and_mark_is_a_command() -> None:
    async with showing(TASKS) as (pilot, table):
        commands: dict[str, Callable[[], Any]] = {command.title: command.callback for command in table_commands(table)}
        orders = []
        for title in ("Sort by credits", "Sort by credits", "Sort by model", "Sort by ETA", "Sort by when it was sent"):
            commands[title]()
            orders.append(table.sort)
        assert orders == [
            (SortBy.CREDITS, False),
            (SortBy.CREDITS, True),
            (SortBy.MODEL, False),
            (SortBy.ETA, False),
            (SortBy.NEWEST, False),
        ]
        commands["Tab: Failed"]()
        await pilot.pause()
        assert table.segment is Segment.FAILED
        commands["Mark all shown"]()
        assert table.marked == {"r02"}
        commands["Clear the marks"]()
        assert not table.marked


async def test_they_are_in_the_palette(settings: Settings) -> None:
    async with running(settings) as pilot:
        await until(pilot, lambda: len(pilot.app.screen_stack) == 2)
        assert isinstance(pilot.app, SoraApp)
        titles = {command.title for command in pilot.app.get_system_commands(pilot.app.screen)}
        assert {"Send the prompt", "Sort by state", "Tab: Needs you", "Mark the others instead"} <= titles
