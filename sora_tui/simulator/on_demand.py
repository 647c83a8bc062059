"""What `POST /_simulator/callbacks` asks for: one call, of any address of this machine, about any task."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Mapping
from typing import Any

from sora_tui.simulator import calls, posting
from sora_tui.simulator.calls import CALLBACK, PROGRESS, Call
from sora_tui.simulator.engine import Engine
from sora_tui.simulator.faults.kinds import nearest
from sora_tui.simulator.faults.script import Fault

_KEYS = ("taskId", "url", "progress", "data", "fault")
_ID = re.compile(r"[^\ud800-\udfff]{1,1000}", re.DOTALL)


def call_on_demand(engine: Engine, asked: Mapping[str, Any]) -> tuple[Call, Fault | None]:
    """The call that is asked for, and what befalls it.

    A task of another simulator, or of none, can be spoken of as well: the body then holds what `data` says.

    Args:
        engine: whose task it is.
        asked: `taskId`; `url` instead of the task's own; `progress` in per cent makes it a progress call; `data`
            is put over the record; `fault` is a kind, or a table of `fault` and its keys.

    Raises:
        ValueError: something is missing or means nothing; the message says what.
    """
    for name in asked:
        if name not in _KEYS:
            raise ValueError(f"There is no key {name}. {nearest(name, _KEYS)}")
    task_id, percent, data = asked.get("taskId"), asked.get("progress"), asked.get("data", {})
    if not isinstance(task_id, str) or not _ID.fullmatch(task_id):
        raise ValueError("taskId must be the id that is spoken of.")
    if percent is not None and (type(percent) not in (int, float) or not 0 <= percent <= 100):
        raise ValueError("progress must be a number from 0 to 100.")
    if not isinstance(data, dict):
        raise ValueError("data must be a table of fields.")
    route = CALLBACK if percent is None else PROGRESS
    engine.settle()
    task = engine.task(task_id)
    own = None if task is None else task.call_back_url if percent is None else task.progress_call_back_url
    url = asked.get("url", own)
    if not isinstance(url, str):
        raise ValueError("url must be an address." if "url" in asked else "That task has no such address. Say url.")
    posting.parse(url)
    now = round(engine.clock.now() * 1000)
    if task is None:
        call = Call(route, task_id, url, {"code": 200, "msg": "success", "data": {"taskId": task_id}}, now)
    elif percent is None:
        call = calls.completion(task, url, engine.base_url, now)
    else:
        call = calls.progress(task, url, percent, engine.base_url, now)
    return calls.with_data(call, data), _fault(route, asked.get("fault"))


def _fault(route: str, asked: object) -> Fault | None:
    if asked is None:
        return None
    entry = {"fault": asked} if isinstance(asked, str) else asked
    if not isinstance(entry, dict):
        raise ValueError(f"fault must be a kind, or a table of fault and its keys, not {reprlib.repr(asked)}.")
    return Fault.from_mapping({**entry, "route": route})
