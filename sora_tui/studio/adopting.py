"""From a task id alone to a row: the service's record proves which unconfirmed send it belongs to. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import uuid4

from sora_tui.studio.reading import apply
from sora_tui.studio.task import Task, TaskState

if TYPE_CHECKING:
    from sora_tui.kie.messages import EchoedRequest, TaskRecord

_EARLY_MS = 120_000
"""How much earlier than our send the service's clock may say that it made the task."""
_LATE_MS = 15 * 60_000


def owner_of(record: TaskRecord, tasks: Iterable[Task], origin: str) -> Task | None:
    """The unconfirmed task that the record belongs to, if that is certain.

    Proof is our ref in the echoed callback address; else the same request, made at the time of the send.
    Of several alike, sent at different times, it is the one sent last before the service made the task;
    where its clock says that it made the task before any of them was sent, the first one.
    """
    asked = record.request
    if asked is None:
        return None
    unsure = [t for t in tasks if t.state is TaskState.UNCONFIRMED and t.origin == origin]
    for task in unsure:
        if asked.call_back_url is not None and task.ref in asked.call_back_url:
            return task
    alike = sorted(
        (task for task in unsure if _is_alike(task, asked) and _is_in_time(task, record)),
        key=lambda task: task.sent_at or 0,
    )
    before = [task for task in alike if (task.sent_at or 0) <= (record.created_at_ms or 0)]
    return next(iter(before[-1:] or alike), None)


def rebuilt(record: TaskRecord, origin: str, now_ms: int) -> Task:
    """A row for a task that was made elsewhere, from what the service repeats of its request."""
    asked = record.request
    task = Task(
        ref=uuid4().hex,
        state=TaskState.WAITING,
        model=record.model or (asked.model if asked else ""),
        prompt=asked.prompt if asked else "",
        parameters=asked.parameters if asked else {},
        origin=origin,
        created_at=record.created_at_ms or now_ms,
        task_id=record.task_id,
    )
    return apply(task, record, now_ms=now_ms)


def _is_alike(task: Task, asked: EchoedRequest) -> bool:
    return (
        task.prompt == asked.prompt
        and asked.model in ("", task.model)
        and dict(task.parameters) == dict(asked.parameters)
    )


def _is_in_time(task: Task, record: TaskRecord) -> bool:
    if record.created_at_ms is None or task.sent_at is None:
        return False
    return task.sent_at - _EARLY_MS <= record.created_at_ms <= task.sent_at + _LATE_MS
