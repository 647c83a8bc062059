"""What the task table tells. Named `TaskTable.Highlighted` and so on by those who listen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from sora_tui.tui.widgets.task_rows import Segment

if TYPE_CHECKING:
    from sora_tui.tui.widgets.quiet_table import QuietTable


@dataclass
class TableMessage(Message, namespace="task_table"):
    """Something the table tells.

    Attributes:
        table: which one.
    """

    table: QuietTable

    @property
    def control(self) -> QuietTable:
        """The table."""
        return self.table


@dataclass
class Highlighted(TableMessage, namespace="task_table"):
    """The cursor is on another task, or on none.

    Attributes:
        ref: the task.
    """

    ref: str | None

    def can_replace(self, message: Message) -> bool:
        """Only the last place matters when a key is held down."""
        return isinstance(message, Highlighted) and message.table is self.table


@dataclass
class Opened(TableMessage, namespace="task_table"):
    """A task was opened: enter or a double click.

    Attributes:
        ref: the task.
    """

    ref: str


@dataclass
class MarksChanged(TableMessage, namespace="task_table"):
    """Other tasks are marked than before.

    Attributes:
        refs: all marked ones, visible or not.
    """

    refs: frozenset[str]


@dataclass
class ViewChanged(TableMessage, namespace="task_table"):
    """Other rows are shown: another tab, another filter, or tasks came or went.

    Attributes:
        segment: the tab.
        filter: the filter as it was typed.
        matching: how many tasks tab and filter let through.
        total: how many there are.
    """

    segment: Segment
    filter: str
    matching: int
    total: int

    def can_replace(self, message: Message) -> bool:
        """Only the last view matters."""
        return isinstance(message, ViewChanged) and message.table is self.table


@dataclass
class FilterRequested(TableMessage, namespace="task_table"):
    """The user wants to type a filter."""
