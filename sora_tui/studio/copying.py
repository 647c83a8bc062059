"""A copy of a store that is whole, or none. Through SQLite's backup API: a live file copied by hand can be torn."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path


class NotWhole(Exception):
    """What was copied is damaged. There is no copy."""


def copy_whole(source: sqlite3.Connection, target: Path) -> None:
    """Puts a copy of the store that `source` has open in `target`'s place, once it is checked and on the disk.

    The copy is of one moment: other programs read on meanwhile and wait with what they write.

    Raises:
        NotWhole: the store is damaged.
        OSError: there is no place for a copy.
        sqlite3.Error: the store could not be read, or the disk is full.
    """
    unfinished = target.with_name(target.name + ".part")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        _copy(source, unfinished)
        sync(unfinished)
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync(target.parent)


def _copy(source: sqlite3.Connection, target: Path) -> None:
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        # Until it is checked nothing depends on it: one fsync at the end is enough.
        copy.execute("PRAGMA journal_mode = OFF")
        copy.execute("PRAGMA synchronous = OFF")
        source.execute("BEGIN")
        try:
            source.execute("PRAGMA schema_version").fetchone()  # waits for the lock; the backup itself would for ever
            source.backup(copy)
        finally:
            source.execute("ROLLBACK")
        found = [str(line) for (line,) in copy.execute("PRAGMA quick_check")]
    if found != ["ok"]:
        raise NotWhole(found[0])


def sync(place: Path) -> None:
    """Makes a file's content, or the names in a folder, survive a power cut."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
