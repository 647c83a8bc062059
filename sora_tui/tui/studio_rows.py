"""The table's rows from the studio: the first screenful at once, history page by page, one search at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from sora_tui.studio.errors import StudioError
from sora_tui.studio.orders import SortBy
from sora_tui.studio.task import Task
from sora_tui.studio.views import View
from sora_tui.tui.widgets.task_rows import Found, Segment, by_segment

if TYPE_CHECKING:
    from sora_tui.studio.studio import Studio
    from sora_tui.tui.terminal import SafeApp

FIRST = 200
"""Rows that are shown before the others are found: more than fit on a screen."""


class StudioRows:
    """A `RowSource` over an open studio.

    Args:
        studio: has the tasks.
        home: runs what takes time.
        complain: told why tasks could not be read.
    """

    def __init__(self, studio: Studio, home: SafeApp, complain: Callable[[StudioError], None]) -> None:
        self._studio = studio
        self._home = home
        self._complain = complain
        self._next: tuple[View, Callable[[Found], None]] | None = None
        self._is_finding = False
        self._first: Found | None = None
        self._first_tasks: Mapping[str, Task] = {}

    @property
    def counts(self) -> Mapping[Segment, int]:
        """How many tasks are in each tab."""
        return by_segment(self._studio.counts, len(self._studio.expiring))

    async def prepare(self) -> None:
        """Read the first screenful before there is a screen, so that the first frame shows it.

        Raises:
            StudioError: it can't be read.
        """
        self._first = await self._find_first(View())
        tasks = await self._studio.load([key[-1] for key in self._first.keys])
        self._first_tasks = {task.ref: task for task in tasks}

    def find(self, view: View, tell: Callable[[Found], None]) -> None:
        """Find the rows of a view; a search that has not begun gives way to a later one."""
        first, self._first = self._first, None
        if first is not None and first.view == view:
            tell(first)
            if first.is_complete:
                return
        self._next = (view, tell)
        if not self._is_finding:
            self._is_finding = True
            self._home.spawn(self._find_all(), name="Finding tasks")

    def load(self, refs: Sequence[str], tell: Callable[[Sequence[Task]], None]) -> None:
        """Bring tasks into memory."""
        if all(ref in self._first_tasks for ref in refs):
            tell([self._first_tasks[ref] for ref in refs])
            return
        self._first_tasks = {}  # the first screenful may be out of date by now
        self._home.spawn(self._load(refs, tell), name="Reading tasks")

    async def _find_all(self) -> None:
        try:
            while self._next is not None:
                (view, tell), self._next = self._next, None
                await self._find_one(view, tell)
        except StudioError as error:
            self._complain(error)
        finally:
            self._is_finding = False

    async def _find_one(self, view: View, tell: Callable[[Found], None]) -> None:
        if view.sort_by is SortBy.NEWEST:  # of any other order the first are known only with all
            first = await self._find_first(view)
            if self._next is None:
                tell(first)
            if first.is_complete:
                return
        keys = await self._studio.find(view)
        found = await asyncio.to_thread(Found.of, view, keys)
        if self._next is None:
            tell(found)

    async def _find_first(self, view: View) -> Found:
        keys = await self._studio.find(view, limit=FIRST)
        return Found.of(view, keys, is_complete=len(keys) < FIRST)

    async def _load(self, refs: Sequence[str], tell: Callable[[Sequence[Task]], None]) -> None:
        try:
            tell(await self._studio.load(refs))
        except StudioError as error:
            self._complain(error)
