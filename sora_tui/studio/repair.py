"""Repairs a damaged store: a new one from the newest whole backup and all that the damaged file still gives.

The damaged file is kept beside it, and stays in its place until the new store is whole and on the disk. Never
sends: what waited to be sent becomes unconfirmed, for an older copy may say so of what was sent since.
"""

from __future__ import annotations

import filecmp
import glob
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sora_tui.studio.backups import Backup, backups
from sora_tui.studio.copying import NotWhole, copy_whole, sync
from sora_tui.studio.merging import merge
from sora_tui.studio.outcomes import doubt
from sora_tui.studio.salvage import Salvage
from sora_tui.studio.schema import StoreCorrupt, StoreTooNew, StoreUnwritable, connect, speaking_plainly
from sora_tui.studio.store import Store
from sora_tui.studio.task import TaskState


@dataclass(frozen=True, slots=True)
class Remedy:
    """What a repair would begin with.

    Attributes:
        backup: the newest backup that is whole, if there is one.
        tasks: how many tasks it has.
    """

    backup: Backup | None
    tasks: int

    @property
    def sentence(self) -> str:
        """The same for people."""
        if self.backup is None:
            return "there is no backup; all tasks that can still be read are taken from the damaged file"
        return f"{_counted(self.tasks)} from the {_dated(self.backup)}, and what the damaged file has that is newer"


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a repair did.

    Attributes:
        damaged: where the damaged file is now.
        backup: what the new store began with, if there was a whole one.
        from_backup: tasks that stand as the backup has them.
        from_damaged: tasks that stand as the damaged file had them: newer, or missing from the backup.
        unsure: tasks that waited to be sent and are unconfirmed now.
        is_complete: whether everything in the damaged file could be read.
    """

    damaged: Path
    backup: Backup | None
    from_backup: int
    from_damaged: int
    unsure: int
    is_complete: bool

    @property
    def sentence(self) -> str:
        """The same for people."""
        if self.backup is None:
            origin = f"{_counted(self.from_damaged)} from the damaged file"
        else:
            newer = "1 newer one" if self.from_damaged == 1 else f"{self.from_damaged:,} newer ones"
            origin = f"{_counted(self.from_backup)} from the {_dated(self.backup)}, {newer} from the damaged file"
        parts = [f"The store is repaired: {origin}. "]
        if not self.is_complete:
            parts.append("Part of the file could not be read: if a task is missing, adopt its id from kie.ai/logs. ")
        if self.unsure:
            verb = "is" if self.unsure == 1 else "are"
            parts.append(f"{_counted(self.unsure)} that waited to be sent {verb} unsure now. ")
        parts.append(f"The damaged file is kept: {self.damaged}")
        return "".join(parts)


@dataclass(frozen=True, slots=True)
class _Bench:
    """The folder in which a repair is made."""

    new: Path
    damaged: Path


def remedy(path: Path) -> Remedy:
    """What a repair of the store at `path` would begin with. The store itself is not touched.

    Raises:
        StoreError: the backups can't be read, or there is no room to try them.
    """
    with _bench(path) as bench:
        return Remedy(_begin(path, bench.new), len(_refs(bench.new)))


def repair(path: Path, *, now_ms: int) -> Recovery:
    """Puts a new store in the place of the damaged one at `path`, which is kept beside it with its journal.

    A program killed at any moment leaves the damaged file in its place, or the new store, whole. The caller
    sees to it that no other program has the store open.

    Raises:
        StoreError: it could not be done; the damaged file is still in its place.
    """
    with _bench(path) as bench:
        backup = _begin(path, bench.new)
        before = _refs(bench.new)
        aside = _earlier_aside(path)
        shutil.copyfile(path, bench.damaged)
        journaled = next((place for place in (path, aside) if place is not None and _has_journal(place)), None)
        if journaled is not None:
            shutil.copyfile(journal_of(journaled), journal_of(bench.damaged))
        with Salvage(bench.damaged, bench.new) as salvage:
            taken, is_complete = merge(salvage, bench.new)
        unsure = _finish(bench.new, now_ms)
        damaged = _set_aside(path, aside, now_ms)
        bench.new.replace(path)
        sync(path.parent)
    return Recovery(damaged, backup, len(before - taken), len(taken), unsure, is_complete)


@contextmanager
def _bench(path: Path) -> Iterator[_Bench]:
    """An empty folder beside the store, gone afterwards; what can go wrong in it as a sentence."""
    folder = path.with_name(f"{path.name}.repair")
    try:
        shutil.rmtree(folder, ignore_errors=True)  # of a repair that was killed
        folder.mkdir(mode=0o700)
        with speaking_plainly(folder):
            yield _Bench(folder / path.name, folder / "damaged")
    except OSError as error:
        raise StoreUnwritable(
            f"The store {path} could not be repaired ({error.strerror}). It is still as it was. "
            "Free some space or check the permissions."
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _begin(path: Path, new: Path) -> Backup | None:
    """Makes the new store: a copy of the newest backup that is whole, brought up to date, or an empty one."""
    for backup in backups(path):
        try:
            with closing(connect(backup.path, mode="ro")) as source, speaking_plainly(backup.path):
                copy_whole(source, new)
            _refs(new)
        except (NotWhole, StoreCorrupt, StoreTooNew):  # the one before it, then
            for left in new.parent.iterdir():
                left.unlink()
        else:
            return backup
    _refs(new)
    return None


def _refs(new: Path) -> set[str]:
    """The refs of a store that is opened, and so brought up to date."""
    with closing(Store(new)) as store:
        return {task.ref for task in store.tasks()}


def _finish(new: Path, now_ms: int) -> int:
    """Sees to it that nothing of the new store is sent by itself, and that it is whole and on the disk.

    Returns:
        How many tasks waited to be sent.
    """
    with closing(Store(new)) as store:
        waiting = [task.ref for task in store.tasks() if task.state is TaskState.QUEUED]
        for ref in waiting:
            store.change(ref, doubt, at=now_ms)
        if faults := store.faults():
            raise StoreCorrupt("the new store", faults[0])
    sync(new)
    return len(waiting)


def _earlier_aside(path: Path) -> Path | None:
    """The file as a repair that was killed has already set it aside."""
    for aside in sorted(path.parent.glob(f"{glob.escape(path.name)}.corrupt-*[0-9]")):
        has_room = not (_has_journal(path) and _has_journal(aside))
        if has_room and filecmp.cmp(path, aside, shallow=False):
            return aside
    return None


def _set_aside(path: Path, aside: Path | None, now_ms: int) -> Path:
    """Gives the damaged file its other name, and its journal, which would spoil what comes into its place."""
    if aside is None:
        moment = time.strftime("%Y%m%d-%H%M%S", time.localtime(now_ms / 1000))
        names = (f"{path.name}.corrupt-{moment}{more}" for more in ("", *(f"-{n}" for n in range(2, 100))))
        aside = next(place for name in names if not (place := path.with_name(name)).exists())
        _give_name(path, aside)
    if _has_journal(path):
        journal_of(path).rename(journal_of(aside))
    sync(path.parent)
    return aside


def _give_name(path: Path, other: Path) -> None:
    try:
        os.link(path, other)
    except OSError:  # a file system without links: a copy, whole or not at all
        unfinished = other.with_name(other.name + ".part")
        shutil.copy2(path, unfinished)
        sync(unfinished)
        unfinished.rename(other)


def journal_of(path: Path) -> Path:
    """Where SQLite keeps what an interrupted change of the store at `path` must be undone with."""
    return path.with_name(path.name + "-journal")


def _has_journal(path: Path) -> bool:
    journal = journal_of(path)
    return journal.exists() and journal.stat().st_size > 0  # an empty one says that all is done


def _counted(tasks: int) -> str:
    return "1 task" if tasks == 1 else f"{tasks:,} tasks"


def _dated(backup: Backup) -> str:
    return time.strftime("backup of %d %b %Y, %H:%M", time.localtime(backup.made_at / 1000))
