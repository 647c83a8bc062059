"""What the simulator must remember, as one line of JSON per event, only ever added to.

A line counts once its newline is there: a torn last line (the process was killed while writing) is cut off
at the next start. Lines reach the operating system before the answer that depends on them leaves, so a
`kill -9` loses nothing that was promised; the loss of power is not defended against.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout


class FolderInUse(Exception):
    """Another simulator has this folder open."""


class Journal:
    """The events of one folder. Only one process may have it open."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = FileLock(folder / "lock")
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise FolderInUse(
                f"Another simulator is using {folder}. Stop it first, or choose another --folder."
            ) from None
        self._path = folder / "journal.jsonl"
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        self._cut_torn_line()

    def events(self) -> Iterator[dict[str, Any]]:
        """Every event so far, oldest first.

        Raises:
            ValueError: a line in the middle is not an event; the message names it.
        """
        with self._path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    event = json.loads(line)
                except ValueError:
                    event = None
                if not isinstance(event, dict):
                    raise ValueError(f"{self._path} line {number} is not readable. Move the file away to start anew.")
                yield event

    def add(self, event: dict[str, Any]) -> None:
        """Write `event` down, whole or not at all.

        Raises:
            OSError: the disk is full, or worse.
        """
        line = json.dumps(event, separators=(",", ":")).encode("ascii") + b"\n"
        before = os.fstat(self._file).st_size
        written = os.write(self._file, line)
        if written != len(line):
            os.ftruncate(self._file, before)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._path))

    def close(self) -> None:
        """Let the folder go."""
        os.close(self._file)
        self._lock.release()

    def _cut_torn_line(self) -> None:
        content = self._path.read_bytes()
        os.ftruncate(self._file, content.rfind(b"\n") + 1)


def last_address(folder: Path) -> str | None:
    """Where the simulator that has `folder` open, or had it last, is reached."""
    try:
        return (folder / "address").read_text("ascii")
    except FileNotFoundError:
        return None


def remember_address(folder: Path, url: str) -> None:
    """Keep `url` for `last_address`."""
    (folder / "address").write_text(url, "ascii")
