"""Notices that the machine slept, or the program was stopped: the one thing that makes every timer late at once."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from sora_tui.studio.clock import Clock

log = logging.getLogger(__name__)

TICK_S = 0.5
ASLEEP_S = 10.0
"""A pause of the loop, or a jump of the wall clock against it, that only sleep explains."""


class Sleep:
    """Keeps watch.

    Args:
        clock: both of its times: the one for timers stands still in some kinds of sleep.
        woke_up: called once after each sleep.
    """

    def __init__(self, clock: Clock, woke_up: Callable[[], Awaitable[None]]) -> None:
        self._clock = clock
        self._woke_up = woke_up
        self._mark()

    @property
    def is_news(self) -> bool:
        """Whether the machine has slept and `woke_up` has not returned yet: what is due now is not due in truth."""
        ticked = self._clock.monotonic() - self._ticks
        return max(ticked, (self._clock.now_ms() - self._wall_ms) / 1000) > ASLEEP_S

    async def watch(self) -> None:
        """Never returns."""
        while True:
            self._mark()
            await self._clock.sleep(TICK_S)
            if self.is_news:
                log.warning("woken up: the machine slept, the program was stopped, or the clock was set")
                try:
                    await self._woke_up()
                finally:
                    self._mark()

    def _mark(self) -> None:
        self._wall_ms, self._ticks = self._clock.now_ms(), self._clock.monotonic()
