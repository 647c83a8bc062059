"""Callbacks as the service makes them, and the inbox that judges them in tests."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sora_tui.kie.webhooks import sign
from sora_tui.studio.callbacks import Call, Doorkeeper, Judgement

KEY = "webhook-key-of-a-test"
TOKEN = "a-token-that-nobody-guesses-0001"
REF = f"{7:032x}"
TASK = "task-7"
NOW = 1_795_003_200


def a_body(task_id: str = TASK, **data: Any) -> bytes:
    """What the service sends at the end (contract §5)."""
    return json.dumps({"code": 200, "msg": "ok", "data": {"taskId": task_id, "state": "success", **data}}).encode()


def a_call(*, key: str | None = KEY, task_id: str = TASK, at: int = NOW, **changes: Any) -> Call:
    """A call at the end of task 7, signed unless there is no key."""
    signature = None if key is None else sign(key, task_id, at)
    call = Call(
        "POST",
        f"/{TOKEN}/{REF}",
        "application/json",
        None if key is None else str(at),
        signature,
        a_body(task_id),
    )
    return replace(call, **changes)


def judging(keys: Sequence[str] = (KEY,), now: Callable[[], float] = lambda: NOW) -> Callable[[Call], Judgement]:
    """A new doorkeeper's judgement."""
    return Doorkeeper(TOKEN, keys, now).judge


def request(
    body: bytes | None = None,
    *,
    path: str = f"/{TOKEN}/{REF}",
    method: str = "POST",
    key: str | None = KEY,
    at: int | None = NOW,
    **headers: str,
) -> bytes:
    """The same on the wire; signed now by the machine's clock if `at` is None."""
    body = a_body() if body is None else body
    told = {"Host": "hooks.example", "Content-Type": "application/json", "Content-Length": str(len(body))}
    if key is not None:
        stamp = int(time.time()) if at is None else at
        told |= {"X-Webhook-Timestamp": str(stamp), "X-Webhook-Signature": sign(key, TASK, stamp)}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body
