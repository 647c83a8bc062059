"""What the task table shows, as values: which tasks, in which order, how many. Pure: knows no widget and no clock.

The visible rows are one list of sort keys, kept sorted. A row is found, put in or taken out by bisection, so a
change costs the same with ten rows as with a hundred thousand.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from sora_tui.studio.filters import Filter
from sora_tui.studio.orders import SortBy, SortKey, sort_key
from sora_tui.studio.task import Task, TaskState


class Segment(StrEnum):
    """The tabs over the table."""

    ALL = "All"
    RUNNING = "Running"
    DONE = "Done"
    FAILED = "Failed"
    """Ended without a video, for whatever reason."""
    NEEDS_YOU = "Needs you"


def segment_of(state: TaskState) -> Segment:
    """The tab, besides *All*, that a state belongs to."""
    return _SEGMENT[state]


def _segment_of(state: TaskState) -> Segment:
    if state.needs_you:
        return Segment.NEEDS_YOU
    if state.is_running:
        return Segment.RUNNING
    return Segment.DONE if state is TaskState.SUCCESS else Segment.FAILED


_SEGMENT: Mapping[TaskState, Segment] = {state: _segment_of(state) for state in TaskState}


class TaskRows:
    """The tasks, and of them the visible rows in order.

    One row may be *held*: it stays visible though segment and filter would drop it, because the cursor is on it.

    Attributes:
        marks: refs of the marked tasks, visible or not.
        counts: tasks per segment, whatever the filter says.
    """

    def __init__(self) -> None:
        self._tasks: dict[str, Task] = {}
        self._keys: list[SortKey] = []
        self._held: str | None = None
        self._segment = Segment.ALL
        self._filter = Filter()
        self._sort_by = SortBy.NEWEST
        self._descending = False
        self.marks: set[str] = set()
        self.counts: dict[Segment, int] = dict.fromkeys(Segment, 0)

    # What there is

    def __len__(self) -> int:
        """How many rows are visible."""
        return len(self._keys)

    def __iter__(self) -> Iterator[Task]:
        """The visible tasks from the top."""
        return (self._tasks[key[-1]] for key in (reversed(self._keys) if self._descending else self._keys))

    def __contains__(self, ref: object) -> bool:
        return ref in self._tasks

    @property
    def total(self) -> int:
        """How many tasks there are, visible or not."""
        return len(self._tasks)

    @property
    def matching(self) -> int:
        """How many tasks the segment and the filter let through; a row that is only held does not count."""
        held = self._tasks.get(self._held or "")
        return len(self._keys) - (held is not None and not self._matches(held))

    @property
    def segment(self) -> Segment:
        """The chosen tab."""
        return self._segment

    @property
    def filter(self) -> Filter:
        """The filter in force."""
        return self._filter

    @property
    def sort(self) -> tuple[SortBy, bool]:
        """What the rows are ordered by, and whether downwards."""
        return self._sort_by, self._descending

    @property
    def held(self) -> str | None:
        """The row that stays for the cursor's sake."""
        return self._held

    def task(self, ref: str) -> Task | None:
        """A task by its ref, visible or not."""
        return self._tasks.get(ref)

    def at(self, index: int) -> Task:
        """The task of a visible row, counted from the top.

        Raises:
            IndexError: there is no such row.
        """
        if index < 0:
            raise IndexError(index)
        return self._tasks[self._keys[self._turned(index)][-1]]

    def refs(self, start: int, stop: int) -> list[str]:
        """The refs of the visible rows from `start` up to `stop`, as far as there are such rows."""
        start, stop, count = max(0, start), max(0, stop), len(self._keys)
        if self._descending:
            return [key[-1] for key in reversed(self._keys[max(0, count - stop) : max(0, count - start)])]
        return [key[-1] for key in self._keys[start:stop]]

    def index(self, ref: str | None) -> int | None:
        """Where a task's row is; None when it is not visible."""
        task = self._tasks.get(ref or "")
        place = None if task is None else self._find(task)
        return None if place is None else self._turned(place)

    def nearest(self, ref: str | None) -> int:
        """The visible row nearest to where a task stands or would stand; the first for one that is not known."""
        task = self._tasks.get(ref or "")
        if task is None:
            return 0
        place = bisect_left(self._keys, self._key(task))
        at = place if not self._descending else self._turned(place if self._find(task) is not None else place - 1)
        return max(0, min(at, len(self._keys) - 1))

    # What changes it

    def replace(self, tasks: Iterable[Task]) -> None:
        """Take these tasks for all there are. Marks of tasks that are gone go with them."""
        self._tasks = {task.ref: task for task in tasks}
        self.marks &= self._tasks.keys()
        self.counts = dict.fromkeys(Segment, 0)
        for task in self._tasks.values():
            self.counts[_SEGMENT[task.state]] += 1
        self.counts[Segment.ALL] = len(self._tasks)
        self._arrange()

    def put(self, task: Task) -> bool:
        """Take a task's newest version.

        Returns:
            Whether rows came, went or changed places; otherwise only this task's row looks different.
        """
        before = self._tasks.get(task.ref)
        if before is task:
            return False
        place = None if before is None else self._find(before)
        self._tasks[task.ref] = task
        if before is None:
            self.counts[Segment.ALL] += 1
            self.counts[_SEGMENT[task.state]] += 1
        elif before.state is not task.state:
            self.counts[_SEGMENT[before.state]] -= 1
            self.counts[_SEGMENT[task.state]] += 1
        key = self._key(task) if self._visible(task) else None
        if place is not None:
            if key is not None and self._keys[place] == key:
                return False
            del self._keys[place]
        if key is not None:
            insort(self._keys, key)
        return place is not None or key is not None

    def hold(self, ref: str | None) -> bool:
        """Keep this row visible whatever segment and filter say, and the one held until now no longer.

        Returns:
            Whether a row went.
        """
        before = self._tasks.get(self._held or "")
        self._held = ref
        if before is None or before.ref == ref or self._matches(before):
            return False
        place = self._find(before)
        if place is not None:
            del self._keys[place]
        return place is not None

    def select(self, segment: Segment) -> None:
        """Show one tab."""
        self._segment = segment
        self._held = None
        self._arrange()

    def narrow(self, filter: Filter) -> None:
        """Show only what this filter lets through."""
        self._filter = filter
        self._held = None
        self._arrange()

    def order(self, sort_by: SortBy, *, descending: bool = False) -> None:
        """Put the rows in another order."""
        self._sort_by, self._descending = sort_by, descending
        self._arrange()

    def toggle_mark(self, ref: str) -> bool:
        """Mark a task or take its mark away.

        Returns:
            Whether it is marked now.
        """
        if ref in self.marks or ref not in self._tasks:
            self.marks.discard(ref)
            return False
        self.marks.add(ref)
        return True

    # How

    def _matches(self, task: Task) -> bool:
        if self._segment is not Segment.ALL and _SEGMENT[task.state] is not self._segment:
            return False
        return self._filter.matches(task)

    def _visible(self, task: Task) -> bool:
        return task.ref == self._held or self._matches(task)

    def _key(self, task: Task) -> SortKey:
        return sort_key(task, self._sort_by)

    def _turned(self, place: int) -> int:
        """From a place among the keys to that of its row, and back: the keys sort upwards either way."""
        return len(self._keys) - 1 - place if self._descending else place

    def _find(self, task: Task) -> int | None:
        key = self._key(task)
        place = bisect_left(self._keys, key)
        return place if place < len(self._keys) and self._keys[place][-1] == task.ref else None

    def _arrange(self) -> None:
        tasks: Iterable[Task] = self._tasks.values()
        if self._filter or self._segment is not Segment.ALL:
            tasks = filter(self._visible, tasks)
        self._keys = sorted(map(self._key, tasks))
