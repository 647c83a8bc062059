"""What an answer about a task changes in it. Pure.

A task ends only by the service's word, never because we stopped asking or could not read an answer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sora_tui.kie.codes import Cause, explain
from sora_tui.kie.errors import AnswerLost, KieError, UnreadableAnswer
from sora_tui.studio.task import Task, TaskState

if TYPE_CHECKING:
    from sora_tui.kie.messages import TaskRecord

GRACE_S = 60.0
"""How long the service may not know the id of a new task (contract §2)."""
UNKNOWN_ID = "The service does not know this id. It may belong to another account, or be older than two months."
UNREADABLE = "The service's last answer could not be read. Asking again."
NO_RESULT = "The service says success but gave no result."
SILENT = "The service did not answer the last questions about it. Asking again."
PATIENT_MISSES = 3
"""Answers that may be lost in a row before it is said."""


def apply(task: Task, record: TaskRecord, *, now_ms: int) -> Task:
    """The task after the service's record of it. One that has ended or goes by another id stays as it is.

    Args:
        task: as stored now.
        record: the answer to `recordInfo` for this task's id.
        now_ms: epoch ms of the answer.
    """
    if task.state is not TaskState.WAITING and task.state is not TaskState.UNCONFIRMED:
        return task
    if task.task_id not in (None, record.task_id):  # its own answer came while another id was looked up
        return task
    known: dict[str, Any] = {
        "task_id": record.task_id,
        "vendor_state": record.state or task.vendor_state,
        "vendor_created_at": record.created_at_ms or task.vendor_created_at,
        "credits": task.credits if record.credits_consumed is None else record.credits_consumed,
        "asked_at": now_ms,
        "note": "",
    }
    from sora_tui.kie.messages import Verdict  # its models take 30 ms to build, which no start needs

    if record.verdict is Verdict.RUNNING:
        return task.moved(TaskState.WAITING, **known)
    known["finished_at"] = record.completed_at_ms or now_ms
    known["http_status"] = record.http_status
    if record.verdict is Verdict.SUCCESS:
        known |= {"links": record.links, "watermark_links": record.watermark_links, "result_text": record.result_text}
        known |= {"code": 200, "text": ""}
        known["note"] = "" if record.links or record.watermark_links or record.result_text else NO_RESULT
        return task.moved(TaskState.SUCCESS, **known)
    known |= {"code": record.fail_code, "text": record.fail_msg or record.fail_word}
    return task.moved(TaskState.FAIL, **known)


def is_unknown_id(error: KieError) -> bool:
    """Whether the service says that it has no task of this id."""
    if error.code is None and error.http_status is None:
        return False
    cause = explain(error.code, error.text, http_status=error.http_status).cause
    return cause in (Cause.UNKNOWN_TASK, Cause.NOT_FOUND)


def doubt(error: KieError, *, misses: int, age_s: float) -> str | None:
    """The sentence for a row whose look failed; None where there is nothing to say yet.

    Args:
        error: what the look ended in.
        misses: looks in a row without a usable answer, this one included.
        age_s: seconds since the task was created.
    """
    if is_unknown_id(error):
        return UNKNOWN_ID if age_s > GRACE_S else None
    if isinstance(error, UnreadableAnswer):
        return UNREADABLE
    if isinstance(error, AnswerLost):
        return SILENT if misses >= PATIENT_MISSES else None
    code = error.code if error.code is not None else error.http_status
    return f"The service answered {code} when asked about it. Asking again."


def is_news(before: Task, after: Task) -> bool:
    """Whether an answer changed more than the time of asking, which is not worth a write."""
    return replace(after, asked_at=before.asked_at) != before


def remark_on(task: Task, *, sentence: str) -> Task:
    """The task with a note on why we know less than we should; one that has ended stays as it is."""
    return replace(task, note=sentence) if task.state is TaskState.WAITING else task


def parked(task: Task, is_parked: bool) -> Task:
    """The task about which the user wants the service asked no more, or again; only while the service has it."""
    return replace(task, is_parked=is_parked) if task.state is TaskState.WAITING else task
