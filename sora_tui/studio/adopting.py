"""Takes in tasks of which only the vendor's id is known. What proves which row one is stands in `proving.py`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from sora_tui.studio.book import Book
from sora_tui.studio.clock import Clock
from sora_tui.studio.proving import AdoptedAs, Adoption, owner_of, proof_of, rebuilt
from sora_tui.studio.reading import apply
from sora_tui.studio.store import TaskIdTaken

if TYPE_CHECKING:
    from sora_tui.kie.messages import TaskRecord


class Adopting:
    """Asks the service about an id and finds, or makes, the row it belongs to.

    Args:
        book: the tasks.
        origin: the service.
        read: asks the service about an id, at the common pace.
        clock: for the times of the rows.
    """

    def __init__(self, book: Book, origin: str, read: Callable[[str], Awaitable[TaskRecord]], *, clock: Clock) -> None:
        self._book = book
        self._origin = origin
        self._read = read
        self._clock = clock

    async def adopt(self, task_id: str) -> Adoption:
        """Takes the task in: as the unconfirmed one it proves to be, else as a new row.

        Raises:
            KieError: the service does not know it or can't be asked.
            ValueError: no service could know it.
        """
        if (known := await self._book.known(task_id, self._origin)) is not None:
            return Adoption(known, AdoptedAs.KNOWN)
        record = await self._read(task_id)
        try:
            return await self._take_in(record)
        except TaskIdTaken:  # meanwhile, here or by another program
            await self._book.follow()
            if (known := await self._book.known(task_id, self._origin)) is None:
                raise
            return Adoption(known, AdoptedAs.KNOWN)

    async def _take_in(self, record: TaskRecord) -> Adoption:
        now_ms = self._clock.now_ms()
        owner = owner_of(record, self._book.values(), self._origin)
        if owner is None:
            new = await self._book.insert(rebuilt(record, self._origin, now_ms), raw=record.raw)
            return Adoption(new, AdoptedAs.NEW)
        found = await self._book.change(owner.ref, lambda t: apply(t, record, now_ms=now_ms), raw=record.raw)
        return Adoption(found, proof_of(owner, record))
