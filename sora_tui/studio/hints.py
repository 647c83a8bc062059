"""Hints from outside that there is news of a task: reasons to ask the service, never news in themselves (D5).

A callback's signature covers neither its body nor our ref in its path, so nothing of it is believed. What
cannot be proved by the service's own record changes nothing and is not spoken of.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sora_tui.kie.errors import KieError
from sora_tui.studio.bell import Bell
from sora_tui.studio.book import Book
from sora_tui.studio.clock import Clock
from sora_tui.studio.health import Health
from sora_tui.studio.proving import bears_ref, owner_of
from sora_tui.studio.reading import apply
from sora_tui.studio.schedule import HURRIED_S
from sora_tui.studio.store import TaskIdTaken
from sora_tui.studio.task import Task, TaskState
from sora_tui.studio.watching import Watching

if TYPE_CHECKING:
    from sora_tui.kie.messages import TaskRecord

MOST_AT_ONCE = 20
"""Ids whose owner is looked for at a time; hints at more are dropped, and the service calls again (contract §5)."""
TRIES = 6
_FIRST_PAUSE_S = 2.0
_GROWTH = 3
"""With six tries: four minutes in all, longer than the service may take to know an id (contract §2)."""


@dataclass(slots=True)
class _LookUp:
    """An id that may belong to the task `ref`."""

    task_id: str
    ref: str
    turn: float
    tries: int = 0

    @property
    def pause_s(self) -> float:
        return _FIRST_PAUSE_S * float(_GROWTH ** (self.tries - 1))


class Hints:
    """Follows them up.

    Args:
        book: the tasks.
        origin: only tasks of this service are looked for.
        watching: asks, at the common pace.
        health: whether the service can be asked.
        clock: for the pauses.
    """

    def __init__(self, book: Book, origin: str, *, watching: Watching, health: Health, clock: Clock) -> None:
        self._book = book
        self._origin = origin
        self._watching = watching
        self._health = health
        self._clock = clock
        self._bell = Bell(clock)
        self._pending: dict[str, _LookUp] = {}
        self._wishes: set[str] = set()
        self._wished: dict[str, float] = {}
        """When another instance was last told of a task."""

    def take(self, task_id: str, ref: str | None) -> None:
        """Takes a hint at `task_id` in; one that leads nowhere is dropped.

        Args:
            task_id: the vendor's id, as anyone may have sent it.
            ref: the task whose send it is said to come from.
        """
        from sora_tui.kie.messages import created_id

        if created_id({"taskId": task_id}) is None or self._is_known(task_id):
            return
        if ref is None or self._unsure(ref) is None:
            return
        if task_id not in self._pending and len(self._pending) < MOST_AT_ONCE:
            self._pending[task_id] = _LookUp(task_id, ref, self._clock.monotonic())
            self._bell.ring()

    async def follow(self) -> None:
        """Looks one id up after the other. Never returns."""
        while True:
            while self._wishes:
                await self._book.wish(self._wishes.pop())
            now = self._clock.monotonic()
            look_up = min(self._pending.values(), key=lambda pending: pending.turn, default=None)
            if look_up is None or look_up.turn > now:
                await self._bell.wait(None if look_up is None else look_up.turn - now)
                continue
            look_up.tries += 1
            if look_up.tries >= TRIES:
                del self._pending[look_up.task_id]
            try:
                if await self._is_settled(look_up):
                    self._pending.pop(look_up.task_id, None)
            finally:
                look_up.turn = self._clock.monotonic() + look_up.pause_s

    def _is_known(self, task_id: str) -> bool:
        """Whether some row in memory has this id. If its task runs, it gets its turn."""
        task = self._book.with_id(task_id, self._origin)
        if task is None:
            return False
        if not self._watching.hurry(task.ref) and self._watching.can_be_asked_about(task):
            self._wish(task.ref)
        return True

    def _wish(self, ref: str) -> None:
        """Leaves it to the instance that asks; a flood of hints is not a flood of writes."""
        now = self._clock.monotonic()
        self._wished = {known: at for known, at in self._wished.items() if now - at < HURRIED_S}
        if ref not in self._wished:
            self._wished[ref] = now
            self._wishes.add(ref)
            self._bell.ring()

    def _unsure(self, ref: str) -> Task | None:
        """The task of this ref, if its id is not known and there may be one."""
        task = self._book.get(ref)
        if task is None or task.origin != self._origin:
            return None
        return task if task.state in (TaskState.SENDING, TaskState.UNCONFIRMED) else None

    async def _is_settled(self, look_up: _LookUp) -> bool:
        """Tries once; whether there is nothing left to find out."""
        if self._is_known(look_up.task_id) or self._unsure(look_up.ref) is None:
            return True
        if await self._book.known(look_up.task_id, self._origin) is not None:
            return True
        if self._health.wait_s(self._clock.monotonic()) != 0.0:
            return False
        try:
            record = await self._watching.read(look_up.task_id)
        except KieError:
            return False
        task = self._unsure(look_up.ref)
        if task is None:
            return True
        if not self._belongs(record, task):
            return task.state is not TaskState.SENDING  # once its answer is lost, likeness may prove it
        found = partial(_found, record=record, now_ms=self._clock.now_ms())
        with suppress(TaskIdTaken):  # meanwhile another row has it, here or in another program
            await self._book.change(task.ref, found, raw=record.raw)
        return True

    def _belongs(self, record: TaskRecord, task: Task) -> bool:
        if task.state is TaskState.SENDING:  # a twin's answer may be on its way too: only our ref tells them apart
            return bears_ref(record, task.ref)
        owner = owner_of(record, self._book.values(), self._origin)
        return owner is not None and owner.ref == task.ref


def _found(task: Task, record: TaskRecord, now_ms: int) -> Task:
    """The task with the record that is proved to be its own; as it is if it has gone on meanwhile."""
    if task.state is TaskState.SENDING:
        task = task.moved(TaskState.WAITING, task_id=record.task_id)
    elif task.state is not TaskState.UNCONFIRMED:
        return task
    return apply(task, record, now_ms=now_ms)
