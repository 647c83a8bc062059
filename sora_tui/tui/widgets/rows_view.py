"""A virtual list of task rows on the line API: painting, scrolling, and taking in what comes.

Only what is on screen is ever drawn, and only what is near is loaded. `TaskTable` adds keys, mouse and what can be
asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic

from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sora_tui.studio.task import Task
from sora_tui.tui.widgets.cells import Forecast
from sora_tui.tui.widgets.columns import Layout, layout, sideways
from sora_tui.tui.widgets.row_cursor import Anchor, RowCursor
from sora_tui.tui.widgets.row_marks import RowMarks
from sora_tui.tui.widgets.row_source import RowSource
from sora_tui.tui.widgets.table_painter import DownloadOf, PictureOf, TablePainter
from sora_tui.tui.widgets.task_lines import RowLook, header_line, tab_line
from sora_tui.tui.widgets.task_rows import Found, TaskRows

HEAD = 2
"""Lines that stay while the rows scroll: the tabs and the header."""
_PAINT_GAP = 1 / 20
"""Seconds between two paints caused by updates. Faster is not seen, and every paint takes time from the keys."""
_LATE_S = 0.3
"""Seconds after which it is said that rows are awaited."""
_REVERSE = Style(reverse=True)


class RowsView(ScrollView):
    """Rows under two lines that stay. Whoever changes the rows calls `_rearranged` with the anchor taken before.

    Updates are gathered in `_pending` and painted together; whatever is asked must call `_flush` first.
    """

    def __init__(
        self,
        *,
        source: RowSource,
        now: Callable[[], int],
        forecast: Forecast | None = None,
        download_of: DownloadOf | None = None,
        picture_of: PictureOf | None = None,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        """Make a list of all tasks of a source.

        Args:
            source: where the tasks come from.
            now: the time in epoch ms.
            forecast: when a running task will end; without one the column stays empty.
            download_of: how far the results of a task are on their way; without it that is not shown.
            picture_of: how its result looks; without it that is not shown.
            name: as of any widget.
            id: as of any widget.
            classes: as of any widget.
            disabled: as of any widget.
        """
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._source = source
        self._now = now
        self._rows = TaskRows()
        self._cursor = RowCursor(self._rows)
        self._marks = RowMarks(self._rows)
        self._styles_made: dict[tuple[str, ...], Style] = {}
        self._painter = TablePainter(
            self._rows,
            now=now,
            forecast=forecast,
            download_of=download_of,
            picture_of=picture_of,
            style=self._style,
        )
        self._pending: dict[str, Task] = {}
        self._flush_due = False
        self._painted_at = 0.0
        self._hover: int | None = None
        self._minute = 0
        self._skip = 0
        self._loading: set[str] = set()
        self._told_cursor: str | None = None
        self._asked = 0

    # What comes

    def update_task(self, task: Task) -> None:
        """Take the newest version of a task, or a new one. Painted with others a moment later."""
        self._pending[task.ref] = task
        if self._flush_due or not self.is_running:
            return
        self._flush_due = True
        wait = self._painted_at + _PAINT_GAP - monotonic()
        if wait > 0:
            self.set_timer(wait, self._flush)
        else:
            self.call_later(self._flush)

    def update_result(self, ref: str) -> None:
        """What is on its way to this machine for a task is further than before, or its picture is there."""
        self._refresh_row(self._rows.index(ref))

    # What a table does with it

    def cursor_moved(self) -> None:
        """The cursor is on another task than before, or on none."""

    def view_changed(self) -> None:
        """Rows, their number or what is let through may be others than before."""

    # Painting

    def on_mount(self) -> None:
        """Take in what came before the first frame, and start the one timer that redraws running times."""
        self.set_interval(1.0, self._tick)
        self._flush()
        self._ask()

    def on_resize(self, _event: events.Resize) -> None:
        """Fit the lines to the new width and keep the cursor in view."""
        self.virtual_size = Size(self._width, len(self._rows) + HEAD)
        self._scroll(self._cursor.top_showing(self._top, self._room))
        self._load_near()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Have what comes into view loaded."""
        super().watch_scroll_y(old_value, new_value)
        self._load_near()

    def notify_style_update(self) -> None:
        """Draw all lines anew in the new colours."""
        super().notify_style_update()
        self._styles_made.clear()
        self._painter.forget()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw some lines. Where a row holds more than any before it, the columns grow and all lines are drawn anew."""
        before, had_pictures = self._layout, self._painter.has_pictures
        strips = super().render_lines(crop)
        if self._layout is before and self._painter.has_pictures == had_pictures:
            return strips
        self.refresh()  # the lines that were not asked for have their old columns
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Draw one line of the screen."""
        if y == 0:
            return tab_line(self._rows, self._width, self._style)
        if y < HEAD:
            return header_line(self._layout, self._rows.sort, self._style)
        if not self._rows and not self._rows.is_awaited:
            return self._painter.empty(y - HEAD, self._width, self._room)
        row = self._row_at(y)
        task = None if row is None else self._rows.at(row)
        if task is None:
            return Strip.blank(self._width, self._style("row"))
        look = RowLook(task.ref == self._cursor.ref, row == self._hover, task.ref in self._rows.marks)
        return self._painter.row(task, self._layout, look, focused=self.has_focus)

    def _style(self, *names: str) -> Style:
        made = self._styles_made.get(names)
        if made is None:
            classes = [f"task-table--{name}" for name in names]
            made = self.get_visual_style(*classes).rich_style
            # get_visual_style knows nothing of reverse, the only cursor that shows without colours.
            if any(self.get_component_styles(name).text_style.reverse for name in classes):
                made += _REVERSE
            self._styles_made[names] = made
        return made

    def _tick(self) -> None:
        """Redraw what the passing second changed: the running rows on screen, each minute all of them."""
        minute = self._now() // 60_000
        if minute != self._minute:
            self._minute = minute
            self.refresh()
            return
        if self._rows.counts != (counts := self._source.counts):
            self._rows.counts = counts
            self._refresh_tabs()
        for row in range(self._top, min(self._top + self._room, len(self._rows))):
            task = self._rows.at(row)
            if task is not None and task.state.is_running:
                self.refresh_line(row + HEAD)

    # Bookkeeping

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    @property
    def _layout(self) -> Layout:
        return layout(self._width, self._painter.needs, self._skip)

    @property
    def _room(self) -> int:
        """Rows that fit on screen."""
        return max(0, self.scrollable_content_region.height - HEAD)

    @property
    def _top(self) -> int:
        """The first row on screen."""
        return self.scroll_offset.y

    def _row_at(self, y: int) -> int | None:
        row = y - HEAD + self._top
        return row if y >= HEAD and row < len(self._rows) else None

    def _anchor(self) -> Anchor | None:
        return self._cursor.anchor(self._top, self._room)

    def _flush(self) -> None:
        """Take in what was gathered, then paint what differs."""
        self._flush_due = False
        self._rows.counts = self._source.counts
        if not self._pending:
            return
        anchor = self._anchor()
        pending, self._pending = self._pending, {}
        moved = [ref for ref, task in pending.items() if self._rows.put(task)]
        self._painted_at = monotonic()
        if moved:
            self._rearranged(anchor)
            return
        for ref in pending:
            self._refresh_row(self._rows.index(ref))
        self._refresh_tabs()
        self.view_changed()

    def _ask(self) -> None:
        """Have the rows found that the user wants to see; until they arrive, the present ones stay."""
        if self._rows.is_awaited:
            self._refresh_tabs()
            self._asked += 1
            self.set_timer(_LATE_S, partial(self._say_late, self._asked))
            self._source.find(self._rows.wanted, self._found)

    def _say_late(self, asked: int) -> None:
        if self._rows.is_awaited and asked == self._asked:
            self._rows.is_late = True
            self._refresh_tabs()

    def _found(self, found: Found) -> None:
        self._flush()
        anchor = self._anchor()
        if self._rows.arrive(found):
            self._rearranged(anchor)

    def _load_near(self) -> None:
        """Have the tasks loaded that are on screen or a screen away."""
        near = dict.fromkeys(self._rows.missing(self._top - self._room, self._top + 2 * self._room))
        if (at := self._cursor.ref) is not None and self._rows.task(at) is None:
            near[at] = None
        if missing := [ref for ref in near if ref not in self._loading]:
            self._loading.update(missing)
            self._source.load(missing, partial(self._loaded, missing))

    def _loaded(self, refs: Sequence[str], tasks: Sequence[Task]) -> None:
        self._loading.difference_update(refs)
        self._rows.load(tasks)
        self._rows.hold(self._cursor.ref)
        for ref in refs:
            self._refresh_row(self._rows.index(ref))
        self._tell_cursor()

    def _rearranged(self, anchor: Anchor | None) -> None:
        """Rows came, went or changed places: find cursor and scroll position again, repaint."""
        moved = self._cursor.settle()
        self._hover = None
        self.virtual_size = Size(self._width, len(self._rows) + HEAD)
        self._scroll(self._cursor.top_keeping(anchor, self._top, self._room))
        if moved:
            self._scroll(self._cursor.top_showing(self._top, self._room))
        self._load_near()
        self._tell_cursor()
        self.refresh()
        self.view_changed()

    def _tell_cursor(self) -> None:
        """Tell where the cursor is, once its task is there to be looked at."""
        ref = self._cursor.ref
        if ref != self._told_cursor and (ref is None or self._rows.task(ref) is not None):
            self._told_cursor = ref
            self.cursor_moved()

    def _put_cursor(self, row: int) -> None:
        before = self._cursor.ref
        anchor = self._anchor()
        if self._cursor.put(row):
            self._rearranged(anchor)
        if self._cursor.ref != before:
            self._refresh_row(self._rows.index(before))
            self._refresh_row(self._cursor.row)
            self._load_near()
            self._tell_cursor()
        self._scroll(self._cursor.top_showing(self._top, self._room))

    def _scroll(self, top: int) -> None:
        if top != self._top:
            self.scroll_to(y=top, animate=False, force=True)

    def _scroll_columns(self, by: int) -> bool:
        """Show the next column to the right, or where `by` is below 0 to the left.

        Returns:
            Whether there was one.
        """
        skip = sideways(self._layout, self._painter.needs, by)
        if skip == self._layout.skipped:
            return False
        self._skip = skip
        self.refresh()
        return True

    def _put_hover(self, row: int | None) -> None:
        if row != self._hover:
            before, self._hover = self._hover, row
            self._refresh_row(before)
            self._refresh_row(row)

    def _refresh_row(self, row: int | None) -> None:
        if row is not None and self._top <= row < self._top + self._room:
            self.refresh_line(row + HEAD)

    def _refresh_tabs(self) -> None:
        self.refresh_line(self._top)  # frozen lines do not scroll
