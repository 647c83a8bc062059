"""The table's columns and how a line is divided among them. Pure: no widget, no clock, no task.

What a column says about a task stands in `cells`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TypeAlias

from sora_tui.studio.orders import SortBy

GUTTER = 3
"""Cells before the first column: the cursor's mark, the user's mark, a space."""
GAP = 2
"""Cells between two columns."""
_EDGE = 2
"""Cells behind the last column: a space, and the sign that there is more."""


class Column(Enum):
    """A column: its heading, what a press on it sorts by, whether it is set to the right, its fewest and most cells."""

    STATE = ("State", SortBy.STATE, False, 10, 24)
    PROMPT = ("Prompt", SortBy.PROMPT, False, 1, 0)
    RATING = ("★", SortBy.RATING, False, 3, 3)
    ELAPSED = ("Elapsed", SortBy.ELAPSED, True, 8, 12)
    ETA = ("ETA", SortBy.ETA, False, 10, 20)
    CREDITS = ("Credits", SortBy.CREDITS, True, 8, 14)
    SENT = ("Sent", SortBy.NEWEST, False, 6, 12)
    TAGS = ("Tags", SortBy.TAGS, False, 12, 24)
    SETTINGS = ("Settings", SortBy.SETTINGS, False, 23, 36)
    MODEL = ("Model", SortBy.MODEL, False, 24, 36)
    ID = ("Id", SortBy.ID, False, 8, 36)

    def __init__(self, heading: str, sort_by: SortBy, to_the_right: bool, least: int, most: int) -> None:
        self.heading = heading
        """What stands in the header line."""
        self.sort_by = sort_by
        """The order a press on the heading asks for."""
        self.to_the_right = to_the_right
        """Whether its cells end at the right edge, as figures do."""
        self.least = least
        """The cells it has at least, where it is shown."""
        self.most = most
        """The cells it never has more of, whatever it holds."""


Needs: TypeAlias = tuple[int, ...]
"""The cells each column would need to say it all, in the order of `Column`; 0 where that is not known."""
NO_NEEDS: Needs = (0,) * len(Column)
_PLACE = {column: place for place, column in enumerate(Column)}


def larger(some: Needs, others: Needs) -> Needs:
    """What both fit into."""
    return tuple(map(max, some, others))


@dataclass(frozen=True, slots=True)
class Placed:
    """A column on the line: its first cell and how many it has."""

    column: Column
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Layout:
    """How a line of `width` cells is divided.

    Attributes:
        width: cells of the line.
        placed: the columns from the left.
        skipped: how many columns were scrolled away to the left.
        hidden: how many more there are to the right.
        standing: how many of `placed` never scroll away.
    """

    width: int
    placed: tuple[Placed, ...]
    skipped: int = 0
    hidden: int = 0
    standing: int = 2

    def at(self, x: int) -> Column | None:
        """The column under a cell, the gap behind it included."""
        for place in self.placed:
            if place.x <= x < place.x + place.width + GAP:
                return place.column
        return None

    @property
    def sign_before(self) -> int | None:
        """The cell of the sign that there is more to the left; None where there is not."""
        return self.placed[self.standing].x - GAP if self.skipped else None

    @property
    def sign_after(self) -> int | None:
        """The cell of the sign that there is more to the right; None where there is not."""
        return self.width - 1 if self.hidden else None


ETA_WITH_BAR, ETA_WITH_WORDS, ETA_WITH_SPEED = 12, 16, 20
"""Cells from which the ETA has a bar, from which it says *left* beside it, and from which how fast a download is."""
_FIGURES = (Column.RATING, Column.ELAPSED, Column.ETA, Column.CREDITS)
_LEVELS: tuple[tuple[int, int, tuple[Column, ...]], ...] = (
    (48, ETA_WITH_WORDS, (*_FIGURES, Column.SENT, Column.TAGS, Column.SETTINGS, Column.MODEL, Column.ID)),
    (44, ETA_WITH_WORDS, (*_FIGURES, Column.SENT, Column.TAGS, Column.SETTINGS, Column.MODEL)),
    (36, ETA_WITH_WORDS, (*_FIGURES, Column.SENT, Column.TAGS, Column.SETTINGS)),
    (34, ETA_WITH_WORDS, (*_FIGURES, Column.SENT, Column.TAGS)),
    (32, ETA_WITH_WORDS, (*_FIGURES, Column.SENT)),
    (26, ETA_WITH_WORDS, _FIGURES),
    (18, ETA_WITH_BAR, _FIGURES),
    (18, Column.ETA.least, _FIGURES),
    (16, 0, (Column.RATING, Column.ELAPSED, Column.CREDITS)),
    (12, 0, (Column.RATING, Column.CREDITS)),
    (10, 0, (Column.RATING,)),
    (10, 0, ()),
)
"""The cells the prompt must keep, those of the ETA, and the columns to their right. The first that fits is taken."""
_NEVER_CUT = ((Column.STATE, Column.ELAPSED, Column.CREDITS, Column.SENT), 16)
_WIDER_FOR_DOWNLOADS = ((Column.ETA,), 30)
_CUT_BEFORE_THE_PROMPT = ((Column.TAGS, Column.SETTINGS, Column.MODEL, Column.ID), 40)
"""Columns that grow to what they hold, and the cells the prompt keeps of those it could give."""
_ONCE_NEEDED = (Column.RATING, Column.TAGS)
"""Columns that are there once a task was seen that has something for them."""
GROWING = frozenset(_NEVER_CUT[0] + _CUT_BEFORE_THE_PROMPT[0] + _ONCE_NEEDED)
"""The columns whose width, or being there at all, follows what they hold of a task. The ETA grows for downloads."""
_BESIDE_SCROLLED = (18, 12)
"""The cells the prompt keeps while other columns scroll past it. Where not even the fewest are left, it goes."""


@lru_cache(128)
def layout(width: int, needs: Needs = NO_NEEDS, skip: int = 0) -> Layout:
    """Divide a line among the columns; what does not fit stands to the right.

    Args:
        width: cells of the line.
        needs: what the columns hold. Where the prompt can spare it, they become as wide as that.
        skip: how many columns are scrolled away to the left. More than there are to scroll count as those.
    """
    at_rest = _at_rest(width, needs)
    return at_rest if skip <= 0 or not at_rest.hidden else _scrolled(at_rest, needs, skip)


def sideways(now: Layout, needs: Needs, by: int) -> int:
    """How many columns to skip to see the next ones to the right or, where `by` is below 0, to the left."""
    stops = _stops(now.width, needs)
    if by < 0:
        return max((stop for stop in stops if stop < now.skipped), default=0)
    return min((stop for stop in stops if stop > now.skipped), default=now.skipped)


@lru_cache(16)
def _stops(width: int, needs: Needs) -> tuple[int, ...]:
    """The numbers of columns to skip, each of which brings another column into sight."""
    stops, hidden = [0], layout(width, needs).hidden
    for skip in range(1, len(Column)):
        further = layout(width, needs, skip)
        if further.hidden < hidden:
            stops.append(further.skipped)
            hidden = further.hidden
    return tuple(stops)


def _at_rest(width: int, needs: Needs) -> Layout:
    state, moving = Column.STATE.least, _moving(needs)
    for least, eta, columns in _LEVELS:
        there = (column for column in columns if column in moving)
        widths = {column: eta if column is Column.ETA else column.least for column in there}
        prompt = width - GUTTER - state - GAP - sum(cells + GAP for cells in widths.values()) - _EDGE
        if prompt >= least:
            break
    else:
        state = 1  # the glyph alone
        prompt = max(1, width - GUTTER - state - GAP - _EDGE)
    widths = {Column.STATE: state, Column.PROMPT: prompt, **widths}
    for growing, kept in (_NEVER_CUT, _WIDER_FOR_DOWNLOADS, _CUT_BEFORE_THE_PROMPT) if state > 1 else ():
        for column in growing:
            if column in widths:
                more = max(0, min(_wish(column, needs) - widths[column], widths[Column.PROMPT] - kept))
                widths[column] += more
                widths[Column.PROMPT] -= more
    return Layout(width, _placed(widths), hidden=len(moving) - (len(widths) - 2))


def _scrolled(at_rest: Layout, needs: Needs, skip: int) -> Layout:
    state = at_rest.placed[0].width
    shown = [place.column for place in at_rest.placed[2:]]
    moving = [*shown, *(column for column in _moving(needs) if column not in shown)]
    room = at_rest.width - GUTTER - state - _EDGE  # with a gap before each column
    prompt = next((kept for kept in _BESIDE_SCROLLED if room - GAP - kept >= GAP + Column.ETA.least), 0)
    if prompt:
        room -= GAP + prompt
    else:
        moving = [Column.PROMPT, *moving]
    skip = min(skip, _last_skip(moving, needs, room))
    widths: dict[Column, int] = {}
    for column in moving[skip:]:
        cells = _wish(column, needs)
        if GAP + cells > room:
            if widths:
                break
            cells = max(1, room - GAP)
        widths[column] = cells
        room -= GAP + cells
    standing = {Column.STATE: state, **({Column.PROMPT: prompt + max(0, room)} if prompt else {})}
    return Layout(
        at_rest.width,
        _placed({**standing, **widths}),
        skipped=skip,
        hidden=len(moving) - skip - len(widths),
        standing=len(standing),
    )


def _moving(needs: Needs) -> list[Column]:
    """The columns that scroll."""
    return [
        column
        for column in Column
        if column not in (Column.STATE, Column.PROMPT) and (needs[_PLACE[column]] or column not in _ONCE_NEEDED)
    ]


def _last_skip(moving: Sequence[Column], needs: Needs, room: int) -> int:
    """The fewest columns to skip so that all after them fit, but one is always left."""
    last = len(moving) - 1
    room -= GAP + _wish(moving[last], needs)
    while last > 1 and room >= (wish := GAP + _wish(moving[last - 1], needs)):
        room -= wish
        last -= 1
    return last


def _wish(column: Column, needs: Needs) -> int:
    if column is Column.ETA:
        return max(ETA_WITH_WORDS, min(needs[_PLACE[column]], column.most))
    return max(column.least, min(needs[_PLACE[column]], column.most))


def _placed(widths: dict[Column, int]) -> tuple[Placed, ...]:
    placed, x = [], GUTTER
    for column, cells in widths.items():
        placed.append(Placed(column, x, cells))
        x += cells + GAP
    return tuple(placed)
