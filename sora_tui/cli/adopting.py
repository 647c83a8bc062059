"""`sora-tui adopt`: takes in tasks of which only the id is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sora_tui.cli.diagnostics import CommandError, ExitCode, diagnose, say, warn
from sora_tui.cli.options import format_options, load_settings_with_key, read_text, settings_options

if TYPE_CHECKING:
    from sora_tui.cli.output import Format
    from sora_tui.cli.session import Session
    from sora_tui.studio.task import Task


@click.command()
@settings_options
@click.argument("texts", metavar="TEXT...", nargs=-1, required=True)
@format_options(lines=True)
@click.pass_context
def adopt(context: click.Context, /, texts: tuple[str, ...], form: Format) -> int:
    """Take in tasks by the ids that kie.ai/logs shows, or by any text that holds ids; `-` reads standard input.

    Each becomes the unconfirmed task it proves to be (by our reference, else by the same request at the same
    time), or else a row of its own with prompt and settings as the service repeats them.

    \b
    Examples:
      sora-tui adopt 75b7b726864920bec61affce7f6fabd8
      sora-tui adopt - < logs.txt
    """
    settings = load_settings_with_key(context)
    from sora_tui.cli.session import in_studio

    text = "\n".join(read_text(text) for text in texts)
    return in_studio(settings, lambda session: _adopt(session, text, form))


async def _adopt(session: Session, text: str, form: Format) -> int:
    from sora_tui.cli.output import Format
    from sora_tui.cli.tasks import explain_to_user, write_tasks
    from sora_tui.studio.errors import NotAnswered

    ids = await session.studio.ids_in(text)
    if not ids:
        hint = "Copy the task id from kie.ai/logs: 32 digits and letters a to f, or task_…"
        raise CommandError("There is no task id in this text.", hint=hint, code=ExitCode.USAGE)
    adopted: list[Task] = []
    trouble: NotAnswered | None = None
    for task_id in ids:
        try:
            adoption = await session.unless_interrupted(session.studio.adopt(task_id))
        except NotAnswered as error:
            if len(ids) == 1:
                raise
            warn(f"{task_id}: {error}")
            trouble = error
            continue
        say(adoption.sentence)
        explain_to_user(adoption.task)
        adopted.append(adoption.task)
    if adopted or form is not Format.TEXT:
        write_tasks(adopted, form, single=len(ids) == 1)
    return diagnose(trouble).code if trouble else ExitCode.DONE
