"""The store: tasks, their history and the service's raw answers in SQLite.

Every change is one `BEGIN IMMEDIATE` transaction that reads the row, moves it by the law of `task.py` and
syncs it to the disk, so several processes can work on one store. Synchronous: `Book` calls it on a thread.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, TypeAlias

from sora_tui.studio import queueing, spending
from sora_tui.studio.caps import Admission
from sora_tui.studio.encoding import COLUMNS, decode, encodable, encode
from sora_tui.studio.reader import StoreReader, read
from sora_tui.studio.schema import MIGRATIONS, Migration, StoreTooNew, open_file, schema_of, speaking_plainly
from sora_tui.studio.task import IllegalTransition, Task, TaskState

Transition: TypeAlias = Callable[[Task], Task]
"""From a task as it is stored to the task as it should be. The same task means: nothing to change."""

RAW_LIMIT = 2_000_000
"""Characters of a raw answer that are kept: as much as the client reads."""
_STEP_TEXT_LIMIT = 2_000
_SENDS_KEPT_MS = 3_600_000
_UPDATE = f"UPDATE tasks SET {', '.join(f'{name} = :{name}' for name in COLUMNS)} WHERE ref = :ref"
_INSERT = f"INSERT INTO tasks ({', '.join(COLUMNS)}, owner) VALUES ({', '.join(f':{n}' for n in COLUMNS)}, :owner)"


class TaskIdTaken(Exception):
    """The vendor's id already belongs to another task of the same service. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class WindowFull:
    """As many creates were started as the account may: try again in `wait_ms`."""

    wait_ms: int


class OnHold(Enum):
    """Why a task that is ours is not to be sent now."""

    HELD = "held"
    """Until the user releases it."""
    PAUSED = "paused"
    """Until the user lets tasks be sent to its service again."""


