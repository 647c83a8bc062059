"""What became of a task, as an explanation, as an exit code and as what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from sora_tui.cli.diagnostics import ExitCode
from sora_tui.kie.codes import Cause, Meaning, explain, explain_lost, explain_offline
from sora_tui.studio.outcomes import OFFLINE
from sora_tui.studio.task import Task, TaskState

_EXIT_CODES = {
    Cause.BAD_KEY: ExitCode.KEY,
    Cause.NO_CREDITS: ExitCode.CREDITS,
    Cause.SUBKEY_CAP: ExitCode.CREDITS,
    Cause.OFFLINE: ExitCode.NETWORK,
}
_WORST_FIRST = (
    ExitCode.TASK_FAILED,
    ExitCode.KEY,
    ExitCode.CREDITS,
    ExitCode.REFUSED,
    ExitCode.NETWORK,
    ExitCode.UNCONFIRMED,
)


def meaning_of(task: Task) -> Meaning | None:
    """What the service's last word on a task means; None where there is nothing to explain."""
    match task.state:
        case TaskState.SUCCESS | TaskState.FAIL:
            code = 200 if task.state is TaskState.SUCCESS else task.code
            return explain(code, task.text, http_status=task.http_status, task_exists=True)
        case TaskState.REFUSED if task.code is None and task.http_status is None:
            return explain_offline() if task.note == OFFLINE else None
        case TaskState.UNCONFIRMED | TaskState.ABANDONED | TaskState.EXPIRED if task.code is None:
            return explain_lost(task.text, http_status=task.http_status)
        case TaskState.REFUSED | TaskState.UNCONFIRMED | TaskState.ABANDONED | TaskState.EXPIRED:
            return explain(task.code, task.text, http_status=task.http_status)
        case _:
            return None


def exit_code_for(meaning: Meaning) -> ExitCode:
    """How a command ends that was refused for this reason."""
    return _EXIT_CODES.get(meaning.cause, ExitCode.REFUSED)


def exit_code_of(task: Task) -> ExitCode:
    """How a command ends that was about this task."""
    match task.state:
        case TaskState.FAIL:
            return ExitCode.TASK_FAILED
        case TaskState.UNCONFIRMED | TaskState.ABANDONED | TaskState.EXPIRED:
            return ExitCode.UNCONFIRMED
        case TaskState.REFUSED:
            meaning = meaning_of(task)
            return exit_code_for(meaning) if meaning else ExitCode.REFUSED
        case _:
            return ExitCode.DONE


def exit_code_of_all(tasks: Sequence[Task]) -> ExitCode:
    """How a command ends that was about several tasks: a failed one counts before a refused or unsure one."""
    codes = {exit_code_of(task) for task in tasks}
    return next((code for code in _WORST_FIRST if code in codes), ExitCode.DONE)
