"""`sora-tui simulate`: the stand-in for the service, in the foreground."""

from __future__ import annotations

import click


@click.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def simulate(arguments: tuple[str, ...]) -> int:
    """Run a local server that speaks the service's API and makes real MP4 files.

    `sora-tui simulate --help` lists its options: --port, --speed, --catalogue, --faults and more.
    """
    from sora_tui.simulator.__main__ import main

    return main(list(arguments), prog="sora-tui simulate")
