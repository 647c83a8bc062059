"""Signing and verifying callbacks (contract §5). Pure.

A signature covers the task id and the time, not the body: a callback that verifies is a hint to look at
that task, never news in itself.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Iterable

TOLERANCE = 300
"""Seconds a timestamp may differ from our clock, either way."""

TIMESTAMP_HEADER = "X-Webhook-Timestamp"
SIGNATURE_HEADER = "X-Webhook-Signature"

_STAMP = re.compile(r"[0-9]{10}", re.ASCII)


def sign(key: str, task_id: str, timestamp: int | str) -> str:
    """`base64(HMAC-SHA256(key, taskId + "." + timestamp))`.

    Args:
        key: the account's webhook key.
        task_id: the id in the body.
        timestamp: Unix seconds.
    """
    signed = hmac.new(_bytes(key), _bytes(f"{task_id}.{timestamp}"), hashlib.sha256)
    return base64.b64encode(signed.digest()).decode("ascii")


def verify(
    keys: str | Iterable[str],
    task_id: str,
    timestamp: str | None,
    signature: str | None,
    *,
    now: float | None = None,
    tolerance: float = TOLERANCE,
) -> bool:
    """Whether a callback's headers were made with one of the keys, about now.

    Never raises, whatever the headers hold. The time must be ten ASCII digits: with a looser form, the dot
    between an id that holds dots and the time could be moved under the same signature.

    Args:
        keys: the account's webhook key, or several while it is being changed. Empty ones are skipped.
        task_id: the id in the body.
        timestamp: the header `X-Webhook-Timestamp`.
        signature: the header `X-Webhook-Signature`.
        now: Unix seconds; the machine's clock if not given.
        tolerance: seconds the time may differ from `now`, either way.
    """
    if not isinstance(timestamp, str) or not _STAMP.fullmatch(timestamp):
        return False
    if not isinstance(signature, str) or not isinstance(task_id, str) or not task_id:
        return False
    age = (time.time() if now is None else now) - int(timestamp)
    if not abs(age) <= tolerance:
        return False
    given = _bytes(signature)
    matches = False
    for key in (keys,) if isinstance(keys, str) else keys:
        # every key is tried, so that the time taken tells nothing about which one fits
        matches |= bool(key) and hmac.compare_digest(_bytes(sign(key, task_id, timestamp)), given)
    return matches


def _bytes(text: str) -> bytes:
    """UTF-8 that takes lone surrogates too, which a decoded header or JSON body can hold."""
    return text.encode("utf-8", "surrogatepass")
