"""`sora-tui download`: the results of tasks as files on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sora_tui.cli.diagnostics import CommandError, ExitCode, warn
from sora_tui.cli.options import format_options, load_settings, settings_options

if TYPE_CHECKING:
    from sora_tui.cli.output import Format
    from sora_tui.cli.session import Session
    from sora_tui.settings import Settings
    from sora_tui.studio.task import Task


@click.command()
@settings_options
@click.argument("words", metavar="[FILTER|REF]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="The results of every task.")
@click.option(
    "--to",
    "folder",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="Into this folder, which is made if it is not there, instead of the download folder.",
)
@click.option("--again", is_flag=True, help="Also what is on this machine, under another name.")
@format_options(lines=True)
@click.pass_context
def download(
    context: click.Context,
    /,
    words: tuple[str, ...],
    everything: bool,
    folder: Path | None,
    again: bool,
    form: Format,
) -> int:
    """Download results: of the tasks with these REFs, of those a filter finds, or of all. Prints where each file is.

    What is on this machine is named and not fetched again; nothing is ever written over. What is interrupted is gone
    on with by the next command, or by the studio. Beside each file stands a .json that says how it was made.

    \b
    Examples:
      sora-tui download 9c1f
      sora-tui download 'rating:>=4' --to best
      sora-tui download is:expiring
      mpv "$(sora-tui download 9c1f)"
    """
    if bool(words) == everything:
        raise click.UsageError("Say which: REFs, a filter, or --all.")
    settings = _into(folder, load_settings(context))
    from sora_tui.cli.session import in_studio

    async def act(session: Session) -> int:
        from sora_tui.cli.bringing import bring, exit_code_of_results, tell_problems
        from sora_tui.cli.choosing import are_refs, chosen_refs
        from sora_tui.cli.output import Format, write_json, write_json_lines, write_lines

        refs = await chosen_refs(session.studio, words)
        without = [task for task in await session.studio.load(refs) if not task.links]
        results = await bring(session, refs, again=again)
        match form:
            case Format.JSON:
                write_json([result.as_json() for result in results])
            case Format.JSONL:
                write_json_lines(result.as_json() for result in results)
            case _:
                write_lines(result.path for result in results if result.path)
        tell_problems(results)
        code = exit_code_of_results(results)
        if without and are_refs(words):
            for task in without:
                warn(f"{task.ref[:8]}: {_why_without(task)}")
            code = code or ExitCode.TASK_FAILED
        return code

    return in_studio(settings, act)


def _into(folder: Path | None, settings: Settings) -> Settings:
    if folder is None:
        return settings
    place = folder.expanduser().absolute()
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"{place} can't be made: {error.strerror}.", code=ExitCode.USAGE) from None
    came_from = {**settings.came_from, "download_dir": "--to"}
    return settings.model_copy(update={"download_dir": place, "came_from": came_from})


def _why_without(task: Task) -> str:
    if task.state.is_running:
        return f"it is not finished. `sora-tui wait {task.ref[:8]}` waits for it."
    return "its result is a text: `sora-tui show` prints it." if task.result_text else "it has no result."
