"""How often something may happen: at most so many times in so many seconds."""

from __future__ import annotations

from collections import defaultdict, deque

from sora_tui.simulator.clock import Clock


class Window:
    """At most `limit` events in any `seconds`, for each name by itself."""

    def __init__(self, limit: int, seconds: float, clock: Clock) -> None:
        self._limit, self._seconds, self._clock = limit, seconds, clock
        self._times: defaultdict[str, deque[float]] = defaultdict(deque)

    def is_full(self, name: str) -> bool:
        """Whether one more now would be too many."""
        times, now = self._times[name], self._clock.monotonic()
        while times and times[0] <= now - self._seconds:
            times.popleft()
        return len(times) >= self._limit

    def count(self, name: str) -> None:
        """One more has happened now."""
        self._times[name].append(self._clock.monotonic())
