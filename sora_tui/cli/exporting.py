"""`sora-tui export`: tasks in a file for another program, or one task as a report for the service's support."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sora_tui.cli.diagnostics import CommandError, ExitCode, say
from sora_tui.cli.options import load_settings, settings_options

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sora_tui.cli.session import Session

REPORT = "report"


@click.command()
@settings_options
@click.argument("words", metavar="[FILTER|REF]...", nargs=-1)
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "jsonl", "csv", "md", REPORT]),
    help="How it is written; by default as the name of FILE ends, else jsonl.",
)
@click.option(
    "--to",
    "path",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a new file instead of standard output.",
)
@click.option("--no-prompt", is_flag=True, help="Leave prompt and settings out of the report.")
@click.pass_context
def export(
    context: click.Context, /, words: tuple[str, ...], form: str | None, path: Path | None, no_prompt: bool
) -> int:
    """Write tasks out, oldest first: all, those with these REFs, or those a filter finds. Asks nothing of the service.

    json and jsonl hold all that `sora-tui import` needs to read them in again; csv is for a spreadsheet and md to be
    read. They hold prompts and the full links. The report is about one task, for a request to the service's support:
    no key, no callback address and no signed link is in it.

    \b
    Examples:
      sora-tui export --to studio.jsonl
      sora-tui export 'tag:boat after:7d' --format csv > boats.csv
      sora-tui export 9c1f --format report --no-prompt
    """
    settings = load_settings(context)
    from sora_tui.cli.session import in_studio

    kind = form or _by_its_name(path)
    if no_prompt and kind != REPORT:
        raise click.UsageError("--no-prompt goes with --format report.")

    async def act(session: Session) -> int:
        from sora_tui.cli.choosing import chosen_refs
        from sora_tui.studio.exporting import Form, written
        from sora_tui.studio.new_file import write_new

        refs = await chosen_refs(session.studio, words)
        if kind == REPORT and len(refs) != 1:
            raise CommandError(
                f"A report is about one task, and these words name {len(refs):,}.",
                hint="Name it: sora-tui export REF --format report",
                code=ExitCode.USAGE,
            )
        pieces = (
            _report(session, refs[0], with_prompt=not no_prompt)
            if kind == REPORT
            else written(refs, session.studio.load, Form(kind))
        )
        if path is None:
            await _print(pieces)
        else:
            await session.unless_interrupted(write_new(path, pieces))
            say(f"{len(refs):,} {'task is' if len(refs) == 1 else 'tasks are'} in {path}")
        return ExitCode.DONE

    return in_studio(settings, act)


def _by_its_name(path: Path | None) -> str:
    ending = "" if path is None else path.suffix.removeprefix(".").lower()
    return ending if ending in ("json", "jsonl", "csv", "md") else "jsonl"


async def _report(session: Session, ref: str, *, with_prompt: bool) -> AsyncIterator[str]:
    from sora_tui.task_report import report_on

    yield await report_on(session.studio, ref, with_prompt=with_prompt)


async def _print(pieces: AsyncIterator[str]) -> None:
    from sora_tui.cli.output import write_piece

    async for piece in pieces:
        write_piece(piece)
