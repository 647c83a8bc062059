"""What the task table shows, as values: which tasks, in which order, how many. Pure: knows no widget and no clock.

The visible rows are one list of sort keys, kept sorted, downwards or upwards read. A row is found, put in or
taken out by bisection, so a change costs the same with ten rows as with a hundred thousand. Of the tasks themselves
only those that were looked at lately are held; which rows there are is found elsewhere and `arrive`s.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sora_tui.studio.filters import Filter
from sora_tui.studio.orders import SortBy, SortKey, sort_key
from sora_tui.studio.task import Task, TaskState
from sora_tui.studio.terms import Expiring, Term
from sora_tui.studio.views import View

_FEW = 20
"""Looking for one row costs about as much as looking at so many."""
HELD_TASKS = 4_000
"""Tasks that are held: some screenfuls, and what changed lately."""


class Segment(StrEnum):
    """The tabs over the table."""

    ALL = "All"
    RUNNING = "Running"
    DONE = "Done"
    FAILED = "Failed"
    """Ended without a result, for whatever reason."""
    NEEDS_YOU = "Needs you"


def segment_of(state: TaskState) -> Segment:
    """The tab, besides *All*, that a state belongs to."""
    if state.needs_you:
        return Segment.NEEDS_YOU
    if state.is_running:
        return Segment.RUNNING
    return Segment.DONE if state is TaskState.SUCCESS else Segment.FAILED


_STATES: Mapping[Segment, frozenset[TaskState] | None] = {
    segment: None if segment is Segment.ALL else frozenset(s for s in TaskState if segment_of(s) is segment)
    for segment in Segment
}


def by_segment(counts: Mapping[TaskState, int], expiring: int = 0) -> dict[Segment, int]:
    """Tasks per tab, from how many are in each state, and of how many a result will soon be lost."""
    found = dict.fromkeys(Segment, 0)
    for state, count in counts.items():
        found[segment_of(state)] += count
        found[Segment.ALL] += count
    found[Segment.NEEDS_YOU] += expiring
    return found


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of a view.

    Attributes:
        view: what was asked for.
        keys: in its order, upwards.
        key_of: the same by ref.
        is_complete: whether these are all; otherwise they are the first of them, and the others will follow.
    """

    view: View
    keys: list[SortKey]
    key_of: dict[str, SortKey]
    is_complete: bool = True

    @classmethod
    def of(cls, view: View, keys: list[SortKey], *, is_complete: bool = True) -> Found:
        """The rows with these keys. Takes some milliseconds where there are very many."""
        return cls(view, keys, {key[-1]: key for key in keys}, is_complete)


