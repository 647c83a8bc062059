"""Asks the service about the tasks that run: several workers, one pace, one door through which they take turns.

What is asked next is `schedule.py`'s to say, what an answer changes `reading.py`'s. A task never fails
because we stopped asking.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from sora_tui.kie.codes import Cause
from sora_tui.kie.errors import AnswerLost, KieError
from sora_tui.studio.bell import Bell
from sora_tui.studio.book import Book
from sora_tui.studio.clock import Clock
from sora_tui.studio.health import Health, cause_of
from sora_tui.studio.instances import Seat
from sora_tui.studio.pace import Pace
from sora_tui.studio.reading import apply, doubt, is_news, is_unknown_id, remark_on
from sora_tui.studio.schedule import Look, Schedule
from sora_tui.studio.supervising import Supervisor
from sora_tui.studio.task import Task, TaskState

if TYPE_CHECKING:
    from sora_tui.kie.client import KieClient
    from sora_tui.kie.messages import TaskRecord

WORKERS = 8
LOOK_TIMEOUT_S = 15.0
"""How long one look may take. The service answers within a second (contract §1)."""
_SEAT_TAKEN_S = 1.0
_WAKING_S = 0.1
_RATE_WINDOW_S = 10.0
_LONGEST_RETRY_AFTER_S = 60.0


class Watching:
    """The polling workers.

    Args:
        book: the tasks.
        origin: only tasks of this service are asked about.
        connect: gives the client.
        schedule: whose turn it is.
        pace: how close together requests may be.
        guest_pace: the same while another instance of the same store asks.
        health: whether the service can be asked.
        seat: whether we are the instance that asks.
        clock: for every wait.
        just_woke: whether everything is late because the machine slept, until `take_up_all` puts that right.
        look_timeout_s: how long one look may take.
    """

    def __init__(
        self,
        book: Book,
        origin: str,
        connect: Callable[[], Awaitable[KieClient]],
        *,
        schedule: Schedule,
        pace: Pace,
        guest_pace: Pace,
        health: Health,
        seat: Seat,
        clock: Clock,
        just_woke: Callable[[], bool] = lambda: False,
        look_timeout_s: float = LOOK_TIMEOUT_S,
    ) -> None:
        self._book = book
        self._origin = origin
        self._connect = connect
        self._schedule = schedule
        self._pace = pace
        self._guest_pace = guest_pace
        self._health = health
        self._seat = seat
        self._clock = clock
        self._just_woke = just_woke
        self._look_timeout_s = look_timeout_s
        self._door = asyncio.Lock()
        self._bell = Bell(clock)
        self._numbers = count(1)
        self._newest: dict[str, int] = {}
        self._misses: dict[str, int] = {}
        self._asked: deque[float] = deque()

    def start(self, supervisor: Supervisor) -> None:
        """Takes up every task that runs and starts the workers."""
        self.take_up_all()
        for number in range(1, WORKERS + 1):
            supervisor.run(f"polling worker {number}", self._work)

    @property
    def per_second(self) -> float:
        """Requests per second over the last 10 s."""
        self._drop_old()
        return len(self._asked) / _RATE_WINDOW_S

    def can_be_asked_about(self, task: Task) -> bool:
        """Whether the service has the task and is not done with it."""
        return task.state is TaskState.WAITING and task.task_id is not None and task.origin == self._origin

    def is_watched(self, task: Task) -> bool:
        """Whether a task is one to ask about again and again."""
        return self.can_be_asked_about(task) and not task.is_parked

    def note(self, task: Task) -> None:
        """Takes a task in that is new or has changed."""
        if self.is_watched(task):
            self._schedule.watch(task, age_s=self._age_s(task), now=self._clock.monotonic())
            self._bell.ring()
        elif task.ref in self._schedule:
            self._schedule.forget(task.ref)
            self._newest.pop(task.ref, None)
            self._misses.pop(task.ref, None)

    def take_up_all(self) -> None:
        """Gives every task that runs one prompt turn, spread: at the start and when the machine wakes up."""
        watched = [(task, self._age_s(task)) for task in self._book.values() if self.is_watched(task)]
        self._schedule.watch_all(watched, per_second=self._pace.per_second, now=self._clock.monotonic())
        self._bell.ring()

    def reconsider(self) -> None:
        """Callbacks can be counted on no longer: everything is asked about as if there had never been any."""
        self._schedule.reconsider(now=self._clock.monotonic())
        self._bell.ring()

    async def take_wishes(self) -> None:
        """Gives what other instances wish to be asked about its turn, if we are the instance that asks."""
        if self._seat.is_ours:
            for ref in await self._book.wishes():
                self.hurry(ref)

    def ring(self) -> None:
        """Something changed that the workers may be waiting for."""
        self._bell.ring()

    def hurry(self, ref: str) -> bool:
        """Gives a task, a parked one too, one turn at once; whether it is us who ask and not another instance."""
        task, now = self._book[ref], self._clock.monotonic()
        if self.can_be_asked_about(task):
            self._schedule.watch(task, age_s=self._age_s(task), now=now)
            self._schedule.hurry(ref, now=now)
        self._bell.ring()
        return self._seat.is_ours

    async def read(self, task_id: str) -> TaskRecord:
        """Asks about any id, at the common pace; slowly where another instance does the asking.

        Raises:
            KieError: there was no usable answer.
        """
        pace = self._pace if self._seat.take() else self._guest_pace
        await self._place(pace)
        try:
            return await self._read(task_id, had_turn=False)
        except KieError as error:
            if error.is_throttled:
                self._slow_down(error, pace)
            raise

    async def look(self, ref: str) -> None:
        """Asks about one task now, at the common pace, and applies the answer.

        Raises:
            KieError: there was no usable answer.
        """
        await self._place(self._pace)
        await self._ask(ref)

    async def _work(self) -> None:
        while True:
            ref = await self._turn()
            look = Look.TROUBLE
            try:
                look = await self._look(ref)
            finally:
                self._schedule.asked(ref, look, now=self._clock.monotonic())
                if not self.is_watched(self._book[ref]):  # a parked one, which had one turn
                    self._schedule.forget(ref)
                self._bell.ring()

    async def _turn(self) -> str:
        """The next task to ask about, when it may be asked about. One worker at a time waits here."""
        async with self._door:
            while True:
                now = self._clock.monotonic()
                wait = self._schedule.wait_s(now)
                if wait == 0.0:
                    wait = self._hindrance_s(now)
                if wait != 0.0:
                    await self._bell.wait(wait)
                    continue
                await self._place(self._pace)
                now = self._clock.monotonic()
                ref = self._schedule.next(now) if self._hindrance_s(now) == 0.0 else None
                if ref is not None:
                    self._health.trying(now)
                    return ref

    async def _place(self, pace: Pace) -> None:
        """Waits for a place among the requests; for another one if the service was too busy meanwhile."""
        while True:
            await self._clock.sleep(pace.reserve(self._clock.monotonic()))
            if pace.quiet_s(self._clock.monotonic()) == 0.0:
                return

    def _hindrance_s(self, now: float) -> float | None:
        """Seconds until we may ask at all; 0 for now, None while only news can help."""
        if self._just_woke():
            return _WAKING_S
        wait = self._health.wait_s(now)
        if wait is None:
            self._seat.leave()  # another instance may have a key that works
            return None
        return wait if self._seat.take() else _SEAT_TAKEN_S

    async def _look(self, ref: str) -> Look:
        try:
            await self._ask(ref)
        except KieError as error:
            return await self._doubt(ref, error)
        self._misses.pop(ref, None)
        return Look.ANSWERED

    async def _ask(self, ref: str) -> None:
        """One look. Answers that were overtaken by one to a later question are dropped."""
        number = next(self._numbers)
        task_id = self._book[ref].task_id
        if task_id is None:
            return
        record = await self._read(task_id, had_turn=True)
        if number > self._newest.get(ref, 0):
            self._newest[ref] = number
            await self._apply(ref, record)

    async def _read(self, task_id: str, *, had_turn: bool) -> TaskRecord:
        client = await self._connect()
        self._asked.append(self._clock.monotonic())
        self._drop_old()
        try:
            async with asyncio.timeout(self._look_timeout_s):
                record = await client.read_task(task_id)
        except TimeoutError:
            error = AnswerLost("The service did not answer in time.")
            self._health.failed(error, self._clock.monotonic(), had_turn=had_turn)
            raise error from None
        except KieError as error:
            self._health.failed(error, self._clock.monotonic(), had_turn=had_turn)
            raise
        self._health.heard()
        self._pace.answered(self._clock.monotonic())
        return record

    async def _apply(self, ref: str, record: TaskRecord) -> None:
        now_ms = self._clock.now_ms()
        before = self._book[ref]
        read = partial(apply, record=record, now_ms=now_ms)
        if is_news(before, read(before)):
            await self._book.change(ref, read, raw=record.raw)
        else:
            self._book.asked(ref, now_ms)

    async def _doubt(self, ref: str, error: KieError) -> Look:
        """What a look without a usable answer means for the task, said on its row."""
        now = self._clock.monotonic()
        if error.is_throttled:
            self._slow_down(error, self._pace)
            return Look.NOT_MADE
        if self._health.wait_s(now) != 0.0 or cause_of(error) is Cause.BAD_KEY:
            return Look.NOT_MADE
        misses = self._misses[ref] = self._misses.get(ref, 0) + 1
        sentence = doubt(error, misses=misses, age_s=self._schedule.age_s(ref, now=now))
        if sentence is not None and ref in self._schedule and self._book[ref].note != sentence:
            await self._book.change(ref, partial(remark_on, sentence=sentence), raw=error.raw or None)
        return Look.UNKNOWN_ID if is_unknown_id(error) else Look.TROUBLE

    def _slow_down(self, error: KieError, pace: Pace) -> None:
        pace.throttled(self._clock.monotonic(), min(_LONGEST_RETRY_AFTER_S, error.retry_after or 1.0))

    def _age_s(self, task: Task) -> float:
        born = task.vendor_created_at or task.sent_at or task.created_at
        return max(0, self._clock.now_ms() - born) / 1000

    def _drop_old(self) -> None:
        horizon = self._clock.monotonic() - _RATE_WINDOW_S
        while self._asked and self._asked[0] < horizon:
            self._asked.popleft()
