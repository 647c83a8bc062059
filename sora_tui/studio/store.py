"""The store: tasks, their history and the service's raw answers in SQLite.

Every change is one `BEGIN IMMEDIATE` transaction that reads the row, moves it by the law of `task.py` and
syncs it to the disk, so several processes can work on one store. Synchronous: `Book` calls it on a thread.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from sora_tui.studio import finding, looking_up
from sora_tui.studio.filters import Filter
from sora_tui.studio.orders import SortBy, SortKey
from sora_tui.studio.schema import (
    MIGRATIONS,
    Migration,
    StoreCorrupt,
    StoreTooNew,
    open_file,
    schema_of,
    speaking_plainly,
)
from sora_tui.studio.searching import Search
from sora_tui.studio.task import Step, Task, TaskState

if TYPE_CHECKING:
    from sora_tui.studio.estimates import Lesson

Transition: TypeAlias = Callable[[Task], Task]
"""From a task as it is stored to the task as it should be. The same task means: nothing to change."""

RAW_LIMIT = 2_000_000
"""Characters of a raw answer that are kept: as much as the client reads."""
_STEP_TEXT_LIMIT = 2_000
_SENDS_KEPT_MS = 3_600_000
_MOST_MARKS = 500
"""Values in one statement: far below any SQLite's limit."""
COLUMNS = tuple(field.name for field in fields(Task))
_SELECT = f"SELECT {', '.join(COLUMNS)} FROM tasks"
_UNFINISHED = f"state IN ({', '.join(repr(state.value) for state in TaskState if not state.is_final)})"
_JSON_COLUMNS = ("parameters", "links", "watermark_links", "tags")
_UPDATE = f"UPDATE tasks SET {', '.join(f'{name} = :{name}' for name in COLUMNS)} WHERE ref = :ref"
_INSERT = f"INSERT INTO tasks ({', '.join(COLUMNS)}, owner) VALUES ({', '.join(f':{n}' for n in COLUMNS)}, :owner)"


class NoSuchTask(LookupError):
    """No task of the store has this ref."""


