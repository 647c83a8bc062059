"""The keys of a fault: what each may hold, and what it is for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sora_tui.simulator.odd_answers import ODD_ANSWERS

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_TEXT = re.compile(r"(?:[^\x00\s](?:[^\x00\r\n]*[^\x00\s])?)?")
_FRAMING = ("content-length", "transfer-encoding")


@dataclass(frozen=True, slots=True)
class Key:
    """One key.

    Attributes:
        must_be: what its value must be, to follow "must be".
        fits: whether a value is that.
        help: what it does.
    """

    must_be: str
    fits: Callable[[Any], bool]
    help: str


def _whole(lowest: int, highest: float = float("inf")) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and lowest <= value <= highest


def _seconds(value: Any) -> bool:
    return type(value) in (int, float) and 0 <= value <= 1e9


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def _is_header_text(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and _HEADER_TEXT.fullmatch(value) is not None


def _are_headers(value: Any) -> bool:
    return isinstance(value, dict) and all(
        _HEADER_NAME.fullmatch(name) and name.lower() not in _FRAMING and _is_header_text(text)
        for name, text in value.items()
    )


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) and _HEADER_NAME.fullmatch(name) for name in value)


def _is_place(value: Any) -> bool:
    return (type(value) is int and value >= 0) or (type(value) is float and 0 <= value < 1)


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        return False
    return True


def _is_json_object(value: Any) -> bool:
    return isinstance(value, dict) and _is_json(value)


WHEN: Mapping[str, Key] = {
    "times": Key("a whole number from 0 on", _whole(0), "how often, 0 for always (default 1)"),
    "skip": Key("a whole number from 0 on", _whole(0), "how many fitting requests pass first (default 0)"),
    "only": Key(
        "text", _is_text, "only where this is in path, query or X-Request-Id, or in a call's address or task id"
    ),
    "after_s": Key("seconds from 0 to 1e9", _seconds, "not before so long after the start, or the POST"),
    "for_s": Key("seconds from 0 to 1e9", _seconds, "for so long from then on (default: without end)"),
}
"""The keys of every fault, beside route and fault."""

HOW: Mapping[str, Key] = {
    "charged": Key("true or false", _is_bool, "whether it is carried out first, and so paid for"),
    "status": Key("an HTTP status from 200 to 599", _whole(200, 599), "the answer's own"),
    "code": Key("a whole number", _whole(-(2**63), 2**63), "the code in the body (default 500)"),
    "text": Key("text", _is_text, "the msg in the body"),
    "body": Key("text", _is_text, "the body as it stands"),
    "headers": Key(
        "a table of header lines in ASCII, without Content-Length and Transfer-Encoding",
        _are_headers,
        "lines put over the answer's own, such as Retry-After",
    ),
    "without": Key(
        "a list of names of headers",
        _are_names,
        "lines left out of the answer; without Content-Length it comes in chunks",
    ),
    "seconds": Key("seconds from 0 to 1e9", _seconds, "how long"),
    "at": Key("a number of bytes, or a share of the body such as 0.5", _is_place, "the place in the body"),
    "piece": Key("a whole number from 1 to 1,000,000", _whole(1, 1_000_000), "bytes at a time (default 1)"),
    "endless": Key("true or false", _is_bool, "go on with spaces for ever"),
    "behind": Key("a whole number from 1 on", _whole(1), "how many later ones go first (default 1)"),
    "size": Key("a whole number from 1 on", _whole(1), "bytes of JSON (default 100,000,000)"),
    "location": Key("an address in ASCII, on one line", _is_header_text, "where to (default: the same address)"),
    "value": Key("something JSON can say", _is_json, "the task id, whatever it is; the number of the odd answer"),
    "data": Key("a table of what JSON can say", _is_json_object, "the fields"),
    "version": Key("a whole number from 1 to 255", _whole(1, 255), "which other bytes (default 1)"),
    "same_etag": Key("true or false", _is_bool, "keep the ETag all the same"),
}
"""The keys that some kinds take."""

ODD_NUMBER = Key(f"a whole number from 0 to {len(ODD_ANSWERS) - 1}", _whole(0, len(ODD_ANSWERS) - 1), "its number")
"""What `value` is to the kind `odd`."""
