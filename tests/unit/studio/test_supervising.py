"""Work that raises is said, counted and begun again; it never ends unseen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

from sora_tui.studio.events import Notice, Severity
from sora_tui.studio.schema import StoreUnwritable
from sora_tui.studio.supervising import Supervisor
from tests.unit.studio.virtual_time import VirtualClock, in_virtual_time


class Watched:
    """A supervisor, what it told and what it gave to the loop."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.notices: list[Notice] = []
        self.faults: list[BaseException] = []
        self.began: list[float] = []
        self.supervisor = Supervisor(self.clock, self.notices.append)
        asyncio.get_running_loop().set_exception_handler(self._take)

    def work(self, *ends: Exception | float) -> Callable[[], Awaitable[None]]:
        """Each time raises the next of `ends`, or first works on for so many seconds; then works for ever."""
        left = list(ends)

        async def run() -> None:
            self.began.append(self.clock.monotonic())
            while left:
                end = left.pop(0)
                if isinstance(end, Exception):
                    raise end
                await self.clock.sleep(end)
            await asyncio.Event().wait()

        return run

    def _take(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.faults.append(context["exception"])


@in_virtual_time
async def test_what_raises_is_begun_again_after_ever_longer_pauses() -> None:
    watched = Watched()
    watched.supervisor.run("sending", watched.work(*[RuntimeError("a fault")] * 8))
    await watched.clock.sleep(600)
    assert [later - first for first, later in pairwise(watched.began)] == [1, 2, 4, 8, 16, 30, 30, 30]
    assert watched.supervisor.failures == {"sending": 8}
    await watched.supervisor.stop()


@in_virtual_time
async def test_after_a_calm_minute_the_pauses_are_short_again() -> None:
    watched = Watched()
    fault = RuntimeError("a fault")
    watched.supervisor.run("sending", watched.work(fault, fault, fault, 61.0, fault))
    await watched.clock.sleep(600)
    assert [later - first for first, later in pairwise(watched.began)] == [1, 2, 4, 62]
    await watched.supervisor.stop()


@in_virtual_time
async def test_a_fault_of_ours_is_said_without_its_words_and_given_to_the_loop() -> None:
    watched = Watched()
    fault = RuntimeError("holds secret-key-of-a-test")
    watched.supervisor.run("polling worker 3", watched.work(fault))
    await watched.clock.sleep(10)
    (notice,) = watched.notices
    assert "polling worker 3" in notice.text
    assert "RuntimeError" in notice.text
    assert "secret" not in notice.text
    assert (notice.severity, notice.topic) == (Severity.WARNING, "work:polling worker 3")
    assert watched.faults == [fault]
    await watched.supervisor.stop()


@in_virtual_time
async def test_a_store_that_cannot_be_used_is_said_in_its_own_words_and_is_no_fault_of_ours() -> None:
    watched = Watched()
    watched.supervisor.run("following", watched.work(StoreUnwritable("The disk is full.")))
    await watched.clock.sleep(10)
    assert [notice.text for notice in watched.notices] == ["The disk is full."]
    assert watched.faults == []
    assert len(watched.began) == 2
    await watched.supervisor.stop()


@in_virtual_time
async def test_one_work_that_fails_holds_no_other_up() -> None:
    watched = Watched()
    ticks: list[float] = []

    async def tick() -> None:
        while True:
            ticks.append(watched.clock.monotonic())
            await watched.clock.sleep(1)

    watched.supervisor.run("ticking", tick)
    watched.supervisor.run("sending", watched.work(*[RuntimeError("a fault")] * 5))
    await watched.clock.sleep(20.5)
    assert ticks == list(range(21))
    assert watched.supervisor.failures["ticking"] == 0
    await watched.supervisor.stop()


@in_virtual_time
async def test_to_stop_ends_all_work_in_a_pause_or_not_and_is_no_failure() -> None:
    watched = Watched()
    ended: list[str] = []

    async def tidy() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await watched.clock.sleep(0.5)
            ended.append("tidied up")

    watched.supervisor.run("tidying", tidy)
    watched.supervisor.run("sending", watched.work(RuntimeError("a fault")))
    await watched.clock.sleep(0.5)
    await watched.supervisor.stop()
    assert ended == ["tidied up"]
    await watched.clock.sleep(600)
    assert len(watched.began) == 1
    assert watched.supervisor.failures == {"sending": 1}
    await watched.supervisor.stop()
