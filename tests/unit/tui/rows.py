"""Rows for tests: a source that has all tasks in a dict and answers at once, and rows that ask it by themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from sora_tui.studio.collected import is_about_to_be_lost
from sora_tui.studio.filters import Filter
from sora_tui.studio.orders import SortBy, sort_key
from sora_tui.studio.task import Task
from sora_tui.studio.views import View
from sora_tui.tui.widgets.task_rows import Found, Segment, TaskRows, by_segment
from tests.unit.tui.tasks import NOW_MS


class MemoryRows:
    """A `RowSource` without a store."""

    def __init__(self, tasks: Iterable[Task] = ()) -> None:
        self.tasks = {task.ref: task for task in tasks}

    @property
    def counts(self) -> Mapping[Segment, int]:
        expiring = sum(is_about_to_be_lost(task, NOW_MS) for task in self.tasks.values())
        return by_segment(Counter(task.state for task in self.tasks.values()), expiring)

    def found(self, view: View) -> Found:
        return Found.of(view, sorted(sort_key(t, view.sort_by) for t in self.tasks.values() if view.matches(t)))

    def find(self, view: View, tell: Callable[[Found], None]) -> None:
        tell(self.found(view))

    def load(self, refs: Sequence[str], tell: Callable[[Sequence[Task]], None]) -> None:
        tell([self.tasks[ref] for ref in refs if ref in self.tasks])


class RowsAtOnce(TaskRows):
    """Rows that arrive, with all their tasks, as soon as they are wanted."""

    def __init__(self, *tasks: Task) -> None:
        super().__init__()
        self.source = MemoryRows()
        self.replace(tasks)

    def __iter__(self) -> Iterator[Task]:
        return iter([self.source.tasks[ref] for ref in self.refs(0, len(self))])

    def replace(self, tasks: Iterable[Task]) -> None:
        """Another source."""
        self.source.tasks = {task.ref: task for task in tasks}
        self.is_awaited = True
        self._come()

    def put(self, task: Task) -> bool:
        self.source.tasks[task.ref] = task
        self.counts = self.source.counts
        return super().put(task)

    def select(self, segment: Segment, *, now_ms: int = NOW_MS) -> None:
        super().select(segment, now_ms=now_ms)
        self._come()

    def narrow(self, filter: Filter) -> None:
        super().narrow(filter)
        self._come()

    def order(self, sort_by: SortBy, *, descending: bool = False) -> None:
        super().order(sort_by, descending=descending)
        self._come()

    def _come(self) -> None:
        self.counts = self.source.counts
        if self.is_awaited:
            assert self.arrive(self.source.found(self.wanted))
        self.load(self.source.tasks.values())
