"""`sora-tui import`: takes the tasks of an export into the store, sends nothing and overwrites nothing."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sora_tui.cli.diagnostics import CommandError, ExitCode, say
from sora_tui.cli.options import load_settings, settings_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sora_tui.cli.session import Session
    from sora_tui.studio.importing import Imported
    from sora_tui.studio.records import Record

_MOST_SAID = 20
"""Problems that are told one by one."""


@click.command("import")
@settings_options
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.pass_context
def import_(context: click.Context, /, path: Path, dry_run: bool) -> int:
    """Take the tasks of a file in that `sora-tui export` wrote as json or jsonl. Nothing is sent.

    The whole file is checked first; what is wrong is said line by line, and then nothing is taken in. A task that is
    there already, by its ref or by the service's id, stays as it is. One that was never sent is left out, one that was
    just being sent comes in as unconfirmed. One that the service is working on is asked about like any other.

    \b
    Examples:
      sora-tui import studio.jsonl --dry-run
      sora-tui import studio.jsonl
    """
    settings = load_settings(context)
    from sora_tui.cli.session import in_studio

    _check(path)

    async def act(session: Session) -> int:
        taking_in = session.studio.importing.take_in(_records(path), dry_run=dry_run)
        say(_in_words(await session.unless_interrupted(taking_in), dry_run=dry_run))
        return ExitCode.DONE

    return in_studio(settings, act)


def _check(path: Path) -> None:
    """Read all of the file.

    Raises:
        CommandError: something in it is no task.
    """
    problems = [record.problem for record in _records(path) if record.problem]
    if problems:
        more = f"\nAnd {len(problems) - _MOST_SAID:,} more." if len(problems) > _MOST_SAID else ""
        raise CommandError("\n".join(islice(problems, _MOST_SAID)) + more, hint="Nothing was imported.",
                           code=ExitCode.USAGE)  # fmt: skip


def _records(path: Path) -> Iterator[Record]:
    from sora_tui.studio.records import records

    try:
        with path.open(encoding="utf-8-sig") as file:
            yield from records(file)
    except UnicodeDecodeError:
        raise CommandError(f"{path} is not UTF-8.", code=ExitCode.USAGE) from None
    except OSError as error:
        raise CommandError(f"{path} can't be read ({error.strerror}).", code=ExitCode.USAGE) from None


def _in_words(came: Imported, *, dry_run: bool) -> str:
    words = [f"{came.new:,} {_tasks(came.new)} {'would be' if dry_run else _were(came.new)} taken in."]
    if came.running:
        words.append(f"{came.running:,} of them {'is' if came.running == 1 else 'are'} still running at the service.")
    if came.unsure:
        words.append(f"{came.unsure:,} of them {_were(came.unsure)} just being sent and may have been paid.")
    if came.known:
        words.append(f"{came.known:,} {_were(came.known)} there already and stayed as they are.")
    if came.unsent:
        words.append(f"{came.unsent:,} {_were(came.unsent)} never sent and left out.")
    return " ".join(words)


def _tasks(count: int) -> str:
    return "task" if count == 1 else "tasks"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
