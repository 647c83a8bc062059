"""The table's lines drawn as strips: tabs, header, rows, and what stands there when there are none.

Knows styles and cells, not where the cursor is nor what the user pressed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from rich.cells import cell_len
from rich.segment import Segment as Run
from rich.style import Style
from textual.strip import Strip

from sora_tui.studio.orders import SortBy
from sora_tui.studio.task import Task, TaskState
from sora_tui.tui.format import LOOKS, Tone
from sora_tui.tui.text import shorten
from sora_tui.tui.widgets.cells import Forecast, Piece, cell
from sora_tui.tui.widgets.columns import GUTTER, Column, Layout, Placed
from sora_tui.tui.widgets.filter_words import filter_words
from sora_tui.tui.widgets.task_rows import Segment, TaskRows

if TYPE_CHECKING:
    from sora_tui.studio.collecting import Download

PICTURE = 5
"""Cells of the picture before a prompt."""
PROMPT_WITH_PICTURE = 28
"""Cells from which the prompt's column has room for it."""
CURSOR = "▸"
MARK = "■"
MORE_BEFORE, MORE_AFTER = "‹", "›"

_SEGMENT_GLYPHS: Mapping[Segment, str] = {
    Segment.ALL: "All",
    Segment.RUNNING: LOOKS[TaskState.WAITING].glyph,
    Segment.DONE: LOOKS[TaskState.SUCCESS].glyph,
    Segment.FAILED: LOOKS[TaskState.FAIL].glyph,
    Segment.NEEDS_YOU: LOOKS[TaskState.UNCONFIRMED].glyph,
}
_EMPTY_SEGMENT: Mapping[Segment, tuple[str, str]] = {
    Segment.ALL: (
        "No tasks yet",
        "Write a prompt and send it: it appears here and is followed until it ends.",
    ),
    Segment.RUNNING: ("Nothing is running", "What you send appears here until it ends."),
    Segment.DONE: ("Nothing is done yet", "What is finished appears here with its links."),
    Segment.FAILED: ("Nothing failed", "Tasks that end without a result appear here, each with the reason."),
    Segment.NEEDS_YOU: (
        "Nothing needs you",
        "Sends whose answer was lost and results that will soon be deleted appear here, each with what you can do.",
    ),
}


class StyleOf(Protocol):
    """Gives the style that component classes make, laid over one another in this order."""

    def __call__(self, *names: str) -> Style:
        """The style of these component classes, without the widget's prefix."""
        ...


