"""What is said when the program ends because of a bug: a traceback without values, and where to report it.

Textual prints local variables, and with them the key. Here only source lines and the exception's own words
appear, cleaned for the terminal and with all that is secret struck out.
"""

from __future__ import annotations

import traceback
from io import StringIO

from rich.console import Console

from sora_tui.redaction import redact
from sora_tui.sanitise import clean


def describe(error: BaseException) -> str:
    """An exception in one line: kind and words."""
    name, words = type(error).__name__, clean(redact(str(error)), multiline=False, limit=200)
    return f"{name}: {words}" if words else name


def crash_report(error: BaseException) -> str:
    """The whole report, as lines for standard error."""
    trace = "".join(traceback.TracebackException.from_exception(error).format())
    if hasattr(error, "__rich__"):
        # Textual's errors in a stylesheet say what is wrong only this way.
        console = Console(file=(page := StringIO()), width=110, color_system=None)
        console.print(error)
        trace += page.getvalue()
    return (
        f"{clean(redact(trace))}\n"
        f"sora-tui has stopped because of a bug: {describe(error)}\n"
        "Your tasks are kept and go on at the service; start again to see them.\n"
        "Please report the lines above in the project's issue tracker. They hold no key.\n"
    )
