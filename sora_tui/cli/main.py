"""The command tree. Quick to import: everything slow is imported by the command that needs it."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import NoReturn

import click

from sora_tui import __version__
from sora_tui.cli.diagnostics import ExitCode, Interrupted, ReaderGone, diagnose, fail, say, wrong_usage
from sora_tui.cli.options import load_settings, settings_options
from sora_tui.log.run import RUN_LOG

log = logging.getLogger(__name__)

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

COMMANDS: Mapping[str, str] = {
    "demo": "demo",
    "submit": "sending",
    "outbox": "outbox",
    "tasks": "tasks",
    "show": "tasks",
    "wait": "tasks",
    "tag": "tagging",
    "rate": "rating",
    "costs": "costs",
    "export": "exporting",
    "download": "download",
    "gallery": "gallery",
    "prompts": "prompts",
    "kept": "kept",
    "import": "importing",
    "adopt": "adopting",
    "credits": "account",
    "codes": "account",
    "models": "models",
    "listen": "listen",
    "simulate": "simulate",
    "webhook": "webhook",
    "doctor": "doctor",
    "config": "config",
}
"""The module of this package that each command stands in."""


_FUNCTIONS = {"import": "import_"}
"""What a command is called in its module, where its name is a word of Python."""


class Commands(click.Group):
    """The commands, each imported when it is asked for: the studio starts without any of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, as `--help` lists them."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name; None if there is none."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(
            import_module(f"sora_tui.cli.{COMMANDS[cmd_name]}"), _FUNCTIONS.get(cmd_name, cmd_name)
        )
        return command


@click.group(cls=Commands, context_settings=CONTEXT, invoke_without_command=True)
@settings_options
@click.version_option(__version__, "--version", prog_name="sora-tui", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> int:
    """A studio in the terminal for generating video: write a prompt, send it, watch, take the links.

    Without a command it opens the studio. The commands do the same work without a screen: data goes to
    standard output, everything else to standard error, and the exit code says how it went.

    \b
    Examples:
      sora-tui demo                            try it: no key, no cost
      sora-tui                                 the studio, with the key in SORA_TUI_API_KEY
      sora-tui submit "A paper boat" --wait    one video, its link on standard output
      sora-tui tasks --json                    every task, for a script
      sora-tui models                          what the service offers, and what each model takes

    \b
    Exit codes:
      0 done                  1 a task failed         2 wrong usage or settings
      3 key missing/refused   4 out of credits        5 refused by the service
      6 unconfirmed: the answer to a send was lost    7 the service can't be reached
      8 timeout of --wait: the task goes on          70 a bug in sora-tui
    """
    if context.invoked_subcommand is not None:
        return ExitCode.DONE
    gc.disable()  # 90 ms of looking through what is all in use; the app collects again from its first frame on
    settings = load_settings(context)
    from sora_tui.tui.app import run_tui  # Textual: half a second that no other command pays

    return run_tui(settings)


def run() -> NoReturn:
    """The `sora-tui` command: runs and exits, with a sentence instead of a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a locale without the character must not be fatal
    code: int = ExitCode.BUG
    try:
        code = _run()
    except SystemExit as leaving:  # by a handler of the screen, or because there is no terminal for one
        code = leaving.code if isinstance(leaving.code, int) else code
        raise
    finally:
        RUN_LOG.stop(code)
    sys.exit(code)


def _run() -> int:
    try:
        code = cli.main(prog_name="sora-tui", standalone_mode=False)
        sys.stdout.flush()
        return int(code or 0)
    except (BrokenPipeError, ReaderGone):
        # `sora-tui tasks | head`: the reader has what it wanted. Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except click.ClickException as error:
        return wrong_usage(error)
    except (click.Abort, KeyboardInterrupt):
        say("Interrupted.")
        return ExitCode.INTERRUPTED
    except Interrupted as interrupted:
        log.info("interrupted by %s", interrupted)
        say("Interrupted. What was sent goes on; `sora-tui tasks` lists it, `sora-tui wait REF` waits for it.")
        return interrupted.exit_code
    except Exception as error:
        diagnosis = diagnose(error)
        if diagnosis.code is ExitCode.BUG:
            log.critical("a bug has ended the command", exc_info=error)
        else:
            log.error("%s", diagnosis.sentence)
        return fail(diagnosis)
