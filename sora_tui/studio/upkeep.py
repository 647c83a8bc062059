"""The care of the store's file: looked over, copied daily and on request, repaired; and of its index of prompts.

Works beside the store's thread, on connections of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sora_tui.studio.backups import Backup, back_up, backups, copy_out, is_due
from sora_tui.studio.clock import Clock
from sora_tui.studio.events import Notice, Severity
from sora_tui.studio.instances import Instance, one_at_a_time
from sora_tui.studio.opening import live_programs, open_store, remedy_for, repair_store
from sora_tui.studio.schema import StoreBusy, StoreCorrupt, StoreError, StoreUnwritable
from sora_tui.studio.searching import Search
from sora_tui.studio.task import TaskState

if TYPE_CHECKING:
    from sora_tui.studio.repair import Recovery, Remedy

_FIRST_LOOK_S = 5.0
"""After the start: the first frame and the first sends come before it."""
_LOOK_S = 3600.0
_BETWEEN_PIECES_S = 0.2
"""While prompts are indexed: several times as long as a piece takes, so that nothing else is held up."""


@dataclass(frozen=True, slots=True)
class Checkup:
    """How the store's file is.

    Attributes:
        path: the file.
        schema: how many migrations it has behind it.
        tasks: how many it has.
        unconfirmed: how many of them are unconfirmed.
        faults: what SQLite's full check finds wrong; empty when it is whole.
        is_private: whether only its owner may read it.
        newest_backup: the newest copy beside it.
        live_programs: how many other programs have it open; None where that can't be told.
    """

    path: Path
    schema: int
    tasks: int
    unconfirmed: int
    faults: tuple[str, ...]
    is_private: bool
    newest_backup: Backup | None
    live_programs: int | None


class Upkeep:
    """The care of one store.

    Args:
        path: the store's file.
        clock: for the age of the copies.
        publish: told what the user should read.
        damaged: told when the daily copy finds the store damaged.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock,
        publish: Callable[[Notice], None],
        damaged: Callable[[StoreCorrupt], None],
    ) -> None:
        self._path = path
        self._clock = clock
        self._publish = publish
        self._damaged = damaged

    async def examine(self) -> Checkup:
        """Looks the whole file over.

        Raises:
            StoreError: it can't even be opened.
        """
        return await asyncio.to_thread(self._examine)

    async def remedy(self) -> Remedy:
        """What a repair would begin with.

        Raises:
            StoreError: it can't be told.
        """
        return await asyncio.to_thread(remedy_for, self._path)

    async def repair(self) -> Recovery | None:
        """Repairs the store; None where it is whole. Nothing of ours may have it open. See `repair.repair`.

        Raises:
            StoreError: it could not be done, or another program has the store open. Nothing was lost.
        """
        return await asyncio.to_thread(lambda: repair_store(self._path, now_ms=self._clock.now_ms()))

    async def copy_to(self, target: Path) -> None:
        """Writes a whole copy of the store to a file that does not exist yet.

        Raises:
            StoreError: there is no copy.
        """
        await asyncio.to_thread(copy_out, self._path, target)

    async def back_up_daily(self) -> None:
        """Copies the store when the newest copy is a day old. Never returns, never fails: it says what went wrong.

        Not at closing: whoever leaves, or is told to, must not be kept, and what was written since the last copy
        is read from the damaged file itself.
        """
        pause = _FIRST_LOOK_S
        while True:
            await self._clock.sleep(pause)
            pause = _LOOK_S
            try:
                await asyncio.to_thread(self._back_up, self._clock.now_ms())
            except StoreCorrupt as error:
                self._damaged(error)
                self._publish(Notice(str(error), Severity.ERROR, topic="store"))
            except StoreError as error:
                self._publish(Notice(f"No copy of the store was made today. {error}", Severity.WARNING, topic="backup"))

    async def index_prompts(self) -> None:
        """Brings the index of prompts up to the store, piece by piece. Never returns, never fails.

        A search adds what little is missing by itself: this is for a store that has many prompts and no index yet.
        """
        await self._clock.sleep(_FIRST_LOOK_S)
        while True:
            has_more = await asyncio.to_thread(self._index_piece)
            await self._clock.sleep(_BETWEEN_PIECES_S if has_more else _LOOK_S)

    def _index_piece(self) -> bool:
        with closing(Search(self._path)) as search:
            return search.grow()

    def _back_up(self, now_ms: int) -> None:
        if is_due(self._path, now_ms):
            try:
                with one_at_a_time(self._path.parent, "copying", patience_s=0.0):
                    if is_due(self._path, now_ms):
                        back_up(self._path, now_ms)
            except StoreBusy:  # by another program, or it is written to for long: the next look is soon enough
                return

    def _examine(self) -> Checkup:
        instance = Instance(self._path.parent)
        with closing(open_store(self._path, instance)) as store:
            try:
                faults = store.faults()
                tasks = [] if faults else store.tasks()
                return Checkup(
                    path=self._path,
                    schema=store.schema,
                    tasks=len(tasks),
                    unconfirmed=sum(task.state is TaskState.UNCONFIRMED for task in tasks),
                    faults=tuple(faults),
                    is_private=not self._path.stat().st_mode & 0o077,
                    newest_backup=next(iter(backups(self._path)), None),
                    live_programs=_live_programs(self._path, instance),
                )
            finally:
                instance.release()


def _live_programs(path: Path, instance: Instance) -> int | None:
    try:
        return live_programs(path, instance)
    except (StoreBusy, StoreUnwritable):
        return None
