"""The store's file: how it is made, opened, checked and brought up to date.

Never overwrites or removes what it cannot read: a damaged or newer file is left as it is and said.
"""

from __future__ import annotations

import glob
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from sora_tui.studio.copying import NotWhole, copy_whole, sync
from sora_tui.studio.errors import StudioError
from sora_tui.studio.text import fold

FILE_NAME = "studio.sqlite3"

Migration: TypeAlias = tuple[str, ...]
"""The statements that lead from one schema version to the next."""

THREADS: Migration = (
    "UPDATE tasks SET thread_ref = ref WHERE thread_ref = ''"
    " AND (parent_ref IS NULL OR NOT EXISTS (SELECT 1 FROM tasks AS parents WHERE parents.ref = tasks.parent_ref))",
    "UPDATE tasks SET thread_ref = lines.thread FROM (WITH RECURSIVE lines (ref, thread) AS ("
    "SELECT tasks.ref, parents.thread_ref FROM tasks JOIN tasks AS parents ON parents.ref = tasks.parent_ref"
    " WHERE tasks.thread_ref = '' AND parents.thread_ref != ''"
    " UNION SELECT tasks.ref, lines.thread FROM lines JOIN tasks ON tasks.parent_ref = lines.ref"
    " WHERE tasks.thread_ref = '') SELECT ref, thread FROM lines) AS lines WHERE tasks.ref = lines.ref",
    # What is left hangs in a circle, which no program of ours writes.
    "UPDATE tasks SET thread_ref = ref WHERE thread_ref = ''",
)
"""Give each task without a prompt thread the one it belongs to: its first ancestor's that is there."""

MIGRATIONS: Sequence[Migration] = (
    (
        "CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
        "INSERT INTO counters VALUES ('revision', 0)",
        """CREATE TABLE tasks (
            seq INTEGER PRIMARY KEY,
            ref TEXT NOT NULL UNIQUE,
            state TEXT NOT NULL,
            model TEXT NOT NULL,
            prompt TEXT NOT NULL,
            parameters TEXT NOT NULL,
            origin TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            sent_at INTEGER,
            finished_at INTEGER,
            vendor_created_at INTEGER,
            task_id TEXT,
            vendor_state TEXT,
            code INTEGER,
            http_status INTEGER,
            text TEXT NOT NULL,
            credits REAL,
            price REAL,
            links TEXT NOT NULL,
            watermark_links TEXT NOT NULL,
            parent_ref TEXT,
            retry_of TEXT,
            note TEXT NOT NULL,
            asked_at INTEGER,
            attempts INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            owner TEXT
        )""",
        "CREATE UNIQUE INDEX tasks_vendor_id ON tasks (origin, task_id) WHERE task_id IS NOT NULL",
        "CREATE INDEX tasks_revision ON tasks (revision)",
        "CREATE INDEX tasks_owned ON tasks (owner) WHERE state IN ('queued', 'sending')",
        """CREATE TABLE steps (
            seq INTEGER PRIMARY KEY,
            ref TEXT NOT NULL REFERENCES tasks (ref),
            at INTEGER NOT NULL,
            state TEXT NOT NULL,
            vendor_state TEXT,
            code INTEGER,
            http_status INTEGER,
            text TEXT NOT NULL
        )""",
        "CREATE INDEX steps_ref ON steps (ref)",
        "CREATE TABLE answers (ref TEXT PRIMARY KEY REFERENCES tasks (ref), at INTEGER NOT NULL, raw TEXT NOT NULL)",
        # Every start of a create request, whatever became of it: the window of 20 per 10 s counts these.
        "CREATE TABLE sends (origin TEXT NOT NULL, at INTEGER NOT NULL, ref TEXT NOT NULL)",
        "CREATE INDEX sends_at ON sends (origin, at)",
    ),
    (
        "ALTER TABLE tasks ADD COLUMN is_parked INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE tasks ADD COLUMN balance_before REAL",
        "ALTER TABLE tasks ADD COLUMN balance_after REAL",
        # What an instance that does not poll wants the one that does to ask about next.
        "CREATE TABLE wishes (ref TEXT PRIMARY KEY REFERENCES tasks (ref), at INTEGER NOT NULL) WITHOUT ROWID",
    ),
    (
        "ALTER TABLE tasks ADD COLUMN tags TEXT NOT NULL DEFAULT '[]'",
        # All that lists and filters are made of but the words, so that 100,000 tasks are listed without their rows.
        "CREATE INDEX tasks_age ON tasks (created_at DESC, ref, state, code, http_status, sent_at, finished_at,"
        " vendor_created_at, credits, price, model, vendor_state, is_parked, tags)",
        "CREATE INDEX tasks_state ON tasks (state, created_at DESC, ref)",
        "CREATE INDEX tasks_text ON tasks (text) WHERE text != ''",
        "CREATE INDEX tasks_note ON tasks (note) WHERE note != ''",
        "CREATE INDEX tasks_id ON tasks (task_id COLLATE NOCASE) WHERE task_id IS NOT NULL",
        "CREATE INDEX tasks_retry ON tasks (retry_of) WHERE retry_of IS NOT NULL",
    ),
    ("ALTER TABLE tasks ADD COLUMN result_text TEXT NOT NULL DEFAULT ''",),
    (
        "ALTER TABLE tasks ADD COLUMN rating INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE tasks ADD COLUMN is_starred INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE tasks ADD COLUMN is_discarded INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE tasks ADD COLUMN remark TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE tasks ADD COLUMN thread_ref TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE tasks ADD COLUMN batch_ref TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE tasks ADD COLUMN is_held INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE tasks ADD COLUMN place REAL NOT NULL DEFAULT 0",
        "ALTER TABLE tasks ADD COLUMN price_bound REAL",
        # When its money was, or will be, spent: what a day's bill is made of.
        "ALTER TABLE tasks ADD COLUMN spent_at INTEGER AS (ifnull(sent_at, created_at)) VIRTUAL",
        "UPDATE tasks SET place = seq",
        "CREATE INDEX tasks_parent ON tasks (parent_ref) WHERE parent_ref IS NOT NULL",
        *THREADS,
        "CREATE INDEX tasks_thread ON tasks (thread_ref)",
        "CREATE INDEX tasks_batch ON tasks (batch_ref) WHERE batch_ref != ''",
        "CREATE INDEX tasks_remark ON tasks (remark) WHERE remark != ''",
        "CREATE INDEX tasks_outbox ON tasks (origin, place) WHERE state = 'queued'",
        # What is judged is listed and filtered like the rest.
        "DROP INDEX tasks_age",
        "CREATE INDEX tasks_age ON tasks (created_at DESC, ref, state, code, http_status, sent_at, finished_at,"
        " vendor_created_at, credits, price, model, vendor_state, is_parked, tags, rating, is_starred, is_discarded,"
        " is_held)",
        "CREATE INDEX tasks_spent ON tasks (origin, spent_at)",
        # Tells prompts apart without holding them whole; two that agree in all three are compared as they are.
        "CREATE INDEX tasks_prompt ON tasks (length(prompt), substr(prompt, 1, 24), substr(prompt, -24))",
        # The services to which nothing is sent until the user says so.
        "CREATE TABLE pauses (origin TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID",
    ),
    (
        "ALTER TABLE tasks ADD COLUMN files TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE tasks ADD COLUMN files_note TEXT NOT NULL DEFAULT ''",
    ),
)


