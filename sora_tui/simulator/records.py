"""A task of the simulator, and the record of it that `recordInfo` shows (as captured, contract §4)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sora_tui.simulator.makes import Makes
from sora_tui.simulator.markers import Plan
from sora_tui.simulator.wishes import Wish, wishes

RUNNING_WORD = "waiting"
"""The one word a real task shows for its whole life."""


@dataclass(slots=True)
class SimulatedTask:
    """One accepted create and what became of it. Times are epoch milliseconds.

    Attributes:
        due: when it ends, given that its video is ready by then; None for never.
        late: it was due before its files were ready.
        state: `waiting`, `success` or `fail`.
        wishes: the files it makes.
        answer: what it says, where its model writes.
        is_marked: its result has a second link each, with a watermark.
    """

    task_id: str
    account: str
    model: str
    input: dict[str, Any]
    price: float
    created: int
    due: int | None
    plan: Plan = field(default_factory=Plan)
    ref: str | None = None
    call_back_url: str | None = None
    progress_call_back_url: str | None = None
    late: bool = False
    state: str = RUNNING_WORD
    completed: int | None = None
    fail_code: int | str | None = None
    fail_msg: str | None = None
    wishes: list[Wish] = field(default_factory=list)
    answer: dict[str, Any] | None = None
    is_marked: bool = False

    @property
    def file_names(self) -> list[str]:
        """The names of its files in links, in the order of its wishes."""
        stem = f"{self.task_id}_{(self.completed or 0) // 1000}"
        return [f"{stem}{f'_{place}' if place else ''}{wish.suffix}" for place, wish in enumerate(self.wishes)]

    def named_wishes(self) -> list[tuple[str, Wish]]:
        """Its files' names in links, each with what is to be in it."""
        return list(zip(self.file_names, self.wishes, strict=True))

    def as_event(self) -> dict[str, Any]:
        """All of it, for the journal."""
        return asdict(self)

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> SimulatedTask:
        """What `as_event` wrote."""
        return cls(**{**_with_wishes(event), "plan": Plan(**event["plan"])})


def record(task: SimulatedTask, base_url: str) -> dict[str, Any]:
    """The `data` of a `recordInfo` answer, with links on `base_url`."""
    param = _param(task)
    data: dict[str, Any] = {
        "taskId": task.task_id,
        "model": task.model,
        "state": task.state,
        "param": param,
        "resultJson": "",
        "failCode": None if task.fail_code is None else str(task.fail_code),
        "failMsg": task.fail_msg,
        "costTime": None,
        "completeTime": task.completed,
        "createTime": task.created,
        "creditsConsumed": 0.0 if task.state == "fail" else task.price,
        "operationType": task.model,
        "successFlag": {"success": 1, "fail": 3}.get(task.state, 0),
        "paramJson": param,
    }
    if task.completed is not None:
        data["costTime"] = round((task.completed - task.created) / 1000)  # seconds, whatever the documents say
    if task.state == "success":
        result = _result(task, base_url)
        data["resultJson"] = _dumps(result)
        data["response"] = result
    return data


def _with_wishes(event: Mapping[str, Any]) -> dict[str, Any]:
    if "wishes" in event:
        return {**event, "wishes": [Wish.from_json(wish) for wish in event["wishes"]]}
    # Written before there were other models than this one.
    usual = {"aspect_ratio": "landscape", "n_frames": "10", "size": "high", "remove_watermark": False}
    return {**event, "wishes": wishes(Makes.VIDEO, {**usual, **event["input"]}), "is_marked": True}


def _param(task: SimulatedTask) -> str:
    request = {"input": _dumps(task.input), "model": task.model}
    if task.call_back_url is not None:
        request["callBackUrl"] = task.call_back_url
    return _dumps(request)


def _result(task: SimulatedTask, base_url: str) -> dict[str, Any]:
    if task.answer is not None:
        return {"resultObject": task.answer}
    if not task.plan.links:
        return {"resultUrls": []}
    files = f"{base_url}/files/"
    result = {"resultUrls": [files + name for name in task.file_names]}
    if task.is_marked:
        marked = [name if wish.watermark else f"watermark_{name}" for name, wish in task.named_wishes()]
        result["resultWaterMarkUrls"] = [files + name for name in marked]
    return result


def _dumps(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
