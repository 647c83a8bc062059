"""Where the cursor is among the rows, and where the screen must scroll so that nothing moves under it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from sora_tui.tui.widgets.task_rows import TaskRows


@dataclass(frozen=True, slots=True)
class Anchor:
    """A row and the line of the screen, counted from the first row's, where it must stay."""

    ref: str
    line: int


class RowCursor:
    """The cursor stays on its task, whatever comes, goes or is sorted.

    The row it is on is held: when it stops matching, it stays until the cursor leaves. Only another segment or
    filter takes it away; then the nearest row has the cursor, until the chosen one is back.

    Attributes:
        ref: the task it is on; None only where no row is visible.
    """

    def __init__(self, rows: TaskRows) -> None:
        self._rows = rows
        self._chosen: str | None = None  # where the user put it; it goes back there when that row comes back
        self.ref: str | None = None

    @property
    def row(self) -> int | None:
        """The row it is on."""
        return self._rows.index(self.ref)

    def put(self, row: int) -> bool:
        """Put it on a row, or the first or last one where there is no such row. There must be one.

        Returns:
            Whether the row it was on went away, because only the cursor had kept it.
        """
        self.ref = self._chosen = self._rows.ref_at(min(max(0, row), len(self._rows) - 1))
        return self._rows.hold(self.ref)

    def choose(self, ref: str) -> None:
        """Put it on this task as soon as it has a row."""
        self._chosen = ref

    def settle(self) -> bool:
        """Find its row again after rows came, went or changed places.

        Returns:
            Whether it is on another task now.
        """
        row = self._rows.index(self._chosen)
        if row is None:
            row = self.row
        if row is None and len(self._rows):
            row = self._rows.nearest(self._chosen)
        before, self.ref = self.ref, None if row is None else self._rows.ref_at(row)
        self._rows.hold(self.ref)
        return self.ref != before

    def anchor(self, top: int, room: int) -> Anchor | None:
        """What must stay where it is on screen: the cursor's row, or the top one while the cursor is out of sight.

        Args:
            top: the first row on screen.
            room: rows that fit on screen.
        """
        row = self.row
        if row is None or not top <= row < top + room:
            row = top if top < len(self._rows) else None
        return None if row is None else Anchor(self._rows.ref_at(row), row - top)

    def top_keeping(self, anchor: Anchor | None, top: int, room: int) -> int:
        """The first row to show so that the anchor stays on its line.

        At the very top new rows come into view instead, as far as the anchor can stay in sight.
        """
        row = None if anchor is None else self._rows.index(anchor.ref)
        if anchor is None or row is None:
            wanted = self.top_showing(top, room)
        elif top == 0:
            wanted = max(0, row - room + 1)
        else:
            wanted = row - anchor.line
        return max(0, min(wanted, len(self._rows) - room))

    def top_showing(self, top: int, room: int) -> int:
        """The first row to show so that the cursor is in sight, as near to `top` as can be."""
        row = self.row
        return top if row is None or room <= 0 else min(row, max(top, row - room + 1))
