"""At most so many acts in any stretch of so many seconds, first come, first served."""

from __future__ import annotations

import asyncio
import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.kie.limits import SlidingWindow
from tests.unit.kie.any_json import unhurried
from tests.unit.studio.virtual_time import in_virtual_time


class Clock:
    """A clock that moves when somebody sleeps, by as much of the sleep as it is told to.

    Attributes:
        now: seconds.
        pauses: how long each sleep should have been.
    """

    def __init__(self, now: float = 0.0, slept: float = 1.0) -> None:
        self.now = now
        self.pauses: list[float] = []
        self._slept = slept

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        # never less than the smallest step: a clock that stands still would be slept on for ever
        self.now = max(self.now + seconds * self._slept, math.nextafter(self.now, math.inf))
        await asyncio.sleep(0)


def window(clock: Clock, limit: int = 20, seconds: float = 10.0) -> SlidingWindow:
    return SlidingWindow(limit, seconds, clock, sleep=clock.sleep)


async def acts(clock: Clock, waits: list[float], *, limit: int = 20, seconds: float = 10.0) -> list[float]:
    """The moments of acts, each wanted so long after the one before."""
    limited = window(clock, limit, seconds)
    moments = []
    for wait in waits:
        clock.now += wait
        await limited.acquire()
        moments.append(clock.now)
    return moments


async def test_twenty_begin_at_once_and_the_next_after_ten_seconds() -> None:
    clock = Clock()
    moments = await acts(clock, [0.0] * 50)
    assert moments == [0.0] * 20 + [10.0] * 20 + [20.0] * 10
    assert clock.pauses == [10.0, 10.0]


async def test_the_window_slides() -> None:
    clock = Clock()
    moments = await acts(clock, [0.0, 4.0, 0.0, 0.0, 0.0], limit=2)
    assert moments == [0.0, 4.0, 10.0, 14.0, 20.0]


async def test_who_comes_late_enough_does_not_wait() -> None:
    clock = Clock()
    assert await acts(clock, [1.0] * 40, limit=10) == [float(second) for second in range(1, 41)]
    assert clock.pauses == []


@unhurried
@given(
    waits=st.lists(st.just(0.0) | st.floats(0, 30), min_size=1, max_size=120),
    start=st.floats(0, 1e9),
    slept=st.sampled_from([1.0, 1.0, 0.5, 1.7]),
)
def test_no_ten_seconds_ever_hold_more_than_twenty(waits: list[float], start: float, slept: float) -> None:
    moments = asyncio.run(acts(Clock(start, slept), waits))
    assert len(moments) == len(waits)
    assert all(later - earlier >= 10.0 for earlier, later in zip(moments, moments[20:], strict=False))


@unhurried
@given(waits=st.lists(st.integers(0, 12), max_size=60), limit=st.integers(1, 5), seconds=st.integers(1, 20))
def test_nobody_waits_longer_than_needed(waits: list[int], limit: int, seconds: int) -> None:
    moments = asyncio.run(acts(Clock(), [float(wait) for wait in waits], limit=limit, seconds=float(seconds)))
    wanted = 0.0
    for number, moment in enumerate(moments):
        wanted = wanted + waits[number]
        earliest = moments[number - limit] + seconds if number >= limit else 0.0
        assert moment == max(wanted, earliest)
        wanted = moment


@in_virtual_time
async def test_first_come_first_served() -> None:
    loop = asyncio.get_running_loop()
    limited = SlidingWindow(3, 10.0, loop.time)
    served: list[tuple[int, float]] = []

    async def act(number: int) -> None:
        await limited.acquire()
        served.append((number, loop.time()))

    await asyncio.gather(*(act(number) for number in range(30)))
    assert [number for number, _ in served] == list(range(30))
    moments = [moment for _, moment in served]
    assert moments == sorted(moments)
    assert all(later - earlier >= 10.0 for earlier, later in zip(moments, moments[3:], strict=False))
    assert moments[-1] == pytest.approx(90.0)


@in_virtual_time
async def test_who_gives_up_waiting_takes_no_place_and_holds_nobody_up() -> None:
    loop = asyncio.get_running_loop()
    limited = SlidingWindow(1, 10.0, loop.time)
    await limited.acquire()
    waiting = [asyncio.create_task(limited.acquire()) for _ in range(5)]
    await asyncio.sleep(3.0)
    for task in waiting[:4]:
        task.cancel()
    await waiting[4]
    assert loop.time() == pytest.approx(10.0)
    assert limited.delay() == pytest.approx(10.0)


def test_the_delay_is_what_is_left_and_takes_no_place() -> None:
    clock = Clock()
    limited = window(clock, limit=1)
    assert [limited.delay(), limited.delay()] == [0.0, 0.0]
    asyncio.run(limited.acquire())
    assert limited.delay() == 10.0
    clock.now = 9.5
    assert limited.delay() == 0.5
    clock.now = 10.0
    assert limited.delay() == 0.0


@pytest.mark.parametrize(("limit", "seconds"), [(0, 10.0), (-1, 10.0), (1, 0.0), (1, -1.0), (1, math.nan)])
def test_a_window_of_nothing_is_none(limit: int, seconds: float) -> None:
    with pytest.raises(ValueError, match="window"):
        SlidingWindow(limit, seconds)


async def test_the_moments_are_apart_on_a_clock_of_its_own() -> None:
    clock = Clock(1e9, 0.9)
    moments = await acts(clock, [0.0] * 10, limit=1, seconds=1.1)
    assert all(later - earlier >= 1.1 for earlier, later in pairwise(moments))
