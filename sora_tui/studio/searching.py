"""The index of all prompts by their trigrams, in a file beside the store: what makes words be found at once.

It is derived: lost, damaged or of another store it is made anew, and without it prompts are found by reading them
all. A prompt never changes once it is written down, so the index only ever grows, in pieces, behind the store.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from sora_tui.studio.finding import END, Indexed
from sora_tui.studio.schema import connect
from sora_tui.studio.text import fold

T = TypeVar("T")

PIECE = 200
"""Prompts that are indexed in one go: 10 to 50 ms of work."""
LEAST = 1_000
"""Tasks below which reading all prompts is quick enough, and the store needs no file beside it."""
_VERSION = 1
_BUSY_S = 0.2
"""How long to wait for another process: reading all prompts does not take much longer."""
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_MOST_FAILURES = 2
"""After the first the index is made anew. After the next it is given up: SQLite may lack FTS5, or the disk room."""
_SCHEMA = (
    # Without the texts, which the store has: only trigrams and where they stand, 3 bytes for each of a prompt.
    "CREATE VIRTUAL TABLE prompts USING fts5("
    "prompt, tokenize = 'trigram case_sensitive 1', content = '', columnsize = 0)",
    "CREATE VIRTUAL TABLE grams USING fts5vocab(prompts, row)",
    "CREATE TABLE last (seq INTEGER NOT NULL, ref TEXT NOT NULL)",
    "INSERT INTO last VALUES (0, '')",
    f"PRAGMA user_version = {_VERSION}",
)


class Search:
    """The index of one store. Use from one thread at a time.

    Args:
        store: the store's file, which is there. The index is opened, or made, when it is first needed.
        least: how many tasks the store must have for it.
        piece: how many prompts are indexed in one go.
    """

    def __init__(self, store: Path, *, least: int = LEAST, piece: int = PIECE) -> None:
        self.path = store.with_name(f"{store.stem}-search{store.suffix}")
        self._store = store
        self._least, self._piece = least, piece
        self._connection: sqlite3.Connection | None = None
        self._failures = 0

    def close(self) -> None:
        """Closes the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def grow(self) -> bool:
        """Indexes a piece of the prompts that are not indexed yet; whether there are more."""
        return bool(self._trying(lambda db: _grow(db, self._piece)))

    def find(self, look: Callable[[Indexed], T]) -> T | None:
        """What `look` finds with the index, grown by what little is missing; None where it can't be used."""
        self.grow()
        return self._trying(lambda db: look(Indexed(db, _last(db)[0])))

    def _is_worth_it(self) -> bool:
        if self.path.exists():
            return True
        with closing(connect(self._store, mode="ro")) as db:
            return db.execute("SELECT 1 FROM tasks LIMIT 1 OFFSET ?", (self._least - 1,)).fetchone() is not None

    def _trying(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        if self._failures >= _MOST_FAILURES:
            return None
        try:
            if self._connection is None:
                if not self._is_worth_it():
                    return None
                self._connection = _opened(self.path, self._store)
            return work(self._connection)
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _BUSY:
                return None
            # Whatever is wrong with the store itself is found again where it is read without the index, and said.
            self._failures += 1
            self.close()
            with suppress(OSError):
                self.path.unlink(missing_ok=True)
        except OSError:
            self._failures = _MOST_FAILURES
        return None


def _opened(path: Path, store: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    db = connect(path, busy_timeout_s=_BUSY_S)
    try:
        db.execute("PRAGMA journal_mode = TRUNCATE")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("BEGIN IMMEDIATE")
        version = db.execute("PRAGMA user_version").fetchone()[0]
        for statement in _SCHEMA if version == 0 else ():
            db.execute(statement)
        db.execute("COMMIT")
        if version not in (0, _VERSION):
            raise sqlite3.DatabaseError("the index is of another version of the program")
        db.execute("ATTACH ? AS store", (f"{store.absolute().as_uri()}?mode=rw",))
    except BaseException:
        db.close()
        raise
    return db


def _last(db: sqlite3.Connection) -> tuple[int, str]:
    """The newest task whose prompt is indexed."""
    seq, ref = db.execute("SELECT seq, ref FROM last").fetchone()
    return int(seq), str(ref)


def _grow(db: sqlite3.Connection, most: int) -> bool:
    """Indexes the next prompts; whether there are more."""
    seen, ref = _last(db)
    if seen and db.execute("SELECT ref FROM tasks WHERE seq = ?", (seen,)).fetchone() != (ref,):
        # The store was repaired, or replaced by a copy: its tasks may have other numbers.
        with _growing(db, seen, (0, "")) as is_ours:
            if is_ours:
                db.execute("INSERT INTO prompts (prompts) VALUES ('delete-all')")
        return True
    # Read before the transaction begins, which must not keep other programs from writing to the store.
    rows = db.execute("SELECT seq, ref, prompt FROM tasks WHERE seq > ? ORDER BY seq LIMIT ?", (seen, most)).fetchall()
    if rows:
        with _growing(db, seen, rows[-1][:2]) as is_ours:
            if is_ours:
                texts = ((seq, fold(prompt) + END) for seq, _, prompt in rows)
                db.executemany("INSERT INTO prompts (rowid, prompt) VALUES (?, ?)", texts)
    return len(rows) == most


@contextmanager
def _growing(db: sqlite3.Connection, seen: int, last: tuple[int, str]) -> Iterator[bool]:
    """A change of the index that leads from `seen` to `last`; False where another process has made it meanwhile."""
    db.execute("BEGIN")  # not IMMEDIATE, which would lock the store as well
    try:
        moved = db.execute("UPDATE last SET seq = ?, ref = ? WHERE seq = ?", (*last, seen))
        yield moved.rowcount == 1
        db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")
