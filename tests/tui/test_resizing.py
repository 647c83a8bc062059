"""The screen has the terminal's size in the end, in whatever order the news of it come."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.geometry import Size
from textual.widgets import Static

from sora_tui.tui.terminal import SafeApp
from tests.tui.kit import until


class OneLine(SafeApp):
    def compose(self) -> ComposeResult:
        yield Static("a line")


async def test_an_older_size_that_comes_late_does_not_stay() -> None:
    app = OneLine()
    old, new = Size(60, 24), Size(120, 40)
    async with app.run_test(size=old) as pilot:
        app.post_message(events.Resize(new, new))
        await until(pilot, lambda: app.screen.outer_size == new)
        app.screen.post_message(events.Resize(old, old))
        await until(pilot, lambda: app.screen.outer_size == old)
        await until(pilot, lambda: app.screen.outer_size == new and app.query_one(Static).outer_size.width == 120)
