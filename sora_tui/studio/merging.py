"""Puts into a new store what a damaged one still gives and the new one has not, or has only in an older state."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from sora_tui.studio.encoding import COLUMNS, decode
from sora_tui.studio.salvage import Row, Salvage
from sora_tui.studio.schema import THREADS, StoreCorrupt, connect
from sora_tui.studio.task import TaskState

_TYPES: Mapping[str, tuple[type, ...]] = {"INTEGER": (int,), "TEXT": (str,), "REAL": (int, float)}
"""What a column of each declared type may hold."""


def merge(salvage: Salvage, new: Path) -> tuple[set[str], bool]:
    """Puts into the new store what the damaged one has that is newer or missing.

    Returns:
        The refs of those tasks, and whether all of the damaged store could be read.
    """
    taken: set[str] = set()
    is_sound = True
    with closing(connect(new)) as db:
        db.execute("BEGIN IMMEDIATE")
        revisions: dict[str, int] = dict(db.execute("SELECT ref, revision FROM tasks"))
        for table, put in (("tasks", _put_task), ("steps", _put_step), ("answers", _put_answer)):
            kinds = _kinds(db, table)
            for row in salvage.rows(table):
                values = {name: value for name, value in row.items() if name in kinds and name != "seq"}
                if not _fits(values, kinds):
                    is_sound = False
                elif _is_news(values, revisions) if table == "tasks" else values["ref"] in taken:
                    if _is_put(put, db, values):
                        taken.add(values["ref"])
                    else:
                        is_sound = False
        for statement in THREADS:  # a damaged store of an older schema knows of none
            db.execute(statement)
        db.execute("UPDATE counters SET value = max(value, (SELECT ifnull(max(revision), 0) FROM tasks))")
        db.execute("COMMIT")
    return taken, is_sound and salvage.is_complete


def _kinds(db: sqlite3.Connection, table: str) -> dict[str, str]:
    """The columns of a table, with their declared types."""
    return {name: kind for _, name, kind, *_ in db.execute(f"PRAGMA table_info({table})")}


def _is_news(task: Row, revisions: Mapping[str, int]) -> bool:
    return (task.get("revision") or 0) > revisions.get(task["ref"], -1)


def _fits(values: Row, kinds: Mapping[str, str]) -> bool:
    """Whether each value is of its column's type; which may be empty, the table itself knows."""
    is_named = isinstance(values.get("ref"), str) and isinstance(values.get("revision", 0), int)
    return is_named and all(value is None or isinstance(value, _TYPES[kinds[name]]) for name, value in values.items())


def _is_put(put: Callable[[sqlite3.Connection, Row], None], db: sqlite3.Connection, row: Row) -> bool:
    """Puts a row into the new store; False, and nothing is changed, if it is none."""
    db.execute("SAVEPOINT row")
    try:
        put(db, row)
    except (sqlite3.IntegrityError, StoreCorrupt, ValueError, KeyError):
        db.execute("ROLLBACK TO row")
        return False
    finally:
        db.execute("RELEASE row")
    return True


def _put_task(db: sqlite3.Connection, row: Row) -> None:
    """Adds a task or replaces its older self."""
    changes = ", ".join(f"{name} = excluded.{name}" for name in row)
    db.execute(f"{_insert('tasks', row)} ON CONFLICT (ref) DO UPDATE SET {changes}", dict(row))
    decode(db.execute(f"SELECT {', '.join(COLUMNS)} FROM tasks WHERE ref = :ref", dict(row)).fetchone())


def _put_step(db: sqlite3.Connection, row: Row) -> None:
    """Adds a line to a task's history unless it is there."""
    TaskState(row["state"])
    is_same = " AND ".join(f"{name} IS :{name}" for name in row)
    if db.execute(f"SELECT 1 FROM steps WHERE {is_same}", dict(row)).fetchone() is None:
        db.execute(_insert("steps", row), dict(row))


def _put_answer(db: sqlite3.Connection, row: Row) -> None:
    db.execute(_insert("answers", row, "INSERT OR REPLACE"), dict(row))


def _insert(table: str, values: Row, verb: str = "INSERT") -> str:
    return f"{verb} INTO {table} ({', '.join(values)}) VALUES ({', '.join(f':{name}' for name in values)})"
