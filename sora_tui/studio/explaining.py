"""What the service's last word on a task means. Pure."""

from __future__ import annotations

from sora_tui.kie.codes import Meaning, explain, explain_lost, explain_offline
from sora_tui.kie.fields import Media
from sora_tui.kie.media import media_of
from sora_tui.studio.outcomes import OFFLINE
from sora_tui.studio.task import Task, TaskState


def meaning_of(task: Task) -> Meaning | None:
    """What became of a task, in words; None where there is nothing to explain."""
    match task.state:
        case TaskState.SUCCESS:
            return explain(200, task.text, http_status=task.http_status, task_exists=True, made=made_by(task))
        case TaskState.FAIL:
            return explain(task.code, task.text, http_status=task.http_status, task_exists=True)
        case TaskState.REFUSED if task.code is None and task.http_status is None:
            return explain_offline() if task.note == OFFLINE else None
        case TaskState.UNCONFIRMED | TaskState.ABANDONED | TaskState.EXPIRED if task.code is None:
            return explain_lost(task.text, http_status=task.http_status)
        case TaskState.REFUSED | TaskState.UNCONFIRMED | TaskState.ABANDONED | TaskState.EXPIRED:
            return explain(task.code, task.text, http_status=task.http_status)
        case _:
            return None


def made_by(task: Task) -> Media:
    """What came out of a task: what its first link leads to, else a text; `Media.FILE` where nothing says."""
    for link in (*task.links, *task.watermark_links):
        return media_of(link)
    return Media.TEXT if task.result_text else Media.FILE
