"""Sleep is noticed by either clock, once, and before what it made late is taken for due."""

from __future__ import annotations

import asyncio

import pytest

from sora_tui.studio.sleep import ASLEEP_S, TICK_S, Sleep


class StoppedClock:
    """A clock whose pauses end when the test says, after whatever the test says has passed."""

    def __init__(self) -> None:
        self.wall_ms = 1_000_000
        self.ticks = 0.0
        self._going_on = asyncio.Event()

    def now_ms(self) -> int:
        return self.wall_ms

    def monotonic(self) -> float:
        return self.ticks

    async def sleep(self, seconds: float) -> None:
        await self._going_on.wait()
        self._going_on.clear()

    async def go_on(self, *, wall_s: float, ticks_s: float) -> None:
        self.pass_(wall_s=wall_s, ticks_s=ticks_s)
        self._going_on.set()
        for _ in range(5):
            await asyncio.sleep(0)

    def pass_(self, *, wall_s: float, ticks_s: float) -> None:
        self.wall_ms += round(wall_s * 1000)
        self.ticks += ticks_s


@pytest.mark.parametrize(
    ("wall_s", "ticks_s", "times"),
    [
        (8 * 3600.0, 8 * 3600.0, 1),  # stopped
        (8 * 3600.0, TICK_S, 1),  # suspended: the clock of the timers stood still
        (TICK_S, ASLEEP_S + 1, 1),
        (TICK_S, TICK_S, 0),
        (-86_400.0, TICK_S, 0),  # the wall clock was put back
        (ASLEEP_S - 1, ASLEEP_S - 1, 0),  # a busy machine
    ],
)
async def test_sleep_is_told_once(wall_s: float, ticks_s: float, times: int) -> None:
    clock, woken = StoppedClock(), 0

    async def woke_up() -> None:
        nonlocal woken
        woken += 1

    watching = asyncio.create_task(Sleep(clock, woke_up).watch())
    await clock.go_on(wall_s=TICK_S, ticks_s=TICK_S)
    await clock.go_on(wall_s=wall_s, ticks_s=ticks_s)
    assert woken == times
    for _ in range(3):
        await clock.go_on(wall_s=TICK_S, ticks_s=TICK_S)
    assert woken == times
    watching.cancel()


async def test_it_is_news_until_everything_is_taken_up_afresh() -> None:
    clock, taken_up = StoppedClock(), asyncio.Event()

    async def woke_up() -> None:
        await taken_up.wait()

    sleep = Sleep(clock, woke_up)
    watching = asyncio.create_task(sleep.watch())
    await clock.go_on(wall_s=TICK_S, ticks_s=TICK_S)
    assert not sleep.is_news
    clock.pass_(wall_s=3600, ticks_s=3600)
    assert sleep.is_news  # who looks at the time before us is warned
    await clock.go_on(wall_s=0, ticks_s=0)
    assert sleep.is_news
    taken_up.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not sleep.is_news
    watching.cancel()


async def test_a_failure_while_waking_up_does_not_make_it_news_for_ever() -> None:
    clock = StoppedClock()

    async def woke_up() -> None:
        raise OSError("no connection")

    sleep = Sleep(clock, woke_up)
    watching = asyncio.create_task(sleep.watch())
    await clock.go_on(wall_s=TICK_S, ticks_s=TICK_S)
    await clock.go_on(wall_s=3600, ticks_s=3600)
    with pytest.raises(OSError, match="no connection"):  # the supervisor says it and starts again
        await watching
    assert not sleep.is_news
