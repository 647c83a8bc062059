"""Paints the table's lines and keeps what it painted: an unchanged row costs a look into a dictionary."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from textual.cache import LRUCache
from textual.strip import Strip

from sora_tui.studio.task import Task, TaskState
from sora_tui.tui.widgets.cells import Forecast, needs
from sora_tui.tui.widgets.columns import NO_NEEDS, Layout, Needs, larger
from sora_tui.tui.widgets.task_lines import RowLook, StyleOf, centred_line, empty_lines, row_line
from sora_tui.tui.widgets.task_rows import TaskRows

if TYPE_CHECKING:
    from sora_tui.studio.collecting import Download

DownloadOf: TypeAlias = "Callable[[Task], Download | None]"
"""What is on its way to this machine for a task."""
PictureOf: TypeAlias = Callable[[Task], Strip | None]
"""A tiny picture of a task's result; None while there is none."""
_KEPT = 1024
"""Painted rows: some screenfuls. A row of a running task is painted anew every second."""
_Key: TypeAlias = tuple[str, int, RowLook, bool]
_HOUR_MS = 3_600_000


class TablePainter:
    """Knows how the table looks. Where the cursor is and what is on screen it is told.

    Attributes:
        needs: the cells that the columns need for all that was painted. They only grow, so that nothing jumps.
        has_pictures: whether any line had a picture.
    """

    def __init__(
        self,
        rows: TaskRows,
        *,
        now: Callable[[], int],
        forecast: Forecast | None,
        download_of: DownloadOf | None,
        picture_of: PictureOf | None,
        style: StyleOf,
    ) -> None:
        """Make a painter.

        Args:
            rows: what it paints.
            now: the time in epoch ms.
            forecast: when a running task will end.
            download_of: how far the results of a task are on their way; None where that is not known.
            picture_of: how its result looks; None where that is not shown.
            style: the styles of the moment.
        """
        self._rows = rows
        self._now = now
        self._forecast = forecast
        self._download_of = download_of
        self._picture_of = picture_of
        self.has_pictures = False
        self._style = style
        self._kept: LRUCache[_Key, tuple[Task, Download | None, Strip | None, Strip]] = LRUCache(_KEPT)
        self._kept_for: Layout | None = None
        self._measured: LRUCache[tuple[str, int, bool], Task] = LRUCache(_KEPT)
        self.needs: Needs = NO_NEEDS

    def forget(self) -> None:
        """Paint everything anew: colours or tasks are others now."""
        self._kept.clear()

    def row(self, task: Task, layout: Layout, look: RowLook, *, focused: bool) -> Strip:
        """The line of one task."""
        if layout is not self._kept_for:
            self._kept.clear()
            self._kept_for = layout
        now = self._now()
        download = self._download_of(task) if self._download_of is not None and task.links else None
        picture = self._picture_of(task) if self._picture_of is not None and task.files else None
        if picture is not None and not self.has_pictures:
            self.has_pictures = True
            self._kept.clear()
        key = (task.ref, _step(task, now), look, focused)
        kept = self._kept.get(key)
        if kept is not None and kept[0] is task and kept[1] == download and kept[2] is picture:
            return kept[3]
        self._measure(task, now, download)
        strip = row_line(
            task,
            layout,
            look,
            now,
            self._forecast,
            self._style,
            download,
            picture=picture,
            has_pictures=self.has_pictures,
        )
        self._kept[key] = (task, download, picture, strip)
        return strip

    def empty(self, line: int, width: int, room: int) -> Strip:
        """One of the `room` lines of a table without rows."""
        lines = empty_lines(self._rows, width)
        place = line - max(0, (room - len(lines)) // 3)
        base = self._style("row")
        if not 0 <= place < len(lines):
            return Strip.blank(width, base)
        text, name = lines[place]
        return centred_line(text, width, self._style("row", name), base)

    def _measure(self, task: Task, now: int, download: Download | None) -> None:
        key = (
            task.ref,
            now // _HOUR_MS,
            download is not None,
        )  # again each hour: after a hundred of them a time has a digit more
        if self._measured.get(key) is not task:
            self._measured[key] = task
            self.needs = larger(self.needs, needs(task, now, download))


def _step(task: Task, now_ms: int) -> int:
    """What of the time a row shows: a running one its seconds, one with links the minutes left, all the day."""
    if task.state.is_running:
        return now_ms // 1000
    return now_ms // (60_000 if task.state is TaskState.SUCCESS else _HOUR_MS)
