"""Everything on stderr: what is going on, what went wrong and what to do about it; and the exit codes.

The one place that knows how an exception reads to a person. Nothing here ever shows a key, a local variable
or a traceback.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from sora_tui.redaction import redact, without_keys
from sora_tui.sanitise import clean

if TYPE_CHECKING:
    from click import ClickException

    from sora_tui.kie.errors import KieError


class ExitCode(IntEnum):
    """How a command ended, for scripts. Part of the public interface."""

    DONE = 0
    TASK_FAILED = 1
    USAGE = 2
    KEY = 3
    """The key is missing or was refused."""
    CREDITS = 4
    """Out of credits."""
    REFUSED = 5
    """Refused by the API for another reason."""
    UNCONFIRMED = 6
    """The answer was lost: the task may exist and may have been paid."""
    NETWORK = 7
    TIMEOUT = 8
    """We stopped waiting; the task goes on."""
    BUG = 70
    INTERRUPTED = 130
    """Ctrl-C, as shells count it."""


class CommandError(Exception):
    """An expected end of a command.

    Attributes:
        sentence: what happened.
        hint: what to do, or empty.
        code: how the command exits.
    """

    def __init__(self, sentence: str, *, hint: str = "", code: ExitCode) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint
        self.code = code


class ReaderGone(Exception):
    """Whoever read our output has what it wanted, as in `sora-tui tasks | head`."""


class Interrupted(Exception):
    """The user, or the system, wants the command to end."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number

    @property
    def exit_code(self) -> int:
        """128 and the signal, as shells count it."""
        return 128 + self.number


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """An error as a person should read it: see `CommandError`."""

    sentence: str
    hint: str
    code: ExitCode


def say(text: str) -> None:
    """Narrate: one line on stderr, cleaned."""
    _line(text, "")


def warn(text: str) -> None:
    """Something to look at, on stderr."""
    _line(f"Warning: {text}", "33")


def fail(diagnosis: Diagnosis) -> ExitCode:
    """Say an error and its hint on stderr; answers the exit code."""
    for line in diagnosis.sentence.split("\n"):
        _line(line, "31")
    if diagnosis.hint:
        _line(diagnosis.hint, "")
    return diagnosis.code


def wrong_usage(error: ClickException) -> ExitCode:
    """Say what was wrong with a command's arguments, and where its help is."""
    context = getattr(error, "ctx", None)
    if context is not None:
        say(context.get_usage())
        say(f"Try '{context.command_path} --help' for help.")
    return fail(Diagnosis(f"Error: {error.format_message()}", "", ExitCode.USAGE))


def has_colour(stream: TextIO) -> bool:
    """Whether colours belong on `stream`: a terminal that has them, and a person who wants them."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def diagnose(error: BaseException) -> Diagnosis:
    """What an exception means to the person at the terminal."""
    return _expected(error) or _bug(error)


def key_missing(origin: str) -> CommandError:
    """There is no key for the service, so nothing can be asked of it."""
    return CommandError(
        f"There is no key for {origin}.",
        hint="Set SORA_TUI_API_KEY, or start sora-tui and enter it there. Without a key: sora-tui demo",
        code=ExitCode.KEY,
    )


def _expected(error: BaseException) -> Diagnosis | None:
    if isinstance(error, CommandError):
        return Diagnosis(error.sentence, error.hint, error.code)
    from sora_tui.demo import DemoFailed
    from sora_tui.settings_file import SettingsError

    if isinstance(error, SettingsError):
        return Diagnosis(str(error), "", ExitCode.USAGE)
    if isinstance(error, DemoFailed):
        return Diagnosis(str(error), "", ExitCode.NETWORK)
    return _from_the_studio(error)


def _from_the_studio(error: BaseException) -> Diagnosis | None:
    from sora_tui.kie.errors import InvalidBaseUrl, InvalidKey, KieError
    from sora_tui.kie.openapi import UnusableSchema
    from sora_tui.studio.errors import InvalidDraft, NoKey, NotAnswered, NotUploaded, StudioError, WaitTimeout

    if isinstance(error, KieError):
        return _of_the_service(error)
    if isinstance(error, NotAnswered | NotUploaded) and isinstance(error.__cause__, KieError):
        return replace(_of_the_service(error.__cause__), sentence=str(error), hint="")
    if isinstance(error, NoKey | InvalidKey):
        return Diagnosis(str(error), "Without a key: sora-tui demo", ExitCode.KEY)
    if isinstance(error, WaitTimeout):
        return Diagnosis(str(error), "`sora-tui wait REF` waits again.", ExitCode.TIMEOUT)
    if isinstance(error, InvalidDraft | InvalidBaseUrl):
        return Diagnosis(str(error), "Nothing was sent.", ExitCode.USAGE)
    if isinstance(error, UnusableSchema):
        return Diagnosis(str(error), "`sora-tui models` lists other models. Nothing was sent.", ExitCode.USAGE)
    if isinstance(error, StudioError):
        return Diagnosis(str(error), "", ExitCode.USAGE)
    return None


def _of_the_service(error: KieError) -> Diagnosis:
    from sora_tui.cli.outcomes import exit_code_for
    from sora_tui.kie.codes import explain_error

    meaning = explain_error(error)
    said = f" The service said: {error.text}" if error.text else ""
    code = exit_code_for(meaning, otherwise=ExitCode.NETWORK if error.code is None else ExitCode.REFUSED)
    return Diagnosis(f"{meaning.title}.{said}", meaning.next_step, code)


def _bug(error: BaseException) -> Diagnosis:
    """A report that can be pasted anywhere: where it happened, without a value of any variable."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"  {_short(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames[-8:]]
    head = f"This is a bug in sora-tui: {type(error).__name__}: {redact(str(error))[:300]}"
    hint = "Nothing that was sent is lost: sora-tui tasks lists it. Please report the lines above."
    return Diagnosis("\n".join([head, *places]), hint, ExitCode.BUG)


def _short(filename: str) -> str:
    parts = Path(filename).parts
    return "/".join(parts[-3:])


def _line(text: str, style: str) -> None:
    line = clean(without_keys(text), multiline=False)
    if style and has_colour(sys.stderr):
        line = f"\x1b[{style}m{line}\x1b[0m"
    print(line, file=sys.stderr, flush=True)
