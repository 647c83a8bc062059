"""Tasks as text for other programs: JSON to be read in again, CSV for spreadsheets, Markdown for people. Pure.

One task at a time, so that a long history never has to be held whole.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from enum import StrEnum
from typing import Any, TypeAlias

from sora_tui.kie.addresses import result_link
from sora_tui.studio.task import Task, iso

Json: TypeAlias = Any

AT_ONCE = 500
"""Tasks that are held at the same time."""


class Form(StrEnum):
    """How exported tasks are written."""

    JSON = "json"
    """One array, a task a line."""
    JSONL = "jsonl"
    """A task a line."""
    CSV = "csv"
    """A task a row, for a spreadsheet."""
    MARKDOWN = "md"
    """A section a task, to be read."""


COLUMNS = (
    "ref", "task_id", "state", "code", "model", "prompt", "parameters", "origin", "credits", "price", "created_at",
    "sent_at", "finished_at", "rating", "starred", "discarded", "tags", "remark", "links", "files", "text", "note",
    "thread_ref", "parent_ref", "batch_ref",
)  # fmt: skip
"""The columns of the CSV, named as in JSON."""

_FORMULA = re.compile(r"\s*[=+\-@]|[\t\r\n]")
_RUN = re.compile("`+")


def document(task: Task) -> dict[str, Json]:
    """A task with all that is needed to read it in again: `Task.as_json` and what only the store knows.

    `credits` is what it cost as far as that is certain; `credits_said` is the service's own word or null.
    """
    return task.as_json() | {
        "credits_said": task.credits,
        "vendor_created_at": iso(task.vendor_created_at),
        "asked_at": iso(task.asked_at),
        "attempts": task.attempts,
    }


async def written(
    refs: Sequence[str], load: Callable[[Sequence[str]], Awaitable[list[Task]]], form: Form
) -> AsyncIterator[str]:
    """The text of an export, piece by piece.

    Args:
        refs: of the tasks, in their order.
        load: gives some of them.
        form: how they are written.
    """
    is_first = True
    yield _HEADS[form]
    for start in range(0, len(refs), AT_ONCE):
        pieces = []
        for task in await load(refs[start : start + AT_ONCE]):
            pieces.append(("" if is_first else _BETWEEN[form]) + _WRITERS[form](task))
            is_first = False
        yield "".join(pieces)
    yield "" if is_first and form is not Form.JSON else _TAILS[form]


def _as_line(task: Task) -> str:
    # ASCII alone: no line separator, no half of a surrogate pair and no control character is left to stumble over.
    return json.dumps(document(task)).replace("\x7f", "\\u007f")


def _as_row(task: Task) -> str:
    values = document(task)
    return _csv_line([_cell(values[name]) for name in COLUMNS])


def _csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)  # which quotes both of them within a cell
    return line.getvalue().removesuffix("\r\n")


def _cell(value: Json) -> str:
    """A value as a cell; a text that a spreadsheet would take for a formula begins with an apostrophe."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else ""
        case int() | float():
            return f"{value:.15g}"
        case dict():
            return json.dumps(value, ensure_ascii=False) if value else ""
        case list():
            text = "\n".join(each or "" for each in value)
        case _:
            text = str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def _as_section(task: Task) -> str:
    code = "" if task.code is None else f" {task.code}"
    facts = {
        "state": f"{task.state.value}{code}",
        "model": task.model,
        "settings": json.dumps(dict(task.parameters), ensure_ascii=False) if task.parameters else "",
        "credits": "" if task.charge is None else f"{task.charge:g}",
        "rating": f"{task.rating} of 5" if task.rating else "",
        "starred": "yes" if task.is_starred else "",
        "tags": ", ".join(task.tags),
        "id at the service": task.task_id or "",
        "sent": iso(task.sent_at) or "",
        "ended": iso(task.finished_at) or "",
        "the service said": task.text,
        "note": task.note,
        "your note": task.remark,
    }
    lines = [f"## {task.ref[:8]} · {iso(task.created_at)}", "", fenced(task.prompt), ""]
    lines += [f"- {name}: {as_code(text)}" for name, text in facts.items() if text]
    lines += [f"- <{link}>" for link in map(result_link, task.links) if link is not None and "<" not in link]
    return "\n".join(lines)


def fenced(text: str) -> str:
    """Text of any kind as a block of Markdown that nothing in it can end."""
    fence = "`" * max([3, *(len(run) + 1 for run in _RUN.findall(text))])
    body = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"{fence}text\n{body}\n{fence}"


def as_code(text: str) -> str:
    """Text of any kind as a piece of a line of Markdown, between backticks that nothing in it can end."""
    line = " ".join(text.split())
    fence = "`" * max([1, *(len(run) + 1 for run in _RUN.findall(line))])
    room = " " if line[:1] == "`" or line[-1:] == "`" else ""
    return f"{fence}{room}{line}{room}{fence}"


_WRITERS = {Form.JSON: _as_line, Form.JSONL: _as_line, Form.CSV: _as_row, Form.MARKDOWN: _as_section}
_HEADS = {Form.JSON: "[\n", Form.JSONL: "", Form.CSV: f"{_csv_line(COLUMNS)}\n", Form.MARKDOWN: "# Tasks\n\n"}
_BETWEEN = {Form.JSON: ",\n", Form.JSONL: "\n", Form.CSV: "\n", Form.MARKDOWN: "\n\n"}
_TAILS = {Form.JSON: "\n]\n", Form.JSONL: "\n", Form.CSV: "\n", Form.MARKDOWN: "\n"}
