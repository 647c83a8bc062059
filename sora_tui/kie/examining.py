"""Why a saved callback verifies or does not, for the person who wonders (contract §5). Pure.

`webhooks.verify` is what judges calls; what it says and what stands here must never differ.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sora_tui.kie.webhooks import (
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    TOLERANCE,
    ids_in,
    named_task,
    read_body,
    sign,
    verify,
)

_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII | re.IGNORECASE)


class Flaw(StrEnum):
    """What can be wrong with a callback, or with how it is looked at."""

    BODY = "body"
    """It can't be read, or names no task."""
    TWO_IDS = "two_ids"
    NO_TIMESTAMP = "no_timestamp"
    TIMESTAMP = "timestamp"
    """It is not ten digits."""
    TOO_OLD = "too_old"
    IN_THE_FUTURE = "in_the_future"
    NO_SIGNATURE = "no_signature"
    SIGNATURE = "signature"
    """It is not written as it must be."""
    NO_KEY_FITS = "no_key_fits"


@dataclass(frozen=True, slots=True)
class Problem:
    """A flaw, and a sentence about it."""

    flaw: Flaw
    sentence: str


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found.

    Attributes:
        verifies: whether an inbox with these keys would take it.
        task_id: the task it is about; None if the body does not say.
        age_s: seconds since it was signed; None if it does not say, negative in the future.
        key: which of the keys made the signature, counted from 0, even if it is too old or written oddly.
        problems: all that is wrong; none if it verifies.
    """

    verifies: bool
    task_id: str | None
    age_s: float | None
    key: int | None
    problems: tuple[Problem, ...] = field(default=())


def examine(
    keys: Sequence[str],
    body: bytes,
    timestamp: str | None,
    signature: str | None,
    *,
    now: float,
    tolerance: float = TOLERANCE,
) -> Examination:
    """Look at everything, even if the first thing is wrong already. Never raises, whatever is looked at.

    Args:
        keys: the account's webhook keys, none of them empty.
        body: as it came.
        timestamp: the header `X-Webhook-Timestamp`.
        signature: the header `X-Webhook-Signature`.
        now: Unix seconds.
        tolerance: seconds the time may differ from `now`, either way; infinite to leave its age out.
    """
    problems: list[Problem] = []
    ids, task_id = _ids_of(body, problems)
    age_s = _age_of(timestamp, now, tolerance, problems)
    made = _made_of(keys, ids, timestamp, signature, problems)
    if len(ids) > 1:
        whose = "" if made is None else f" It is that of {made.task_id}."
        sentence = f"The body names two tasks, {' and '.join(ids)}; the signature is of one at most.{whose}"
        problems.append(Problem(Flaw.TWO_IDS, sentence))
    verifies = task_id is not None and verify(keys, task_id, timestamp, signature, now=now, tolerance=tolerance)
    return Examination(verifies, task_id, age_s, None if made is None else made.key, tuple(problems))


@dataclass(frozen=True, slots=True)
class _Made:
    """How a signature was made: with which key, of which task."""

    key: int
    task_id: str


def _ids_of(body: bytes, problems: list[Problem]) -> tuple[list[str], str | None]:
    """Every id that the body names, and the one it is about."""
    ids: list[str] = []
    try:
        decoded = read_body(body)
        ids = list(dict.fromkeys(named for named in ids_in(decoded) if isinstance(named, str)))
        return ids, named_task(decoded)
    except ValueError as error:
        if len(ids) < 2:
            problems.append(Problem(Flaw.BODY, f"{str(error)[0].upper()}{str(error)[1:]}."))
        return ids, None


def _age_of(timestamp: str | None, now: float, tolerance: float, problems: list[Problem]) -> float | None:
    if not timestamp:
        problems.append(Problem(Flaw.NO_TIMESTAMP, f"There is no header {TIMESTAMP_HEADER}."))
        return None
    if not _DIGITS.fullmatch(timestamp) or len(timestamp) != 10:
        looks = "that looks like milliseconds" if len(timestamp) == 13 and _DIGITS.fullmatch(timestamp) else "it is not"
        sentence = f"{TIMESTAMP_HEADER} must be ten digits, seconds since 1970: {looks}."
        problems.append(Problem(Flaw.TIMESTAMP, sentence))
        return None
    age_s = now - int(timestamp)
    if age_s > tolerance:
        problems.append(Problem(Flaw.TOO_OLD, f"It was signed {_spell(age_s)} ago; {tolerance:.0f} s are tolerated."))
    elif age_s < -tolerance:
        sentence = f"It was signed {_spell(-age_s)} from now; {tolerance:.0f} s are tolerated. Is a clock wrong?"
        problems.append(Problem(Flaw.IN_THE_FUTURE, sentence))
    return age_s


def _made_of(
    keys: Sequence[str], ids: Sequence[str], timestamp: str | None, signature: str | None, problems: list[Problem]
) -> _Made | None:
    """How the signature was made, written as it should be or not."""
    if not signature:
        problems.append(Problem(Flaw.NO_SIGNATURE, f"There is no header {SIGNATURE_HEADER}."))
        return None
    digest, form = _digest_in(signature)
    if digest is None:
        sentence = f"{SIGNATURE_HEADER} is not base64 of 32 bytes: no key made it."
        problems.append(Problem(Flaw.SIGNATURE, sentence))
        return None
    if not ids or not timestamp:
        return None
    for number, key in enumerate(keys):
        for task_id in ids:
            proper = sign(key, task_id, timestamp)
            if base64.b64decode(proper) != digest:
                continue
            if proper != signature:
                sentence = f"The signature is right, but {form}; it must be plain base64, to the letter."
                problems.append(Problem(Flaw.SIGNATURE, sentence))
            return _Made(number, task_id)
    whose = "The key does not fit" if len(keys) == 1 else f"None of the {len(keys)} keys fits"
    sentence = f"{whose}: the signature is another key's, or of another task or time."
    problems.append(Problem(Flaw.NO_KEY_FITS, sentence))
    return None


def _digest_in(signature: str) -> tuple[bytes | None, str]:
    """The 32 bytes that a signature stands for, and how it is written where that is not the proper way."""
    text = signature.strip()
    if _HEX.fullmatch(text):
        return bytes.fromhex(text), "in hexadecimal"
    form = "has blanks around it" if text != signature else "in another alphabet, or without its padding"
    try:
        standard = text.replace("-", "+").replace("_", "/").rstrip("=") + "="
        digest = base64.b64decode(standard.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None, ""
    return (digest, form) if len(digest) == 32 else (None, "")


def _spell(seconds: float) -> str:
    for unit, size in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