class Store(StoreReader):
    """One connection to the store. Use from one thread at a time.

    Args:
        path: the file; made if it does not exist.
        busy_timeout_s: how long to wait for another process before `StoreBusy`.
        migrations: the schema's steps.
        is_alone: whether no other program has the store open; asked before the schema is changed.

    Raises:
        StoreError: the file can't be opened; the message says what to do.
    """

    def __init__(
        self,
        path: Path,
        *,
        busy_timeout_s: float = 10.0,
        migrations: Sequence[Migration] = MIGRATIONS,
        is_alone: Callable[[], bool] = lambda: True,
    ) -> None:
        super().__init__(path, open_file(path, busy_timeout_s=busy_timeout_s, migrations=migrations, is_alone=is_alone))
        self.schema = len(migrations)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that no other process can come between, fully synced when it ends."""
        with speaking_plainly(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                if (schema := schema_of(self._connection)) > self.schema:
                    raise StoreTooNew(
                        f"The store {self.path} was brought up to schema {schema} by a newer sora-tui while this one "
                        f"ran, which knows {self.schema}. Nothing was changed. Quit it and start the newer one."
                    )
                yield self._connection
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:  # after an error; a full disk rolls back by itself
                    self._connection.execute("ROLLBACK")

    # What changes

    def insert(self, task: Task, *, owner: str, at: int, raw: str | None = None) -> Task:
        """Writes a new task down, on the disk when this returns.

        Raises:
            StoreError: it was not written.
            TaskIdTaken: another task has this vendor's id.
        """
        with self._writing() as db:
            return _insert(db, task, owner, at, raw)

    def insert_all(
        self, tasks: Sequence[Task], *, owner: str, at: int, admission: Admission | None = None
    ) -> list[Task]:
        """Writes new tasks down in one transaction: all of them, or none.

        Args:
            tasks: in the order in which they are to be sent.
            owner: the instance that sends them.
            at: epoch ms of the first step in their history.
            admission: asked whether they may be spent on, with all that other programs have written down before.

        Raises:
            CapReached: by `admission`; nothing was written.
            StoreError: nothing was written.
        """
        with self._writing() as db:
            if admission is not None:
                admission.check(tasks, spending.committed(db, admission.origin, admission.day_from))
            return [_insert(db, task, owner, at, None) for task in tasks]

    def insert_new(self, tasks: Iterable[Task]) -> list[bool]:
        """Writes down, in one transaction, those of these tasks from elsewhere that are not there: all, or none.

        One is there if a task has its ref, or if one of its service has its vendor's id. Nobody owns them: none of
        them may be queued or being sent.

        Returns:
            For each whether it was written.

        Raises:
            ValueError: one of them could be sent; nothing was written.
            StoreError: nothing was written.
        """
        written = []
        with self._writing() as db:
            for task in tasks:
                if task.state in (TaskState.QUEUED, TaskState.SENDING):
                    raise ValueError(f"{task.ref} is {task.state}, and what comes from elsewhere is never sent")
                is_there = db.execute(
                    "SELECT 1 FROM tasks WHERE ref = ? UNION ALL SELECT 1 FROM tasks WHERE origin = ? AND task_id = ?",
                    (task.ref, task.origin, task.task_id),
                ).fetchone()
                written.append(is_there is None)
                if is_there is None:
                    _insert(db, task, "", task.finished_at or task.sent_at or task.created_at, None)
        return written

    def change(self, ref: str, transition: Transition, *, at: int, raw: str | None = None) -> Task:
        """Moves the stored task by `transition` and keeps the `raw` answer that was the reason.

        Args:
            ref: which.
            transition: is given the task as stored now, perhaps changed by another process a moment ago.
            at: epoch ms of the step in the history.
            raw: the service's answer.

        Raises:
            NoSuchTask: there is none.
            IllegalTransition: by `transition`; the task stays as it is.
            TaskIdTaken: the vendor's id belongs to another task; the task stays as it is.
            StoreError: nothing was written.
        """
        with self._writing() as db:
            return _change(db, ref, transition, at, raw)

    def change_all(self, refs: Iterable[str], transition: Transition, *, at: int) -> list[Task]:
        """Moves several tasks in one transaction: all of them, or none. See `change`; in the order of the refs."""
        with self._writing() as db:
            return [_change(db, ref, transition, at, None) for ref in dict.fromkeys(refs)]

    def claim(
        self,
        ref: str,
        *,
        owner: str,
        clock_ms: Callable[[], int],
        limit: int,
        window_ms: int,
        balance: float | None = None,
    ) -> Task | WindowFull | OnHold | None:
        """Takes the right to send a queued task once, within the account's window over all processes.

        Args:
            ref: which.
            owner: the instance that sends it.
            clock_ms: gives epoch ms. Asked after the wait for other processes, which may take longer than the
                margin between the service's window and ours.
            limit: creates that may be started within the window.
            window_ms: milliseconds.
            balance: the account's credits at this moment, if they are certain.

        Returns:
            The task, now `sending` with its `sent_at`; or how long the window stays full; or why it is not to be
            sent now; or None if it is no longer ours to send (withdrawn, or another instance has it).
        """
        with self._writing() as db:
            now_ms = clock_ms()
            row = db.execute(
                "SELECT origin, is_held FROM tasks WHERE ref = ? AND state = 'queued' AND owner = ?", (ref, owner)
            ).fetchone()
            if row is None:
                return None
            origin, is_held = row
            if is_held:
                return OnHold.HELD
            if origin in queueing.paused(db):
                return OnHold.PAUSED
            # Starts "in the future" were made before the wall clock was set back; the far ones no longer count.
            started = [
                int(at)
                for (at,) in db.execute(
                    "SELECT at FROM sends WHERE origin = ? AND at > ? AND at < ? ORDER BY at",
                    (origin, now_ms - window_ms, now_ms + window_ms),
                )
            ]
            if len(started) >= limit:
                return WindowFull(min(window_ms, max(1, started[-limit] + window_ms - now_ms)))
            columns = db.execute(
                "UPDATE tasks SET state = 'sending', sent_at = :now, attempts = attempts + 1, note = '',"
                " balance_before = :balance, balance_after = NULL, revision = :revision"
                " WHERE ref = :ref AND state = 'queued' AND owner = :owner"
                f" RETURNING {', '.join(COLUMNS)}",
                {"now": now_ms, "balance": balance, "revision": _next_revision(db), "ref": ref, "owner": owner},
            ).fetchall()
            (task,) = (decode(column) for column in columns)
            db.execute("INSERT INTO sends VALUES (?, ?, ?)", (origin, now_ms, ref))
            db.execute("DELETE FROM sends WHERE at < ? OR at > ?", (now_ms - _SENDS_KEPT_MS, now_ms + _SENDS_KEPT_MS))
            _add_step(db, task, now_ms)
            return task

    def move(self, ref: str, before: str | None, *, at: int) -> list[Task]:
        """Puts a queued task just before another one of its service in the order of sending, or last.

        Returns:
            The tasks whose place changed.

        Raises:
            NoSuchTask: there is none.
            IllegalTransition: one of the two does not wait to be sent.
        """
        with self._writing() as db:
            task = read(db, ref)
            if task.state is not TaskState.QUEUED or before == ref:
                raise IllegalTransition(f"{ref}: {task.state} has no place in the queue")
            try:
                places = queueing.places_with(db, ref, task.origin, before)
            except LookupError as error:
                raise IllegalTransition(f"{before} does not wait to be sent") from error
            return [_change(db, each, _placed(place), at, None) for each, place in places.items()]

    def pause(self, origin: str, *, at: int) -> None:
        """Lets nothing be sent to a service, by any program on this store, until `resume`."""
        with self._writing() as db:
            queueing.pause(db, origin, at)

    def resume(self, origin: str) -> None:
        """Lets tasks be sent to a service again."""
        with self._writing() as db:
            queueing.resume(db, origin)

    def take_over(self, origin: str, owners: Collection[str], new_owner: str) -> list[str]:
        """Makes `new_owner` responsible for what dead `owners` had queued and never sent; the refs, oldest first."""
        marks = ", ".join("?" for _ in owners)
        with self._writing() as db:
            rows = db.execute(
                "UPDATE tasks SET owner = ? WHERE state = 'queued' AND origin = ?"
                f" AND ifnull(owner, '') IN ({marks}) RETURNING seq, ref",
                (new_owner, origin, *owners),
            ).fetchall()
            return [str(ref) for _, ref in sorted(rows)]

    def wish(self, ref: str, *, at: int) -> None:
        """Notes that an instance wishes this task to be asked about next, for the one that asks to see."""
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO wishes VALUES (?, ?)", (ref, at))

    def take_wishes(self) -> list[str]:
        """Takes the wishes off the list; refs, the oldest first. Writes only where there are any."""
        with self._reading() as db:
            if db.execute("SELECT 1 FROM wishes LIMIT 1").fetchone() is None:
                return []
        with self._writing() as db:
            rows = db.execute("DELETE FROM wishes RETURNING at, ref").fetchall()
            return [str(ref) for _, ref in sorted(rows)]


def _insert(db: sqlite3.Connection, task: Task, owner: str, at: int, raw: str | None) -> Task:
    saved = replace(
        task,
        revision=_next_revision(db),
        thread_ref=task.thread_ref or _thread_of(db, task),
        place=task.place or _last_place(db),
    )
    try:
        db.execute(_INSERT, {**encode(saved), "owner": owner})
    except sqlite3.IntegrityError as error:
        raise TaskIdTaken(task.task_id) from error
    _add_step(db, saved, at)
    _keep_raw(db, saved.ref, at, raw)
    return read(db, saved.ref)


def _change(db: sqlite3.Connection, ref: str, transition: Transition, at: int, raw: str | None) -> Task:
    before = read(db, ref)
    after = transition(before)
    if after == before:
        return before
    saved = replace(after, revision=_next_revision(db))
    try:
        db.execute(_UPDATE, encode(saved))
    except sqlite3.IntegrityError as error:
        raise TaskIdTaken(after.task_id) from error
    if _as_step(before) != _as_step(saved):
        _add_step(db, saved, at)
    _keep_raw(db, ref, at, raw)
    return read(db, ref)


def _placed(place: float) -> Transition:
    return lambda task: replace(task, place=place)


def _thread_of(db: sqlite3.Connection, task: Task) -> str:
    """The prompt thread of a new task: its parent's, if that is there."""
    row = db.execute("SELECT thread_ref FROM tasks WHERE ref = ?", (task.parent_ref,)).fetchone()
    return task.ref if row is None else str(row[0])


