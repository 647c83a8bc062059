"""Takes exported tasks into the store. Nothing that is there is changed, and nothing is ever sent because of it.

A task that had not been sent (queued, held or not) is left out: written down here it would be sent, perhaps a second
time, by a program whose user never pressed *send*. One that was just being sent may exist and may have been paid; it
comes in as *unconfirmed*, which is never sent by itself. Whatever else it was, a task stays what it was: one that the
service works on is asked about like any other of that service, which costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from sora_tui.studio.book import Book
from sora_tui.studio.errors import StudioError
from sora_tui.studio.records import Record
from sora_tui.studio.task import Task, TaskState

AT_ONCE = 500
"""Tasks of one transaction: others can write between two. An import that was cut off is simply done again."""
WAS_SENDING = "It was just being sent when it was exported: what became of it is not known here."


class BadImport(StudioError):
    """Something in the file is no task. The sentence says where and what; of this part nothing was written."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import.

    Attributes:
        new: tasks that were written down.
        running: how many of them the service is still working on, as far as is known.
        unsure: how many of them were just being sent.
        known: tasks that are there already, by their ref or by the service's id; left as they are.
        unsent: tasks that were never sent; left out.
    """

    new: int = 0
    running: int = 0
    unsure: int = 0
    known: int = 0
    unsent: int = 0


def as_imported(task: Task) -> Task | None:
    """The task as it may come in; None where it must not: nothing that comes in may ever be sent by itself."""
    if task.state is TaskState.QUEUED:
        return None
    if task.state is TaskState.SENDING:
        return replace(task, state=TaskState.UNCONFIRMED, is_held=False, note=task.note or WAS_SENDING)
    return task


class Importing:
    """Writes them down.

    Args:
        book: the tasks that are there.
    """

    def __init__(self, book: Book) -> None:
        self._book = book

    async def take_in(self, records: Iterable[Record], *, dry_run: bool = False) -> Imported:
        """Writes down what is new among these tasks, some at a time, each part whole or not at all.

        Args:
            records: read already with success; one that is none ends it.
            dry_run: only tell what would be done.

        Raises:
            BadImport: one of them is no task.
            StoreError: it could not be written.
        """
        total = Imported()
        seen: set[str | tuple[str, str]] = set()
        for some in _batches(records, AT_ONCE):
            tasks = [_task(record) for record in some]
            allowed = [task for task in map(as_imported, tasks) if task is not None]
            are_new = await (self._new_among(allowed, seen) if dry_run else self._book.insert_new(allowed))
            new = [task for task, is_new in zip(allowed, are_new, strict=True) if is_new]
            unsure = {task.ref for task in tasks if task.state is TaskState.SENDING}
            total = Imported(
                new=total.new + len(new),
                running=total.running + sum(task.state is TaskState.WAITING for task in new),
                unsure=total.unsure + sum(task.ref in unsure for task in new),
                known=total.known + len(allowed) - len(new),
                unsent=total.unsent + len(tasks) - len(allowed),
            )
        return total

    async def _new_among(self, tasks: list[Task], seen: set[str | tuple[str, str]]) -> list[bool]:
        """Which of these would be new, after those `seen`, which they join."""
        there = {task.ref for task in await self._book.load([task.ref for task in tasks])}
        are_new = []
        for task in tasks:
            names: set[str | tuple[str, str]] = {task.ref}
            names |= set() if task.task_id is None else {(task.origin, task.task_id)}
            is_known = bool(names & seen) or task.ref in there
            if not is_known and task.task_id is not None:
                is_known = await self._book.known(task.task_id, task.origin) is not None
            are_new.append(not is_known)
            if not is_known:
                seen |= names
        return are_new


def _task(record: Record) -> Task:
    if record.task is None:
        raise BadImport(record.problem)
    return record.task


def _batches(records: Iterable[Record], size: int) -> Iterator[list[Record]]:
    left = iter(records)
    while some := list(islice(left, size)):
        yield some