class StoreError(StudioError):
    """The store could not do what was asked. The message is one sentence for people and says what to do."""


class StoreCorrupt(StoreError):
    """The file is damaged or is not a store. It was left as it is.

    Attributes:
        what: the file, as a person calls it.
        reason: what is wrong with it, in SQLite's words or ours.
    """

    def __init__(self, what: str, reason: object) -> None:
        super().__init__(
            f"{what[0].upper()}{what[1:]} is damaged ({reason}). Nothing was changed in it. "
            "`sora-tui doctor --repair` keeps it and begins anew with the newest backup and all that can still be read."
        )
        self.what = what
        self.reason = str(reason)


class StoreTooNew(StoreError):
    """The file was written by a newer version of the program."""


class StoreUnwritable(StoreError):
    """The disk is full, or the file or its folder may not be written. Nothing was changed."""


class StoreBusy(StoreError):
    """Another process held the store for longer than we were willing to wait."""


_CORRUPT = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_UNWRITABLE = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
)


@contextmanager
def speaking_plainly(path: Path) -> Iterator[None]:
    """Turns SQLite's errors about the file into ours; errors about the data (a broken constraint) pass."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", None)
        primary = (code or 0) & 0xFF
        # Without a code it is Python's own: bytes that are no text.
        if primary in _CORRUPT or (code is None and isinstance(error, sqlite3.OperationalError)):
            raise StoreCorrupt(f"the store {path}", error) from error
        if primary in _UNWRITABLE:
            raise StoreUnwritable(
                f"The store {path} could not be written ({error}). Free some space or check the permissions."
            ) from error
        if primary in _BUSY:
            raise StoreBusy(f"Another program keeps the store {path} locked. Try again in a moment.") from error
        raise


def open_file(
    path: Path, *, busy_timeout_s: float, migrations: Sequence[Migration], is_alone: Callable[[], bool]
) -> sqlite3.Connection:
    """The connection to the store at `path`, made or brought up to date if need be.

    The file is 0600 in a folder 0700. Where the file exists and may not be written it is opened for reading.

    Args:
        path: the file.
        busy_timeout_s: how long to wait for another process.
        migrations: the schema's steps.
        is_alone: whether no other program has the store open; asked only where there are steps to make.

    Raises:
        StoreError: of the kind that says why not.
    """
    try:
        make_private(path.parent)
        is_writable = _make_private_file(path)
    except OSError as error:
        raise StoreUnwritable(
            f"The store {path} could not be made ({error.strerror}). Free some space or check the permissions."
        ) from error
    if path.stat().st_size == 0 and any(backups_of(path)):
        raise StoreCorrupt(f"the store {path}", "it is empty, and there are backups of it")
    with speaking_plainly(path):
        connection = connect(path, busy_timeout_s=busy_timeout_s, mode="rw" if is_writable else "ro")
        try:
            # D11: WAL with several connections can corrupt on SQLite 3.7.0–3.51.2, so the rollback journal.
            connection.execute("PRAGMA journal_mode = TRUNCATE")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            # The first read: SQLite rolls an interrupted change back and compares the file's size with its header.
            version = schema_of(connection)
            _check_version(connection, path, version, len(migrations))
            if version < len(migrations):
                if not is_writable:
                    raise StoreUnwritable(f"The store {path} must be brought up to date and may not be written.")
                if version and not is_alone():
                    raise StoreBusy(
                        "Another, older sora-tui has this store open. Quit it, then start again: "
                        "the store must be brought up to date first."
                    )
                _migrate(connection, path, version, migrations)
        except BaseException:
            connection.close()
            raise
        return connection


def connect(path: Path, *, busy_timeout_s: float = 10.0, mode: str = "rw") -> sqlite3.Connection:
    """A connection to a file that exists. `mode` is SQLite's: `rw`, or `ro` for one that is never to be changed."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=busy_timeout_s,
        isolation_level=None,
        check_same_thread=False,  # one thread at a time: the studio calls through one worker
    )
    connection.create_function("fold", 1, _folded, deterministic=True)
    return connection


