"""What the palette offers of the task table: its orders, its tabs, its marks, each by its name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.app import SystemCommand

from sora_tui.tui.widgets.columns import Column
from sora_tui.tui.widgets.task_rows import Segment
from sora_tui.tui.widgets.task_table import TaskTable


def table_commands(table: TaskTable) -> Iterator[SystemCommand]:
    """The commands of this table."""
    for column in Column:
        if column is Column.SENT:
            turn = "Newest first, or the oldest"
        else:
            turn = "Upwards, once more downwards, and then the newest first again"
        yield SystemCommand(f"Sort by {_name(column)}", f"{turn}.", partial(table.sort_or_turn, column.sort_by))
    for segment in Segment:
        yield SystemCommand(f"Tab: {segment.value}", "Shows these tasks alone.", partial(table.select, segment))
    yield SystemCommand("Mark all shown", "All that tab and filter let through, or none of it.", table.action_mark_all)
    yield SystemCommand("Mark the others instead", "Turns the marks of all that is shown.", table.action_mark_others)
    yield SystemCommand("Clear the marks", "Acts apply to the selected task alone again.", table.clear_marks)


def _name(column: Column) -> str:
    if column is Column.SENT:
        return "when it was sent"
    return column.heading if column is Column.ETA else column.heading.lower()
