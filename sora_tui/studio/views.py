"""Which tasks someone wants to see, and in which order. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field

from sora_tui.studio.filters import Filter
from sora_tui.studio.orders import SortBy
from sora_tui.studio.task import Task, TaskState
from sora_tui.studio.terms import Term


@dataclass(frozen=True, slots=True)
class View:
    """A choice of tasks.

    Attributes:
        states: only tasks in one of these; None for all.
        also: those of which this holds are there whatever state they are in.
        filter: only tasks it lets through.
        sort_by: their order, upwards.
    """

    states: frozenset[TaskState] | None = None
    filter: Filter = field(default_factory=Filter)
    sort_by: SortBy = SortBy.NEWEST
    also: Term | None = None

    def matches(self, task: Task) -> bool:
        """Whether a task is one of them."""
        is_there = self.states is None or task.state in self.states or (self.also is not None and self.also.holds(task))
        return is_there and self.filter.matches(task)
