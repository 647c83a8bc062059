"""The account's limits as sliding windows: at most so many acts in any so many seconds."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable


class SlidingWindow:
    """Lets at most `limit` acts begin in any stretch of `seconds`. First come, first served.

    Holds for this process only. An act counts from the moment `acquire` returns; a cancelled wait does
    not count.

    Args:
        limit: acts, at least 1.
        seconds: length of the window.
        clock: seconds that never go back.
        sleep: waits for some seconds.
    """

    def __init__(
        self,
        limit: int,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        *,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        if limit < 1 or not seconds > 0:
            raise ValueError("a window needs at least one act and some time")
        self._limit = limit
        self._seconds = seconds
        self._clock = clock
        self._sleep = sleep
        self._begun: deque[float] = deque()
        self._turn = asyncio.Lock()  # wakes its waiters in the order they came

    def delay(self) -> float:
        """Seconds until an act could begin if nobody else waited; 0.0 for at once."""
        now = self._clock()
        while self._begun and now - self._begun[0] >= self._seconds:
            self._begun.popleft()
        if len(self._begun) < self._limit:
            return 0.0
        return self._seconds - (now - self._begun[0])

    async def acquire(self) -> None:
        """Waits for a place in the window and takes it."""
        async with self._turn:
            while (delay := self.delay()) > 0:
                await self._sleep(delay)
            self._begun.append(self._clock())
