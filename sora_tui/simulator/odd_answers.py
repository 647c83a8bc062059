"""Answers to `recordInfo` that no document mentions and a client must live through."""

from __future__ import annotations

import json
from typing import Any


def _record(**data: Any) -> bytes:
    return json.dumps({"code": 200, "msg": "success", "data": {"taskId": "odd", **data}}).encode()


ODD_ANSWERS: tuple[bytes, ...] = (
    b'{"code":200,"msg":"success","data":null}',
    b'{"code":200,"msg":"success","data":[]}',
    b'{"code":200,"msg":"success","data":"success"}',
    b"{}",
    b"[]",
    b"null",
    b"",
    b'{"code":"200","message":"success","data":{"state":"waiting"}}',
    b"[" * 20_000,
    _record(state="success", resultJson="not JSON"),
    _record(state="success", resultJson='{"resultUrls":null}'),
    _record(state="success", resultJson='{"resultUrls":"https://example.com/one.mp4"}'),
    _record(state=7, failCode={"a": 1}, failMsg=["x"], createTime="yesterday", resultJson=3),
    b'{"code":200,"msg":"success","data":{"state":"waiting","failMsg":"cut \\ud83d","creditsConsumed":NaN}}',
)
"""Fourteen of them; the script of faults refers to them by their place."""
