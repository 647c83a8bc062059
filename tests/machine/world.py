"""Several programs in one virtual time, each on an event loop of its own, so that one can die at any await."""

from __future__ import annotations

import asyncio
import math
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any, TypeVar

from tests.unit.studio.virtual_time import EPOCH_MS

T = TypeVar("T")

DAY_MS = 24 * 3_600_000
_MOST_STEPS = 200_000
"""A rule that takes more keeps a loop busy without time passing."""


class World:
    """The time, and the loops of the programs that live in it.

    Attributes:
        now: seconds since the beginning.
        jumped_ms: by how much this machine's wall clock was set forward since then. The service's is right.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self.jumped_ms = 0
        self._loops: list[ProgramLoop] = []
        self._ended: list[ProgramLoop] = []

    @property
    def true_ms(self) -> int:
        """What a clock shows that nobody sets."""
        return EPOCH_MS + round(self.now * 1000)

    def new_loop(self) -> ProgramLoop:
        """A loop for one more program."""
        loop = ProgramLoop(self)
        self._loops.append(loop)
        return loop

    def stop(self, loop: ProgramLoop) -> None:
        """Nothing of this loop ever runs again; no `except` and no `finally` of its tasks either."""
        self._loops.remove(loop)
        self._ended.append(loop)

    def step(self) -> bool:
        """One turn of every loop; whether any had something to do."""
        were_busy = [loop.step() for loop in self._loops]
        return any(were_busy)

    def steps(self, most: int) -> None:
        """At most so many turns, while no time passes."""
        for _ in range(most):
            if not self.step():
                return

    def pass_s(self, seconds: float, *, until: Callable[[], bool] = lambda: False) -> None:
        """Lets so much time pass, or less if `until` is true before."""
        end = self.now + seconds
        for _ in range(_MOST_STEPS):
            if until():
                return
            if self.step():
                continue
            soonest = min((loop.rests_s for loop in self._loops), default=math.inf)
            if self.now + soonest > end:
                self.now = end
                return
            self.now += soonest
        raise RuntimeError("a loop is busy for ever")

    def end(self) -> None:
        """Clears the loops away."""
        for loop in self._loops + self._ended:
            loop.clear_away()


class ProgramLoop(asyncio.SelectorEventLoop):
    """One program's loop, which turns only when it is told to.

    Attributes:
        rests_s: seconds until it has something to do, as of its last turn; infinite if nothing is planned.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.rests_s = 0.0
        self.faults: list[dict[str, Any]] = []
        super().__init__(_Planned(self))
        self.set_exception_handler(lambda _, context: self.faults.append(context))

    def time(self) -> float:
        return self._world.now

    def step(self) -> bool:
        """One turn; whether there was something to do."""
        self.run_forever()  # until the selector has been asked once
        return self.rests_s == 0.0

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """In a later turn, so that the program can die before it is done, and after it before it is known."""
        future = self.create_future()

        def work() -> None:
            if future.cancelled():
                return
            try:
                future.set_result(func(*args))
            except Exception as error:
                future.set_exception(error)

        self.call_soon(work)
        return future

    def clear_away(self) -> None:
        """Ends what never will; the store is closed by now."""
        for task in asyncio.all_tasks(self):
            task._log_destroy_pending = False  # type: ignore[attr-defined]
            coroutine = task.get_coro()
            assert isinstance(coroutine, Coroutine)
            coroutine.close()
        self.close()


class _Planned(selectors.SelectSelector):
    """Waits for nothing: notes for how long the loop could rest, and stops it after this turn."""

    def __init__(self, loop: ProgramLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self._loop.rests_s = math.inf if timeout is None else timeout
        self._loop.stop()
        return []


class WorldClock:
    """The studio's clock in that world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def now_ms(self) -> int:
        return self._world.true_ms + self._world.jumped_ms

    def monotonic(self) -> float:
        return self._world.now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
