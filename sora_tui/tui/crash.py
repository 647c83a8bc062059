"""What is said when the program ends because of a bug: a traceback without values, and where to report it.

Textual prints local variables, and with them the key. Here only source lines and the exception's own words
appear, cleaned for the terminal and with every known secret struck out.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterable
from io import StringIO

from rich.console import Console

from sora_tui.desktop.environment import is_secret
from sora_tui.sanitise import clean

STRUCK_OUT = "•••"


def redact(text: str, secrets: Iterable[str]) -> str:
    """The text without the given secrets and without those of the environment."""
    known = {*secrets, *(value for name, value in os.environ.items() if is_secret(name))}
    for secret in sorted(filter(None, known), key=len, reverse=True):
        text = text.replace(secret, STRUCK_OUT)
    return text


def describe(error: BaseException, secrets: Iterable[str]) -> str:
    """An exception in one line: kind and words."""
    name, words = type(error).__name__, clean(redact(str(error), secrets), multiline=False, limit=200)
    return f"{name}: {words}" if words else name


def crash_report(error: BaseException, secrets: Iterable[str]) -> str:
    """The whole report, as lines for standard error."""
    secrets = tuple(secrets)
    trace = "".join(traceback.TracebackException.from_exception(error).format())
    if hasattr(error, "__rich__"):
        # Textual's errors in a stylesheet say what is wrong only this way.
        console = Console(file=(page := StringIO()), width=110, color_system=None)
        console.print(error)
        trace += page.getvalue()
    return (
        f"{clean(redact(trace, secrets))}\n"
        f"sora-tui has stopped because of a bug: {describe(error, secrets)}\n"
        "Your tasks are kept and go on at the service; start again to see them.\n"
        "Please report the lines above in the project's issue tracker. They hold no key.\n"
    )
