"""The tasks in memory, kept equal to the store's. The only bridge between the event loop and the store.

Every change goes to the disk first, then into memory, then to the front ends. Store calls run one at a time
on one worker thread and never on the loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from sora_tui.studio.clock import Clock
from sora_tui.studio.events import TaskChanged
from sora_tui.studio.instances import Instance
from sora_tui.studio.opening import open_store
from sora_tui.studio.outcomes import expire, interrupt
from sora_tui.studio.schema import StoreCorrupt
from sora_tui.studio.store import Store, Transition, WindowFull
from sora_tui.studio.task import Step, Task, TaskState

T = TypeVar("T")


class Book(Mapping[str, Task]):
    """The tasks by ref, newest last, as the store has them.

    Args:
        path: the store's file.
        instance: who we are to other programs on the same store.
        clock: for the times in the history.
        publish: told about every change of a task, ours and other processes'.
        executor: runs the store calls, one at a time; a thread of its own by default.
    """

    def __init__(
        self,
        path: Path,
        instance: Instance,
        clock: Clock,
        publish: Callable[[TaskChanged], None],
        *,
        executor: Executor | None = None,
    ) -> None:
        self._path = path
        self._instance = instance
        self._clock = clock
        self._publish = publish
        self._executor = executor or ThreadPoolExecutor(1, thread_name_prefix="store")
        self._opened: Store | None = None
        self._tasks: dict[str, Task] = {}
        self._seen_revision = 0
        self._seen_version = 0
        self._damage: StoreCorrupt | None = None

    def __getitem__(self, ref: str) -> Task:
        return self._tasks[ref]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tasks)

    def __reversed__(self) -> Iterator[str]:
        return reversed(self._tasks)

    def __len__(self) -> int:
        return len(self._tasks)

    def with_id(self, task_id: str, origin: str) -> Task | None:
        """The task of a service that has this vendor's id; None if there is none."""
        return next((task for task in self.values() if task.task_id == task_id and task.origin == origin), None)

    async def open(self) -> None:
        """Opens the store and loads the tasks.

        Raises:
            StoreError: with a sentence that says what to do.
        """
        tasks = await self._in_thread(self._open)
        self._tasks = {task.ref: task for task in tasks}
        self._seen_revision = max((task.revision for task in tasks), default=0)

    async def close(self) -> None:
        """Closes the store and says to other programs that we are gone."""
        if self._opened is not None:
            await self._in_thread(self._close)
        self._executor.shutdown(wait=False)

    @property
    def damage(self) -> StoreCorrupt | None:
        """What was found damaged since the store was opened. From then on nothing new is written down or sent."""
        return self._damage

    def note_damage(self, error: StoreCorrupt) -> None:
        """The store was found damaged."""
        self._damage = self._damage or error

    async def insert(self, task: Task, *, raw: str | None = None) -> Task:
        """Writes a new task of ours down. See `Store.insert`."""
        self._need_whole()
        await self._in_thread(self._instance.hold)
        at, owner = self._clock.now_ms(), self._instance.id
        saved = await self._in_thread(lambda: self._store.insert(task, owner=owner, at=at, raw=raw))
        self._take_in(saved, is_ours=True)
        return saved

    async def change(self, ref: str, transition: Transition, *, raw: str | None = None) -> Task:
        """Moves a task. See `Store.change`; `transition` runs on the store's thread."""
        at = self._clock.now_ms()
        saved = await self._in_thread(lambda: self._store.change(ref, transition, at=at, raw=raw))
        self._take_in(saved, is_ours=True)
        return saved

    async def claim(
        self, ref: str, *, limit: int, window_ms: int, balance: float | None = None
    ) -> Task | WindowFull | None:
        """Takes the right to send a task once. See `Store.claim`."""
        self._need_whole()
        claim = partial(
            self._store.claim,
            ref,
            owner=self._instance.id,
            clock_ms=self._clock.now_ms,
            limit=limit,
            window_ms=window_ms,
            balance=balance,
        )
        claimed = await self._in_thread(claim)
        if isinstance(claimed, Task):
            self._take_in(claimed, is_ours=True)
        return claimed

    def asked(self, ref: str, at: int) -> None:
        """Notes in memory alone that the service was asked without news: not worth a write or an event."""
        self._tasks[ref] = replace(self._tasks[ref], asked_at=at)

    async def follow(self) -> None:
        """Takes in what other processes have changed since the last time."""
        version, changed = await self._in_thread(self._read_news)
        for task in changed:
            self._take_in(task, is_ours=False)
        self._seen_version = version

    async def recover(self) -> None:
        """Makes the interrupted sends of dead instances `unconfirmed`."""
        for saved in await self._in_thread(self._interrupt_dead):
            self._take_in(saved, is_ours=True)

    async def expire(self, now_ms: int) -> None:
        """Ends the unconfirmed tasks of which nothing was heard for 14 days before `now_ms` (epoch ms)."""
        for ref in [task.ref for task in self.values() if expire(task, now_ms=now_ms) is not task]:
            await self.change(ref, partial(expire, now_ms=now_ms))

    async def take_over(self, origin: str) -> list[str]:
        """The refs, now ours to send, of what dead instances had queued for `origin`."""
        return await self._in_thread(lambda: self._take_over(origin))

    async def wish(self, ref: str) -> None:
        """Wishes that the instance that asks the service asks about this task next."""
        at = self._clock.now_ms()
        await self._in_thread(lambda: self._store.wish(ref, at=at))

    async def wishes(self) -> list[str]:
        """Takes what other instances wish to be asked about next; refs, the oldest wish first."""
        return await self._in_thread(self._store.take_wishes)

    async def history(self, ref: str) -> list[Step]:
        """The task's steps, oldest first."""
        return await self._in_thread(lambda: self._store.history(ref))

    async def raw(self, ref: str) -> str | None:
        """The latest answer about the task that brought news."""
        return await self._in_thread(lambda: self._store.raw(ref))

    # On the store's thread

    @property
    def _store(self) -> Store:
        if self._opened is None:
            raise RuntimeError("the studio is not open")
        return self._opened

    def _open(self) -> list[Task]:
        self._opened = open_store(self._path, self._instance)
        self._seen_version = self._opened.data_version()
        return self._opened.tasks()

    def _close(self) -> None:
        self._store.close()
        self._opened = None
        self._instance.release()

    def _read_news(self) -> tuple[int, list[Task]]:
        version = self._store.data_version()
        if version == self._seen_version:
            return version, []
        return version, self._store.changed_since(self._seen_revision)

    def _dead(self) -> list[str]:
        return [owner for owner in self._store.owners() if self._instance.is_dead(owner)]

    def _interrupt_dead(self) -> list[Task]:
        dead = self._dead()
        at = self._clock.now_ms()
        refs = self._store.held_by(dead, TaskState.SENDING)
        return [self._store.change(ref, interrupt, at=at) for ref in refs]

    def _take_over(self, origin: str) -> list[str]:
        dead = self._dead()
        return self._store.take_over(origin, dead, self._instance.id) if dead else []

    # On the loop

    async def _in_thread(self, call: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, call)
        except StoreCorrupt as error:
            self.note_damage(error)
            raise

    def _need_whole(self) -> None:
        if self._damage is not None:
            raise StoreCorrupt(self._damage.what, self._damage.reason)

    def _take_in(self, task: Task, *, is_ours: bool) -> None:
        """Puts a stored task into memory and tells of it, unless a newer one is there already."""
        if not is_ours or task.revision == self._seen_revision + 1:
            # Ours may have overtaken another process's change: only without a gap is everything seen up to it.
            self._seen_revision = max(self._seen_revision, task.revision)
        previous = self._tasks.get(task.ref)
        if previous is None or task.revision > previous.revision:
            self._tasks[task.ref] = task
            self._publish(TaskChanged(task, previous, is_ours))
