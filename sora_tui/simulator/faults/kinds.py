"""Every kind of fault: what it does, whether it costs, where it can befall and which keys it takes.

The one table of them: the checks of a script and `--help` are made from it.
"""

from __future__ import annotations

import reprlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sora_tui.simulator.faults.keys import HOW, ODD_NUMBER, WHEN, Key

DISCOVERY = ("models", "schema", "price", "success-rate")
UPLOADING = ("file-stream-upload", "file-base64-upload", "file-url-upload")
API = ("createTask", "recordInfo", "credit", "download-url", *DISCOVERY, *UPLOADING)
REQUESTS = (*API, "files", "uploads")
CALLS = ("callback", "progress")
ROUTES = (*REQUESTS, *CALLS)
"""What a fault can befall: an answer to a request, or a call that the service makes."""


class FaultKind(StrEnum):
    """What can go wrong; `KINDS` says more. `charging` stands for carrying the request out, whatever the route."""

    CLOSE_BEFORE_READING = "close_before_reading"
    RESET_BEFORE_READING = "reset_before_reading"
    CLOSE_AFTER_CHARGING = "close_after_charging"
    RESET_AFTER_CHARGING = "reset_after_charging"
    STALL_WHILE_READING = "stall_while_reading"
    CLOSE_WHILE_READING = "close_while_reading"
    STALE_KEEPALIVE = "stale_keepalive"
    STALL = "stall"
    REORDERED = "reordered"
    TRICKLE = "trickle"
    TRUNCATED = "truncated"
    UNFRAMED = "unframed"
    GZIP = "gzip"
    GZIP_BOMB = "gzip_bomb"
    HUGE = "huge"
    HEADERS = "headers"
    HTML = "html"
    BODY = "body"
    CODE = "code"
    REDIRECT = "redirect"
    TASK_ID = "task_id"
    RECORD = "record"
    ODD = "odd"
    IGNORED_RANGE = "ignored_range"
    WRONG_RANGE = "wrong_range"
    UNSATISFIABLE = "unsatisfiable"
    CHANGED_FILE = "changed_file"
    EXPIRED = "expired"
    GONE = "gone"
    CALLED_BACK_FIRST = "called_back_first"
    LATE = "late"
    TWICE = "twice"
    OVERTAKEN = "overtaken"
    NEVER = "never"
    FORGED = "forged"
    UNSIGNED = "unsigned"
    REPLAYED = "replayed"
    SWAPPED_BODY = "swapped_body"
    SNAKE_ID = "snake_id"
    TWO_IDS = "two_ids"


@dataclass(frozen=True, slots=True)
class Kind:
    """What there is to know of a kind.

    Attributes:
        help: what it does.
        keys: what it takes beside the keys of every fault.
        carries_out: whether the request is carried out (a create: charged for) unless `charged` says otherwise.
        routes: where it can befall.
    """

    help: str
    keys: Mapping[str, Key]
    carries_out: bool = True
    routes: tuple[str, ...] = REQUESTS


def _keys(*names: str) -> Mapping[str, Key]:
    return {name: HOW[name] for name in names}


_FILES = ("files",)
_SENDING = ("createTask", *UPLOADING)
_NONE: Mapping[str, Key] = {}
_SHAPE = _keys("headers", "without")

