"""`sora-tui demo`: the studio with its own server. No key, no account, nothing leaves the machine."""

from __future__ import annotations

import gc

import click

from sora_tui.cli.options import load_settings, settings_options


@click.command()
@settings_options
@click.option(
    "--speed", type=click.FloatRange(min=0, min_open=True), help="How many times faster than the real service."
)
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the embedded server. Default: the last one.")
@click.pass_context
def demo(context: click.Context, speed: float | None, port: int | None) -> int:
    """Try the studio: no key, no account, no cost.

    Runs its own server on this machine, which makes real MP4 files. Tasks and videos are kept apart from
    yours, in the folder `demo` of the data folder. A mark in a prompt, such as [sim:moderated], shows what
    a failure looks like; `sora-tui simulate --help` lists them.

    \b
    Examples:
      sora-tui demo
      sora-tui demo --speed 100
    """
    gc.disable()  # until the first frame, as without a command
    from sora_tui.demo import DemoServer
    from sora_tui.settings import demo_folder

    settings = load_settings(context)
    with DemoServer(demo_folder(settings.data_dir), speed=speed, port=port) as server:
        from sora_tui.tui.app import run_tui  # while the server starts

        return run_tui(settings.for_demo(server.url, webhook_key=server.webhook_key), demo=server)
