"""The credits are read when something moved them, told when they changed, and unknown rather than old."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import Random
from typing import TYPE_CHECKING, cast

import pytest

from sora_tui.kie.errors import AnswerLost, NotDelivered, Refused
from sora_tui.studio.balance import Balance
from sora_tui.studio.events import BalanceChanged
from sora_tui.studio.health import Health, Trouble
from tests.unit.studio.scripted_service import ScriptedService
from tests.unit.studio.virtual_time import VirtualClock, in_virtual_time

if TYPE_CHECKING:
    from sora_tui.kie.client import KieClient

BAD_KEY = Refused("no", code=401, text="Unauthorized", http_status=200)


class Purse:
    """A balance, the service it reads from and what it told."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.service = ScriptedService(self.clock)
        self.health = Health(Random(1), lambda _: None)
        self.told: list[float | None] = []
        self.balance = Balance(self._connect, health=self.health, clock=self.clock, publish=self._tell)

    async def keep_current_for(self, seconds: float) -> None:
        """Keeps the balance current for so long."""
        keeping = asyncio.create_task(self.balance.keep_current())
        await self.clock.sleep(seconds)
        assert not keeping.done()
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping

    @property
    def read_at(self) -> list[float]:
        return self.service.credits_read

    async def _connect(self) -> KieClient:
        return cast("KieClient", self.service)

    def _tell(self, event: BalanceChanged) -> None:
        self.told.append(event.credits)


def holding(*credits: float | Exception) -> Callable[[], Awaitable[float]]:
    """One answer after the other; the last one from then on."""
    left = list(credits)

    async def answer() -> float:
        now = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(now, Exception):
            raise now
        return now

    return answer


@in_virtual_time
async def test_nothing_is_read_while_nothing_moves_the_credits() -> None:
    purse = Purse()
    await purse.keep_current_for(24 * 3600)
    assert purse.read_at == []
    assert purse.balance.credits is None


@in_virtual_time
async def test_a_change_is_told_once_and_the_same_figure_is_no_news() -> None:
    purse = Purse()
    purse.service.answer_credits = holding(100.0, 100.0, 0.0)
    for expected in (100.0, 100.0, 0.0):
        assert await purse.balance.read() == expected
        assert purse.balance.credits == expected
    assert purse.told == [100.0, 0.0]


@in_virtual_time
async def test_many_changes_at_once_are_one_reading_and_a_change_during_it_is_one_more() -> None:
    purse = Purse()

    async def slow() -> float:
        purse.balance.is_due()
        await purse.clock.sleep(0.2)
        return 100.0 if len(purse.read_at) < 3 else await asyncio.Event().wait() or 0.0

    purse.service.answer_credits = slow
    for _ in range(100):
        purse.balance.is_due()
    await purse.keep_current_for(60)
    assert purse.read_at == pytest.approx([0.0, 1.2, 2.4])


@in_virtual_time
async def test_however_often_it_is_due_it_is_read_at_most_once_a_second() -> None:
    purse = Purse()

    async def send_on() -> None:
        while True:
            purse.balance.is_due()
            await purse.clock.sleep(0.05)

    sending = asyncio.create_task(send_on())
    await purse.keep_current_for(10.5)
    sending.cancel()
    assert 10 <= len(purse.read_at) <= 11


@pytest.mark.parametrize("error", [AnswerLost("timeout"), NotDelivered("no route"), Refused("no", code=500)])
@in_virtual_time
async def test_credits_that_could_not_be_read_are_unknown_and_tried_again(error: Exception) -> None:
    purse = Purse()
    purse.service.answer_credits = holding(100.0, error, error, 90.0)
    await purse.balance.read()
    purse.balance.is_due()
    await purse.keep_current_for(3600)
    assert purse.told == [100.0, None, 90.0]
    assert purse.read_at == [0.0, 0.0, 16.0, 32.0], "and no more after one that could be read"


@in_virtual_time
async def test_who_asks_is_told_why_the_credits_could_not_be_read() -> None:
    purse = Purse()
    error = NotDelivered("no route")
    purse.service.answer_credits = holding(error)
    with pytest.raises(NotDelivered) as raised:
        await purse.balance.read()
    assert raised.value is error
    assert purse.health.trouble is Trouble.OFFLINE
    purse.service.answer_credits = holding(1.0)
    await purse.balance.read()
    assert purse.health.wait_s(purse.clock.monotonic()) == 0.0, "an answer ends the trouble"


@in_virtual_time
async def test_a_refused_key_is_not_tried_again_until_there_is_another() -> None:
    purse = Purse()
    purse.service.answer_credits = holding(BAD_KEY, 100.0)
    purse.balance.is_due()
    await purse.keep_current_for(3600)
    assert len(purse.read_at) == 1
    purse.balance.is_due()
    await purse.keep_current_for(3600)
    assert len(purse.read_at) == 1, "the key is still the same"
    purse.health.renewed()
    purse.balance.is_due()
    await purse.keep_current_for(3600)
    assert purse.told == [100.0]
