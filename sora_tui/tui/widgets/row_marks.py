"""Which rows are marked: one by one, from one to another, all, or all others. Pure.

The marks themselves are the rows' `marks`: they survive every order and filter, and know nothing of ranges.
"""

from __future__ import annotations

from sora_tui.tui.widgets.task_rows import TaskRows


class RowMarks:
    """Sets marks as lists do: a range begins where the last mark was set or the cursor stands, and can shrink again.

    Marks that were there before a range stay when it leaves them.
    """

    def __init__(self, rows: TaskRows) -> None:
        self._rows = rows
        self._start: str | None = None
        self._end: str | None = None  # where the cursor was left; once it moved on, a new range begins
        self._by_range: set[str] = set()

    def toggle(self, ref: str, *, cursor: str | None) -> None:
        """Mark a task or take its mark away.

        Args:
            ref: the task.
            cursor: the task that has the cursor afterwards. While it has, a range begins at `ref`.
        """
        self._rows.toggle_mark(ref)
        self._start, self._end, self._by_range = ref, cursor, set()

    def stretch(self, cursor: str, to: str) -> None:
        """Mark all rows from the start of the range to `to`, and take away what the range marked beyond.

        Args:
            cursor: the task that has the cursor. Where no range ended on it, one begins there.
            to: the task that gets it.
        """
        if cursor != self._end or self._rows.index(self._start) is None:
            self._start, self._by_range = cursor, set()
        ends = sorted(row for row in map(self._rows.index, (self._start, to)) if row is not None)
        covered = set(self._rows.refs(ends[0], ends[-1] + 1)) if ends else set()
        marks = self._rows.marks
        marks -= self._by_range - covered
        self._by_range = (self._by_range & covered) | (covered - marks)
        marks |= covered
        self._end = to

    def all(self) -> None:
        """Mark all that segment and filter let through; where all of them are marked, take these marks away."""
        there = self._there()
        if there <= self._rows.marks:
            self._rows.marks -= there
        else:
            self._rows.marks |= there
        self._start = self._end = None

    def others(self) -> None:
        """Of what segment and filter let through, mark what is not marked, and only that."""
        self._rows.marks ^= self._there()
        self._start = self._end = None

    def _there(self) -> set[str]:
        there = set(self._rows.refs(0, len(self._rows)))
        if self._rows.matching < len(there) and self._rows.held is not None:
            there.discard(self._rows.held)  # it is only there for the cursor's sake
        return there
