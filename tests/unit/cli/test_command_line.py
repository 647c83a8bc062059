"""The command line itself: versions, help, wrong usage, and how a command ends that was interrupted or broke."""

from __future__ import annotations

import re
import subprocess
import sys

import click
import pytest

from sora_tui import __version__
from sora_tui.cli.diagnostics import ExitCode, Interrupted
from sora_tui.cli.main import COMMANDS, cli
from tests.unit.cli.conftest import Command


def breaking_with(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    def main(**_: object) -> None:
        raise error

    monkeypatch.setattr(cli, "main", main)


def test_the_version_is_data(command: Command) -> None:
    ended = command("--version")
    assert (ended.code, ended.out, ended.err) == (0, f"sora-tui {__version__}\n", "")


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"simulate"}))
def test_every_command_explains_itself_with_an_example(command: Command, name: str) -> None:
    ended = command(name, "--help")
    assert ended.code == 0
    assert f"Usage: sora-tui {name}" in ended.out
    assert re.search(rf"Examples?:\s+sora-tui {name}", ended.out)
    assert ended.err == ""


def test_the_help_lists_every_command_and_exit_code(command: Command) -> None:
    ended = command("--help")
    assert ended.code == 0
    assert all(f"\n  {name} " in ended.out for name in COMMANDS)
    _, codes = ended.out.split("Exit codes:")
    assert all(re.search(rf"\s{code}\s+[a-z]", codes) for code in (0, 1, 2, 3, 4, 5, 6, 7, 8, 70))


def test_the_commands_of_the_public_interface_that_there_are() -> None:
    promised = {
        "demo",
        "submit",
        "tasks",
        "show",
        "wait",
        "adopt",
        "credits",
        "codes",
        "simulate",
        "doctor",
        "config",
        "listen",
    }
    assert promised <= set(COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--bogus",), "No such option"),
        (("config", "--jsn"), "--json"),
        (("tasks", "--bogus"), "No such option"),
        (("bogus",), "No such command"),
        (("codes", "moderated"), "not a valid integer"),
        (("codes", "1", "2"), "unexpected extra argument"),
        (("show",), "Missing argument"),
        (("wait",), "Missing argument"),
        (("tasks", "--state", "bogus"), "queued"),
        (("tasks", "--limit", "0"), "--limit"),
        (("tasks", "--limit"), "requires an argument"),
        (("wait", "9c1f", "--timeout", "-1"), "--timeout"),
        (("--config", "/nowhere/config.toml", "config"), "does not exist"),
    ],
)
def test_wrong_usage_is_2_and_said_on_stderr(command: Command, arguments: tuple[str, ...], words: str) -> None:
    ended = command(*arguments)
    assert ended.code == 2
    assert words in ended.err
    assert ended.out == ""


def test_a_wrong_option_before_the_command_runs_nothing(command: Command) -> None:
    assert command("--bogus", "codes").out == ""


def test_a_bug_is_70_with_a_report_and_no_traceback(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SORA_TUI_API_KEY", "canary-key")
    breaking_with(RuntimeError("Bearer canary-key\x1b[2J"), monkeypatch)
    ended = command("tasks")
    assert ended.code == 70
    assert ended.out == ""
    assert ended.err.startswith("This is a bug in sora-tui: RuntimeError: Bearer •••␛[2J\n")
    assert "Traceback" not in ended.err
    assert "canary" not in ended.err


@pytest.mark.parametrize(
    ("error", "code"),
    [(KeyboardInterrupt(), 130), (click.Abort(), 130), (Interrupted(2), 130), (Interrupted(15), 143)],
)
def test_an_interruption_is_said_in_a_line(
    command: Command, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int
) -> None:
    breaking_with(error, monkeypatch)
    ended = command("tasks")
    assert ended.code == code
    assert ended.err.startswith("Interrupted.")
    assert ended.err.count("\n") == 1


def test_an_interrupted_wait_says_that_the_task_goes_on(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    breaking_with(Interrupted(15), monkeypatch)
    assert "What was sent goes on" in command("wait", "9c1f").err


def test_a_reader_that_has_enough_ends_the_command_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    with subprocess.Popen(
        [sys.executable, "-m", "sora_tui", "codes", "402"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert process.returncode == 141
    assert said == b""


def test_a_locale_without_the_character_is_not_fatal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    monkeypatch.setenv("SORA_TUI_DATA_DIR", "/tmp/紙の舟")
    done = subprocess.run(
        [sys.executable, "-m", "sora_tui", "config"], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "/tmp/\\u7d19\\u306e\\u821f" in done.stdout


def test_the_help_keeps_its_examples_on_lines_of_their_own(command: Command) -> None:
    ended = command("codes", "--help")
    assert "\n    sora-tui codes 402\n" in ended.out
    assert "\b" not in ended.out


def test_wrong_arguments_are_not_repeated_raw(command: Command) -> None:
    ended = command("config", "\x9b31mred")
    assert ended.code == ExitCode.USAGE
    assert "\x9b" not in ended.err
    assert "sora-tui config --help" in ended.err
