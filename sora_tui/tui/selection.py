"""The task under the cursor and the marked ones, as they stand now. Of the history they may have to be read first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sora_tui.studio.task import Task

if TYPE_CHECKING:
    from sora_tui.studio.studio import Studio
    from sora_tui.tui.widgets.task_table import TaskTable


class Selection:
    """What acts apply to.

    Args:
        studio: has the tasks.
        table: in which they are selected.
    """

    def __init__(self, studio: Studio, table: TaskTable) -> None:
        self._studio = studio
        self._table = table
        self._read: dict[str, Task] = {}
        self._chosen: tuple[Task, ...] | None = None

    @property
    def at_hand(self) -> Task | None:
        """The task under the cursor."""
        return self._known(self._table.cursor_ref)

    @property
    def chosen(self) -> tuple[Task, ...]:
        """The marked tasks as far as they are read, in no order; without marks the one under the cursor."""
        if not self._table.marked:
            return () if self.at_hand is None else (self.at_hand,)
        if self._chosen is None:
            known = map(self._known, self._table.marked)
            self._chosen = tuple(task for task in known if task is not None)
        return self._chosen

    def in_order(self) -> tuple[Task, ...]:
        """The same from the top of the table, those that are not seen there last."""
        known = map(self._known, self._table.chosen_refs)
        return tuple(task for task in known if task is not None)

    @property
    def is_read(self) -> bool:
        """Whether `chosen` are all of them."""
        return not self._missing()

    async def read(self) -> None:
        """Reads those marked tasks that are not in memory.

        Raises:
            StudioError: they can't be read.
        """
        self._read = {ref: task for ref, task in self._read.items() if ref in self._table.marked}
        self._read |= {task.ref: task for task in await self._studio.load(self._missing())}
        self.changed()

    def changed(self) -> None:
        """Other tasks are marked, or a marked one is another now."""
        self._chosen = None

    def _missing(self) -> list[str]:
        return [ref for ref in self._table.marked if self._known(ref) is None]

    def _known(self, ref: str | None) -> Task | None:
        if ref is None:
            return None
        return self._studio.tasks.get(ref) or self._read.get(ref) or self._table.task_of(ref)
