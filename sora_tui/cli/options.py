"""Options that many commands share, and what they stand for."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sora_tui import __version__
from sora_tui.cli.diagnostics import CommandError, ExitCode, key_missing, warn
from sora_tui.log.run import RUN_LOG

if TYPE_CHECKING:
    from sora_tui.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])


def settings_options(command: Command) -> Command:
    """`--base-url`, `--data-dir` and `--config`, before the command's name or after it; the later one counts."""
    for option in (
        click.option(
            "--config",
            "config_file",
            metavar="FILE",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="Read settings from FILE.",
            expose_value=False,
            callback=_remember,
        ),
        click.option(
            "--data-dir",
            metavar="FOLDER",
            type=click.Path(file_okay=False, path_type=Path),
            help="Keep tasks in FOLDER.",
            expose_value=False,
            callback=_remember,
        ),
        click.option(
            "--base-url", metavar="URL", help="Use the service at URL.", expose_value=False, callback=_remember
        ),
    ):
        command = option(command)
    return command


def _remember(context: click.Context, parameter: click.Parameter, value: object) -> None:
    flags = context.ensure_object(dict)
    if value is not None and parameter.name is not None:
        flags[parameter.name] = value


def load_settings(context: click.Context) -> Settings:
    """The settings in effect; says what should be looked at, and begins the log they ask for.

    Raises:
        SettingsError: something set can't be used.
    """
    from sora_tui.settings import load

    settings = load(**context.ensure_object(dict))
    _begin_log(context, settings)
    for caution in settings.cautions():
        warn(caution)
    return settings


def _begin_log(context: click.Context, settings: Settings) -> None:
    # Only the command's name: its arguments hold the prompt.
    python, system = platform.python_version(), f"{platform.system()} {platform.release()} {platform.machine()}"
    RUN_LOG.start(
        settings.log_file,
        settings.log_level,
        f"begins: {context.command_path} {__version__}, Python {python}, {system}, service {settings.origin},"
        f" data in {settings.data_dir}",
    )
    RUN_LOG.tell_trouble(warn)


def load_settings_with_key(context: click.Context) -> Settings:
    """The same for a command that asks the service.

    Raises:
        SettingsError: something set can't be used.
        CommandError: there is no key.
    """
    settings = load_settings(context)
    if settings.api_key is None:
        raise key_missing(settings.origin)
    return settings


def read_text(argument: str) -> str:
    """The argument itself, or all of standard input where it is `-`.

    Raises:
        CommandError: standard input is not UTF-8.
    """
    if argument != "-":
        return argument
    try:
        return sys.stdin.read().rstrip("\n")
    except UnicodeDecodeError:
        raise CommandError("The text on standard input is not UTF-8.", code=ExitCode.USAGE) from None


def source_of(settings: Settings, name: str) -> str:
    """Where the setting `name` has its value from: a flag, a variable, the config file, or the program."""
    return settings.came_from.get(name, "default")


def format_options(*, lines: bool = False, urls: bool = False, csv: bool = False) -> Callable[[Command], Command]:
    """`--json`, and where it makes sense `--jsonl`, `--urls` and `--csv`; the command gets one `form: Format`."""
    choices = [("--json", "json", "Print one JSON document.")]
    if lines:
        choices.append(("--jsonl", "jsonl", "Print one JSON object a line."))
    if urls:
        choices.append(("--urls", "urls", "Print the links alone, one a line."))
    if csv:
        choices.append(("--csv", "csv", "Print comma-separated values, for a spreadsheet."))

    def decorate(command: Command) -> Command:
        @wraps(command)
        def with_format(*args: Any, **values: Any) -> Any:
            from sora_tui.cli.output import Format

            chosen = [name for _, name, _ in choices if values.pop(f"as_{name}")]
            if len(chosen) > 1:
                raise click.UsageError(f"Choose one of {', '.join(flag for flag, _, _ in choices)}.")
            return command(*args, form=Format(chosen[0]) if chosen else Format.TEXT, **values)

        decorated: Any = with_format
        for flag, name, text in reversed(choices):
            decorated = click.option(flag, f"as_{name}", is_flag=True, help=text)(decorated)
        return decorated  # type: ignore[no-any-return]

    return decorate
