"""Handing a link or a file to the system's player, browser or file manager: detached, silent, without our keys."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sora_tui.desktop.environment import child_environment

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_SHOWN_WITHIN_S = 3.0
"""How long a file manager may take to say that it shows a file."""
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
    return await _start_system(url, "Opening the video.", "Copy the link with c instead.")


async def open_page(path: Path) -> OpenResult:
    """Opens a page on this machine, given by its whole path, in the browser."""
    return await _start_system(path.as_uri(), "Opening the page.", f"It is {path}")


async def open_file(path: Path, player: Sequence[str] = ()) -> OpenResult:
    """Opens a file on this machine, given by its whole path.

    Args:
        path: of the file.
        player: the command that opens it and its first arguments; without one the system's own for such a file.
    """
    if not await asyncio.to_thread(path.is_file):
        return OpenResult(False, f"{path} is no longer there.")
    if player:
        return await _start([*player, str(path)], "Opening the file.", f"It is {path}")
    return await _start_system(str(path), "Opening the file.", f"It is {path}")


async def show_in_folder(path: Path) -> OpenResult:
    """Shows a file, given by its whole path, in the file manager: selected where that can be done."""
    if not await asyncio.to_thread(path.is_file):
        return OpenResult(False, f"{path} is no longer there.")
    if sys.platform == "darwin":
        return await _start_system("-R", "Showing the file.", f"It is {path}", str(path))
    if _opener() is not None and await _is_shown_selected(path):
        return OpenResult(True, "Showing the file.")
    return await _start_system(str(path.parent), "Showing the folder.", f"It is {path}")


async def _is_shown_selected(path: Path) -> bool:
    """Asks the desktop's file manager to select the file; answers whether it said that it does."""
    asker = shutil.which("dbus-send")
    if asker is None:
        return False
    try:
        child = await asyncio.create_subprocess_exec(
            asker,
            "--session",
            "--print-reply",
            "--dest=org.freedesktop.FileManager1",
            "/org/freedesktop/FileManager1",
            "org.freedesktop.FileManager1.ShowItems",
            f"array:string:{path.as_uri()}",  # a comma would part it in two, but is encoded
            "string:",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=child_environment(),
            start_new_session=True,
        )
    except OSError:
        return False
    try:
        return await asyncio.wait_for(child.wait(), _SHOWN_WITHIN_S) == 0
    except TimeoutError:
        child.kill()
        return False


async def _start_system(address: str, opening: str, instead: str, *more: str) -> OpenResult:
    opener = _opener()
    if opener is None:
        return OpenResult(False, f"There is nothing here to open it with. {instead}")
    return await _start([opener, address, *more], opening, instead)


async def _start(command: Sequence[str], opening: str, instead: str) -> OpenResult:
    try:
        await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=child_environment(),
            start_new_session=True,
        )
    except OSError as error:
        return OpenResult(False, f"{command[0]} could not be started ({error.strerror}). {instead}")
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
