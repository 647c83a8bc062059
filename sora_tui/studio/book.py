"""The tasks that can change, in memory, kept equal to the store's. The only bridge between the event loop and it.

Every change goes to the disk first, then into memory, then to the front ends. Store calls run one at a time
on one worker thread and never on the loop. History stays on the disk: it is counted, found and loaded from there.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sora_tui.studio import queueing
from sora_tui.studio.caps import Admission
from sora_tui.studio.clock import Clock
from sora_tui.studio.events import TaskChanged
from sora_tui.studio.instances import Instance
from sora_tui.studio.opening import open_store
from sora_tui.studio.orders import SortKey
from sora_tui.studio.outcomes import expire, interrupt
from sora_tui.studio.reader import Changed, Overview
from sora_tui.studio.schema import StoreCorrupt
from sora_tui.studio.store import OnHold, Store, Transition, WindowFull
from sora_tui.studio.task import Step, Task, TaskState
from sora_tui.studio.views import View

if TYPE_CHECKING:
    import sqlite3

    from sora_tui.studio.estimates import Lesson

T = TypeVar("T")


class Book(Mapping[str, Task]):
    """By ref, newest last, the tasks that are not final, and every one that changed since the book was opened.

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
        self._refs: dict[tuple[str, str], str] = {}
        """By the service and its id: a flood of hints must not search all that runs for each."""
        self._counts: Counter[TaskState] = Counter()
        self._seen_seq = 0
        self._seen_revision = 0
        self._seen_version = 0
        self._damage: StoreCorrupt | None = None
        self._paused: frozenset[str] = frozenset()
        self.on_pause: Callable[[], None] = lambda: None
        """Called when a service was paused or resumed, by us or by another process."""

    def __getitem__(self, ref: str) -> Task:
        return self._tasks[ref]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tasks)

    def __reversed__(self) -> Iterator[str]:
        return reversed(self._tasks)

    def __len__(self) -> int:
        return len(self._tasks)

    @property
    def counts(self) -> Mapping[TaskState, int]:
        """How many tasks of the store are in each state, those on the disk alone among them."""
        return self._counts

    def with_id(self, task_id: str, origin: str) -> Task | None:
        """The task in memory of a service that has this vendor's id; None if there is none."""
        ref = self._refs.get((origin, task_id))
        return None if ref is None else self._tasks[ref]

    async def open(self) -> None:
        """Opens the store and loads the tasks that are not final.

        Raises:
            StoreError: with a sentence that says what to do.
        """
        overview = await self._in_thread(self._open)
        for task in overview.unfinished:
            self._keep(task)
        self._counts = Counter(overview.counts)
        self._seen_seq = overview.last_seq
        self._seen_revision = overview.last_revision
        self._paused = overview.paused

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
        self._take_in(saved, None, is_ours=True)
        return saved

    async def insert_all(self, tasks: Sequence[Task], admission: Admission | None = None) -> list[Task]:
        """Writes new tasks of ours down, all or none. See `Store.insert_all`."""
        self._need_whole()
        await self._in_thread(self._instance.hold)
        at, owner = self._clock.now_ms(), self._instance.id
        insert = partial(self._store.insert_all, tasks, owner=owner, at=at, admission=admission)
        written = await self._in_thread(insert)
        for task in written:
            self._take_in(task, None, is_ours=True)
        return written

    async def insert_new(self, tasks: Sequence[Task]) -> list[bool]:
        """Writes down what is new among tasks from elsewhere. See `Store.insert_new`.

        They come into memory as those of another program do, with the next `follow`.
        """
        self._need_whole()
        written = await self._in_thread(lambda: self._store.insert_new(tasks))
        if any(written):
            self._seen_version = -1  # SQLite counts only what other connections write
        return written

    async def change(self, ref: str, transition: Transition, *, raw: str | None = None) -> Task:
        """Moves a task. See `Store.change`; `transition` runs on the store's thread."""
        at = self._clock.now_ms()
        change = await self._in_thread(lambda: self._change(ref, transition, at=at, raw=raw))
        if change.after is not change.before or ref in self._tasks:
            self._take_in_change(change)
        return change.after

    async def change_all(self, refs: Iterable[str], transition: Transition) -> list[Task]:
        """Moves several tasks, all or none, in one transaction. See `Store.change_all`."""
        at, wanted = self._clock.now_ms(), list(refs)
        changes = await self._in_thread(lambda: self._change_all(wanted, transition, at=at))
        for change in changes:
            if change.after is not change.before or change.after.ref in self._tasks:
                self._take_in_change(change)
        return [change.after for change in changes]

    async def claim(
        self, ref: str, *, limit: int, window_ms: int, balance: float | None = None
    ) -> Task | WindowFull | OnHold | None:
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
            self._take_in(claimed, None, is_ours=True)
        return claimed

    async def move(self, ref: str, before: str | None) -> list[Task]:
        """Changes the order of sending. See `Store.move`."""
        at = self._clock.now_ms()
        moved = await self._in_thread(lambda: self._store.move(ref, before, at=at))
        for task in moved:
            self._take_in(task, self._tasks.get(task.ref, task), is_ours=True)
        return moved

    def is_paused(self, origin: str) -> bool:
        """Whether nothing is sent to a service until the user says so."""
        return origin in self._paused

    async def pause(self, origin: str, is_paused: bool = True) -> None:
        """Lets nothing be sent to a service, by any program on the store, or lets it be sent again."""
        store, at = self._store, self._clock.now_ms()
        await self._in_thread(lambda: store.pause(origin, at=at) if is_paused else store.resume(origin))
        self._take_in_pauses((self._paused | {origin}) if is_paused else (self._paused - {origin}))

    def asked(self, ref: str, at: int) -> None:
        """Notes in memory alone that the service was asked without news: not worth a write or an event."""
        self._tasks[ref] = replace(self._tasks[ref], asked_at=at)

    async def follow(self) -> None:
        """Takes in what other processes have changed since the last time."""
        version, changed, paused = await self._in_thread(self._read_news)
        for task, seq in changed:
            # Of a task of the history we know no more than that it is another one now.
            self._take_in(task, None if seq > self._seen_seq else task, is_ours=False)
        self._seen_seq = max([self._seen_seq, *(seq for _, seq in changed)])
        self._seen_version = version
        self._take_in_pauses(paused)

    async def recover(self) -> None:
        """Makes the interrupted sends of dead instances `unconfirmed`."""
        for change in await self._in_thread(self._interrupt_dead):
            self._take_in_change(change)

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

    async def ask(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """The answer of the store to a question of one of the modules that read in SQL."""
        return await self._in_thread(lambda: self._store.ask(question))

    # What is not in memory

    async def find(self, view: View, limit: int | None = None) -> list[SortKey]:
        """The keys of the tasks that a view lets through, in its order; the last entry of a key is the ref.

        Args:
            view: which.
            limit: only the first so many.
        """
        found = partial(self._store.find, view.filter, view.states, view.sort_by, also=view.also, limit=limit)
        return await self._in_thread(found)

    async def load(self, refs: Iterable[str]) -> list[Task]:
        """These tasks in this order, from memory or from the disk; those that are not there are left out."""
        wanted = list(refs)
        missing = [ref for ref in wanted if ref not in self._tasks]
        read = await self._in_thread(lambda: self._store.tasks_of(missing)) if missing else []
        found = {task.ref: task for task in read}
        found.update((ref, self._tasks[ref]) for ref in wanted if ref in self._tasks)
        return [found[ref] for ref in wanted if ref in found]

    async def named(self, name: str) -> list[Task]:
        """The tasks whose ref or vendor's id is `name` or begins with it, oldest first."""
        return await self._in_thread(lambda: self._store.named(name))

    async def known(self, task_id: str, origin: str) -> Task | None:
        """The task of a service that has this vendor's id, wherever it is; None if there is none."""
        if (task := self.with_id(task_id, origin)) is not None:
            return task
        return await self._in_thread(lambda: self._store.with_id(task_id, origin))

    async def moved_since(self, origin: str, since_ms: int) -> list[Task]:
        """The tasks of a service that were sent, or ended, at `since_ms` (epoch ms) or later, and all unfinished."""
        return await self._in_thread(lambda: self._store.moved_since(origin, since_ms))

    async def retries_of(self, refs: Collection[str]) -> int:
        """How many tasks were knowingly sent again for one of these."""
        return await self._in_thread(lambda: self._store.retries_of(refs))

    async def refs_among(self, words: Collection[str]) -> set[str]:
        """Those of these words that are the ref of a task."""
        return await self._in_thread(lambda: self._store.refs_among(words))

    async def lessons(self, limit: int) -> list[Lesson]:
        """What the tasks that ended last, `limit` of them, teach about durations; the oldest first."""
        return await self._in_thread(lambda: self._store.lessons(limit))

    # On the store's thread

    @property
    def _store(self) -> Store:
        if self._opened is None:
            raise RuntimeError("the studio is not open")
        return self._opened

    def _open(self) -> Overview:
        self._opened = open_store(self._path, self._instance)
        self._seen_version = self._opened.data_version()
        return self._opened.overview()

    def _close(self) -> None:
        self._store.close()
        self._opened = None
        self._instance.release()

    def _change(self, ref: str, transition: Transition, *, at: int, raw: str | None = None) -> _Change:
        noting = _Noting(transition)
        after = self._store.change(ref, noting, at=at, raw=raw)
        return _Change(noting.found[ref], after, self._store.seq(ref))

    def _change_all(self, refs: Iterable[str], transition: Transition, *, at: int) -> list[_Change]:
        noting = _Noting(transition)
        tasks = self._store.change_all(refs, noting, at=at)
        return [_Change(noting.found[task.ref], task, self._store.seq(task.ref)) for task in tasks]

    def _read_news(self) -> tuple[int, list[Changed], frozenset[str]]:
        version, paused = self._store.data_version(), self._store.ask(queueing.paused)
        if version == self._seen_version:
            return version, [], paused
        return version, self._store.changed_since(self._seen_revision), paused

    def _dead(self) -> list[str]:
        return [owner for owner in self._store.owners() if self._instance.is_dead(owner)]

    def _interrupt_dead(self) -> list[_Change]:
        dead = self._dead()
        at = self._clock.now_ms()
        refs = self._store.held_by(dead, TaskState.SENDING)
        return [self._change(ref, interrupt, at=at) for ref in refs]

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

    def _keep(self, task: Task) -> None:
        self._tasks[task.ref] = task
        if task.task_id is not None:
            self._refs[task.origin, task.task_id] = task.ref

    def _take_in_pauses(self, paused: frozenset[str]) -> None:
        if paused != self._paused:
            self._paused = paused
            self.on_pause()

    def _take_in_change(self, change: _Change) -> None:
        is_new = change.seq > self._seen_seq  # another process wrote it, and we have not followed since
        self._take_in(change.after, None if is_new else change.before, is_ours=True)

    def _take_in(self, task: Task, before: Task | None, *, is_ours: bool) -> None:
        """Puts a stored task into memory and tells of it, unless a newer one is there already.

        Args:
            task: as it is stored now.
            before: as it was on the disk; None for one that is new to us, and so not counted yet.
            is_ours: whether we changed it.
        """
        if not is_ours or task.revision == self._seen_revision + 1:
            # Ours may have overtaken another process's change: only without a gap is everything seen up to it.
            self._seen_revision = max(self._seen_revision, task.revision)
        previous = self._tasks.get(task.ref, before)
        if previous is task or previous is None or task.revision > previous.revision:
            self._keep(task)
            if previous is not None:
                self._counts[previous.state] -= 1
            self._counts[task.state] += 1
            self._publish(TaskChanged(task, previous, is_ours))


class _Noting:
    """A transition that keeps each task as it found it, by ref."""

    def __init__(self, transition: Transition) -> None:
        self._transition = transition
        self.found: dict[str, Task] = {}

    def __call__(self, task: Task) -> Task:
        self.found[task.ref] = task
        return self._transition(task)


@dataclass(frozen=True, slots=True)
class _Change:
    """A task before and after, and the number of its row."""

    before: Task
    after: Task
    seq: int
