"""Exported tasks read back, strictly: each key known, each value of its kind. What is wrong is said. Pure."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeAlias

from sora_tui.studio.judging import BEST, LONGEST_REMARK
from sora_tui.studio.tags import MOST_TAGS, BadTag, tags_in
from sora_tui.studio.task import Task, TaskState

Json: TypeAlias = Any
Reader: TypeAlias = Callable[[Json], Any]

_REF = re.compile(r"[0-9a-f]{32}", re.ASCII)
_ORIGIN = re.compile(r"demo|https?://[!-.0-~]{1,300}", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_BLANK = re.compile(r"[ \t\r\n]*")
_MOST_CHARACTERS = 2_000_000
_MOST_CREDITS = 1e12
_MOST_LINKS = 1_000


class BadRecord(ValueError):
    """It is no task. The message is half a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Record:
    """One task of an export.

    Attributes:
        line: where it begins, from 1.
        task: the task; None where it is none.
        problem: why it is none, a sentence; empty where it is one.
    """

    line: int
    task: Task | None
    problem: str = ""


def records(lines: Iterable[str]) -> Iterator[Record]:
    """The tasks of an export: one JSON array, or an object a line, which is read line by line."""
    numbered = iter(enumerate(lines, 1))
    for number, line in numbered:
        if not line.strip():
            continue
        if line.lstrip().startswith("["):
            rest = "".join([line, *(line for _, line in numbered)])
            yield from _of_array(rest, number)
            return
        yield _record(number, partial(_loads, line))


def task_of(document: Json) -> Task:
    """The task that a JSON object of an export is.

    Raises:
        BadRecord: it is none.
    """
    if not isinstance(document, dict):
        raise BadRecord("it is no JSON object")
    for key in document:
        if key not in _KEYS:
            raise BadRecord(f"{_quoted(key)} is no key that this program knows")
    for key in _NEEDED:
        if key not in document:
            raise BadRecord(f"{key} is missing")
    values: dict[str, Any] = {}
    for key, value in document.items():
        name, reader = _KEYS[key]
        try:
            read = reader(value)
        except BadRecord as error:
            raise BadRecord(f"{key} {error}") from None
        if name:
            values[name] = read
    if "credits_said" not in document:
        values["credits"] = _said(document, values)
    task = Task(**values)
    if task.state is TaskState.WAITING and task.task_id is None:
        raise BadRecord("a task that the service works on has a task_id")
    return task


def _of_array(text: str, first_line: int) -> Iterator[Record]:
    """The elements of one JSON array, each where it begins; ends at the first thing that is no JSON."""
    place, line, counted = text.index("[") + 1, first_line, 0
    decoder = json.JSONDecoder(parse_constant=_no_constant)
    is_first = True
    while True:
        place = _skip_blank(text, place)
        line, counted = line + text.count("\n", counted, place), place
        if text[place : place + 1] == "]" and is_first:
            break
        try:
            document, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            yield Record(line, None, f"Line {line}: it is no JSON ({_reason(error)}).")
            return
        yield _record(line, partial(_same, document))
        is_first = False
        place = _skip_blank(text, place)
        mark = text[place : place + 1]
        if mark == "]":
            break
        if mark != ",":
            line += text.count("\n", counted, place)
            yield Record(line, None, f"Line {line}: the list does not go on with a comma or end with a bracket.")
            return
        place += 1
    end = _skip_blank(text, place + 1)
    if end != len(text):
        line += text.count("\n", counted, end)
        yield Record(line, None, f"Line {line}: something follows the end of the list.")


def _record(line: int, read: Callable[[], Json]) -> Record:
    try:
        return Record(line, task_of(read()))
    except BadRecord as error:
        return Record(line, None, f"Line {line}: {error}.")
    except (ValueError, RecursionError) as error:
        return Record(line, None, f"Line {line}: it is no JSON ({_reason(error)}).")


def _loads(line: str) -> Json:
    return json.loads(line, parse_constant=_no_constant)


def _same(document: Json) -> Json:
    return document


def _no_constant(name: str) -> Json:
    raise ValueError(f"{name} is no number")


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return error.msg
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)


def _skip_blank(text: str, place: int) -> int:
    match = _BLANK.match(text, place)
    return place if match is None else match.end()


def _said(document: Mapping[str, Json], values: Mapping[str, Any]) -> float | None:
    """What the service said a task took, from what it cost: the price of one that runs was said by nobody."""
    cost = _number(document.get("credits"))
    if values["state"] in (TaskState.QUEUED, TaskState.SENDING, TaskState.REFUSED):
        return None
    if values["state"] is TaskState.WAITING and cost == values.get("price"):
        return None
    return cost


# Values, by what they must be


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise BadRecord("is no text")
    if len(value) > _MOST_CHARACTERS:
        raise BadRecord(f"has more than {_MOST_CHARACTERS:,} characters")
    return value


def _some_text(value: Json) -> str:
    text = _text(value)
    if not text.strip():
        raise BadRecord("is empty")
    return text


def _text_or_none(value: Json) -> str | None:
    return None if value is None else _text(value)


def _id_or_none(value: Json) -> str | None:
    if value is None:
        return None
    text = _some_text(value)
    if not text.isprintable() or len(text) > 500:
        raise BadRecord("is no id")
    return text


