"""The clipboard: the terminal's own way (OSC 52) and the system's tools, with an honest word on what came of it.

The system's tools run in a child process of ours: pyperclip hangs for ever when a tool hangs, says ok when
one fails, and hands our environment, key included, to what it starts. A child can be killed, gets an
environment without keys, and its output can't soil the screen. It reads back what it wrote.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sora_tui.desktop.environment import child_environment

LIMIT_S = 2.0
"""How long the system's tools may take."""

_CHILD = """
import sys
import pyperclip
text = sys.stdin.buffer.read().decode("utf-8")
pyperclip.copy(text)
sys.exit(0 if pyperclip.paste().replace("\\r\\n", "\\n").rstrip("\\n") == text.rstrip("\\n") else 3)
"""


class How(StrEnum):
    """What is known of a copy."""

    CONFIRMED = "confirmed"
    """The system's clipboard was read back and holds the text."""
    SENT = "sent"
    """Handed to the terminal, which never says whether it took it."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CopyResult:
    """What came of a copy; `sentence` goes on after the name of what was copied."""

    how: How
    sentence: str


async def copy(
    text: str,
    terminal: Callable[[str], None],
    *,
    command: tuple[str, ...] | None = None,
    limit_s: float = LIMIT_S,
) -> CopyResult:
    """Puts `text` on every clipboard within reach.

    Args:
        text: what to copy.
        terminal: sends the text to the terminal by OSC 52.
        command: the child that copies its standard input; pyperclip's by default.
        limit_s: seconds it may take.
    """
    if not text:
        return CopyResult(How.FAILED, "is empty: nothing was copied.")
    terminal(text)
    if await _by_the_system(text, command or (sys.executable, "-c", _CHILD), limit_s):
        return CopyResult(How.CONFIRMED, "is on the clipboard.")
    return CopyResult(
        How.SENT,
        "was sent to the terminal; whether it reached the clipboard can't be told.",
    )


async def _by_the_system(text: str, command: tuple[str, ...], limit_s: float) -> bool:
    try:
        child = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=child_environment(),
            start_new_session=True,  # a tool that hangs is killed with everything it started
        )
    except OSError:
        return False
    try:
        async with asyncio.timeout(limit_s):
            await child.communicate(text.encode("utf-8", "replace"))
    except TimeoutError:
        return False
    finally:  # too late, or the program is leaving: nothing that hangs is left behind
        if child.returncode is None:
            _kill(child)
            await child.wait()
    return child.returncode == 0


def _kill(child: asyncio.subprocess.Process) -> None:
    import os
    import signal

    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        child.kill()