class TaskIdTaken(Exception):
    """The vendor's id already belongs to another task of the same service. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class WindowFull:
    """As many creates were started as the account may: try again in `wait_ms`."""

    wait_ms: int


@dataclass(frozen=True, slots=True)
class Overview:
    """A store at one moment.

    Attributes:
        unfinished: the tasks that are not final, oldest first.
        counts: how many tasks are in each state.
        last_seq: the number of the row written last; 0 without rows.
        last_revision: the revision of the task that changed last; 0 without tasks.
    """

    unfinished: list[Task]
    counts: dict[TaskState, int]
    last_seq: int
    last_revision: int


class Changed(NamedTuple):
    """A task that was changed, and the number of its row (see `Store.seq`)."""

    task: Task
    seq: int


class Store:
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
        self.path = path
        self.schema = len(migrations)
        self._connection = open_file(path, busy_timeout_s=busy_timeout_s, migrations=migrations, is_alone=is_alone)
        self.search = Search(path)

    def close(self) -> None:
        """Closes the connection."""
        self.search.close()
        self._connection.close()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with speaking_plainly(self.path):
            yield self._connection

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

    # What is there

    def tasks(self) -> list[Task]:
        """Every task, oldest first."""
        with self._reading() as db:
            return [decode(row) for row in db.execute(f"{_SELECT} ORDER BY created_at, seq")]

    def task(self, ref: str) -> Task:
        """The task as it is stored.

        Raises:
            NoSuchTask: there is none.
        """
        with self._reading() as db:
            return _read(db, ref)

    def find(
        self, filter: Filter, states: Collection[TaskState] | None, sort_by: SortBy, *, limit: int | None = None
    ) -> list[SortKey]:
        """Where the tasks stand that a filter and these states let through, upwards. See `finding.find`."""
        find = partial(finding.find, filter=filter, states=states, sort_by=sort_by, limit=limit)
        with self._reading() as db:
            found = self.search.find(lambda index: find(index.db, index=index)) if finding.has_words(filter) else None
            return find(db) if found is None else found

    def count(self, filter: Filter, states: Collection[TaskState] | None) -> int:
        """How many tasks a filter and these states let through; None for any state."""
        with self._reading() as db:
            found = None
            if finding.has_words(filter):
                found = self.search.find(lambda index: finding.count(index.db, filter, states, index))
            return finding.count(db, filter, states) if found is None else found

    def counts(self) -> dict[TaskState, int]:
        """How many tasks there are in each state."""
        with self._reading() as db:
            return finding.counts(db)

    def tasks_of(self, refs: Iterable[str]) -> list[Task]:
        """The tasks with these refs, in the same order. What is not known is left out."""
        wanted = list(refs)
        found: dict[str, Task] = {}
        with self._reading() as db:
            for start in range(0, len(wanted), _MOST_MARKS):
                some = wanted[start : start + _MOST_MARKS]
                marks = ", ".join("?" for _ in some)
                found.update((task.ref, task) for task in _tasks(db, f"ref IN ({marks})", some))
        return [found[ref] for ref in wanted if ref in found]

    def named(self, name: str) -> list[Task]:
        """The tasks whose ref or vendor's id is `name` or begins with it, oldest first."""
        with self._reading() as db:
            return _tasks(db, *finding.beginning(name))

    def with_id(self, task_id: str, origin: str) -> Task | None:
        """The task of a service that has this vendor's id; None if there is none."""
        with self._reading() as db:
            return next(iter(_tasks(db, "task_id = ? AND origin = ?", (task_id, origin))), None)

    def changed_since(self, revision: int) -> list[Changed]:
        """The tasks that changed after `revision`, in the order of their changes."""
        select = f"SELECT seq, {', '.join(COLUMNS)} FROM tasks WHERE revision > ? ORDER BY revision"
        with self._reading() as db:
            return [Changed(decode(row), int(seq)) for seq, *row in db.execute(select, (revision,))]

    def seq(self, ref: str) -> int:
        """The number of a task's row: higher for one that was written later.

        Raises:
            NoSuchTask: there is none.
        """
        with self._reading() as db:
            row = db.execute("SELECT seq FROM tasks WHERE ref = ?", (ref,)).fetchone()
            if row is None:
                raise NoSuchTask(ref)
            return int(row[0])

    def overview(self) -> Overview:
        """How things stand, at one moment."""
        with self._reading() as db:
            db.execute("BEGIN")  # what other processes write meanwhile comes after it
            try:
                return Overview(
                    [decode(row) for row in db.execute(f"{_SELECT} WHERE {_UNFINISHED} ORDER BY created_at, seq")],
                    finding.counts(db),
                    looking_up.last_seq(db),
                    looking_up.last_revision(db),
                )
            finally:
                db.execute("ROLLBACK")

    def moved_since(self, origin: str, since_ms: int) -> list[Task]:
        """The tasks of a service that were sent, or ended, at `since_ms` (epoch ms) or later; and the unfinished."""
        select = f"{_SELECT} WHERE origin = ? AND (sent_at >= ? OR finished_at >= ? OR {_UNFINISHED})"
        with self._reading() as db:
            return [decode(row) for row in db.execute(select, (origin, since_ms, since_ms))]

    def retries_of(self, refs: Collection[str]) -> int:
        """How many tasks were knowingly sent again for one of these."""
        with self._reading() as db:
            return looking_up.retries_of(db, refs)

    def refs_among(self, words: Collection[str]) -> set[str]:
        """Those of these words that are the ref of a task."""
        with self._reading() as db:
            return looking_up.refs_among(db, words)

    def lessons(self, limit: int) -> list[Lesson]:
        """What the last `limit` tasks that the service ended teach about durations; oldest first."""
        with self._reading() as db:
            return looking_up.lessons(db, limit)

    def data_version(self) -> int:
        """A number that differs from the last one exactly if *another* connection has changed the store."""
        with self._reading() as db:
            return int(db.execute("PRAGMA data_version").fetchone()[0])

    def history(self, ref: str) -> list[Step]:
        """The task's steps, oldest first."""
        with self._reading() as db:
            rows = db.execute(
                "SELECT at, state, vendor_state, code, http_status, text FROM steps WHERE ref = ? ORDER BY seq",
                (ref,),
            )
            return [Step(at, TaskState(state), *rest) for at, state, *rest in rows]

    def raw(self, ref: str) -> str | None:
        """The service's latest answer about the task that changed something, as it came."""
        with self._reading() as db:
            row = db.execute("SELECT raw FROM answers WHERE ref = ?", (ref,)).fetchone()
            return None if row is None else str(row[0])

    def owners(self) -> set[str]:
        """The instances that hold tasks not yet handed to the service."""
        with self._reading() as db:
            rows = db.execute("SELECT DISTINCT owner FROM tasks WHERE state IN ('queued', 'sending')")
            return {owner or "" for (owner,) in rows}

    def faults(self) -> list[str]:
        """What SQLite's own checks find wrong with the file; empty when it is whole. Reads all of it."""
        try:
            with self._reading() as db:
                found = [str(line) for (line,) in db.execute("PRAGMA integrity_check")]
                lost = [f"row {row} of {table} has no {parent}" for table, row, parent, _ in _orphans(db)]
        except StoreCorrupt as error:  # worse than the checks can say
            return [error.reason]
        return [line for line in found if line != "ok"] + lost

    # What changes

    def insert(self, task: Task, *, owner: str, at: int, raw: str | None = None) -> Task:
        """Writes a new task down, on the disk when this returns.

        Raises:
            StoreError: it was not written.
            TaskIdTaken: another task has this vendor's id.
        """
        with self._writing() as db:
            saved = replace(task, revision=_next_revision(db))
            try:
                db.execute(_INSERT, {**_encode(saved), "owner": owner})
            except sqlite3.IntegrityError as error:
                raise TaskIdTaken(task.task_id) from error
            _add_step(db, saved, at)
            _keep_raw(db, saved.ref, at, raw)
            return _read(db, saved.ref)

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
            before = _read(db, ref)
            after = transition(before)
            if after == before:
                return before
            saved = replace(after, revision=_next_revision(db))
            try:
                db.execute(_UPDATE, _encode(saved))
            except sqlite3.IntegrityError as error:
                raise TaskIdTaken(after.task_id) from error
            if _as_step(before) != _as_step(saved):
                _add_step(db, saved, at)
            _keep_raw(db, ref, at, raw)
            return _read(db, ref)

    def claim(
        self,
        ref: str,
        *,
        owner: str,
        clock_ms: Callable[[], int],
        limit: int,
        window_ms: int,
        balance: float | None = None,
    ) -> Task | WindowFull | None:
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
            The task, now `sending` with its `sent_at`; or how long the window stays full; or None if it is
            no longer ours to send (withdrawn, or another instance has it).
        """
        with self._writing() as db:
            now_ms = clock_ms()
            row = db.execute(
                "SELECT origin FROM tasks WHERE ref = ? AND state = 'queued' AND owner = ?", (ref, owner)
            ).fetchone()
            if row is None:
                return None
            (origin,) = row
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

    def held_by(self, owners: Collection[str], state: TaskState) -> list[str]:
        """The refs of the tasks in `state` that these instances hold, oldest first."""
        marks = ", ".join("?" for _ in owners)
        with self._reading() as db:
            rows = db.execute(
                f"SELECT ref FROM tasks WHERE state = ? AND ifnull(owner, '') IN ({marks}) ORDER BY seq",
                (state.value, *owners),
            )
            return [str(ref) for (ref,) in rows]

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


def _orphans(db: sqlite3.Connection) -> list[tuple[str, int, str, int]]:
    return db.execute("PRAGMA foreign_key_check").fetchall()


def _encodable(text: str) -> str:
    """The text with every lone surrogate (a cut emoji) as U+FFFD: SQLite and UTF-8 take nothing else."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _encode(task: Task) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(task, name) for name in COLUMNS}
    values["state"] = task.state.value
    for name in _JSON_COLUMNS:
        value = values[name]
        values[name] = json.dumps(dict(value) if name == "parameters" else list(value), ensure_ascii=False)
    return {name: _encodable(value) if isinstance(value, str) else value for name, value in values.items()}


