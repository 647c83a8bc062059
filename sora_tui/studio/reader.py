"""What can be asked of the store. Changes nothing; `Store` adds what does."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from sora_tui.studio import finding, looking_up, queueing
from sora_tui.studio.encoding import COLUMNS, SELECT, decode
from sora_tui.studio.filters import Filter
from sora_tui.studio.orders import SortBy, SortKey
from sora_tui.studio.schema import StoreCorrupt, speaking_plainly
from sora_tui.studio.searching import Search
from sora_tui.studio.task import Step, Task, TaskState
from sora_tui.studio.terms import Term

if TYPE_CHECKING:
    from sora_tui.studio.estimates import Lesson

T = TypeVar("T")

_MOST_MARKS = 500
"""Values in one statement: far below any SQLite's limit."""
_UNFINISHED = f"state IN ({', '.join(repr(state.value) for state in TaskState if not state.is_final)})"


class NoSuchTask(LookupError):
    """No task of the store has this ref."""


@dataclass(frozen=True, slots=True)
class Overview:
    """A store at one moment.

    Attributes:
        unfinished: the tasks that are not final, oldest first.
        counts: how many tasks are in each state.
        last_seq: the number of the row written last; 0 without rows.
        last_revision: the revision of the task that changed last; 0 without tasks.
        paused: the services to which nothing is sent for now.
    """

    unfinished: list[Task]
    counts: dict[TaskState, int]
    last_seq: int
    last_revision: int
    paused: frozenset[str]


class Changed(NamedTuple):
    """A task that was changed, and the number of its row (see `Store.seq`)."""

    task: Task
    seq: int


class StoreReader:
    """One connection to the store. Use from one thread at a time.

    Args:
        path: the file.
        connection: to it.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self.search = Search(path)

    def close(self) -> None:
        """Closes the connection."""
        self.search.close()
        self._connection.close()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with speaking_plainly(self.path):
            yield self._connection

    def ask(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """The answer to a question of one of the modules that read in SQL. It changes nothing."""
        with self._reading() as db:
            return question(db)

    def tasks(self) -> list[Task]:
        """Every task, oldest first."""
        with self._reading() as db:
            return [decode(row) for row in db.execute(f"{SELECT} ORDER BY created_at, seq")]

    def task(self, ref: str) -> Task:
        """The task as it is stored.

        Raises:
            NoSuchTask: there is none.
        """
        with self._reading() as db:
            return read(db, ref)

    def find(
        self,
        filter: Filter,
        states: Collection[TaskState] | None,
        sort_by: SortBy,
        *,
        also: Term | None = None,
        limit: int | None = None,
    ) -> list[SortKey]:
        """Where the tasks stand that a filter and these states let through, upwards. See `finding.find`."""
        find = partial(finding.find, filter=filter, states=states, sort_by=sort_by, also=also, limit=limit)
        with self._reading() as db:
            found = self.search.find(lambda index: find(index.db, index=index)) if finding.has_words(filter) else None
            return find(db) if found is None else found

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
                    [decode(row) for row in db.execute(f"{SELECT} WHERE {_UNFINISHED} ORDER BY created_at, seq")],
                    finding.counts(db),
                    looking_up.last_seq(db),
                    looking_up.last_revision(db),
                    queueing.paused(db),
                )
            finally:
                db.execute("ROLLBACK")

    def moved_since(self, origin: str, since_ms: int) -> list[Task]:
        """The tasks of a service that were sent, or ended, at `since_ms` (epoch ms) or later; and the unfinished."""
        select = f"{SELECT} WHERE origin = ? AND (sent_at >= ? OR finished_at >= ? OR {_UNFINISHED})"
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

    def held_by(self, owners: Collection[str], state: TaskState) -> list[str]:
        """The refs of the tasks in `state` that these instances hold, oldest first."""
        marks = ", ".join("?" for _ in owners)
        with self._reading() as db:
            rows = db.execute(
                f"SELECT ref FROM tasks WHERE state = ? AND ifnull(owner, '') IN ({marks}) ORDER BY seq",
                (state.value, *owners),
            )
            return [str(ref) for (ref,) in rows]


def read(db: sqlite3.Connection, ref: str) -> Task:
    """The task as it is stored.

    Raises:
        NoSuchTask: there is none.
    """
    row = db.execute(f"{SELECT} WHERE ref = ?", (ref,)).fetchone()
    if row is None:
        raise NoSuchTask(ref)
    return decode(row)


def _tasks(db: sqlite3.Connection, condition: str, values: Sequence[Any]) -> list[Task]:
    return [decode(row) for row in db.execute(f"{SELECT} WHERE {condition} ORDER BY created_at, seq", values)]


def _orphans(db: sqlite3.Connection) -> list[tuple[str, int, str, int]]:
    return db.execute("PRAGMA foreign_key_check").fetchall()
