"""Which running programs share the store: file locks, which the system lets go of when a process dies.

An instance holds `instances/<id>.lock` from before it opens the store. A dead one's lock can be taken. One
instance at a time has the seat that asks the service about tasks, so that the poll budget holds over all.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from sora_tui.studio.schema import StoreBusy, StoreUnwritable

_ID = re.compile("[0-9a-f]{32}")

log = logging.getLogger(__name__)


class Instance:
    """This running program as the others see it.

    Args:
        data_dir: the store's folder.
    """

    def __init__(self, data_dir: Path) -> None:
        self.id = uuid4().hex
        self._folder = data_dir / "instances"
        self._lock = _lock(self._path(self.id))

    def hold(self) -> None:
        """Says that we live, until `release` or the process's death; idempotent.

        Raises:
            StoreUnwritable: the folder can't be written, or its file system has no locks.
        """
        if self._lock.is_locked:
            return
        if not _taken(self._lock):
            raise StoreUnwritable(f"Another program holds {self._path(self.id)}. Start again.")

    def release(self) -> None:
        """Says that we are gone."""
        if self._lock.is_locked:
            self._path(self.id).unlink(missing_ok=True)  # while held: nobody takes the name of a dead id
            self._lock.release()

    def is_dead(self, owner: str) -> bool:
        """Whether the instance `owner` no longer runs. Never true of ourselves while we hold our lock.

        Raises:
            StoreUnwritable: its lock can't be tried.
        """
        if owner == self.id:
            return not self._lock.is_locked
        path = self._path(owner)
        if not owner or not path.exists():
            return True
        lock = _lock(path)
        if not _taken(lock):
            return False
        path.unlink(missing_ok=True)
        lock.release()
        return True

    def others(self) -> list[str]:
        """The other instances that live. To be asked where none can begin meanwhile: `one_at_a_time`.

        Raises:
            StoreUnwritable: a lock can't be tried.
        """
        owners = [path.stem for path in sorted(self._folder.glob("*.lock")) if _ID.fullmatch(path.stem)]
        return [owner for owner in owners if owner != self.id and not self.is_dead(owner)]

    def _path(self, owner: str) -> Path:
        return self._folder / f"{owner}.lock"


class Seat:
    """The right to do some work for one store. At most one instance sits.

    Args:
        data_dir: the store's folder.
        work: as it names the lock.
        words: as the log tells it.
    """

    def __init__(self, data_dir: Path, work: str, words: str) -> None:
        self._lock = _lock(data_dir / "instances" / f"{work}.lock")
        self._words = words

    @classmethod
    def for_asking(cls, data_dir: Path, origin: str) -> Seat:
        """The right to ask one service about the tasks of the store."""
        digest = hashlib.sha256(origin.encode()).hexdigest()[:12]
        return cls(data_dir, f"asking-{digest}", "asks about the tasks of the store")

    @classmethod
    def for_listening(cls, data_dir: Path, port: int) -> Seat:
        """The right to take callbacks in at one port for the tasks of the store."""
        return cls(data_dir, f"listening-{port}", f"takes callbacks in at port {port}")

    @property
    def is_ours(self) -> bool:
        """Whether we sit."""
        return self._lock.is_locked

    def take(self) -> bool:
        """Sits down if the seat is free; whether we sit now.

        Raises:
            StoreUnwritable: the folder can't be written, or its file system has no locks.
        """
        if not self._lock.is_locked and _taken(self._lock):
            log.info("seat taken: this program %s", self._words)
        return self._lock.is_locked

    def leave(self) -> None:
        """Lets another instance sit."""
        if self._lock.is_locked:
            self._lock.release()
            log.info("seat left: this program no longer %s", self._words)


@contextmanager
def one_at_a_time(data_dir: Path, act: str, *, patience_s: float) -> Iterator[None]:
    """Keeps every other program that shares the store from the same act.

    Args:
        data_dir: the store's folder.
        act: what is done, as it names the lock: `opening`.
        patience_s: how long to wait for another program.

    Raises:
        StoreBusy: another program is at it and does not end.
        StoreUnwritable: the folder can't be written, or its file system has no locks.
    """
    lock = _lock(data_dir / "instances" / f"{act}.lock")
    if not _taken(lock, patience_s):
        raise StoreBusy(f"Another sora-tui is {act} the store in {data_dir}. Try again in a moment.")
    try:
        yield
    finally:
        lock.release()


def _taken(lock: FileLock, patience_s: float = 0.0) -> bool:
    """Whether the lock is ours now; not when another holds it."""
    folder = Path(lock.lock_file).parent
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        lock.acquire(timeout=patience_s)
    except Timeout:
        return False
    except (OSError, NotImplementedError) as error:
        raise StoreUnwritable(
            f"The folder {folder} could not be used ({error}). Free some space or check the permissions."
        ) from error
    return True


def _lock(path: Path) -> FileLock:
    # Not thread-local: taken on one thread, it is held by the whole process.
    return FileLock(path, mode=0o600, thread_local=False)
