"""`sora-tui config`: which settings are in effect and where they come from. No secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sora_tui.cli.diagnostics import ExitCode
from sora_tui.cli.options import format_options, load_settings, settings_options, source_of
from sora_tui.redaction import without_keys

if TYPE_CHECKING:
    from sora_tui.cli.output import Format
    from sora_tui.settings import Settings


@click.command()
@settings_options
@format_options()
@click.pass_context
def config(context: click.Context, /, form: Format) -> int:
    """Print the settings in effect and where each comes from. Keys are never printed.

    \b
    Examples:
      sora-tui config
      sora-tui config --json
    """
    settings = load_settings(context)
    from sora_tui.cli.output import Column, Format, write_json, write_table

    rows = {name: (_shown(getattr(settings, name)), source_of(settings, name)) for name in _setting_names(settings)}
    if form is Format.JSON:
        write_json({name: {"value": value, "source": source} for name, (value, source) in rows.items()})
    else:
        columns = [Column("setting"), Column("value", takes_the_rest=True), Column("from")]
        write_table(columns, [[name, value, source] for name, (value, source) in rows.items()])
    return ExitCode.DONE


def _setting_names(settings: Settings) -> list[str]:
    return [name for name in type(settings).model_fields if name not in ("demo", "came_from")]


def _shown(value: Any) -> str:
    from pydantic import SecretStr

    if value is None:
        return "not set"
    # The path of a callback's address may hold the token of an inbox.
    return "set" if isinstance(value, SecretStr) else without_keys(str(value))
