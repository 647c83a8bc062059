"""How close together requests may be: never in lock-step, slower after a 429, gently faster afterwards. Pure."""

from __future__ import annotations

from random import Random

GUESTS_PER_SECOND = 0.4
"""What an instance asks that is not the one that does the asking: the room that a pace leaves below its ceiling."""
_NEVER = float("-inf")


class Pace:
    """How close together requests may be: never in lock-step, slower after a 429, gently faster afterwards.

    The rate grows by addition and falls by multiplication, so that programs with one account come to share it.

    Args:
        per_second: the most requests in a second.
        random: for the jitter.
    """

    SLOWEST = 0.25

    def __init__(self, per_second: float, random: Random) -> None:
        self._ceiling = per_second
        self._random = random
        self._next = _NEVER
        self._risen = _NEVER
        self._quiet_until = _NEVER
        self.per_second = per_second

    def reserve(self, now: float) -> float:
        """Takes the next place; the seconds to wait for it. Unused places are not saved up."""
        place = max(now, self._next)
        # Only ever further apart, so that no second holds more than the ceiling; 96 % of it on average.
        self._next = place + self._random.uniform(1.0, 1.08) / self.per_second
        return place - now

    def quiet_s(self, now: float) -> float:
        """Seconds for which nothing may be sent, not even what has its place already."""
        return max(0.0, self._quiet_until - now)

    def throttled(self, now: float, wait_s: float) -> None:
        """The service said 429: nothing for `wait_s` seconds, then half as fast.

        What comes meanwhile answers requests from before: it may lengthen the wait, and slows nothing down again.
        """
        if now >= self._quiet_until:
            self.per_second = max(self.SLOWEST, self.per_second / 2)
        self._quiet_until = max(self._quiet_until, now + wait_s)
        self._next = max(self._next, self._quiet_until)
        self._risen = self._quiet_until

    def answered(self, now: float) -> None:
        """The service answered: a little faster again, at most once a second."""
        if self.per_second < self._ceiling and now - self._risen >= 1.0:
            self.per_second = min(self._ceiling, self.per_second + 0.25)
            self._risen = now
