"""What the tests of the screens share: the app under a Pilot, and what it shows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from sora_tui.settings import Settings
from sora_tui.studio.task import Task
from sora_tui.tui.app import SoraApp
from sora_tui.tui.screens.studio import StudioScreen


@asynccontextmanager
async def running(settings: Settings, size: tuple[int, int] = (160, 45)) -> AsyncIterator[Pilot[object]]:
    app = SoraApp(settings)
    async with app.run_test(size=size) as pilot:
        yield pilot


def screen_of(pilot: Pilot[object]) -> StudioScreen:
    screen = pilot.app.screen_stack[1]
    assert isinstance(screen, StudioScreen)
    return screen


async def until(pilot: Pilot[object], is_so: Callable[[], bool]) -> None:
    """Lets the app work until something is so; the test's own time limit is the end of patience."""
    async with asyncio.timeout(60):
        while not is_so():
            await pilot.pause()


def tasks_of(pilot: Pilot[object]) -> list[Task]:
    app = pilot.app
    assert isinstance(app, SoraApp)
    return list(app.studio.tasks.values()) if app.studio else []


async def send(pilot: Pilot[object], prompt: str) -> None:
    known = len(tasks_of(pilot))
    screen_of(pilot).prompt.editor.put(prompt)
    await pilot.press("ctrl+s")
    await until(pilot, lambda: len(tasks_of(pilot)) == known + 1)


def plain(pilot: Pilot[object]) -> str:
    """What is on the screen, as text."""
    lines = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in lines)


def said(pilot: Pilot[object]) -> str:
    """What the program told the user in passing."""
    return "\n".join(str(notification.message) for notification in pilot.app._notifications)
