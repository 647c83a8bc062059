"""What waits to be sent, as the user sees and steers it: written down whole, held, released, moved, dropped, paused.

Who sends, and how, is `submitting.py`'s; that nothing held or paused is sent is seen to by the store, when it is
claimed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from uuid import uuid4

from sora_tui.studio.book import Book
from sora_tui.studio.caps import Admission, Caps
from sora_tui.studio.clock import Clock
from sora_tui.studio.days import day_of, start_of
from sora_tui.studio.errors import WrongState
from sora_tui.studio.events import OutboxChanged
from sora_tui.studio.holding import held, turn
from sora_tui.studio.outcomes import withdraw
from sora_tui.studio.submitting import Submitting
from sora_tui.studio.task import IllegalTransition, Task, TaskState

PAUSED = "Sending is paused. Nothing leaves before you resume it."


class Outbox:
    """The queue of one service.

    Args:
        book: the tasks.
        submitting: sends them.
        origin: the service.
        caps: what may be spent; may be replaced at any time.
        clock: for the day that is paid on.
        publish: told when the queue was paused or resumed, here or by another program.
    """

    def __init__(
        self,
        book: Book,
        submitting: Submitting,
        origin: str,
        *,
        caps: Caps,
        clock: Clock,
        publish: Callable[[OutboxChanged], None],
    ) -> None:
        self.caps = caps
        self._book = book
        self._submitting = submitting
        self._origin = origin
        self._clock = clock
        self._publish = publish
        book.on_pause = self._pause_changed

    @property
    def tasks(self) -> list[Task]:
        """All that waits to be sent, held ones among it, in the order of sending; of every program on the store."""
        waiting = (t for t in self._book.values() if t.state is TaskState.QUEUED and t.origin == self._origin)
        return sorted(waiting, key=turn)

    @property
    def paused(self) -> str:
        """Why nothing is sent, as a sentence; empty while it is."""
        return PAUSED if self._book.is_paused(self._origin) else ""

    async def submit(
        self, tasks: Sequence[Task], *, is_held: bool = False, accepts_unknown_price: bool = False
    ) -> list[Task]:
        """Writes the tasks of one press of *send* down, all of them or none; they are sent in this order.

        Several of them become a batch. What is on the disk when this returns is sent exactly once, after a crash
        as well.

        Args:
            tasks: new ones, of this service, as `drafting.task_for` makes them.
            is_held: whether they wait until they are released.
            accepts_unknown_price: whether one without a known price may be sent though there are caps.

        Raises:
            CapReached: too much would be spent; nothing was written. `PriceUnknown` where only the user can say.
            StoreError: nothing was written.
        """
        if not tasks:
            return []
        batch_ref = uuid4().hex if len(tasks) > 1 else ""
        admission = self._admission(accepts_unknown_price=accepts_unknown_price)
        return await self._submitting.submit_all(
            [replace(task, batch_ref=task.batch_ref or batch_ref, is_held=is_held) for task in tasks], admission
        )

    async def foresee(self, stakes: Sequence[float | None]) -> float | None:
        """Asks whether so much may be spent now, before the user is asked; `submit` decides it anew.

        Args:
            stakes: the credits to reckon with for each task, None where they are not known.

        Returns:
            The credits that are left of today's cap, with these spent; None where there is no such cap.

        Raises:
            CapReached: it may not.
            StoreError: what was spent today can't be read.
        """
        if not self.caps:
            return None
        from sora_tui.studio import spending

        admission = self._admission(accepts_unknown_price=True)
        committed = await self._book.ask(partial(spending.committed, origin=self._origin, since=admission.day_from))
        admission.check_stakes(stakes, committed)
        if self.caps.day is None:
            return None
        return self.caps.day - committed - sum(stake for stake in stakes if stake is not None)

    async def hold(self, refs: Iterable[str]) -> list[Task]:
        """Keeps queued tasks from being sent until they are released; answers those that are held now."""
        return [task for task in await self._book.change_all(refs, held) if _is_held(task)]

    async def release(self, refs: Iterable[str]) -> list[Task]:
        """Lets held tasks be sent, all in one transaction; answers those that wait for their turn now."""
        released = await self._book.change_all(refs, partial(held, is_held=False))
        return [task for task in released if task.state is TaskState.QUEUED]

    async def release_batch(self, batch_ref: str) -> list[Task]:
        """Lets all held tasks of one press of *send* be sent. See `release`."""
        return await self.release([task.ref for task in self.tasks if task.is_held and task.batch_ref == batch_ref])

    async def drop(self, refs: Iterable[str]) -> list[Task]:
        """Takes queued tasks back, all in one transaction; answers those taken back. The others are on their way."""
        now_ms = self._clock.now_ms()
        dropped: set[str] = set()

        def taken_back(task: Task) -> Task:
            if task.state is not TaskState.QUEUED:
                return task
            dropped.add(task.ref)
            return withdraw(task, now_ms=now_ms)

        return [task for task in await self._book.change_all(refs, taken_back) if task.ref in dropped]

    async def move(self, ref: str, before: str | None = None) -> None:
        """Puts a queued task just before another one in the order of sending; without one, last.

        Raises:
            WrongState: one of the two does not wait to be sent any more.
        """
        if ref == before:
            return
        try:
            await self._book.move(ref, before)
        except IllegalTransition:
            raise WrongState("It does not wait to be sent any more. The order stays as it was.") from None

    async def pause(self) -> None:
        """Lets nothing be sent until `resume`, by any program on this store, after a new start as well.

        What is on its way goes on.
        """
        await self._book.pause(self._origin)

    async def resume(self) -> None:
        """Lets what is queued be sent again."""
        await self._book.pause(self._origin, False)

    def _admission(self, *, accepts_unknown_price: bool) -> Admission:
        today = start_of(day_of(self._clock.now_ms()))
        return Admission(self.caps, self._origin, today, accepts_unknown_price)

    def _pause_changed(self) -> None:
        self._submitting.reconsider()
        self._publish(OutboxChanged(self.paused))


def _is_held(task: Task) -> bool:
    return task.is_held and task.state is TaskState.QUEUED
