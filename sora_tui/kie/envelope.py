"""From bytes to an `Answer`, or to the error that fits: the envelope `{code, msg, data}` of every answer.

Whatever the bytes are, nothing but an `Answer` or a `KieError` comes out of here (contract §1).
"""

from __future__ import annotations

import json
import math
import re
import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, TypeAlias

from sora_tui.kie.errors import Refused, UnreadableAnswer

Json: TypeAlias = Any
"""A decoded JSON value."""

MAX_ANSWER = 2_000_000
"""Bytes of an answer that are read. The largest ever seen, the list of all models, has 100 kB."""

MAX_WAIT = 300.0
"""Seconds of `Retry-After` that are believed at most."""

_MAX_DEPTH = 60
_MAX_DIGITS = 40
_SENTENCE = 300
"""Characters of the service's words that go into an error's own sentence; `text` has them all."""
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Answer:
    """A readable answer with code 200.

    Attributes:
        http_status: usually 200, but the code counts.
        data: the payload, with every string encodable and every number finite.
        raw: the whole answer as text.
    """

    http_status: int
    data: Json
    raw: str = field(repr=False)


def read_answer(http_status: int, body: bytes, *, retry_after: float | None = None) -> Answer:
    """What a whole body says.

    Raises:
        Refused: the body's code is not 200.
        UnreadableAnswer: the body is not the envelope, or the HTTP status is a redirect.
    """
    raw = decode_text(body)
    code: int | None = None
    text = ""

    def unreadable(sentence: str) -> UnreadableAnswer:
        return UnreadableAnswer(
            sentence, http_status=http_status, code=code, text=text, raw=raw, retry_after=retry_after
        )

    if 300 <= http_status <= 399:
        raise unreadable(f"The service pointed to another address (HTTP {http_status}), which is not followed.")
    if not raw.strip():
        raise unreadable(f"The answer was empty (HTTP {http_status}).")
    try:
        envelope = decode_json(raw)
    except ValueError:
        kind = "a web page" if raw.lstrip()[:1] == "<" else "not JSON"
        raise unreadable(f"The answer was {kind} (HTTP {http_status}).") from None
    if not isinstance(envelope, dict):
        raise unreadable(f"The answer was not an object (HTTP {http_status}).")
    code = whole_number(envelope.get("code"))
    text = message_of(envelope)
    if code is None:
        raise unreadable(f"The answer had no response code (HTTP {http_status}).")
    if code != 200:
        raise Refused(
            f"The service answered {code}: {text[:_SENTENCE] or 'no reason given'}",
            http_status=http_status,
            code=code,
            text=text,
            raw=raw,
            retry_after=retry_after,
        )
    return Answer(http_status, envelope.get("data"), raw)


def message_of(envelope: dict[str, Json]) -> str:
    """The words of an envelope: `msg`, else `message`, else `error`; empty where none of them is text."""
    for name in ("msg", "message", "error"):
        text = envelope.get(name)
        if isinstance(text, str) and text.strip():
            return text.strip()
    return ""


def decode_text(body: bytes) -> str:
    """Bytes as text; what is not UTF-8 becomes U+FFFD."""
    return body.decode("utf-8-sig", errors="replace")


def decode_json(text: str) -> Json:
    """A JSON text as a value that can be stored, shown and sent on.

    Lone surrogates (a cut emoji) become U+FFFD. NaN, infinities and numbers of more than 40 digits become
    None: they mean nothing in this API and break what comes after.

    Raises:
        ValueError: not JSON, or nested more than 60 deep.
    """
    try:
        value = json.loads(text, parse_int=_integer, parse_float=_real, parse_constant=_nothing)
    except RecursionError:
        raise ValueError("nested too deep") from None
    return _clean(value, _MAX_DEPTH)


def whole_number(value: Json) -> int | None:
    """An integer that came as one, as a whole float or as digits; None for anything else, True included.

    At most 18 digits, so that it can be stored.
    """
    if isinstance(value, str) and re.fullmatch(r"\s*-?[0-9]{1,18}\s*", value, re.ASCII):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        return None
    return int(value) if abs(value) < 10**18 else None


def real_number(value: Json) -> float | None:
    """A finite number that came as one or as text; None for anything else, True included."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and not re.fullmatch(r"\s*-?[0-9]{1,18}(\.[0-9]{1,18})?\s*", value, re.ASCII):
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def seconds_to_wait(header: str | None, *, now: float | None = None) -> float | None:
    """A `Retry-After` header (seconds, or an HTTP date) as 0 to 300 seconds; None if it makes no sense."""
    if header is None or len(header) > 64:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(header).timestamp() - (time.time() if now is None else now)
        except (ValueError, OverflowError, OSError):
            return None
        seconds = max(seconds, 0.0)
    if math.isnan(seconds) or seconds < 0:
        return None
    return min(seconds, MAX_WAIT)


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= _MAX_DIGITS else None


def _real(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _nothing(_: str) -> None:
    return None


def _clean(value: Json, depth: int) -> Json:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict | list) and not depth:
        raise ValueError("nested too deep")
    if isinstance(value, dict):
        return {_SURROGATE.sub("\ufffd", key): _clean(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item, depth - 1) for item in value]
    return value
