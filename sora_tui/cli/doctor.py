"""`sora-tui doctor`: whether this machine, the store and the service are ready. No secrets."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sora_tui import __version__
from sora_tui.cli.diagnostics import ExitCode
from sora_tui.cli.options import format_options, load_settings, settings_options, source_of
from sora_tui.log.run import RUN_LOG

if TYPE_CHECKING:
    from sora_tui.cli.output import Format
    from sora_tui.settings import Settings
    from sora_tui.studio.studio import Studio
    from sora_tui.studio.upkeep import Checkup

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
@click.option("--repair", is_flag=True, help="Repair the store first, where it is damaged. The damaged file is kept.")
@click.option(
    "--backup",
    "copy",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a whole copy of the store to FILE, also while the program runs.",
)
@format_options()
@click.pass_context
def doctor(context: click.Context, /, repair: bool, copy: Path | None, form: Format) -> int:
    """Check versions, terminal, log, store, clipboard, key, service and callbacks. Exit 0 unless one fails.

    Prints nothing secret. Where the inbox for callbacks has a public address, it is called as the service would.

    \b
    Examples:
      sora-tui doctor
      sora-tui doctor --json
      sora-tui doctor --repair
      sora-tui doctor --backup ~/studio-copy.sqlite3
    """
    import asyncio

    settings = load_settings(context)
    from sora_tui.cli.output import Cell, Column, Format, write_json, write_table

    studio = asyncio.run(_studio(settings, repair=repair, copy=copy))
    from sora_tui.cli.callback_check import check_callbacks

    findings = [*_machine(), *_way(settings), _log(settings), *studio]
    verdict, words = asyncio.run(check_callbacks(settings))
    findings.append(Finding("callbacks", Verdict(verdict), words))
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


async def _studio(settings: Settings, *, repair: bool, copy: Path | None) -> list[Finding]:
    from sora_tui.studio.studio import Studio

    studio = Studio(settings)
    try:
        return [*await _store(studio, repair=repair, copy=copy), *await _service(studio)]
    finally:
        await studio.close()


async def _store(studio: Studio, *, repair: bool, copy: Path | None) -> list[Finding]:
    """The store's file, looked over whole; repaired and copied first where that was asked for."""
    from sora_tui.studio.errors import StudioError
    from sora_tui.studio.schema import StoreCorrupt

    findings: list[Finding] = []
    upkeep, topic = studio.upkeep, "store"
    try:
        if repair:
            topic = "repair"
            recovery = await upkeep.repair()
            words = "The store is whole: there is nothing to repair." if recovery is None else recovery.sentence
            is_all = recovery is None or (recovery.is_complete and not recovery.unsure)
            findings.append(Finding(topic, Verdict.OK if is_all else Verdict.WARN, words))
        topic = "store"
        checkup = await upkeep.examine()
        if checkup.faults:
            raise StoreCorrupt(f"the store {checkup.path}", checkup.faults[0])
        findings += _looked_over(checkup)
        if copy is not None:
            topic = "copy"
            await upkeep.copy_to(copy)
            findings.append(Finding(topic, Verdict.OK, f"{copy}, {_counted(checkup.tasks, 'task')}, whole"))
    except StoreCorrupt as error:
        findings += [Finding(topic, Verdict.FAIL, str(error)), await _way_out(studio)]
    except StudioError as error:
        findings.append(Finding(topic, Verdict.FAIL, str(error)))
    return findings


def _looked_over(checkup: Checkup) -> list[Finding]:
    from sora_tui.cli.wording import moment

    words = f"{checkup.path}, {_counted(checkup.tasks, 'task')}, whole, schema {checkup.schema}"
    if checkup.unconfirmed:
        words += f", {checkup.unconfirmed:,} unsure"
    findings = [
        Finding("store", Verdict.OK, words)
        if checkup.is_private
        else Finding("store", Verdict.WARN, f"{checkup.path} is readable by others. chmod 600 it.")
    ]
    if checkup.newest_backup is None:
        words = "None yet. The program makes one a day while it runs."
    else:
        words = f"The newest is of {moment(checkup.newest_backup.made_at)}: {checkup.newest_backup.path}"
    findings.append(Finding("backup", Verdict.OK, words))
    if checkup.live_programs:
        others = _counted(checkup.live_programs, "other sora-tui has", "other sora-tui have")
        findings.append(Finding("programs", Verdict.OK, f"{others} the store open."))
    return findings


async def _way_out(studio: Studio) -> Finding:
    from sora_tui.studio.schema import StoreError

    try:
        remedy = await studio.upkeep.remedy()
    except StoreError as error:
        return Finding("repair", Verdict.FAIL, str(error))
    return Finding("repair", Verdict.WARN, f"`sora-tui doctor --repair` would begin with this: {remedy.sentence}.")


async def _service(studio: Studio) -> list[Finding]:
    from sora_tui.kie.codes import explain_error
    from sora_tui.kie.errors import KieError

    settings = studio.settings
    if settings.api_key is None:
        return [Finding("key", Verdict.WARN, "Not set. Set SORA_TUI_API_KEY, or try `sora-tui demo`.")]
    findings = [Finding("key", Verdict.OK, f"Set, from {source_of(settings, 'api_key')}")]
    try:
        balance = await studio.refresh_credits()
        findings.append(Finding("service", Verdict.OK, f"{settings.origin} answers: {balance:,.2f} credits"))
    except KieError as error:
        meaning = explain_error(error)
        words = f"{settings.origin}: {meaning.title}. {meaning.next_step}"
        findings.append(Finding("service", Verdict.FAIL, words))
    return findings


def _counted(number: int, one: str, more: str = "") -> str:
    return f"1 {one}" if number == 1 else f"{number:,} {more or one + 's'}"