KINDS: Mapping[FaultKind, Kind] = {
    FaultKind.CLOSE_BEFORE_READING: Kind("closes the connection, carrying nothing out", _NONE, carries_out=False),
    FaultKind.RESET_BEFORE_READING: Kind("resets the connection, carrying nothing out", _NONE, carries_out=False),
    FaultKind.CLOSE_AFTER_CHARGING: Kind("carries it out and closes without an answer", _NONE),
    FaultKind.RESET_AFTER_CHARGING: Kind("carries it out and resets the connection", _NONE),
    FaultKind.STALL_WHILE_READING: Kind(
        "reads the request's body up to a place (at, default 0.5), goes on after seconds, without seconds never, "
        "and answers as ever",
        _keys("at", "seconds"),
        routes=_SENDING,
    ),
    FaultKind.CLOSE_WHILE_READING: Kind(
        "reads the request's body up to a place (at, default 0.5) and closes, carrying nothing out",
        _keys("at"),
        carries_out=False,
        routes=_SENDING,
    ),
    FaultKind.STALE_KEEPALIVE: Kind(
        "answers as ever, then closes when another request comes on the connection, carrying nothing out; "
        "with seconds, closes that long after the answer",
        _keys("seconds"),
    ),
    FaultKind.STALL: Kind(
        "carries it out at once and answers after seconds; without seconds never",
        {**_keys("seconds", "charged"), **_SHAPE},
    ),
    FaultKind.REORDERED: Kind(
        "carries it out at once and answers only after later requests (behind) of the route, and with only's text",
        {**_keys("behind"), **_SHAPE},
    ),
    FaultKind.TRICKLE: Kind(
        "the proper answer, a piece every seconds (default 1)", {**_keys("seconds", "piece", "endless"), **_SHAPE}
    ),
    FaultKind.TRUNCATED: Kind(
        "the proper answer, cut off at a place (at, default 0.5) while more was promised", {**_keys("at"), **_SHAPE}
    ),
    FaultKind.UNFRAMED: Kind(
        "the proper answer without its length, ended by closing, at a place (at) if given: nobody can tell it was cut",
        {**_keys("at"), **_SHAPE},
    ),
    FaultKind.GZIP: Kind("the proper answer packed, asked for or not", _SHAPE),
    FaultKind.GZIP_BOMB: Kind(
        "the proper answer padded to size and packed, asked for or not", {**_keys("size"), **_SHAPE}, routes=API
    ),
    FaultKind.HUGE: Kind("the proper answer padded to size", {**_keys("size"), **_SHAPE}, routes=API),
    FaultKind.HEADERS: Kind("the proper answer under other headers: no ETag, ETag = 'W/\"1\"', no length", _SHAPE),
    FaultKind.HTML: Kind(
        "carries it out and answers a gateway's page (status, default 502)", {**_keys("status", "charged"), **_SHAPE}
    ),
    FaultKind.BODY: Kind(
        "carries it out and answers body (status, default 200)", {**_keys("body", "status", "charged"), **_SHAPE}
    ),
    FaultKind.CODE: Kind(
        "answers code and text (status, default 200), carrying nothing out",
        {**_keys("code", "text", "status", "charged"), **_SHAPE},
        carries_out=False,
    ),
    FaultKind.REDIRECT: Kind(
        "carries it out and answers a redirect (status, default 307)",
        {**_keys("location", "status", "charged"), **_SHAPE},
    ),
    FaultKind.TASK_ID: Kind(
        "carries it out and answers value as the task id", {**_keys("value"), **_SHAPE}, routes=("createTask",)
    ),
    FaultKind.RECORD: Kind(
        "the proper answer with data put over its own",
        {**_keys("data"), **_SHAPE},
        routes=("createTask", "recordInfo", *DISCOVERY, *UPLOADING),
    ),
    FaultKind.ODD: Kind(
        "an odd answer (value, its number; without it one after the other), carrying nothing out",
        {**_keys("status", "charged"), "value": ODD_NUMBER, **_SHAPE},
        carries_out=False,
        routes=API,
    ),
    FaultKind.IGNORED_RANGE: Kind("the whole file, whatever range was asked for", _SHAPE, routes=_FILES),
    FaultKind.WRONG_RANGE: Kind(
        "206 with the rest of the file from a place (at, default 0), whatever range was asked for",
        {**_keys("at"), **_SHAPE},
        routes=_FILES,
    ),
    FaultKind.UNSATISFIABLE: Kind("416, whatever range was asked for", _SHAPE, routes=_FILES),
    FaultKind.CHANGED_FILE: Kind(
        "another file of the same length, as whole, with an ETag of its own",
        {**_keys("version", "same_etag"), **_SHAPE},
        routes=_FILES,
    ),
    FaultKind.EXPIRED: Kind("403, as a link after its 20 minutes", _SHAPE, routes=_FILES),
    FaultKind.GONE: Kind("404, as a file after its 14 days", _SHAPE, routes=_FILES),
    FaultKind.CALLED_BACK_FIRST: Kind(
        "carries it out, ends the task at once, calls its callback and answers only when that has been answered",
        _SHAPE,
        routes=("createTask",),
    ),
    FaultKind.LATE: Kind("sent seconds after its time (default 60)", _keys("seconds"), routes=CALLS),
    FaultKind.TWICE: Kind("sent twice, each signed", _NONE, routes=CALLS),
    FaultKind.OVERTAKEN: Kind(
        "sent only after later calls (behind) that have only's text", _keys("behind"), routes=CALLS
    ),
    FaultKind.NEVER: Kind("not sent at all", _NONE, routes=CALLS),
    FaultKind.FORGED: Kind("signed with a key that nobody has", _NONE, routes=CALLS),
    FaultKind.UNSIGNED: Kind("sent without a signature", _NONE, routes=CALLS),
    FaultKind.REPLAYED: Kind(
        "the very same bytes and headers again, seconds after its answer (default 1)", _keys("seconds"), routes=CALLS
    ),
    FaultKind.SWAPPED_BODY: Kind(
        "data put over its own, such as another link, under the headers that it would have had anyway",
        _keys("data"),
        routes=CALLS,
    ),
    FaultKind.SNAKE_ID: Kind("task_id instead of taskId", _NONE, routes=CALLS),
    FaultKind.TWO_IDS: Kind("taskId, and a task_id (value) that differs from it", _keys("value"), routes=CALLS),
}


