"""The live table of tasks: what it can be asked and told, its keys, its mouse, its colours.

Which rows there are says `task_rows`, where the cursor stays `row_cursor`, how a line looks `task_lines`, when it
is painted `rows_view`. The table never asks the studio anything: its tasks come from a `row_source`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, TypeAlias

from textual import events
from textual.binding import BindingType
from textual.message import Message

from sora_tui.studio.filters import parse_filter
from sora_tui.studio.orders import SortBy
from sora_tui.studio.task import Task
from sora_tui.tui.widgets import table_messages
from sora_tui.tui.widgets.columns import GUTTER
from sora_tui.tui.widgets.rows_view import HEAD, RowsView
from sora_tui.tui.widgets.table_keys import KEYS
from sora_tui.tui.widgets.table_look import CSS, PARTS
from sora_tui.tui.widgets.task_lines import tabs
from sora_tui.tui.widgets.task_rows import Segment, by_segment


class TaskTable(RowsView, can_focus=True, inherit_bindings=False):
    """Tasks, the newest on top, alive.

    The cursor stays on its task whatever comes, goes or is sorted, and the rows around it stay where they
    are on screen. Updates are gathered and painted together; everything one can ask of the table takes them
    in first.
    """

    Highlighted: TypeAlias = table_messages.Highlighted
    Opened: TypeAlias = table_messages.Opened
    MarksChanged: TypeAlias = table_messages.MarksChanged
    ViewChanged: TypeAlias = table_messages.ViewChanged
    FilterRequested: TypeAlias = table_messages.FilterRequested

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"task-table--{part}" for part in PARTS}
    DEFAULT_CSS = CSS
    BINDINGS: ClassVar[list[BindingType]] = [*KEYS]

    _told_marks: frozenset[str] = frozenset()
    _told_view: tuple[Segment, str, int, int] | None = None

    # What one can ask and tell

    @property
    def cursor_ref(self) -> str | None:
        """The task under the cursor. What is gathered does not move it, so it is not taken in for this."""
        if self._cursor.ref is None:
            self._flush()
        return self._cursor.ref

    def task_of(self, ref: str | None) -> Task | None:
        """A task that is, or was lately, on screen; None for any other."""
        return self._rows.task(ref)

    @property
    def marked(self) -> frozenset[str]:
        """The marked tasks, visible or not."""
        return self._told_marks

    @property
    def chosen_refs(self) -> tuple[str, ...]:
        """What an act applies to: the marked tasks from the top, hidden ones last, else the one under the cursor."""
        self._flush()
        if self._rows.marks:
            return tuple(self._rows.in_order(self._rows.marks))
        return () if self._cursor.ref is None else (self._cursor.ref,)

    @property
    def counts(self) -> Mapping[Segment, int]:
        """Tasks per tab, whatever the filter says."""
        return by_segment(self._source.counts)

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
    def filter_problems(self) -> tuple[str, ...]:
        """What of the filter is not understood, a sentence each."""
        return self._rows.filter.problems

    @property
    def sort(self) -> tuple[SortBy, bool]:
        """What the rows are ordered by, and whether downwards."""
        return self._rows.sort

    def move_to(self, ref: str) -> bool:
        """Put the cursor on a task and bring it into view.

        Returns:
            False when it is not among the visible rows. Then nothing changes now; but among rows that have not
            arrived yet, it will have the cursor.
        """
        self._flush()
        row = self._rows.index(ref)
        if row is None:
            if self._rows.is_awaited:
                self._cursor.choose(ref)
            return False
        self._put_cursor(row)
        return True

    def filter(self, text: str) -> None:
        """Show only what the filter lets through (see `studio.filters`)."""
        self._flush()
        self._rows.narrow(parse_filter(text, now_ms=self._now()))
        self._ask()

    def select(self, segment: Segment) -> None:
        """Show one tab."""
        self._flush()
        self._rows.select(segment)
        self._ask()

    def sort_by(self, sort_by: SortBy, *, descending: bool = False) -> None:
        """Put the rows in another order, the cursor's row in sight."""
        self._flush()
        anchor = self._anchor()
        self._rows.order(sort_by, descending=descending)
        self._ask()
        if not self._rows.is_awaited:  # the same rows, read from the other end
            self._rearranged(anchor)

    def sort_or_turn(self, sort_by: SortBy) -> None:
        """Sort by this upwards; where that is so, downwards; and then in the order nobody had to ask for."""
        present, descending = self._rows.sort
        if present is not sort_by:
            self.sort_by(sort_by)
        elif descending:
            self.sort_by(SortBy.NEWEST)
        else:
            self.sort_by(sort_by, descending=True)

    def clear_marks(self) -> None:
        """Take all marks away."""
        self._flush()
        if self._rows.marks:
            self._rows.marks.clear()
            self._marked_anew()

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

    def action_sideways(self, by: int) -> None:
        """Show the columns that had no room."""
        self._scroll_columns(by)

    def action_open(self) -> None:
        """Open the task under the cursor."""
        if (ref := self.cursor_ref) is not None:
            self.post_message(self.Opened(self, ref))

    def action_mark(self) -> None:
        """Mark the task under the cursor, or take its mark away, and go on to the next."""
        if (ref := self.cursor_ref) is not None:
            self._step(1)
            self._toggle_mark(ref)

    def action_stretch(self, by: int) -> None:
        """Go to the next row and mark all from where the range began."""
        self._stretch(by)

    def action_stretch_page(self, by: int) -> None:
        """The same with a screenful."""
        self._stretch(by * max(1, self._room - 1))

    def action_stretch_edge(self, by: int) -> None:
        """The same to the first or the last row."""
        self._stretch(by * len(self._rows))

    def action_mark_all(self) -> None:
        """Mark all that tab and filter let through, or where all of that is marked, none of it."""
        self._flush()
        self._marks.all()
        self._marked_anew()

    def action_mark_others(self) -> None:
        """Mark what is not marked of all that tab and filter let through, and only that."""
        self._flush()
        self._marks.others()
        self._marked_anew()

    def action_sort(self) -> None:
        """Sort by the next column, after the last one by age again."""
        shown = [place.column.sort_by for place in self._layout.placed]
        orders = [SortBy.NEWEST, *(order for order in shown if order is not SortBy.NEWEST)]
        present = self._rows.sort[0]
        after = orders.index(present) + 1 if present in orders else 0
        self.sort_by(orders[after % len(orders)])

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
        if self._rows.filter.text:
            self.filter("")
        else:
            self.clear_marks()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave escape to the screen when there is nothing to clear."""
        return action != "clear" or bool(self._rows.filter.text or self._rows.marks)

    def _step(self, by: int) -> None:
        self._flush()
        if len(self._rows):
            row = self._cursor.row
            self._put_cursor(0 if row is None else row + by)

    def _stretch(self, by: int) -> None:
        self._flush()
        row = self._cursor.row
        if row is not None:
            self._stretch_to(min(max(0, row + by), len(self._rows) - 1))

    def _stretch_to(self, row: int) -> None:
        if self._cursor.ref is not None:
            self._marks.stretch(self._cursor.ref, self._rows.refs(row, row + 1)[0])
            self._put_cursor(row)
            self._marked_anew()

    # Mouse

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show which row a click would take."""
        self._put_hover(self._row_at(event.y))

    def on_leave(self, _event: events.Leave) -> None:
        """The mouse is elsewhere."""
        self._put_hover(None)

    def on_click(self, event: events.Click) -> None:
        """A tab, a heading, a row; a second click opens it, the gutter marks it, shift marks all up to it."""
        event.stop()
        self._flush()
        row = self._row_at(event.y)
        if event.y == 0:
            for tab in tabs(self._rows, self._width):
                if tab.start <= event.x < tab.end:
                    self.select(tab.segment)
        elif event.y < HEAD:
            self._press_header(event.x)
        elif row is not None:
            if event.shift:
                self._stretch_to(row)
                return
            self._put_cursor(row)
            if event.x < GUTTER:
                self._toggle_mark(self._rows.ref_at(row))
            elif event.chain == 2:
                self.action_open()

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """A wheel that tilts."""
        self._wheel(event, 1)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """A wheel that tilts."""
        self._wheel(event, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """With shift a wheel that turns scrolls sideways."""
        if event.shift or event.ctrl:
            self._wheel(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """With shift a wheel that turns scrolls sideways."""
        if event.shift or event.ctrl:
            self._wheel(event, -1)

    def _wheel(self, event: events.MouseEvent, by: int) -> None:
        event.stop()
        event.prevent_default()
        self._scroll_columns(by)

    def _press_header(self, x: int) -> None:
        if x == self._layout.sign_before:
            self._scroll_columns(-1)
        elif x == self._layout.sign_after:
            self._scroll_columns(1)
        elif (column := self._layout.at(x)) is not None:
            self.sort_or_turn(column.sort_by)

    def _toggle_mark(self, ref: str) -> None:
        self._marks.toggle(ref, cursor=self._cursor.ref)
        self._refresh_tabs()
        self._refresh_row(self._rows.index(ref))
        self._tell_marks()

    def _marked_anew(self) -> None:
        self.refresh()
        self._tell_marks()

    def _tell_marks(self) -> None:
        self._told_marks = frozenset(self._rows.marks)
        self.post_message(self.MarksChanged(self, self._told_marks))

    # What it tells

    def post_message(self, message: Message) -> bool:
        """Tell something, as the table's own word whoever asked: Textual tells no one beyond a parent that asked."""
        if isinstance(message, table_messages.TableMessage):
            message.set_sender(self)
        return super().post_message(message)

    def cursor_moved(self) -> None:
        """Tell which task has the cursor."""
        self.post_message(self.Highlighted(self, self._cursor.ref))

    def view_changed(self) -> None:
        """Tell what is shown, when that is something else."""
        if self._rows.is_awaited:
            return
        view = (self._rows.segment, self._rows.filter.text, self._rows.matching, self._rows.total)
        if view != self._told_view:
            self._told_view = view
            self.post_message(self.ViewChanged(self, *view))
