"""`sora-tui kept`: the shelf without a screen: what is on it, and one text of it with its holes filled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import click

from sora_tui.cli.diagnostics import CommandError, ExitCode, say, warn
from sora_tui.cli.options import format_options, load_settings, settings_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sora_tui.cli.output import Format
    from sora_tui.studio.kept import Kept

Json: TypeAlias = Any


@click.command()
@settings_options
@click.argument("name", default="")
@click.option("--fill", "fills", metavar="HOLE=VALUE", multiple=True, help="What stands in a hole; again for more.")
@click.option("--kind", type=click.Choice(["draft", "template", "snippet"]), help="Only these.")
@format_options(lines=True)
@click.pass_context
def kept(context: click.Context, /, name: str, fills: tuple[str, ...], kind: str | None, form: Format) -> int:
    """List the drafts, templates and snippets on the shelf, or print the text of the one called NAME.

    A value is taken as text: braces in it mean nothing. Print a template with its holes filled and hand it on to
    `sora-tui submit --variants -`, which reads {dawn|dusk} and {{ as the studio does.

    \b
    Examples:
      sora-tui kept
      sora-tui kept "in the rain" --fill subject="a boat"
      sora-tui kept "in the rain" --fill subject=koi | sora-tui submit --variants -
    """
    settings = load_settings(context)
    from time import time

    from sora_tui.studio.kept import KeptTexts

    if fills and not name:
        raise click.UsageError("--fill goes with the NAME of a template.")
    everything = KeptTexts(settings.data_dir, now_ms=lambda: int(time() * 1000)).all()
    for problem in everything.problems:
        warn(problem)
    things = [each for each in everything.things if kind in (None, each.kind.value)]
    if not name:
        _show(things, form)
        return ExitCode.DONE
    one = next((each for each in things if each.name == name), None)
    if one is None:
        raise CommandError(f"Nothing on the shelf is called {name!r}. `sora-tui kept` lists it.", code=ExitCode.USAGE)
    _show_one(one, _filled(one, fills), form)
    return ExitCode.DONE


def _filled(one: Kept, fills: Sequence[str]) -> str:
    """The text with its holes filled; all of them where one is.

    Raises:
        CommandError: that can't be done.
    """
    from sora_tui.studio.filling import fill_in
    from sora_tui.studio.prompts import parse

    expansion = parse(one.text)
    holes = {hole.name for hole in expansion.holes}
    values: dict[str, str] = {}
    for fill in fills:
        hole, equals, value = fill.partition("=")
        if not equals or hole not in holes:
            asked = ", ".join(sorted(holes)) or "nothing"
            raise CommandError(f"--fill {fill!r} is no HOLE=VALUE: it asks for {asked}.", code=ExitCode.USAGE)
        values[hole] = value
    text = fill_in(one.text, values)
    if text is None:
        raise CommandError("A | or a brace can't stand among alternatives. Leave it out.", code=ExitCode.USAGE)
    if fills and (missing := expansion.fill(values).unfilled):
        raise CommandError(f"It asks for {', '.join(missing)} as well. Give --fill {missing[0]}=…", code=ExitCode.USAGE)
    return text


def _show_one(one: Kept, text: str, form: Format) -> None:
    from sora_tui.cli.output import Format, write_json, write_json_lines, write_text

    document = {**_document(one), "text": text}
    if form is Format.JSON:
        write_json(document)
    elif form is Format.JSONL:
        write_json_lines([document])
    else:
        write_text(text)


def _show(things: Sequence[Kept], form: Format) -> None:
    from sora_tui.cli.output import Column, Format, write_json, write_json_lines, write_table
    from sora_tui.cli.wording import moment

    if form is Format.JSON:
        write_json([_document(each) for each in things])
    elif form is Format.JSONL:
        write_json_lines(_document(each) for each in things)
    elif not things:
        say("Nothing is kept yet. F7 in the studio keeps drafts, templates and snippets.")
    else:
        columns = [Column("kind"), Column("name"), Column("kept"), Column("text", takes_the_rest=True)]
        rows = [
            [each.kind.value, each.name or "-", "-" if each.saved_at is None else moment(each.saved_at), each.text]
            for each in things
        ]
        write_table(columns, rows)


def _document(one: Kept) -> dict[str, Json]:
    from sora_tui.studio.prompts import parse
    from sora_tui.studio.task import iso

    document: dict[str, Json] = {"kind": one.kind.value, "name": one.name, "text": one.text}
    if one.draft is None:
        document["holes"] = [hole.name for hole in parse(one.text).holes]
    else:
        document |= {"model": one.draft.model, "parameters": dict(one.draft.parameters), "saved_at": iso(one.saved_at)}
    return document
