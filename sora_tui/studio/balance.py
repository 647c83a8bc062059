"""The account's credits: read when something was sent or has ended, never on a timer alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from sora_tui.kie.errors import KieError
from sora_tui.studio.bell import Bell
from sora_tui.studio.clock import Clock
from sora_tui.studio.events import BalanceChanged
from sora_tui.studio.health import Health

if TYPE_CHECKING:
    from sora_tui.kie.client import KieClient

_APART_S = 1.0
_TRY_AGAIN_S = 15.0


async def _nothing_to_weigh(_: float) -> None:
    """For one who only reads."""


class Balance:
    """What the account holds, as last read.

    Args:
        connect: gives the client.
        health: told what the answers say about the service.
        clock: for the pauses.
        publish: told when the figure changed.
        weigh: given every reading that nothing of ours disturbed.

    Attributes:
        credits: None while it is not known.
    """

    def __init__(
        self,
        connect: Callable[[], Awaitable[KieClient]],
        *,
        health: Health,
        clock: Clock,
        publish: Callable[[BalanceChanged], None],
        weigh: Callable[[float], Awaitable[None]] = _nothing_to_weigh,
    ) -> None:
        self._connect = connect
        self._health = health
        self._clock = clock
        self._publish = publish
        self._weigh = weigh
        self._bell = Bell(clock)
        self._moves = 0
        self._moves_read = -1
        self._first = Bell(clock)
        self._was_tried = False
        self.credits: float | None = None

    @property
    def undisturbed(self) -> float | None:
        """The credits as they must still be, for all we know: nothing of ours moved them since they were asked for."""
        return self.credits if self._moves_read == self._moves else None

    async def first_reading(self, limit_s: float) -> None:
        """Returns when the credits were read, or could not be, for the first time; after `limit_s` in any case."""
        if not self._was_tried:
            await self._first.wait(limit_s)

    def moved(self) -> None:
        """A task of ours moved credits just now, or may have."""
        self._moves += 1

    def is_due(self) -> None:
        """Something happened that moves credits, or the service answers again: read them soon."""
        self._bell.ring()

    async def read(self) -> float:
        """Reads the credits now.

        Raises:
            KieError: they could not be read, and are unknown from now on.
        """
        client = await self._connect()
        moves = self._moves
        try:
            credits = await client.credits()
        except KieError as error:
            self._health.failed(error, self._clock.monotonic())
            self._set(None)
            raise
        finally:
            self._was_tried = True
            self._first.ring()
        self._health.heard()
        self._moves_read = moves
        self._set(credits)
        if self.undisturbed is not None:
            await self._weigh(credits)
        return credits

    async def keep_current(self) -> None:
        """Reads whenever it is due, at most once a second; tries again after a failure. Never returns."""
        pause: float | None = None
        while True:
            await self._bell.wait(pause)
            pause = None
            if self._health.wait_s(self._clock.monotonic()) is None:
                continue  # only another key can help, and then it is due again
            try:
                await self.read()
            except KieError:
                pause = _TRY_AGAIN_S  # said by `health`
            await self._clock.sleep(_APART_S)

    def _set(self, credits: float | None) -> None:
        if credits != self.credits:
            self.credits = credits
            self._publish(BalanceChanged(credits))
