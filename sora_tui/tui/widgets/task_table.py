"""The live table of tasks: its keys, its mouse, its colours.

Which rows there are says `task_rows`, where the cursor stays `row_cursor`, how a line looks `task_lines`, when it
is painted `rows_view`, what the table can be asked and told `quiet_table`. It never asks the studio anything: its
tasks come from a `row_source`.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import BindingType

from sora_tui.studio.orders import SortBy
from sora_tui.tui.widgets.columns import GUTTER
from sora_tui.tui.widgets.quiet_table import QuietTable
from sora_tui.tui.widgets.rows_view import HEAD
from sora_tui.tui.widgets.table_keys import KEYS
from sora_tui.tui.widgets.table_look import CSS, PARTS
from sora_tui.tui.widgets.task_lines import tabs
from sora_tui.tui.widgets.task_rows import Segment


class TaskTable(QuietTable, can_focus=True, inherit_bindings=False):
    """Tasks, the newest on top, alive.

    The cursor stays on its task whatever comes, goes or is sorted, and the rows around it stay where they
    are on screen. Updates are gathered and painted together; everything one can ask of the table takes them
    in first.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"task-table--{part}" for part in PARTS}
    DEFAULT_CSS = CSS
    BINDINGS: ClassVar[list[BindingType]] = [*KEYS]

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
