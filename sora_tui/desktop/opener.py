"""Handing a link to the system's player or browser: detached, silent, and without our keys."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sora_tui.desktop.environment import child_environment

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_PRINTABLE = re.compile(r"[!-\[\]-~]+")
"""No blank, no control character, nothing beyond ASCII, and no backslash, which a browser reads as a slash."""


@dataclass(frozen=True, slots=True)
class OpenResult:
    """Whether something was started, and a sentence for the user."""

    is_open: bool
    sentence: str


async def open_link(url: str) -> OpenResult:
    """Opens a link in whatever the system opens links with. Only https, or http on this machine."""
    if not _may_be_opened(url):
        return OpenResult(False, "This link is not opened: only https links are.")
    return await _start(url, "Opening the video.", "Copy the link with c instead.")


async def open_page(path: Path) -> OpenResult:
    """Opens a page on this machine, given by its whole path, in the browser."""
    return await _start(path.as_uri(), "Opening the page.", f"It is {path}")


async def _start(address: str, opening: str, instead: str) -> OpenResult:
    opener = _opener()
    if opener is None:
        return OpenResult(False, f"There is nothing here to open it with. {instead}")
    try:
        await asyncio.create_subprocess_exec(
            opener,
            address,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=child_environment(),
            start_new_session=True,
        )
    except OSError as error:
        return OpenResult(False, f"{opener} could not be started ({error.strerror}). {instead}")
    return OpenResult(True, opening)


def _may_be_opened(url: str) -> bool:
    if _PRINTABLE.fullmatch(url) is None:
        return False
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  raises for a port that is none
    except ValueError:
        return False
    if not parts.hostname or parts.username is not None or parts.password is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def _opener() -> str | None:
    """The system's command for links; None where there is none, or no screen to open them on."""
    if sys.platform == "darwin":
        return shutil.which("open")
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return None
    return shutil.which("xdg-open")
