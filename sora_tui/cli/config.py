"""`sora-tui config`: which settings are in effect and where they come from. No secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sora_tui.cli.diagnostics import ExitCode
from sora_tui.cli.options import format_options, load_settings, settings_options, source_of

if TYPE_CHECKING:
    from sora_tui.cli.output import Format


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
    from sora_tui.settings import names_for_users

    rows = {name: (_shown(getattr(settings, name)), source_of(settings, name)) for name in names_for_users()}
    if form is Format.JSON:
        write_json({name: {"value": value, "source": source} for name, (value, source) in rows.items()})
    else:
        columns = [Column("setting"), Column("value", takes_the_rest=True), Column("from")]
        write_table(columns, [[name, value, source] for name, (value, source) in rows.items()])
    return ExitCode.DONE


def _shown(value: Any) -> str:
    from sora_tui.kie.credentials import Secret

    if value is None:
        return "not set"
    return "set" if isinstance(value, Secret) else str(value)
