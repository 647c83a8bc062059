"""What happens in the studio, written to Python's `logging`: a line for each event that explains a bad day.

Never a prompt, which is private, nor what the service wrote about one: `sora-tui show REF` has both. Notices are
not written here but by the front end, which knows what it showed.
"""

from __future__ import annotations

import logging

from sora_tui.studio.events import BalanceChanged, CallbackCame, Event, InboxChanged, ServiceChanged, TaskChanged
from sora_tui.studio.task import Task, TaskState

log = logging.getLogger("sora_tui.studio")
log.addHandler(logging.NullHandler())  # without a log nothing of the studio is written to the screen

_UNHAPPY = (TaskState.FAIL, TaskState.REFUSED, TaskState.UNCONFIRMED, TaskState.EXPIRED)


def write_down(event: Event) -> None:
    """Writes the event down, unless nothing changed that would explain anything later."""
    match event:
        case TaskChanged(task=task, previous=previous, is_ours=is_ours):
            if previous is None or _facts(previous) != _facts(task):
                log.log(_level(task), "%s", _sentence(task, previous, is_ours=is_ours))
        case ServiceChanged(paused=paused) if paused:
            log.warning("service: %s", paused)
        case ServiceChanged():
            log.info("service: can be asked again")
        case BalanceChanged(credits=credits):
            log.info("credits: %s", "unknown" if credits is None else f"{credits:g}")
        case InboxChanged(standing=standing, port=port):
            log.info("inbox for callbacks: %s%s", standing, "" if port is None else f", port {port}")
        case CallbackCame(callback=callback):
            log.debug("callback: %s of task %s, id %s", callback.kind, callback.ref, callback.task_id)


def _level(task: Task) -> int:
    return logging.WARNING if task.state in _UNHAPPY or task.note else logging.INFO


def _sentence(task: Task, previous: Task | None, *, is_ours: bool) -> str:
    state, facts = _facts(task)
    before = "new" if previous is None else _facts(previous)[0]
    told = "".join(f", {name} {value}" for name, value in facts if value not in (None, ""))
    whose = "" if is_ours else " (by another program)"
    return f"task {task.ref}: {before} -> {state}{told}{whose}"


def _facts(task: Task) -> tuple[str, tuple[tuple[str, object], ...]]:
    own_word = task.vendor_state not in (None, task.state.value)
    state = f"{task.state} ({task.vendor_state})" if own_word else str(task.state)
    return state, (
        ("id", task.task_id),
        ("code", task.code),
        ("HTTP", task.http_status),
        ("attempts", task.attempts or None),
        ("credits", None if task.credits is None else f"{task.credits:g}"),
        ("parked", "yes" if task.is_parked else None),
        ("retry of", task.retry_of),
        ("note:", task.note),
    )