def check(entry: Mapping[str, Any]) -> None:
    """Make sure that `entry` is a fault.

    Raises:
        ValueError: a key is missing, unknown, or holds what means nothing; the message says which.
    """
    if not isinstance(entry, dict):
        raise ValueError("A fault must be a table of keys and values.")
    if "route" not in entry or "fault" not in entry:
        raise ValueError("A fault needs the keys route and fault.")
    route, fault = entry["route"], entry["fault"]
    if fault not in list(FaultKind):
        raise ValueError(f"{reprlib.repr(fault)} is not a fault. {nearest(fault, list(FaultKind))}")
    if route not in ROUTES:
        raise ValueError(f"{reprlib.repr(route)} is not a route. {nearest(route, ROUTES)}")
    kind = KINDS[FaultKind(fault)]
    if route not in kind.routes:
        raise ValueError(f"{fault} can't befall {route}, only {', '.join(kind.routes)}.")
    keys = {**WHEN, **kind.keys}
    for name, value in entry.items():
        if name in ("route", "fault"):
            continue
        if name not in keys:
            raise ValueError(f"{fault} has no key {name}. {nearest(name, keys)}")
        if not keys[name].fits(value):
            raise ValueError(f"{name} must be {keys[name].must_be}, not {reprlib.repr(value)}.")


def nearest(word: object, known: Collection[str]) -> str:
    """A hint for whoever wrote `word`: the known word that looks most like it, or all of them."""
    import difflib  # needed for wrong words only

    near = difflib.get_close_matches(word, known, n=1) if isinstance(word, str) else []
    return f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}."


def help_text() -> str:
    """The kinds and their keys for `--help`."""
    kinds = [_row(name, _described(kind)) for name, kind in KINDS.items()]
    keys = [_row(name, f"{key.help}: {key.must_be}") for name, key in {**WHEN, **HOW}.items()]
    note = "  Their keys, beside which every kind that answers a request takes headers and without:"
    return "\n".join([*kinds, "", note, *keys])


def _described(kind: Kind) -> str:
    where = (
        ""
        if kind.routes == REQUESTS
        else " (not files, uploads)"
        if kind.routes == API
        else f" ({', '.join(kind.routes)})"
    )
    keys = [name for name in kind.keys if name not in _SHAPE]
    return f"{kind.help}{where} [{' '.join(keys)}]" if keys else kind.help + where


def _row(name: str, text: str) -> str:
    width = max(map(len, FaultKind)) + 4
    import textwrap  # `--help` only

    return textwrap.fill(
        text, width=110, initial_indent=f"  {name}".ljust(width), subsequent_indent=" " * width, break_on_hyphens=False
    )