def _folded(value: str | None) -> str | None:
    return None if value is None else fold(value)


def backups_of(path: Path) -> Iterator[Path]:
    """The copies that lie beside the store at `path`, in no order."""
    return path.parent.glob(f"{glob.escape(path.name)}.*.backup")


def make_private(folder: Path) -> None:
    """Sees to it that the store's folder is there, 0700.

    Raises:
        OSError: it can't be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _close_to_others(folder, 0o700)


def _make_private_file(path: Path) -> bool:
    """Sees to the file, 0600 from the first moment; answers whether it may be written."""
    try:
        _close_to_others(path, 0o600)
    except FileNotFoundError:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        sync(path.parent)
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)  # the journal needs the folder


def _close_to_others(place: Path, mode: int) -> None:
    status = place.stat()
    if status.st_uid == os.getuid() and status.st_mode & 0o077:
        place.chmod(mode)


def schema_of(connection: sqlite3.Connection) -> int:
    """How many steps the schema of an open store has behind it; 0 for an empty file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _check_version(connection: sqlite3.Connection, path: Path, version: int, known: int) -> None:
    if version > known:
        raise StoreTooNew(
            f"The store {path} has schema {version}, this program knows up to {known}. "
            "Use the newer version of the program that wrote it."
        )
    if version == 0 and connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone():
        raise StoreCorrupt(f"the store {path}", "it is the database of another program")


def _migrate(connection: sqlite3.Connection, path: Path, version: int, migrations: Sequence[Migration]) -> None:
    if version:
        _back_up(connection, path, version)
    for number in range(version, len(migrations)):
        _step(connection, number, migrations[number])


def _step(connection: sqlite3.Connection, number: int, statements: Migration) -> None:
    """One migration in one transaction; nothing if another process was quicker."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        if schema_of(connection) == number:
            for statement in statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number + 1}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _back_up(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """A whole copy beside the store before it is changed. Older copies are kept.

    Raises:
        StoreUnwritable: there is no copy, and so nothing may be changed.
    """
    copy = path.with_name(f"{path.name}.v{version}.backup")
    if copy.exists():  # of an upgrade before this one
        copy = path.with_name(f"{path.name}.v{version}.{time.strftime('%Y%m%d-%H%M%S')}.backup")
    try:
        copy_whole(connection, copy)
    except NotWhole as error:
        raise StoreCorrupt(f"the store {path}", error) from error
    except OSError as error:
        raise StoreUnwritable(
            f"The store {path} could not be copied before it is brought up to date ({error}). "
            "Nothing was changed. Free some space or check the permissions."
        ) from error
