"""What the store answers about its tasks as a whole: how it stands, what came in, what hangs together. SQL."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from sora_tui.studio.estimates import Lesson
from sora_tui.studio.task import TaskState


def last_seq(db: sqlite3.Connection) -> int:
    """The number of the row written last; 0 without rows."""
    return int(db.execute("SELECT ifnull(max(seq), 0) FROM tasks").fetchone()[0])


def last_revision(db: sqlite3.Connection) -> int:
    """The revision of the task that changed last; 0 without tasks."""
    return int(db.execute("SELECT ifnull(max(revision), 0) FROM tasks").fetchone()[0])


def retries_of(db: sqlite3.Connection, refs: Collection[str]) -> int:
    """How many tasks were knowingly sent again for one of these."""
    query = "SELECT count(*) FROM tasks WHERE retry_of IN (SELECT value FROM json_each(?))"
    return int(db.execute(query, (json.dumps(list(refs)),)).fetchone()[0])


def refs_among(db: sqlite3.Connection, words: Collection[str]) -> set[str]:
    """Those of these words that are the ref of a task."""
    query = "SELECT ref FROM tasks WHERE ref IN (SELECT value FROM json_each(?))"
    return {str(ref) for (ref,) in db.execute(query, (json.dumps(list(words)),))}


def lessons(db: sqlite3.Connection, limit: int) -> list[Lesson]:
    """What the last `limit` tasks that the service ended teach; oldest first."""
    rows = db.execute(  # +state: read from the end, not by the index of states
        "SELECT ref, origin, model, parameters, ifnull(vendor_created_at, sent_at), finished_at, state,"
        " credits FROM tasks"
        " WHERE +state IN ('success', 'fail') ORDER BY seq DESC LIMIT ?",
        (limit,),
    ).fetchall()
    return [
        Lesson(ref, origin, model, json.loads(parameters), started, finished, state == TaskState.SUCCESS, credits)
        for ref, origin, model, parameters, started, finished, state, credits in reversed(rows)
        if started is not None and finished is not None
    ]
