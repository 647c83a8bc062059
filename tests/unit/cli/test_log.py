"""The log of a command: what it did and how it ended, never its arguments; and no trouble with it stops anything."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from sora_tui import __version__
from sora_tui.settings import Settings, load
from tests.unit.cli.conftest import Command
from tests.unit.studio.scripted_service import KEY, ScriptedService


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "state" / "sora.log"
    monkeypatch.setenv("SORA_TUI_LOG_FILE", str(path))
    return path


def words_of(log: Path) -> list[str]:
    """What was logged, without time and process."""
    return [re.sub(r"^\S+ [0-9]+ ", "", line) for line in log.read_text().splitlines()]


@pytest.mark.usefixtures("service")
def test_a_day_can_be_read_from_it_but_no_prompt(command: Command, log: Path, settings: Settings) -> None:
    ref = command("submit", "a private canary").out.strip()
    begins, opened, *steps, ended = words_of(log)
    assert begins.startswith(f"INFO    sora_tui: begins: sora-tui submit {__version__}, Python 3.")
    assert begins.endswith(f"service {settings.origin}, data in {settings.data_dir}")
    assert opened.startswith("INFO    sora_tui.studio: begins with 0 tasks in the store")
    assert [step.split(": ", 1)[1] for step in steps if f"task {ref}" in step] == [
        f"task {ref}: new -> queued",
        f"task {ref}: queued -> sending, attempts 1",
        f"task {ref}: sending -> waiting, id task-1, code 200, HTTP 200, attempts 1",
    ]
    assert ended == "INFO    sora_tui: ended with exit code 0"
    assert "canary" not in log.read_text()
    assert KEY not in log.read_text()


@pytest.mark.usefixtures("service")
def test_a_command_that_only_looks_leaves_nothing(command: Command, log: Path) -> None:
    assert command("tasks").code == 0
    assert not log.exists()


def test_a_bug_is_told_with_its_traceback_and_without_the_key(
    command: Command, log: Path, service: ScriptedService
) -> None:
    async def broken() -> float:
        raise RuntimeError(f"Bearer {KEY}")

    service.answer_credits = broken
    assert command("credits").code == 70
    told = words_of(log)
    assert "CRITICAL sora_tui.cli.main: a bug has ended the command" in told
    assert '    |     raise RuntimeError(f"Bearer {KEY}")' in told  # the source, not the value
    assert "    | RuntimeError: Bearer •••" in told
    assert told[-1] == "INFO    sora_tui: ended with exit code 70"
    assert KEY not in log.read_text()


def fail() -> None:
    raise LookupError(f"lost {KEY}")


async def in_bare_task() -> None:
    async def work() -> None:
        fail()

    asyncio.get_running_loop().create_task(work())  # which nobody keeps
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def in_callback() -> None:
    asyncio.get_running_loop().call_soon(fail)
    await asyncio.sleep(0)


async def in_thread() -> None:
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()


@pytest.mark.parametrize(
    ("failing", "what"),
    [(in_bare_task, "a background task"), (in_callback, "a background task"), (in_thread, "a background thread")],
)
def test_what_fails_beside_a_command_is_said_and_logged_and_the_command_goes_on(
    failing: Callable[[], Awaitable[None]], what: str, command: Command, log: Path, service: ScriptedService
) -> None:
    async def answer() -> float:
        await failing()
        return 7.0

    service.answer_credits = answer
    hook = threading.excepthook
    ended = command("credits")
    assert threading.excepthook is hook
    assert (ended.code, ended.out) == (0, "7 credits ($0.04)\n")
    assert "LookupError: lost •••" in ended.err
    assert f"ERROR   sora_tui.cli.session: {what} failed" in words_of(log)
    assert "    | LookupError: lost •••" in words_of(log)
    assert KEY not in log.read_text() + ended.err


@pytest.mark.usefixtures("service")
def test_a_log_that_cannot_be_written_is_said_once_and_stops_nothing(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SORA_TUI_LOG_FILE", str(tmp_path))
    ended = command("submit", "a boat")
    assert ended.code == 0
    warning = f"Warning: The log {tmp_path} can't be written: Is a directory. Everything else goes on."
    assert ended.err.count("The log") == 1
    assert warning in ended.err
    assert "Traceback" not in ended.err


def test_the_level_is_read_in_any_case_and_a_wrong_one_is_refused_in_words(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SORA_TUI_LOG_LEVEL", "Debug")
    assert load().log_level == "debug"
    monkeypatch.setenv("SORA_TUI_LOG_LEVEL", "loud")
    ended = command("tasks")
    assert ended.code == 2
    assert ended.err == "SORA_TUI_LOG_LEVEL can't be used: it should be 'error', 'warning', 'info' or 'debug'.\n"


def test_the_log_is_in_the_folder_for_state_and_that_of_the_demo_in_its_own(fenced_off: Path) -> None:
    settings = load()
    assert settings.log_file.name == "sora-tui.log"
    assert settings.log_file.is_relative_to(fenced_off / "home")
    assert not settings.log_file.is_relative_to(settings.data_dir)
    demo = settings.for_demo("http://127.0.0.1:1")
    assert demo.log_file == demo.data_dir / "sora-tui.log"
