"""A task as a row of the store, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sora_tui.studio.schema import StoreCorrupt
from sora_tui.studio.task import Task, TaskState

COLUMNS = tuple(field.name for field in fields(Task))
SELECT = f"SELECT {', '.join(COLUMNS)} FROM tasks"
_JSON_COLUMNS = ("parameters", "links", "watermark_links", "tags", "files")
_YES_OR_NO = ("is_parked", "is_starred", "is_discarded", "is_held")


def encodable(text: str) -> str:
    """The text with every lone surrogate (a cut emoji) as U+FFFD: SQLite and UTF-8 take nothing else."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def encode(task: Task) -> dict[str, Any]:
    """The values of a task's row by column."""
    values: dict[str, Any] = {name: getattr(task, name) for name in COLUMNS}
    values["state"] = task.state.value
    for name in _JSON_COLUMNS:
        value = values[name]
        values[name] = json.dumps(dict(value) if name == "parameters" else list(value), ensure_ascii=False)
    return {name: encodable(value) if isinstance(value, str) else value for name, value in values.items()}


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
        values["files"] = tuple(map(str, json.loads(values["files"])))
        values["tags"] = tuple(map(str, json.loads(values["tags"])))
        values.update({name: bool(values[name]) for name in _YES_OR_NO})
    except (ValueError, TypeError) as error:
        raise StoreCorrupt("the store", error) from error
    return Task(**values)