def decode(row: Sequence[Any]) -> Task:
    """The task that a row is, its values in the order of `COLUMNS`.

    Raises:
        StoreCorrupt: it can't be one.
    """
    values = dict(zip(COLUMNS, row, strict=True))
    try:
        values["state"] = TaskState(values["state"])
        values["parameters"] = json.loads(values["parameters"])
        values["links"] = tuple(json.loads(values["links"]))
        values["watermark_links"] = tuple(json.loads(values["watermark_links"]))
        values["tags"] = tuple(map(str, json.loads(values["tags"])))
        values["is_parked"] = bool(values["is_parked"])
    except (ValueError, TypeError) as error:
        raise StoreCorrupt("the store", error) from error
    return Task(**values)


def _tasks(db: sqlite3.Connection, condition: str, values: Sequence[Any]) -> list[Task]:
    return [decode(row) for row in db.execute(f"{_SELECT} WHERE {condition} ORDER BY created_at, seq", values)]


def _read(db: sqlite3.Connection, ref: str) -> Task:
    row = db.execute(f"{_SELECT} WHERE ref = ?", (ref,)).fetchone()
    if row is None:
        raise NoSuchTask(ref)
    return decode(row)


def _next_revision(db: sqlite3.Connection) -> int:
    row = db.execute("UPDATE counters SET value = value + 1 WHERE name = 'revision' RETURNING value").fetchone()
    return int(row[0])


def _as_step(task: Task) -> tuple[Any, ...]:
    return (task.state, task.vendor_state, task.code, task.http_status, task.text)


def _add_step(db: sqlite3.Connection, task: Task, at: int) -> None:
    state, vendor_state, code, http_status, text = _as_step(task)
    said = None if vendor_state is None else _encodable(vendor_state)
    db.execute(
        "INSERT INTO steps (ref, at, state, vendor_state, code, http_status, text) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (task.ref, at, state.value, said, code, http_status, _encodable(text[:_STEP_TEXT_LIMIT])),
    )


def _keep_raw(db: sqlite3.Connection, ref: str, at: int, raw: str | None) -> None:
    if raw is not None:
        db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (ref, at, _encodable(raw[:RAW_LIMIT])))