def _ref(value: Json) -> str:
    if not isinstance(value, str) or _REF.fullmatch(value) is None:
        raise BadRecord("is no ref of 32 hex digits")
    return value


def _ref_or_none(value: Json) -> str | None:
    return None if value is None else _ref(value)


def _ref_or_empty(value: Json) -> str:
    return "" if value is None or value == "" else _ref(value)


def _state(value: Json) -> TaskState:
    try:
        return TaskState(value)
    except ValueError:
        raise BadRecord(f"is {_quoted(value)}, which no task can be") from None


def _origin(value: Json) -> str:
    if not isinstance(value, str) or _ORIGIN.fullmatch(value) is None:
        raise BadRecord("is neither demo nor the scheme and host of a service")
    return value


def _yes_or_no(value: Json) -> bool:
    if not isinstance(value, bool):
        raise BadRecord("is neither true nor false")
    return value


def _whole(value: Json) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 2**63:
        raise BadRecord("is no whole number")
    return value


def _count(value: Json) -> int:
    count = _whole(value)
    if count is None or count < 0:
        raise BadRecord("is no number from 0 on")
    return count


def _rating(value: Json) -> int:
    rating = _whole(value)
    if rating is not None and not 1 <= rating <= BEST:
        raise BadRecord(f"is no number from 1 to {BEST}")
    return rating or 0


def _number(value: Json) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadRecord("is no number")
    if not math.isfinite(value) or abs(value) > _MOST_CREDITS:
        raise BadRecord("is no number of credits")
    return float(value)


def _moment(value: Json) -> int:
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None or not _EPOCH <= moment < _LATEST:
            raise ValueError
    except (ValueError, TypeError, OverflowError):
        raise BadRecord("is no time as 2026-11-23T14:05:13.000Z") from None
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _moment_or_none(value: Json) -> int | None:
    return None if value is None else _moment(value)


def _object(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise BadRecord("is no JSON object")
    return value


def _list(value: Json) -> list[Json]:
    if not isinstance(value, list) or len(value) > _MOST_LINKS:
        raise BadRecord(f"is no list of at most {_MOST_LINKS:,}")
    return value


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(map(_text, _list(value)))


def _tags(value: Json) -> tuple[str, ...]:
    tags = _texts(value)
    try:
        if len(tags) > MOST_TAGS or any(tags_in(tag) != (tag,) for tag in tags):
            raise BadRecord("are no tags")
    except BadTag:
        raise BadRecord("are no tags") from None
    return tags


def _remark(value: Json) -> str:
    text = _text(value)
    if len(text) > LONGEST_REMARK:
        raise BadRecord(f"has more than {LONGEST_REMARK:,} characters")
    return text


def _files(value: Json) -> tuple[str, ...]:
    paths = ["" if path is None else _text(path) for path in _list(value)]
    if any(path and (not os.path.isabs(path) or "\0" in path) for path in paths):
        raise BadRecord("are no whole paths")
    while paths and not paths[-1]:
        paths.pop()
    return tuple(paths)


def _quoted(value: Json) -> str:
    return json.dumps(value)[:60]


_KEYS: Mapping[str, tuple[str, Reader]] = {
    "ref": ("ref", _ref),
    "task_id": ("task_id", _id_or_none),
    "state": ("state", _state),
    "vendor_state": ("vendor_state", _text_or_none),
    "model": ("model", _some_text),
    "prompt": ("prompt", _text),
    "parameters": ("parameters", _object),
    "origin": ("origin", _origin),
    "credits": ("", _number),
    "credits_said": ("credits", _number),
    "price": ("price", _number),
    "price_bound": ("price_bound", _number),
    "links": ("links", _texts),
    "watermark_links": ("watermark_links", _texts),
    "result_text": ("result_text", _text),
    "created_at": ("created_at", _moment),
    "sent_at": ("sent_at", _moment_or_none),
    "finished_at": ("finished_at", _moment_or_none),
    "vendor_created_at": ("vendor_created_at", _moment_or_none),
    "asked_at": ("asked_at", _moment_or_none),
    "attempts": ("attempts", _count),
    "code": ("code", _whole),
    "http_status": ("http_status", _whole),
    "text": ("text", _text),
    "note": ("note", _text),
    "parent_ref": ("parent_ref", _ref_or_none),
    "retry_of": ("retry_of", _ref_or_none),
    "parked": ("is_parked", _yes_or_no),
    "balance_before": ("balance_before", _number),
    "balance_after": ("balance_after", _number),
    "tags": ("tags", _tags),
    "rating": ("rating", _rating),
    "starred": ("is_starred", _yes_or_no),
    "discarded": ("is_discarded", _yes_or_no),
    "remark": ("remark", _remark),
    "thread_ref": ("thread_ref", _ref_or_empty),
    "batch_ref": ("batch_ref", _ref_or_empty),
    "held": ("is_held", _yes_or_no),
    "files": ("files", _files),
    "files_note": ("files_note", _text),
}
"""By the key of an export: the field of `Task`, empty for none, and how its value is read."""
_NEEDED = ("ref", "state", "model", "prompt", "parameters", "origin", "created_at")
