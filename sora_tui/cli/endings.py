"""What a command does with tasks that were sent, or waited for: results, what is printed, the exit code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sora_tui.cli.diagnostics import ExitCode
from sora_tui.cli.outcomes import exit_code_of_all
from sora_tui.cli.output import Format, write_lines
from sora_tui.cli.session import Session
from sora_tui.cli.tasks import explain_to_user, write_tasks
from sora_tui.studio.task import Task


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What is to be done once a task is sent.

    Attributes:
        waits: for what comes out of it.
        limit_s: seconds after which that is given up; None for never.
        downloads: what came out.
        form: in which it is printed.
    """

    waits: bool
    limit_s: float | None
    downloads: bool
    form: Format


async def end(session: Session, tasks: Sequence[Task], after: Afterwards, *, single: bool = False) -> ExitCode:
    """Download what is to be downloaded, print the tasks, and say what became of each; the exit code of the worst.

    With downloads what is printed for people is where the files are, a line for each.
    """
    code = exit_code_of_all(tasks)
    if not after.downloads:
        write_tasks(tasks, after.form, single=single)
        for task in tasks:
            explain_to_user(task)
        return code
    from sora_tui.cli.bringing import bring, exit_code_of_results, tell_problems

    for task in tasks:
        explain_to_user(task)
    results = await bring(session, [task.ref for task in tasks])
    if after.form is Format.TEXT:
        write_lines(result.path for result in results if result.path)
    else:
        write_tasks(await session.studio.load([task.ref for task in tasks]), after.form, single=single)
    if results:
        tell_problems(results)
    return code or exit_code_of_results(results)
