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

from sora_tui.kie.envelope import Json, decode_json

TOLERANCE = 300
"""Seconds a timestamp may differ from our clock, either way."""

TIMESTAMP_HEADER = "X-Webhook-Timestamp"
SIGNATURE_HEADER = "X-Webhook-Signature"

_STAMP = re.compile(r"[0-9]{10}", re.ASCII)
_TASK_ID = re.compile(r"[!-~]{1,256}", re.ASCII)
_ID_NAMES = ("taskId", "task_id")


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


def read_body(body: bytes) -> dict[str, Json]:
    """A callback's body as the object it is.

    Raises:
        ValueError: it is not UTF-8, not JSON, or not an object.
    """
    try:
        value = decode_json(body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError("the body is not UTF-8") from None
    except ValueError:
        raise ValueError("the body is not JSON") from None
    if not isinstance(value, dict):
        raise ValueError("the body is not an object")
    return value


def named_task(body: dict[str, Json]) -> str:
    """The task that a callback's body is about: `taskId`, or `task_id` in some products, in `data` or beside it.

    Raises:
        ValueError: it names none, two different ones, or what can't be an id.
    """
    ids = ids_in(body)
    if not ids:
        raise ValueError("the body names no task")
    if any(not isinstance(named, str) or not _TASK_ID.fullmatch(named) for named in ids):
        raise ValueError("the body names a task by what is no id")
    if len(set(ids)) > 1:  # a signature fits one of them, a reader may take the other
        raise ValueError("the body names two tasks")
    return str(ids[0])


def ids_in(body: dict[str, Json]) -> list[Json]:
    """Everything in a callback's body that stands where a task's id does, whatever it is."""
    data = body.get("data")
    places = [body, data] if isinstance(data, dict) else [body]
    return [place[name] for place in places for name in _ID_NAMES if place.get(name) is not None]


def _bytes(text: str) -> bytes:
    """UTF-8 that takes lone surrogates too, which a decoded header or JSON body can hold."""
    return text.encode("utf-8", "surrogatepass")
