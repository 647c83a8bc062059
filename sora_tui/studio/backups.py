"""The copies of the store that lie beside it: one a day while the program runs, one before each migration."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sora_tui.studio.copying import NotWhole, copy_whole
from sora_tui.studio.schema import StoreCorrupt, StoreUnwritable, backups_of, connect, speaking_plainly

DAY_MS = 24 * 3_600_000
KEPT = 3
"""How many of the daily copies stay; those before a migration all do."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of the store beside it.

    Attributes:
        path: the copy.
        made_at: when, in epoch ms.
    """

    path: Path
    made_at: int


def backups(store: Path) -> list[Backup]:
    """The copies of `store`, newest first."""
    found = [Backup(path, path.stat().st_mtime_ns // 1_000_000) for path in backups_of(store)]
    return sorted(found, key=lambda backup: backup.made_at, reverse=True)


def is_due(store: Path, now_ms: int) -> bool:
    """Whether no copy is less than a day away from now; one made while the clock was far ahead does not count."""
    return all(abs(now_ms - backup.made_at) >= DAY_MS for backup in backups(store))


def back_up(store: Path, now_ms: int) -> Backup:
    """Makes the daily copy, whole or not at all, and removes the daily ones that are no longer kept.

    Raises:
        StoreCorrupt: the store is damaged; no copy was made and none removed.
        StoreError: there is no room, or the store is locked.
    """
    copy = store.with_name(f"{store.name}.{time.strftime('%Y%m%d-%H%M%SZ', time.gmtime(now_ms / 1000))}.backup")
    with _copying(store, copy.parent):
        _copy(store, copy)
        os.utime(copy, ns=(now_ms * 1_000_000, now_ms * 1_000_000))
        older = [backup.path for backup in backups(store) if _is_daily(store, backup.path) and backup.path != copy]
        for path in older[KEPT - 1 :]:
            path.unlink()
    return Backup(copy, now_ms)


def copy_out(store: Path, target: Path) -> None:
    """Writes a whole copy of the store to a file of the user's choice that does not exist yet.

    Raises:
        StoreCorrupt: the store is damaged; there is no copy.
        StoreError: there is such a file, or it can't be written.
    """
    with _copying(store, target.parent):
        try:
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # nobody else takes the name
        except FileExistsError:
            raise StoreUnwritable(f"{target} exists and is not overwritten. Choose another name.") from None
        try:
            _copy(store, target)
        except BaseException:
            target.unlink()
            raise


def _copy(store: Path, target: Path) -> None:
    with closing(connect(store)) as source:
        copy_whole(source, target)


@contextmanager
def _copying(store: Path, folder: Path) -> Iterator[None]:
    """Turns what can go wrong while the store is copied into `folder` into a sentence."""
    try:
        with speaking_plainly(store):
            yield
    except NotWhole as error:
        raise StoreCorrupt(f"the store {store}", error) from error
    except OSError as error:
        raise StoreUnwritable(
            f"The store could not be copied to {folder} ({error.strerror}). Free some space or check the permissions."
        ) from error


def _is_daily(store: Path, copy: Path) -> bool:
    return re.fullmatch(rf"{re.escape(store.name)}\.\d{{8}}-\d{{6}}Z\.backup", copy.name) is not None
