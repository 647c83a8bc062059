r"""From a record to its line: when, which process, how grave, who, what. The last step takes out what is secret.

Text from outside can neither drive the terminal of one who reads the file, nor look like an event of its own:
control characters become marks, a line break in a message becomes `\n`, and the lines of a traceback are indented
behind a bar, as no event is.
"""

from __future__ import annotations

import logging
import traceback
from datetime import UTC, datetime

from sora_tui.redaction import redact
from sora_tui.sanitise import clean

BAR = "    | "
"""Before each line that belongs to the event above it."""

_LONGEST = 16_000
"""Characters of a message, and of a traceback, that are kept: both its ends."""


class LineFormatter(logging.Formatter):
    """One line for an event, and below it the traceback, if there is one, without a value of any variable."""

    def format(self, record: logging.LogRecord) -> str:
        """The line or lines, without a line break at the end."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        when = moment.replace("+00:00", "Z")
        lines = [_in_line(f"{when} {record.process} {record.levelname:7} {record.name}: {record.getMessage()}")]
        if record.exc_info and record.exc_info[1] is not None:
            lines += _below("".join(traceback.TracebackException.from_exception(record.exc_info[1]).format()))
        if record.stack_info:
            lines += _below(record.stack_info)
        return "\n".join(lines)


def _in_line(text: str) -> str:
    return _fit(clean(redact(text))).replace("\n", "\\n")


def _below(text: str) -> list[str]:
    return [BAR + line for line in _fit(clean(redact(text))).rstrip("\n").split("\n")]


def _fit(text: str) -> str:
    # Cut only now: what is secret would not be recognised in half.
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]}\n…\n{text[-_LONGEST // 2 :]}"
