"""The one place that spends money: the intent is on the disk first, then the request goes out, never twice.

A send runs in a task of its own that no caller can cancel. Its policy is `outcomes.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

from sora_tui.kie.errors import KieError
from sora_tui.studio.bell import Bell
from sora_tui.studio.book import Book
from sora_tui.studio.caps import Admission
from sora_tui.studio.clock import Clock
from sora_tui.studio.events import Notice, Severity
from sora_tui.studio.health import Health
from sora_tui.studio.holding import turn
from sora_tui.studio.outcomes import (
    WINDOW_LIMIT,
    WINDOW_S,
    Answer,
    Outcome,
    classify,
    interrupt,
    pause_before_retry,
    settle,
    withdraw,
)
from sora_tui.studio.schema import StoreError
from sora_tui.studio.store import OnHold, TaskIdTaken, WindowFull
from sora_tui.studio.supervising import Supervisor
from sora_tui.studio.task import Task, TaskState

if TYPE_CHECKING:
    from sora_tui.kie.client import KieClient
    from sora_tui.kie.messages import CreateTask

T = TypeVar("T")
_SAVE_AGAIN_S = 2.0
_LOOK_AGAIN_S = 1.0
"""After which a task is claimed again that another program has held, or whose service it has paused, unseen by us."""


class Submitting:
    """The outbox: sends queued tasks in their order, as many at once as the account's window allows.

    Args:
        book: the tasks.
        connect: gives the client; raises before anything is sent if there can be none.
        request: the body for a task.
        health: told what the answers say about the service.
        supervisor: keeps the outbox running.
        clock: for every wait.
        random: for the jitter.
        publish: told what the user should read.
        ready: awaited before the first send.
        balance: the account's credits if they are certain at this moment, else None.
    """

    def __init__(
        self,
        book: Book,
        connect: Callable[[], Awaitable[KieClient]],
        request: Callable[[Task], CreateTask],
        *,
        health: Health,
        supervisor: Supervisor,
        clock: Clock,
        random: Random,
        publish: Callable[[Notice], None],
        ready: Callable[[], Awaitable[None]],
        balance: Callable[[], float | None],
    ) -> None:
        self._book = book
        self._connect = connect
        self._request = request
        self._health = health
        self._supervisor = supervisor
        self._clock = clock
        self._random = random
        self._publish = publish
        self._ready = ready
        self._balance = balance
        self._bell = Bell(clock)
        self._outbox: dict[str, float] = {}
        """The refs of what is ours to send, and from when on (monotonic) each may be."""
        self._full_until = float("-inf")
        self._sends: dict[str, asyncio.Task[None]] = {}
        self._acts: set[asyncio.Task[Any]] = set()
        self._is_open = False
        self._is_started = False

    @property
    def in_flight(self) -> int:
        """Create requests whose answer is not known and saved yet."""
        return len(self._sends)

    def start(self) -> None:
        """Starts sending what is queued; idempotent."""
        self._is_open = True
        if not self._is_started:
            self._is_started = True
            self._supervisor.run("sending", self._send_in_order)

    async def submit(self, task: Task, admission: Admission | None = None) -> Task:
        """Writes the intent down and queues it. Cancelling the caller changes neither. See `submit_all`."""
        (saved,) = await self.submit_all([task], admission)
        return saved

    async def submit_all(self, tasks: Sequence[Task], admission: Admission | None = None) -> list[Task]:
        """Writes the intents down, all of them or none, and queues them. Cancelling the caller changes neither.

        Args:
            tasks: in the order in which they are to be sent.
            admission: whether they may be spent on.

        Raises:
            CapReached: by `admission`; nothing was written.
            StoreError: they could not be written; nothing will be sent.
        """
        return await asyncio.shield(self._act(self._write_down(tasks, admission)))

    async def withdraw(self, ref: str) -> Task:
        """Takes a queued task back.

        Raises:
            IllegalTransition: it is being sent, or was.
        """
        now_ms = self._clock.now_ms()
        return await self._book.change(ref, lambda task: withdraw(task, now_ms=now_ms))

    def queue(self, ref: str, *, pause_s: float = 0.0) -> None:
        """Puts a task that is queued in the store into the outbox, to be sent after `pause_s`."""
        self._outbox[ref] = self._clock.monotonic() + pause_s
        self._bell.ring()

    def reconsider(self) -> None:
        """Something of the queue was held, released, moved or taken back; or its service was paused or resumed."""
        self._bell.ring()

    async def close(self, patience_s: float) -> None:
        """Starts no more sends, waits for those in flight, and marks what takes longer unconfirmed."""
        self._is_open = False
        if self._acts:
            await asyncio.wait(self._acts)
        if self._sends:
            await asyncio.wait(self._sends.values(), timeout=patience_s)
        late = dict(self._sends)
        for send in late.values():
            send.cancel()
        await asyncio.gather(*late.values(), return_exceptions=True)
        for ref in late:
            await self._book.change(ref, interrupt)

    async def _write_down(self, tasks: Sequence[Task], admission: Admission | None) -> list[Task]:
        saved = await self._book.insert_all(tasks, admission)
        for task in saved:
            self.queue(task.ref)
        return saved

    def _act(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        act = asyncio.create_task(work)
        self._acts.add(act)  # the loop itself holds tasks only weakly
        act.add_done_callback(self._acts.discard)
        return act

    async def _send_in_order(self) -> None:
        while True:
            wait = self._wait_s()
            if wait is None or wait > 0:
                await self._bell.wait(wait)
                continue
            client = await self._connect()
            await self._ready()
            await asyncio.shield(self._act(self._send_next(client)))

    async def _send_next(self, client: KieClient) -> None:
        """Claims the first task and launches its send: one act, so that closing never comes in between."""
        ref = self._next()
        if ref is None or not self._is_open:
            return
        # With another send on its way nobody could say whose debit it was.
        balance = None if self._sends else self._balance()
        window_ms = round(WINDOW_S * 1000)
        claimed = await self._book.claim(ref, limit=WINDOW_LIMIT, window_ms=window_ms, balance=balance)
        if isinstance(claimed, WindowFull):
            self._full_until = self._clock.monotonic() + claimed.wait_ms / 1000
            return
        if isinstance(claimed, OnHold):
            self._outbox[ref] = self._clock.monotonic() + _LOOK_AGAIN_S
            return
        self._outbox.pop(ref, None)
        if claimed is not None:
            self._launch(client, claimed)

    def _wait_s(self) -> float | None:
        """Seconds until the first task of the outbox may be claimed; None if there is none."""
        ref = self._next()
        if ref is None or not self._is_open:
            return None
        return max(self._outbox[ref], self._full_until) - self._clock.monotonic()

    def _next(self) -> str | None:
        """The ref of what is to be sent next: the first in the order of those that are due, else what is due first."""
        now = self._clock.monotonic()
        ready = [task for ref in self._outbox if (task := self._book.get(ref)) is not None and self._may_be_sent(task)]
        if due := [task for task in ready if self._outbox[task.ref] <= now]:
            return min(due, key=turn).ref
        return min((task.ref for task in ready), key=self._outbox.__getitem__, default=None)

    def _may_be_sent(self, task: Task) -> bool:
        """Whether the user lets it go. In the end the store decides, when it is claimed."""
        return not task.is_held and not self._book.is_paused(task.origin)

    def _launch(self, client: KieClient, task: Task) -> None:
        send = asyncio.create_task(self._send(client, task), name=f"send {task.ref}")
        self._sends[task.ref] = send
        send.add_done_callback(lambda _: self._sends.pop(task.ref, None))

    async def _send(self, client: KieClient, task: Task) -> None:
        try:
            answer = classify(await client.create_task(self._request(task), ref=task.ref))
            self._health.heard()
        except KieError as error:
            answer = classify(error)
            self._health.failed(error, self._clock.monotonic())
        except Exception as error:
            answer = classify(error)
            context = {"message": f"studio: sending {task.ref} failed", "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)
        pause_s = pause_before_retry(answer, task.attempts, self._random)
        saved = await self._save(task.ref, answer, pause_s)
        if saved.state is TaskState.QUEUED and pause_s is not None:
            if answer.outcome is Outcome.THROTTLED:  # the account's window is full, whoever filled it
                self._full_until = max(self._full_until, self._clock.monotonic() + WINDOW_S)
            self.queue(task.ref, pause_s=pause_s)

    async def _save(self, ref: str, answer: Answer, pause_s: float | None) -> Task:
        """Writes the answer down, again and again while the disk does not take it: it may be paid for."""
        while True:
            now_ms = self._clock.now_ms()
            try:
                settled = partial(settle, answer=answer, now_ms=now_ms, pause_s=pause_s)
                return await self._book.change(ref, settled, raw=answer.raw)
            except TaskIdTaken:
                answer = answer.without_id()
            except StoreError as error:
                about = f" The service's id for it is {answer.task_id}." if answer.task_id else ""
                self._publish(
                    Notice(
                        f"A task was sent and the answer is not saved yet. {error}{about}",
                        Severity.ERROR,
                        ref,
                    )
                )
                await self._clock.sleep(_SAVE_AGAIN_S)
