"""What happens without us: other programs on the same store, programs that died, and days that pass."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from sora_tui.studio.book import Book
from sora_tui.studio.clock import Clock

log = logging.getLogger(__name__)

_FOLLOW_S = 0.5
_TAKE_OVER_EVERY = 10
_EXPIRE_EVERY = 1200


class Following:
    """Takes it in.

    Args:
        book: the tasks.
        origin: sends of this service are taken over from dead programs.
        clock: for the pauses.
        queue: told the ref of each task that is now ours to send.
        take_wishes: called so that what other instances wish to be asked about is taken up.
    """

    def __init__(
        self,
        book: Book,
        origin: str,
        *,
        clock: Clock,
        queue: Callable[[str], None],
        take_wishes: Callable[[], Awaitable[None]],
    ) -> None:
        self._book = book
        self._origin = origin
        self._clock = clock
        self._queue = queue
        self._take_wishes = take_wishes

    async def follow(self) -> None:
        """Never returns."""
        turns = 0
        first_wall, first_ticks = self._clock.now_ms(), self._clock.monotonic()
        while True:
            if turns % _TAKE_OVER_EVERY == 0:
                await self._book.recover()
                for ref in await self._book.take_over(self._origin):
                    log.warning("task %s: the program that queued it has died; it is sent from here", ref)
                    self._queue(ref)
            if turns % _EXPIRE_EVERY == 0:
                # A wall clock that was set ahead meanwhile must not make anything old before its time.
                ticked_ms = round((self._clock.monotonic() - first_ticks) * 1000)
                await self._book.expire(min(self._clock.now_ms(), first_wall + ticked_ms))
            await self._take_wishes()
            turns += 1
            await self._clock.sleep(_FOLLOW_S)
            await self._book.follow()
