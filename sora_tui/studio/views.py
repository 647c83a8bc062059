"""Which tasks someone wants to see, and in which order. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field

from sora_tui.studio.filters import Filter
from sora_tui.studio.orders import SortBy
from sora_tui.studio.task import Task, TaskState


@dataclass(frozen=True, slots=True)
class View:
    """A choice of tasks.

    Attributes:
        states: only tasks in one of these; None for all.
        filter: only tasks it lets through.
        sort_by: their order, upwards.
    """

    states: frozenset[TaskState] | None = None
    filter: Filter = field(default_factory=Filter)
    sort_by: SortBy = SortBy.NEWEST

    def matches(self, task: Task) -> bool:
        """Whether a task is one of them."""
        return (self.states is None or task.state in self.states) and self.filter.matches(task)
