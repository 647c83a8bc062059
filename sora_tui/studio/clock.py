"""Time, passed in: so that every policy can be tried in a loop of many steps without waiting."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """What the studio asks of time."""

    def now_ms(self) -> int:
        """Wall clock in epoch milliseconds. May jump; used for what is shown and stored, never for timers."""
        ...

    def monotonic(self) -> float:
        """Seconds that only grow. Used for every timer."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Returns when `seconds` of `monotonic()` have passed."""
        ...


class SystemClock:
    """The machine's own time."""

    def now_ms(self) -> int:
        """Wall clock in epoch milliseconds."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Sleeps on the running event loop."""
        await asyncio.sleep(seconds)


SYSTEM_CLOCK: Clock = SystemClock()