class TaskRows:
    """The visible rows in order, and the tasks of those looked at lately.

    One row may be *held*: it stays visible though segment and filter would drop it, because the cursor is on it.
    What the user wants to see may differ from what is shown until its rows have arrived.

    Attributes:
        marks: refs of the marked tasks, visible or not.
        counts: tasks per segment, whatever the filter says.
        is_awaited: whether the rows of what the user wants to see have not arrived yet, or not all of them.
        is_late: whether they have been awaited for so long that it should be said.
    """

    def __init__(self) -> None:
        self._keys: list[SortKey] = []
        self._key_of: dict[str, SortKey] = {}
        self._tasks: OrderedDict[str, Task] = OrderedDict()
        self._held: Task | None = None
        self._shown = View()
        self._meanwhile: dict[str, Task] = {}
        self._segment = Segment.ALL
        self._also: Term | None = None
        self._filter = Filter()
        self._sort_by = SortBy.NEWEST
        self._descending = False
        self.marks: set[str] = set()
        self.counts: Mapping[Segment, int] = dict.fromkeys(Segment, 0)
        self.is_awaited = True
        self.is_late = False

    # What there is

    def __len__(self) -> int:
        """How many rows are visible."""
        return len(self._keys)

    @property
    def total(self) -> int:
        """How many tasks there are, visible or not."""
        return self.counts[Segment.ALL]

    @property
    def matching(self) -> int:
        """How many tasks the segment and the filter let through; a row that is only held does not count."""
        held = self._held
        return len(self._keys) - (held is not None and held.ref in self._key_of and not self._shown.matches(held))

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
        return None if self._held is None else self._held.ref

    def task(self, ref: str | None) -> Task | None:
        """A task by its ref, visible or not, if it is held here."""
        if self._held is not None and self._held.ref == ref:
            return self._held
        return self._tasks.get(ref or "")

    def ref_at(self, index: int) -> str:
        """The ref of a visible row, counted from the top.

        Raises:
            IndexError: there is no such row.
        """
        if not 0 <= index < len(self._keys):
            raise IndexError(index)
        ref: str = self._keys[self._turned(index)][-1]
        return ref

    def at(self, index: int) -> Task | None:
        """The task of a visible row, counted from the top; None while it is not loaded.

        Raises:
            IndexError: there is no such row.
        """
        ref = self.ref_at(index)
        if ref in self._tasks:
            self._tasks.move_to_end(ref)
        return self.task(ref)

    def refs(self, start: int, stop: int) -> list[str]:
        """The refs of the visible rows from `start` up to `stop`, as far as there are such rows."""
        start, stop, count = max(0, start), max(0, stop), len(self._keys)
        if self._descending:
            return [key[-1] for key in reversed(self._keys[max(0, count - stop) : max(0, count - start)])]
        return [key[-1] for key in self._keys[start:stop]]

    def missing(self, start: int, stop: int) -> list[str]:
        """Those of them whose task is not loaded."""
        return [ref for ref in self.refs(start, stop) if self.task(ref) is None]

    def index(self, ref: str | None) -> int | None:
        """Where a task's row is; None when it is not visible."""
        key = self._key_of.get(ref or "")
        return None if key is None else self._turned(bisect_left(self._keys, key))

    def in_order(self, refs: Collection[str]) -> list[str]:
        """These refs from the top, those without a visible row last."""
        if len(refs) * _FEW > len(self):
            wanted = set(refs)
            seen = [ref for ref in self.refs(0, len(self)) if ref in wanted]
            return [*seen, *sorted(wanted.difference(seen))]
        places = {ref: self.index(ref) for ref in refs}
        return sorted(places, key=lambda ref: (places[ref] is None, places[ref], ref))

    def nearest(self, ref: str | None) -> int:
        """The visible row nearest to where a task stands or would stand; the first for one that is not known."""
        key = self._key_of.get(ref or "")
        if key is None:
            task = self.task(ref)
            key = None if task is None else self._key(task)
        if key is None or not self._keys:
            return 0
        return self._turned(min(bisect_left(self._keys, key), len(self._keys) - 1))

    # What changes it

    def put(self, task: Task) -> bool:
        """Take a task's newest version.

        Returns:
            Whether rows came, went or changed places; otherwise only this task's row looks different.
        """
        if self.is_awaited:
            self._meanwhile[task.ref] = task
        return self._put(task)

    def load(self, tasks: Iterable[Task]) -> None:
        """Hold these tasks, the rows of which were `missing`. What was looked at longest ago makes room."""
        for task in tasks:
            self._tasks.setdefault(task.ref, task)
        self._make_room()

    def arrive(self, found: Found) -> bool:
        """Show these rows, if they are still what the user wants to see. What changed meanwhile is put in.

        Returns:
            Whether they are.
        """
        if found.view != self.wanted:
            return False
        if (found.view.states, found.view.filter, found.view.also) != (
            self._shown.states,
            self._shown.filter,
            self._shown.also,
        ):
            self._held = None
        self._shown = found.view
        self._keys, self._key_of = found.keys, found.key_of
        meanwhile = list(self._meanwhile.values())
        if found.is_complete:
            self.is_awaited = self.is_late = False
            self._meanwhile.clear()
        for task in meanwhile:
            self._put(task)
        if self._held is not None:
            self._put(self._held)
        return True

    def hold(self, ref: str | None) -> bool:
        """Keep this row visible whatever segment and filter say, and the one held until now no longer.

        Returns:
            Whether a row went.
        """
        before = self._held
        self._held = self.task(ref)
        if before is None or before.ref == ref or self._shown.matches(before):
            return False
        return self._take_out(before.ref)

    def select(self, segment: Segment, *, now_ms: int) -> None:
        """Want to see one tab, as it is at that time."""
        self._segment = segment
        self._also = Expiring(now_ms) if segment is Segment.NEEDS_YOU else None
        self._await()

    def narrow(self, filter: Filter) -> None:
        """Want to see only what this filter lets through."""
        self._filter = filter
        self._await()

    def order(self, sort_by: SortBy, *, descending: bool = False) -> None:
        """Want another order."""
        self._sort_by, self._descending = sort_by, descending
        self._await()

    @property
    def wanted(self) -> View:
        """What the user wants to see, to be found."""
        return View(_STATES[self._segment], self._filter, self._sort_by, self._also)

    def toggle_mark(self, ref: str) -> bool:
        """Mark a task or take its mark away.

        Returns:
            Whether it is marked now.
        """
        self.marks ^= {ref}
        return ref in self.marks

    # How

    def _await(self) -> None:
        self.is_awaited = self.is_awaited or self.wanted != self._shown

    def _turned(self, index: int) -> int:
        """The place in the list of a row, and the row of a place."""
        return len(self._keys) - 1 - index if self._descending else index

    def _key(self, task: Task) -> SortKey:
        return sort_key(task, self._shown.sort_by)

    def _put(self, task: Task) -> bool:
        before = self._key_of.get(task.ref)
        is_held = self._held is not None and self._held.ref == task.ref
        if is_held:
            self._held = task
        if task.ref in self._tasks or before is None:
            # One that changes out of sight takes no room from those that were looked at.
            self._tasks[task.ref] = task
            self._make_room()
        key = self._key(task) if is_held or self._shown.matches(task) else None
        if key == before:
            return False
        self._take_out(task.ref)
        if key is not None:
            insort(self._keys, key)
            self._key_of[task.ref] = key
        return True

    def _take_out(self, ref: str) -> bool:
        key = self._key_of.pop(ref, None)
        if key is not None:
            del self._keys[bisect_left(self._keys, key)]
        return key is not None

    def _make_room(self) -> None:
        while len(self._tasks) > HELD_TASKS:
            self._tasks.popitem(last=False)
