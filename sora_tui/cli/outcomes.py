"""What became of a task, as an exit code."""

from __future__ import annotations

from collections.abc import Sequence

from sora_tui.cli.diagnostics import ExitCode
from sora_tui.kie.codes import Cause, Meaning
from sora_tui.studio.explaining import meaning_of
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


def exit_code_for(meaning: Meaning, *, otherwise: ExitCode = ExitCode.REFUSED) -> ExitCode:
    """How a command ends that was refused for this reason; `otherwise` where the reason has no code of its own."""
    return _EXIT_CODES.get(meaning.cause, otherwise)


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
