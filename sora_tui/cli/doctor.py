"""`sora-tui doctor`: whether this machine, the store and the service are ready. No secrets."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import click

from sora_tui import __version__
from sora_tui.cli.diagnostics import ExitCode
from sora_tui.cli.options import format_options, load_settings, settings_options, source_of
from sora_tui.log.run import RUN_LOG

if TYPE_CHECKING:
    from sora_tui.cli.output import Format
    from sora_tui.settings import Settings

_CLIPBOARDS = ("wl-copy", "xclip", "xsel", "pbcopy", "clip.exe")


class Verdict(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report: what was looked at, how it is, and what to do where it is not well."""

    topic: str
    verdict: Verdict
    words: str


@click.command()
@settings_options
@format_options()
@click.pass_context
def doctor(context: click.Context, /, form: Format) -> int:
    """Check versions, terminal, log, store, clipboard, key and service. Prints nothing secret; exit 0 unless one fails.

    \b
    Examples:
      sora-tui doctor
      sora-tui doctor --json
    """
    import asyncio

    settings = load_settings(context)
    from sora_tui.cli.output import Cell, Column, Format, write_json, write_table

    findings = [*_machine(), *_way(settings), _log(settings), *asyncio.run(_studio(settings))]
    if form is Format.JSON:
        write_json([asdict(finding) for finding in findings])
    else:
        colours = {Verdict.OK: "32", Verdict.WARN: "33", Verdict.FAIL: "31"}
        write_table(
            [Column("check"), Column("is"), Column("details", takes_the_rest=True)],
            [[f.topic, Cell(f.verdict.value, colours[f.verdict]), f.words] for f in findings],
        )
    return ExitCode.TASK_FAILED if any(f.verdict is Verdict.FAIL for f in findings) else ExitCode.DONE


def _machine() -> list[Finding]:
    python = platform.python_version()
    terminal = os.environ.get("TERM", "")
    size = shutil.get_terminal_size()
    tools = [tool for tool in _CLIPBOARDS if shutil.which(tool)]
    is_screen = sys.stdin.isatty() and sys.stdout.isatty() and terminal not in ("", "dumb")
    return [
        Finding("program", Verdict.OK, f"sora-tui {__version__}, Python {python}, {platform.system()}"),
        Finding("terminal", Verdict.OK, f"TERM {terminal}, {size.columns}x{size.lines}")
        if is_screen
        else Finding("terminal", Verdict.WARN, "Not a terminal: the commands work, the screen does not."),
        Finding("clipboard", Verdict.OK, f"{', '.join(tools)} and the terminal's own (OSC 52)")
        if tools
        else Finding("clipboard", Verdict.WARN, "Only the terminal's own (OSC 52). Install xclip or wl-clipboard."),
    ]


def _way(settings: Settings) -> list[Finding]:
    """How the service is reached, where that is not directly."""
    from sora_tui.kie.proxies import proxy_for

    try:
        proxy = proxy_for(settings.base_url)
    except ValueError as error:
        words = f"The service can't be reached: {error}. Check HTTPS_PROXY and ALL_PROXY."
        return [Finding("proxy", Verdict.FAIL, words)]
    if proxy is None:
        return []
    return [Finding("proxy", Verdict.OK, f"{settings.origin} is reached through the proxy {proxy.place}")]


def _log(settings: Settings) -> Finding:
    path = settings.log_file
    RUN_LOG.tell_trouble(None)  # it is told here
    if trouble := RUN_LOG.trouble():
        words = f"{path} can't be written: {trouble}. SORA_TUI_LOG_FILE names another place for it."
        return Finding("log", Verdict.WARN, words)
    return Finding("log", Verdict.OK, f"{path}, {path.stat().st_size:,} bytes, level {settings.log_level}")


async def _studio(settings: Settings) -> list[Finding]:
    from sora_tui.kie.codes import explain_error
    from sora_tui.kie.errors import KieError
    from sora_tui.studio.errors import StudioError
    from sora_tui.studio.schema import FILE_NAME
    from sora_tui.studio.studio import Studio

    path = settings.data_dir / FILE_NAME
    studio = Studio(settings)
    try:
        await studio.open()
    except StudioError as error:
        return [Finding("store", Verdict.FAIL, str(error))]
    findings: list[Finding] = []
    try:
        faults = await studio.store_faults()
        mode = path.stat().st_mode & 0o777
        if faults:
            findings.append(Finding("store", Verdict.FAIL, f"{path}: {faults[0]} Put a backup in its place."))
        elif mode & 0o077:
            findings.append(Finding("store", Verdict.WARN, f"{path} is readable by others. chmod 600 it."))
        else:
            findings.append(Finding("store", Verdict.OK, f"{path}, {len(studio.tasks):,} tasks, whole"))
        if settings.api_key is None:
            words = "Not set. Set SORA_TUI_API_KEY, or try `sora-tui demo`."
            return [*findings, Finding("key", Verdict.WARN, words)]
        findings.append(Finding("key", Verdict.OK, f"Set, from {source_of(settings, 'api_key')}"))
        balance = await studio.refresh_credits()
        findings.append(Finding("service", Verdict.OK, f"{settings.origin} answers: {balance:,.2f} credits"))
    except KieError as error:
        meaning = explain_error(error)
        words = f"{settings.origin}: {meaning.title}. {meaning.next_step}"
        findings.append(Finding("service", Verdict.FAIL, words))
    finally:
        await studio.close()
    return findings
