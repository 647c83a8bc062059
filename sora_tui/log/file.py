"""A file that several processes append whole lines to, set aside by whichever of them finds it full.

Every append is one `write` at the file's end, which the system does not mix with another's. Nothing here waits:
neither for a lock nor for a reader.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

LIMIT = 4_000_000
"""Bytes after which a file is set aside: weeks of work, or hours of it at the level `debug`."""
KEPT = 4
"""How many that were set aside are kept: `<name>.1` is the youngest."""


class LogFile:
    """The file at `path`, opened when it is first needed, readable by the user alone.

    Args:
        path: where. What stands there already is kept, and its permissions are narrowed to 0600.
        limit: bytes after which it is set aside.
        kept: how many of those are kept.
    """

    def __init__(self, path: Path, *, limit: int = LIMIT, kept: int = KEPT) -> None:
        self.path = path
        self._limit = limit
        self._kept = kept
        self._handle = -1
        self._identity = (0, 0)
        self._is_torn = False

    def append(self, lines: bytes) -> None:
        """Writes `lines`, whole ones, at the end of the file.

        Raises:
            OSError: they could not be written, or only in part; the next ones then begin on a line of their own.
        """
        handle = self._ready_for(len(lines))
        if self._is_torn:
            lines = b"\n" + lines
        written = os.write(handle, lines)
        self._is_torn = written < len(lines)
        if self._is_torn:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def close(self) -> None:
        """Lets go of the file; the next append opens it again."""
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)

    def _ready_for(self, more: int) -> int:
        """The file that now has the name, open and with room for `more` bytes."""
        try:
            there = os.stat(self.path)
        except FileNotFoundError:
            there = self._open()
        else:
            if self._handle < 0 or self._identity != _identity(there):  # another process has set ours aside
                there = self._open()
        if stat.S_ISREG(there.st_mode) and there.st_size and there.st_size + more > self._limit:
            self._set_aside()
            self._open()
        return self._handle

    def _open(self) -> os.stat_result:
        self.close()
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Not to wait for the reader of a fifo that was given as the log.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        self._handle = os.open(self.path, flags, 0o600)
        there = os.fstat(self._handle)
        if stat.S_ISREG(there.st_mode) and stat.S_IMODE(there.st_mode) & 0o077:
            with suppress(PermissionError):  # another user's, who lets us write
                os.fchmod(self._handle, 0o600)
        self._identity = _identity(there)
        self._is_torn = False
        return there

    def _set_aside(self) -> None:
        """Give the full file another name, unless another process does so just now.

        Where that is not allowed, or there are no locks, it grows on: someone else rotates it, and a log
        that grows is better than none.
        """
        from filelock import FileLock, Timeout  # only when a file is full

        lock = FileLock(f"{self.path}.lock", mode=0o600)
        with suppress(Timeout, OSError, NotImplementedError), lock.acquire(blocking=False):
            if _identity(os.stat(self.path)) != self._identity:
                return
            for number in range(self._kept - 1, 0, -1):
                with suppress(FileNotFoundError):
                    os.replace(f"{self.path}.{number}", f"{self.path}.{number + 1}")
            os.replace(self.path, f"{self.path}.1")


def _identity(file: os.stat_result) -> tuple[int, int]:
    return file.st_dev, file.st_ino
