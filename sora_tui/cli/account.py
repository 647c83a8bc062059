"""`sora-tui credits` and `codes`: the account, and what the response codes mean."""

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
