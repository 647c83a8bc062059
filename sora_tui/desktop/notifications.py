"""Telling someone who looks elsewhere: what a terminal turns into a notification and a window title. Pure.

Terminals that know neither ignore both. No control character of the words gets through.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

KEEP_TITLE = "\x1b[22;2t"
"""The terminal remembers its window's title…"""
GIVE_TITLE_BACK = "\x1b[23;2t"
"""…and shows it again."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_LONGEST = 200
_OF_URXVT = re.compile(r"^(?:rxvt|foot)")


def notification(title: str, words: str, environment: Mapping[str, str] = os.environ) -> str:
    """The sequence that shows a notification: OSC 777 where the terminal is known for it, else OSC 9.

    Only one of them: there are terminals that show both.

    Args:
        title: whose it is.
        words: what there is to say; cut after 200 characters.
        environment: tells which terminal it is.
    """
    title, words = _plain(title), _plain(words)
    if _OF_URXVT.match(environment.get("TERM", "")):
        return f"\x1b]777;notify;{title.replace(';', ',')};{words}\x1b\\"
    # A leading digit and semicolon is another command of OSC 9: progress.
    return f"\x1b]9;{title}: {words}\x1b\\"


def window_title(words: str) -> str:
    """The sequence that sets the window's title."""
    return f"\x1b]2;{_plain(words)}\x1b\\"


def _plain(words: str) -> str:
    return _CONTROL.sub(" ", words)[:_LONGEST]
