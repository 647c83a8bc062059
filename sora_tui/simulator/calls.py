"""A callback before it is sent: whom it tells of what, and who signs it (contract §5). Pure.

The signature is made here in a few lines of its own, so that the client's is checked against another one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sora_tui.simulator.records import SimulatedTask, record

CALLBACK = "callback"
PROGRESS = "progress"
ROUTES = (CALLBACK, PROGRESS)
"""At a task's end, to its `callBackUrl`; while it runs, to its `progressCallBackUrl`."""

SHARES = (20, 40, 60, 80)
"""Per cent of a task's duration after which its progress is told. The real service's are documented nowhere."""

_COMPLETED = "Playground task completed successfully."
_FAILED = "Playground task failed."


class Signed(StrEnum):
    """By whom a call is signed."""

    PROPERLY = "properly"
    """With the account's webhook key, if there is one."""
    WRONGLY = "wrongly"
    """With a key that nobody has."""
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an address.

    Attributes:
        route: `callback` or `progress`.
        task_id: the id that is signed.
        url: where to.
        body: the envelope.
        due: when it is sent, in epoch milliseconds.
        signed: by whom.
        fault: what befell it, if anything did.
        behind: how many later calls go first.
        only: the text that these have in their address or task id.
        replayed_ms: how long after it the very same bytes are sent again; None for never.
    """

    route: str
    task_id: str
    url: str
    body: dict[str, Any]
    due: int
    signed: Signed = Signed.PROPERLY
    fault: str | None = None
    behind: int = 0
    only: str = ""
    replayed_ms: int | None = None

    @property
    def subject(self) -> str:
        """The text that a fault's `only` is looked for in."""
        return f"{self.url} {self.task_id}"


def completion(task: SimulatedTask, url: str, base_url: str, now: int) -> Call:
    """The call at the end of `task`, with links on `base_url`."""
    code, msg = (501, _FAILED) if task.state == "fail" else (200, _COMPLETED)
    return Call(CALLBACK, task.task_id, url, {"code": code, "msg": msg, "data": record(task, base_url)}, now)


def progress(task: SimulatedTask, url: str, percent: float, base_url: str, now: int) -> Call:
    """A call while `task` runs, `percent` of the way."""
    data = {**record(task, base_url), "progress": percent}
    return Call(PROGRESS, task.task_id, url, {"code": 200, "msg": "success", "data": data}, now)


def with_data(call: Call, fields: Mapping[str, Any]) -> Call:
    """The same with `fields` put over its data; the id that is signed stays."""
    return replace(call, body={**call.body, "data": {**call.body["data"], **fields}})


def encoded(body: dict[str, Any]) -> bytes:
    """The JSON on the wire. ASCII, so that a lone surrogate in a prompt survives as an escape."""
    return json.dumps(body, separators=(",", ":")).encode("ascii")


def signature(key: str, task_id: str, stamp: str) -> str:
    """base64(HMAC-SHA256(key, taskId + "." + stamp)); the stamp is Unix seconds."""
    digest = hmac.digest(key.encode(), f"{task_id}.{stamp}".encode("utf-8", "surrogatepass"), hashlib.sha256)
    return base64.b64encode(digest).decode("ascii")


def header_lines(call: Call, key: str | None, stamp: str) -> dict[str, str]:
    """The headers of a call that is signed with `key`; unsigned for None."""
    lines = {"Content-Type": "application/json"}
    if key is not None:
        lines["X-Webhook-Timestamp"] = stamp
        lines["X-Webhook-Signature"] = signature(key, call.task_id, stamp)
    return lines
