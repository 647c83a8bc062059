"""An event loop whose time passes only when there is nothing left to do: hours in no time, the same every run."""

from __future__ import annotations

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any, ParamSpec

P = ParamSpec("P")

EPOCH_MS = 1_795_000_000_000
"""What a wall clock shows when virtual time begins."""

LONGEST_TEST_S = 3 * 24 * 3600.0
"""A test still at work after that waits for something that will never happen, while timers go on."""


class _Skipping(selectors.SelectSelector):
    """Waits for nothing: moves the time on to the next timer instead."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or (timeout > 0 and self.now > LONGEST_TEST_S):
            raise RuntimeError("everything waits for something that will never happen")
        self.now += max(0.0, timeout)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs what is meant for threads at once, in the loop's own, so that no order is left to chance."""

    def __init__(self) -> None:
        self._skipping = _Skipping()
        super().__init__(self._skipping)

    def time(self) -> float:
        return self._skipping.now

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future


class VirtualClock:
    """The studio's clock on such a loop.

    Attributes:
        jumped_ms: by how much the wall clock was set forward since the start.
    """

    def __init__(self) -> None:
        self.jumped_ms = 0

    def now_ms(self) -> int:
        return EPOCH_MS + self.jumped_ms + round(self.monotonic() * 1000)

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def in_virtual_time(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Makes an asynchronous test one that runs on a loop of its own in virtual time."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(test(*args, **kwargs))

    return run
