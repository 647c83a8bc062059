"""The live table of tasks: own drawing on the line API, so that its cost depends on what is visible alone.

What rows there are and in which order says `task_rows`, how they look `task_lines`. This widget owns the
cursor, the scroll position and the moment of painting. It never asks the studio anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import ClassVar, TypeAlias

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sora_tui.studio.task import Task, TaskState
from sora_tui.tui.widgets.columns import GUTTER, Forecast, Layout, layout
from sora_tui.tui.widgets.task_lines import (
    RowLook,
    centred_line,
    empty_lines,
    header_line,
    row_line,
    tab_line,
    tabs,
)
from sora_tui.tui.widgets.task_rows import Segment, SortBy, TaskRows

HEAD = 2
"""Lines that stay while the rows scroll: the tabs and the header."""
_PAINT_GAP = 1 / 20
"""Seconds between two paints caused by updates. Faster is not seen, and every paint takes time from the keys."""

_StripKey: TypeAlias = tuple[str, int, int, int, RowLook, bool]


class TaskTable(ScrollView, can_focus=True, inherit_bindings=False):
    """Tasks, the newest on top, alive.

    The cursor stays on its task whatever comes, goes or is sorted, and the rows around it stay where they
    are on screen. A row that stops matching while the cursor is on it stays until the cursor leaves.

    Updates are gathered and painted together; everything one can ask of the table takes them in first.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "task-table--tabs", "task-table--tab-chosen", "task-table--note", "task-table--header",
        "task-table--header-sorted", "task-table--row", "task-table--marked", "task-table--hover",
        "task-table--cursor", "task-table--pointer", "task-table--quiet", "task-table--busy", "task-table--good",
        "task-table--bad", "task-table--warn", "task-table--empty", "task-table--empty-title",
    }  # fmt: skip
    DEFAULT_CSS = """
    TaskTable {
        height: 1fr;
        background: $surface;
        color: $foreground;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;

        & > .task-table--tabs { color: $text-muted; }
        & > .task-table--tab-chosen { color: $text; background: $primary-muted; text-style: bold; }
        & > .task-table--note { color: $text-muted; }
        & > .task-table--header { color: $text-muted; background: $panel; }
        & > .task-table--header-sorted { color: $text; text-style: bold; }
        & > .task-table--row { color: $text; }
        & > .task-table--hover { background: $boost; }
        & > .task-table--marked { background: $accent 12%; }
        & > .task-table--cursor { background: $foreground 8%; }
        & > .task-table--pointer { color: $text-accent; text-style: bold; }
        &:focus > .task-table--cursor { background: $primary 35%; text-style: bold; }
        & > .task-table--quiet { color: $text-muted; }
        & > .task-table--busy { color: $text-primary; }
        & > .task-table--good { color: $text-success; }
        & > .task-table--bad { color: $text-error; }
        & > .task-table--warn { color: $text-warning; }
        & > .task-table--empty-title { text-style: bold; }
        & > .task-table--empty { color: $text-muted; }

        &:ansi {
            & > .task-table--tab-chosen { background: ansi_default; text-style: reverse; }
            & > .task-table--header { background: ansi_default; text-style: underline; }
            & > .task-table--hover { background: ansi_default; text-style: underline; }
            & > .task-table--marked { background: ansi_default; }
            & > .task-table--cursor { background: ansi_default; text-style: bold; }
        }
        &:ansi:focus > .task-table--cursor { background: ansi_default; text-style: reverse; }
        &:nocolor > .task-table--tab-chosen { text-style: reverse; }
        &:nocolor:focus > .task-table--cursor { text-style: reverse; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor(-1)", "Up", show=False),
        Binding("down", "cursor(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "edge(-1)", "Newest", show=False),
        Binding("end", "edge(1)", "Oldest", show=False),
        Binding("enter", "open", "Open", show=False),
        Binding("space", "mark", "Mark", show=False),
        Binding("s", "sort", "Sort", show=False),
        Binding("S", "reverse", "Turn the order", show=False),
        Binding("slash", "filter", "Filter", show=False),
        Binding("left_square_bracket", "segment(-1)", "Tab to the left", show=False),
        Binding("right_square_bracket", "segment(1)", "Tab to the right", show=False),
        Binding("escape", "clear", "Clear filter and marks", show=False),
    ]

    @dataclass
    class Highlighted(Message):
        """The cursor is on another task, or on none.

        Attributes:
            table: the table.
            ref: the task.
        """

        table: TaskTable
        ref: str | None

        @property
        def control(self) -> TaskTable:
            """The table."""
            return self.table

        def can_replace(self, message: Message) -> bool:
            """Only the last place matters when a key is held down."""
            return isinstance(message, TaskTable.Highlighted) and message.table is self.table

    @dataclass
    class Opened(Message):
        """A task was opened: enter or a double click."""

        table: TaskTable
        ref: str

        @property
        def control(self) -> TaskTable:
            """The table."""
            return self.table

    @dataclass
    class MarksChanged(Message):
        """Other tasks are marked than before. `refs` are all marked ones, visible or not."""

        table: TaskTable
        refs: frozenset[str]

        @property
        def control(self) -> TaskTable:
            """The table."""
            return self.table

    @dataclass
    class ViewChanged(Message):
        """The user chose other rows or another order, or the filter's count changed."""

        table: TaskTable
        segment: Segment
        filter: str
        matching: int
        total: int

        @property
        def control(self) -> TaskTable:
            """The table."""
            return self.table

        def can_replace(self, message: Message) -> bool:
            """Only the last view matters."""
            return isinstance(message, TaskTable.ViewChanged) and message.table is self.table

    @dataclass
    class FilterRequested(Message):
        """The user wants to type a filter."""

        table: TaskTable

        @property
        def control(self) -> TaskTable:
            """The table."""
            return self.table

    def __init__(
        self,
        *,
        now: Callable[[], int],
        forecast: Forecast | None = None,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        """Make an empty table.

        Args:
            now: the time in epoch ms.
            forecast: when a running task will end; without one the column stays empty.
            name: as of any widget.
            id: as of any widget.
            classes: as of any widget.
            disabled: as of any widget.
        """
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._now = now
        self._forecast = forecast
        self._rows = TaskRows()
        self._pending: dict[str, Task] = {}
        self._flush_due = False
        self._painted_at = 0.0
        self._cursor: str | None = None
        self._chosen: str | None = None  # where the user last put the cursor; it goes back when the row does
        self._hover: int | None = None
        self._strips: LRUCache[_StripKey, tuple[Task, Strip]] = LRUCache(1024)
        self._told_view: tuple[Segment, str, int, int] | None = None
        self._minute = 0

    # What one can ask and tell

    @property
    def cursor_ref(self) -> str | None:
        """The task under the cursor."""
        self._flush()
        return self._cursor

    @property
    def marked(self) -> frozenset[str]:
        """The marked tasks, visible or not."""
        self._flush()
        return frozenset(self._rows.marks)

    @property
    def chosen_refs(self) -> tuple[str, ...]:
        """What an act applies to: the marked tasks as they stand, else the one under the cursor."""
        self._flush()
        if self._rows.marks:
            visible = [task.ref for task in self._rows if task.ref in self._rows.marks]
            return (*visible, *sorted(self._rows.marks.difference(visible)))
        return () if self._cursor is None else (self._cursor,)

    @property
    def counts(self) -> Mapping[Segment, int]:
        """Tasks per tab, whatever the filter says."""
        self._flush()
        return dict(self._rows.counts)

    @property
    def visible_count(self) -> int:
        """How many tasks the tab and the filter let through."""
        self._flush()
        return self._rows.matching

    @property
    def segment(self) -> Segment:
        """The chosen tab."""
        return self._rows.segment

    @property
    def filter_text(self) -> str:
        """The filter as it was typed."""
        return self._rows.filter.text

    @property
    def sort(self) -> tuple[SortBy, bool]:
        """What the rows are ordered by, and whether downwards."""
        return self._rows.sort

    def show(self, tasks: Iterable[Task]) -> None:
        """Take these tasks for all there are."""
        self._pending.clear()
        with_anchor = self._anchor()
        self._rows.replace(tasks)
        self._strips.clear()
        self._rearranged(with_anchor)

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

    def move_to(self, ref: str) -> bool:
        """Put the cursor on a task and bring it into view.

        Returns:
            False when it is not among the visible rows; then nothing changes.
        """
        self._flush()
        index = self._rows.index(ref)
        if index is None:
            return False
        self._put_cursor(index)
        return True

    def filter(self, text: str) -> None:
        """Show only what the filter lets through (see `task_filter`)."""
        self._flush()
        anchor = self._anchor()
        self._rows.narrow(text)
        self._rearranged(anchor)

    def select(self, segment: Segment) -> None:
        """Show one tab."""
        self._flush()
        anchor = self._anchor()
        self._rows.select(segment)
        self._rearranged(anchor)

    def sort_by(self, sort_by: SortBy, *, descending: bool = False) -> None:
        """Put the rows in another order."""
        self._flush()
        self._rows.order(sort_by, descending=descending)
        self._rearranged(None)
        self._show_cursor()

    def clear_marks(self) -> None:
        """Take all marks away."""
        self._flush()
        if self._rows.marks:
            self._rows.marks.clear()
            self.refresh()
            self.post_message(self.MarksChanged(self, frozenset()))

    # Keys

    def action_cursor(self, by: int) -> None:
        """Go to the next row."""
        self._step(by)

    def action_page(self, by: int) -> None:
        """Go a screenful."""
        self._step(by * max(1, self._room - 1))

    def action_edge(self, by: int) -> None:
        """Go to the first or the last row."""
        self._step(by * len(self._rows))

    def action_open(self) -> None:
        """Open the task under the cursor."""
        if (ref := self.cursor_ref) is not None:
            self.post_message(self.Opened(self, ref))

    def action_mark(self) -> None:
        """Mark the task under the cursor, or take its mark away, and go on to the next."""
        if (ref := self.cursor_ref) is not None:
            self._toggle_mark(ref)
            self._step(1)

    def action_sort(self) -> None:
        """Sort by the next column, after the last one by age again."""
        orders = [SortBy.NEWEST, *(place.column.sort_by for place in self._layout.placed)]
        present = self._rows.sort[0]
        self.sort_by(orders[(orders.index(present) + 1) % len(orders)] if present in orders else SortBy.NEWEST)

    def action_reverse(self) -> None:
        """Turn the order of the rows round."""
        sort_by, descending = self._rows.sort
        self.sort_by(sort_by, descending=not descending)

    def action_filter(self) -> None:
        """Ask for a filter to be typed."""
        self.post_message(self.FilterRequested(self))

    def action_segment(self, by: int) -> None:
        """Show the tab to the left or right."""
        segments = list(Segment)
        self.select(segments[(segments.index(self._rows.segment) + by) % len(segments)])

    def action_clear(self) -> None:
        """Take the filter away, or when there is none the marks."""
        if self._rows.filter:
            self.filter("")
        else:
            self.clear_marks()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave escape to the screen when there is nothing to clear."""
        return action != "clear" or bool(self._rows.filter or self._rows.marks)

    # Mouse

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show which row a click would take."""
        self._put_hover(self._row_at(event.y))

    def on_leave(self, _event: events.Leave) -> None:
        """The mouse is elsewhere."""
        self._put_hover(None)

    def on_click(self, event: events.Click) -> None:
        """A tab, a heading, a row; a second click opens the row; the gutter marks it."""
        event.stop()
        self._flush()
        row = self._row_at(event.y)
        if event.y == 0:
            for tab in tabs(self._rows, self._width):
                if tab.start <= event.x < tab.end:
                    self.select(tab.segment)
        elif event.y < HEAD:
            if (column := self._layout.at(event.x)) is not None:
                self._press_heading(column.sort_by)
        elif row is not None:
            self._put_cursor(row)
            if event.x < GUTTER:
                self._toggle_mark(self._rows.at(row).ref)
            elif event.chain == 2:
                self.action_open()

    def _press_heading(self, sort_by: SortBy) -> None:
        # Upwards, downwards, then the order nobody had to ask for.
        present, descending = self._rows.sort
        if present is not sort_by:
            self.sort_by(sort_by)
        else:
            self.sort_by(SortBy.NEWEST if descending else sort_by, descending=not descending)

    # Painting

    def on_mount(self) -> None:
        """Start the one timer that redraws running times."""
        self.set_interval(1.0, self._tick)
        self._rearranged(None)

    def on_resize(self, _event: events.Resize) -> None:
        """Fit the lines to the new width and keep the cursor in view."""
        self.virtual_size = Size(self._width, len(self._rows) + HEAD)
        self._show_cursor()

    def notify_style_update(self) -> None:
        """Draw all lines anew in the new colours."""
        super().notify_style_update()
        self._strips.clear()

    def render_line(self, y: int) -> Strip:
        """Draw one line of the screen."""
        width, base = self._width, self._style("row")
        if y == 0:
            return tab_line(self._rows, width, self._style)
        if y < HEAD:
            return header_line(self._layout, self._rows.sort, self._style)
        if not self._rows:
            return self._empty_line(y)
        row = self._row_at(y)
        return Strip.blank(width, base) if row is None else self._row_strip(row)

    def _empty_line(self, y: int) -> Strip:
        lines = empty_lines(self._rows)
        place = y - HEAD - max(0, (self._room - len(lines)) // 3)
        base = self._style("row")
        if not 0 <= place < len(lines):
            return Strip.blank(self._width, base)
        text, name = lines[place]
        return centred_line(text, self._width, self._style("row", name), base)

    def _row_strip(self, row: int) -> Strip:
        task, now = self._rows.at(row), self._now()
        look = RowLook(task.ref == self._cursor, row == self._hover, task.ref in self._rows.marks)
        # What a running row says changes every second, when links expire every minute, the rest never.
        step = now // 1000 if task.state.is_running else now // 60_000 if task.state is TaskState.SUCCESS else 0
        key = (task.ref, task.revision, self._width, step, look, self.has_focus)
        kept = self._strips.get(key)
        if kept is not None and kept[0] is task:
            return kept[1]
        strip = row_line(task, self._layout, look, now, self._forecast, self._style)
        self._strips[key] = (task, strip)
        return strip

    def _style(self, *names: str) -> Style:
        return self.get_visual_style(*(f"task-table--{name}" for name in names)).rich_style

    def _tick(self) -> None:
        minute = self._now() // 60_000
        if minute != self._minute:
            self._minute = minute
            self.refresh()
            return
        top = self.scroll_offset.y
        for row in range(top, min(top + self._room, len(self._rows))):
            if self._rows.at(row).state.is_running:
                self.refresh_line(row + HEAD)

    # Bookkeeping

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    @property
    def _layout(self) -> Layout:
        return layout(self._width)

    @property
    def _room(self) -> int:
        """Lines for rows on screen."""
        return max(0, self.scrollable_content_region.height - HEAD)

    def _row_at(self, y: int) -> int | None:
        row = y - HEAD + self.scroll_offset.y
        return row if y >= HEAD and row < len(self._rows) else None

    def _flush(self) -> None:
        """Take in what was gathered, then paint what differs."""
        self._flush_due = False
        if not self._pending:
            return
        anchor = self._anchor()
        pending, self._pending = self._pending, {}
        # Not any(): every one has to be taken.
        moved = sum([self._rows.put(task) for task in pending.values()])
        self._painted_at = monotonic()
        if moved:
            self._rearranged(anchor)
            return
        for ref in pending:
            self._refresh_row(self._rows.index(ref))
        self._tell_view()

    def _anchor(self) -> tuple[str, int] | None:
        """A row and its line on screen that must stay where it is: the cursor's, else the top one."""
        top = self.scroll_offset.y
        row = self._rows.index(self._cursor)
        if row is None or not top <= row < top + self._room:
            row = top if top < len(self._rows) else None
        return None if row is None else (self._rows.at(row).ref, row - top)

    def _rearranged(self, anchor: tuple[str, int] | None) -> None:
        """Rows came, went or changed places: find the cursor and the scroll position again, repaint."""
        row = self._rows.index(self._chosen)
        if row is None:
            row = self._rows.index(self._cursor)
        if row is None and len(self._rows):
            row = self._rows.nearest(self._chosen)
        ref = None if row is None else self._rows.at(row).ref
        moved = ref != self._cursor
        if moved:
            self._cursor = ref
            self.post_message(self.Highlighted(self, ref))
        self._rows.hold(ref)
        self._hover = None
        self.virtual_size = Size(self._width, len(self._rows) + HEAD)
        at = None if anchor is None else self._rows.index(anchor[0])
        if anchor is not None and at is not None:
            top = self.scroll_offset.y
            # At the top new tasks come into view; elsewhere they must not push what is being read.
            wanted = at - anchor[1] if top > 0 else max(0, at - self._room + 1)
            if wanted != top:
                self.scroll_to(y=wanted, animate=False, force=True)
        if at is None or moved:
            self._show_cursor()
        self.refresh()
        self._tell_view()

    def _step(self, by: int) -> None:
        self._flush()
        if len(self._rows):
            row = self._rows.index(self._cursor)
            self._put_cursor(0 if row is None else row + by)

    def _put_cursor(self, row: int) -> None:
        ref = self._rows.at(min(max(0, row), len(self._rows) - 1)).ref
        before = self._cursor
        self._cursor = self._chosen = ref
        if ref != before:
            if self._rows.hold(ref):
                self._rearranged(self._anchor())
            else:
                self._refresh_row(self._rows.index(before))
                self._refresh_row(self._rows.index(ref))
            self.post_message(self.Highlighted(self, ref))
        self._show_cursor()

    def _show_cursor(self) -> None:
        row, top = self._rows.index(self._cursor), self.scroll_offset.y
        if row is None or not self._room:
            return
        wanted = min(row, max(top, row - self._room + 1))
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, force=True)

    def _put_hover(self, row: int | None) -> None:
        if row != self._hover:
            before, self._hover = self._hover, row
            self._refresh_row(before)
            self._refresh_row(row)

    def _toggle_mark(self, ref: str) -> None:
        self._rows.toggle_mark(ref)
        self.refresh_line(self.scroll_offset.y)
        self._refresh_row(self._rows.index(ref))
        self.post_message(self.MarksChanged(self, frozenset(self._rows.marks)))

    def _refresh_row(self, row: int | None) -> None:
        top = self.scroll_offset.y
        if row is not None and top <= row < top + self._room:
            self.refresh_line(row + HEAD)

    def _tell_view(self) -> None:
        self.refresh_line(self.scroll_offset.y)
        view = (self._rows.segment, self._rows.filter.text, self._rows.matching, self._rows.total)
        if view != self._told_view:
            self._told_view = view
            self.post_message(self.ViewChanged(self, *view))