@dataclass(frozen=True, slots=True)
class RowLook:
    """What the user did to a row."""

    cursor: bool = False
    hover: bool = False
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab on the tab line, from cell `start` up to `end`."""

    segment: Segment
    start: int
    end: int
    text: str


def tabs(rows: TaskRows, width: int) -> list[Tab]:
    """The tabs with their counts: in words where they fit, else as glyphs."""
    for words in (True, False):
        placed: list[Tab] = []
        x = 1
        for segment in Segment:
            name = segment.value if words else _SEGMENT_GLYPHS[segment]
            text = f" {name} {rows.counts[segment]:,} "
            placed.append(Tab(segment, x, x + cell_len(text), text))
            x += cell_len(text)
        if x <= width:
            break
    return placed


def tab_line(rows: TaskRows, width: int, style: StyleOf) -> Strip:
    """The tabs, and at the right how many rows the filter leaves."""
    base = style("tabs")
    runs, x = [Run(" ", base)], 1
    for tab in tabs(rows, width):
        names = ["tabs"]
        if tab.segment is rows.segment:
            names.append("tab-chosen")
        elif tab.segment is Segment.NEEDS_YOU and rows.counts[tab.segment]:
            names.append(Tone.WARN)
        runs.append(Run(tab.text, style(*names)))
        x = tab.end
    matching = "…" if rows.is_awaited else f"{rows.matching:,}"
    note = f"{matching} of {rows.total:,}" if rows.filter else ""
    if rows.is_late:
        note = "searching…"
    if rows.marks:
        note = f"{len(rows.marks):,} marked" + (f" · {note}" if note else "")
    if note and x + cell_len(note) + 2 <= width:
        runs += [
            Run(" " * (width - x - cell_len(note) - 1), base),
            Run(note, style("tabs", "note")),
            Run(" ", base),
        ]
    return Strip(runs).adjust_cell_length(width, base)


def header_line(layout: Layout, sort: tuple[SortBy, bool], style: StyleOf) -> Strip:
    """The column headings, an arrow at the one the rows are sorted by, a sign on each side that hides more."""
    base, sorted_by = style("header"), style("header", "header-sorted")
    runs, x = [], 0
    for place in layout.placed:
        heading, used = place.column.heading, base
        if place.column.sort_by is sort[0]:
            heading, used = f"{heading}{_arrow(*sort)}", sorted_by
        before = layout.sign_before
        if before is not None and x <= before < place.x:
            runs += [Run(" " * (before - x), base), Run(MORE_BEFORE, style("header", "more"))]
            x = before + 1
        text = _fitted(heading, place.width, place.column.to_the_right)
        runs += [Run(" " * (place.x - x), base), Run(text, used)]
        x = place.x + place.width
    after = layout.sign_after
    if after is not None and after >= x:
        runs += [Run(" " * (after - x), base), Run(MORE_AFTER, style("header", "more"))]
    return Strip([run for run in runs if run.text]).adjust_cell_length(layout.width, base)


def _arrow(sort_by: SortBy, descending: bool) -> str:
    # The newest first is downwards in time, the best first in marks: the orders that nobody turned.
    return "▼" if descending != (sort_by in (SortBy.NEWEST, SortBy.RATING)) else "▲"


def row_line(
    task: Task,
    layout: Layout,
    look: RowLook,
    now_ms: int,
    forecast: Forecast | None,
    style: StyleOf,
    download: Download | None = None,
    *,
    picture: Strip | None = None,
    has_pictures: bool = False,
) -> Strip:
    """One task; `has_pictures` where any line may have one, so that the prompts stand below one another."""
    names = ["row"]
    if look.marked:
        names.append("marked")
    if look.hover:
        names.append("hover")
    if look.cursor:
        names.append("cursor")
    base = style(*names)
    runs = [
        Run(CURSOR if look.cursor else " ", style(*names, "pointer")),
        Run(MARK if look.marked else " ", style(*names, "pointer")),
        Run(" " * (GUTTER - 2), base),
    ]
    x = GUTTER
    for placed in layout.placed:
        place = placed
        if placed.column is Column.PROMPT and has_pictures and placed.width >= PROMPT_WITH_PICTURE:
            runs += [Run(" " * (placed.x - x), base), *_framed(picture, base)]
            x = placed.x + PICTURE + 1
            place = Placed(placed.column, x, placed.width - PICTURE - 1)
        pieces = cell(place.column, place.width, task, now_ms, forecast, download)
        used = sum(cell_len(text) for text, _tone in pieces)
        lead = place.x - x + (place.width - used if place.column.to_the_right else 0)
        runs.append(Run(" " * lead, base))
        has_failed = task.state.is_final and task.state is not TaskState.SUCCESS
        if task.is_discarded or (place.column is Column.PROMPT and has_failed):
            pieces = [(text, Tone.QUIET) for text, _tone in pieces]
        struck = ["struck"] if task.is_discarded and place.column is Column.PROMPT else []
        runs += _styled(pieces, names + struck, style, base)
        x = place.x + place.width if place.column.to_the_right else place.x + used
    runs = [run for run in runs if run.text]
    if x > layout.width:
        return Strip(runs).crop(0, layout.width)
    return Strip([*runs, Run(" " * (layout.width - x), base)], layout.width)


def _framed(picture: Strip | None, base: Style) -> list[Run]:
    """A picture in the middle of its cells, and the cell behind it."""
    cells = 0 if picture is None else min(PICTURE, picture.cell_length)
    left = (PICTURE - cells) // 2
    shown = [] if picture is None else list(picture.crop(0, cells))
    return [Run(" " * left, base), *shown, Run(" " * (PICTURE - cells - left + 1), base)]


def empty_lines(rows: TaskRows, width: int) -> list[tuple[str, str]]:
    """What an empty table of that width says, as lines of text and the component class of each."""
    if rows.filter:
        place = "" if rows.segment is Segment.ALL else f" in {rows.segment.value}"
        leave = "esc clears the filter" if not place else "esc clears the filter · [ and ] show the other tabs"
        return [
            (f"Nothing{place} matches {shorten(rows.filter.text, 30)}", "empty-title"),
            (leave, "empty"),
            ("", "empty"),
            *((words, "empty") for words in filter_words(width - 4)),
        ]
    title, lesson = _EMPTY_SEGMENT[rows.segment]
    return [(title, "empty-title"), (lesson, "empty")]


def centred_line(text: str, width: int, style: Style, base: Style) -> Strip:
    """One line of text in the middle."""
    text = shorten(text, width - 2)
    left = max(0, (width - cell_len(text)) // 2)
    return Strip([Run(" " * left, base), Run(text, style)]).adjust_cell_length(width, base)


def _fitted(text: str, width: int, to_the_right: bool) -> str:
    text = shorten(text, width)
    pad = " " * (width - cell_len(text))
    return pad + text if to_the_right else text + pad


def _styled(pieces: Iterable[Piece], names: list[str], style: StyleOf, base: Style) -> list[Run]:
    return [Run(text, base if tone is None else style(*names, tone)) for text, tone in pieces]
