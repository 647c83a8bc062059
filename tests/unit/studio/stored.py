"""Tasks and stores for tests of the store alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from sora_tui.studio.schema import FILE_NAME
from sora_tui.studio.store import Store
from sora_tui.studio.task import Task, TaskState
from tests.unit.studio.virtual_time import EPOCH_MS

ORIGIN = "https://kie.example"
OWNER = "this program"


def path_in(folder: Path) -> Path:
    """Where the store of a test lies, in a folder that does not exist yet."""
    return folder / "data" / FILE_NAME


def queued(number: int = 1, **changes: Any) -> Task:
    """A task that is written down and not sent."""
    task = Task(
        ref=f"{number:032x}",
        state=TaskState.QUEUED,
        model="sora-2-pro-text-to-video",
        prompt=f"Boat {number}",
        parameters={"size": "standard"},
        origin=ORIGIN,
        created_at=EPOCH_MS + number,
    )
    return replace(task, **changes)


def running(number: int = 1, **changes: Any) -> Task:
    """A task that the service has, as `task-<number>`."""
    told: dict[str, Any] = {"state": TaskState.WAITING, "sent_at": EPOCH_MS, "task_id": f"task-{number}"}
    return queued(number, **{**told, **changes})


def put(store: Store, *tasks: Task, owner: str = OWNER) -> list[Task]:
    """Writes tasks down; they come back as they are stored."""
    return [store.insert(task, owner=owner, at=task.created_at) for task in tasks]


def damage_table(path: Path, table: str) -> None:
    """Overwrites the page at which a table, or an index, of a closed store begins."""
    with closing(sqlite3.connect(path)) as db:
        [(page,)] = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,))
        [(size,)] = db.execute("PRAGMA page_size")
    content = bytearray(path.read_bytes())
    content[(page - 1) * size : page * size] = b"\xff" * size
    path.write_bytes(content)