def _last_place(db: sqlite3.Connection) -> float:
    """The place behind all that is in the outbox."""
    written = "SELECT max(seq) FROM tasks"
    waiting = "SELECT max(place) FROM tasks WHERE state = 'queued'"
    (place,) = db.execute(f"SELECT max(ifnull(({written}), 0), ifnull(({waiting}), 0)) + 1").fetchone()
    return float(place)


def _next_revision(db: sqlite3.Connection) -> int:
    row = db.execute("UPDATE counters SET value = value + 1 WHERE name = 'revision' RETURNING value").fetchone()
    return int(row[0])


def _as_step(task: Task) -> tuple[Any, ...]:
    return (task.state, task.vendor_state, task.code, task.http_status, task.text)


def _add_step(db: sqlite3.Connection, task: Task, at: int) -> None:
    state, vendor_state, code, http_status, text = _as_step(task)
    said = None if vendor_state is None else encodable(vendor_state)
    db.execute(
        "INSERT INTO steps (ref, at, state, vendor_state, code, http_status, text) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (task.ref, at, state.value, said, code, http_status, encodable(text[:_STEP_TEXT_LIMIT])),
    )


def _keep_raw(db: sqlite3.Connection, ref: str, at: int, raw: str | None) -> None:
    if raw is not None:
        db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (ref, at, encodable(raw[:RAW_LIMIT])))
