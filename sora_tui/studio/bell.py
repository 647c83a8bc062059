"""Waiting for news or for time to pass, whichever comes first."""

from __future__ import annotations

import asyncio

from sora_tui.studio.clock import Clock


class Bell:
    """Wakes the one who waits for it. Rung while nobody waits, it wakes the next one at once.

    Args:
        clock: for the time limit.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wakes."""
        self._rung.set()

    async def wait(self, seconds: float | None) -> None:
        """Returns when the bell has rung, or `seconds` have passed; None means no limit."""
        ringing: asyncio.Future[bool] = asyncio.ensure_future(self._rung.wait())
        waits: set[asyncio.Future[bool]] = {ringing}
        if seconds is not None:
            waits.add(asyncio.ensure_future(self._silence(seconds)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        self._rung.clear()

    async def _silence(self, seconds: float) -> bool:
        await self._clock.sleep(seconds)
        return True
