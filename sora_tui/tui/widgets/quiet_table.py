"""The task table without keys and mouse: what it can be asked and told, and what it tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from textual.message import Message

from sora_tui.studio.filters import parse_filter
from sora_tui.studio.orders import SortBy
from sora_tui.studio.task import Task
from sora_tui.studio.views import View
from sora_tui.tui.widgets import table_messages
from sora_tui.tui.widgets.rows_view import RowsView
from sora_tui.tui.widgets.task_rows import Segment


class QuietTable(RowsView):
    """Rows with a cursor, marks, a tab, a filter and an order. Everything one can ask takes in first what came."""

    Highlighted: TypeAlias = table_messages.Highlighted
    Opened: TypeAlias = table_messages.Opened
    MarksChanged: TypeAlias = table_messages.MarksChanged
    ViewChanged: TypeAlias = table_messages.ViewChanged
    FilterRequested: TypeAlias = table_messages.FilterRequested

    _told_marks: frozenset[str] = frozenset()
    _told_view: tuple[Segment, str, int, int] | None = None

    # What one can ask

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
        return self._source.counts

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
    def view(self) -> View:
        """What tab, filter and order let through."""
        return self._rows.wanted

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

    # What one can tell

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
        self._rows.select(segment, now_ms=self._now())
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
