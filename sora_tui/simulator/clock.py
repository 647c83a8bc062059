"""The simulator's time. Everything that waits, counts a window or stamps a record asks a `Clock`."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """A source of time."""

    def now(self) -> float:
        """The time of day in seconds since the epoch."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back, for windows of requests."""
        ...


class SystemClock:
    """This machine's time."""

    def now(self) -> float:
        """The time of day in seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()


class ManualClock:
    """Time that stands still until it is moved, so that an hour can pass in a test without waiting."""

    def __init__(self, now: float = 1_790_000_000.0) -> None:
        self._now = now
        self._monotonic = 0.0

    def now(self) -> float:
        """The time of day in seconds since the epoch."""
        return self._now

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass."""
        self._now += seconds
        self._monotonic += seconds
