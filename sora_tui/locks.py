"""Locks that hold between processes. The system lets go of one when the process that holds it ends, however it ends.

`flock` alone: the same in a package takes 40 ms to import, which every start would pay.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

_LOOK_AGAIN_S = 0.05


class FileLock:
    """The lock that a file stands for. Not for two threads at once.

    Args:
        path: the file, made 0600 in a folder that exists. Its content is nobody's.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    @property
    def is_locked(self) -> bool:
        """Whether this object holds it."""
        return self._handle is not None

    def take(self, patience_s: float = 0.0) -> bool:
        """Take it, unless it is held; whether it is ours now.

        Args:
            patience_s: how long to wait for the one who holds it.

        Raises:
            OSError: the file can't be made, or its file system has no locks.
        """
        deadline = time.monotonic() + patience_s
        while not self._try():
            if (left := deadline - time.monotonic()) <= 0:
                return False
            time.sleep(min(left, _LOOK_AGAIN_S))
        return True

    def release(self) -> None:
        """Let it go. Nothing happens where it is not held."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)

    def _try(self) -> bool:
        if self._handle is not None:
            return True
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Whoever held it may have taken the file away first: what we hold then is a lock that nobody else sees.
            if os.fstat(handle).st_nlink:
                self._handle, handle = handle, -1
                return True
        except BlockingIOError:
            pass
        finally:
            if handle >= 0:
                os.close(handle)
        return False
