"""Where a file is, as a line that a terminal can open on a click. Looks at no disk."""

from __future__ import annotations

import socket
from functools import cache
from pathlib import Path
from urllib.parse import quote

from textual.content import Content
from textual.style import Style

from sora_tui.tui.text import outside

_PATH_SHOWN = 300
"""Characters of a path that are shown; the link has all of it."""


def file_line(path: str) -> Content:
    """`~/Videos/koi.mp4`, linked to the file (OSC 8); without a link where the path is not a whole one."""
    whole = Path(path)
    words = outside(_from_home(whole), multiline=False, limit=_PATH_SHOWN)
    return words.stylize(Style(link=file_link(whole))) if whole.is_absolute() else words


def file_link(path: Path) -> str:
    """The address of a file, given by its whole path, in ASCII.

    It names this machine, as OSC 8 asks for: a terminal on another one then knows that the file is not there.
    """
    return f"file://{_host()}{path.as_uri().removeprefix('file://')}"


@cache
def _host() -> str:
    return quote(socket.gethostname(), safe="")


def _from_home(path: Path) -> str:
    try:
        return f"~/{path.relative_to(Path.home())}"
    except (ValueError, RuntimeError):  # it lies elsewhere, or nobody knows where home is
        return str(path)
