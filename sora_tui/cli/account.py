"""`sora-tui credits`, `codes` and `adopt`: the account, the response codes, a task known by its id alone."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from sora_tui.cli.diagnostics import CommandError, ExitCode
from sora_tui.cli.options import format_options, load_settings_with_key, settings_options

if TYPE_CHECKING:
    from sora_tui.cli.output import Format
    from sora_tui.cli.session import Session


@click.command()
@settings_options
@format_options()
@click.pass_context
def credits(context: click.Context, /, form: Format) -> int:
    """Print the account's credits.

    \b
    Examples:
      sora-tui credits
      sora-tui credits --json
    """
    settings = load_settings_with_key(context)
    from sora_tui.cli import wording
    from sora_tui.cli.output import Format, write_json, write_lines
    from sora_tui.cli.session import in_studio

    async def act(session: Session) -> int:
        balance = await session.unless_interrupted(session.studio.refresh_credits())
        if form is Format.JSON:
            write_json({"credits": balance, "usd": round(balance * wording.CREDIT_USD, 4)})
        else:
            write_lines([wording.money(balance)])
        return ExitCode.DONE

    return in_studio(settings, act)


@click.command()
@click.argument("code", type=int, required=False)
@format_options()
def codes(code: int | None, form: Format) -> int:
    """Explain the service's response codes: all in a table, or one whole. Needs no connection.

    \b
    Examples:
      sora-tui codes
      sora-tui codes 402
    """
    from sora_tui.cli.output import Column, Format, write_fields, write_json, write_table
    from sora_tui.kie.codes import known_codes

    known = {meaning.code: meaning for meaning in known_codes()}
    if code is not None and code not in known:
        listed = ", ".join(str(number) for number in known)
        raise CommandError(f"{code} is not a code of the service. It has {listed}.", code=ExitCode.USAGE)
    chosen = [known[code]] if code is not None else list(known.values())
    if form is Format.JSON:
        documents = [asdict(meaning) for meaning in chosen]
        write_json(documents[0] if code is not None else documents)
    elif code is not None:
        [meaning] = chosen
        write_fields(
            {
                "code": f"{meaning.code} {meaning.name}",
                "title": meaning.title,
                "meaning": meaning.explanation,
                "cause": meaning.likely_cause,
                "charge": meaning.charged_text,
                "again": meaning.resend_text,
                "next": meaning.next_step,
            }
        )
    else:
        columns = [Column("code", is_number=True), Column("name"), Column("meaning", takes_the_rest=True)]
        write_table(columns, [[str(m.code), m.name, m.title] for m in chosen])
    return ExitCode.DONE


@click.command()
@settings_options
@click.argument("task_id")
@format_options()
@click.pass_context
def adopt(context: click.Context, /, task_id: str, form: Format) -> int:
    """Take in the task with this id, as kie.ai/logs shows it.

    It becomes the unconfirmed task it proves to be, or else a row of its own.

    \b
    Example:
      sora-tui adopt 75b7b726864920bec61affce7f6fabd8
    """
    settings = load_settings_with_key(context)
    from sora_tui.cli.session import in_studio
    from sora_tui.cli.tasks import explain_to_user, write_tasks

    async def act(session: Session) -> int:
        task = await session.unless_interrupted(session.studio.adopt(task_id))
        write_tasks([task], form, single=True)
        explain_to_user(task)
        return ExitCode.DONE

    return in_studio(settings, act)
