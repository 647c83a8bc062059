"""A figure for each of many days as bars: a line high where there is no room, with a scale and dates where there is.

Its own bars and no plotting library: one figure a day, in the theme's colours and in terminals without any.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from sora_tui.tui.sparkline import BARS, NO_TRAFFIC
from sora_tui.tui.text import shorten
from sora_tui.tui.theme import MUTED

_STEPS = len(BARS)
_GAP_FROM = 2
"""Cells of a day from which on a gap stands between two bars."""
_WIDEST = 3
_WITH_SCALE = 3
_NAME = 18
"""Cells of the name where it stands before the bars."""


def bar_rows(values: Sequence[float | None], rows: int) -> list[str]:
    """Bars of so many rows, from the top, a cell for each value; the highest is full, more than nothing is seen.

    Args:
        values: from 0 on; None where there is no figure, which is drawn as is a nought: as a point on the ground.
        rows: at least 1.
    """
    top = max((value for value in values if value is not None), default=0.0)
    eighths = [_eighths(value, top, rows) for value in values]
    drawn = []
    for row in range(rows - 1, -1, -1):
        filled = (min(_STEPS, each - row * _STEPS) for each in eighths)
        drawn.append("".join(BARS[part - 1] if part > 0 else NO_TRAFFIC if row == 0 else " " for part in filled))
    return drawn


def _eighths(value: float | None, top: float, rows: int) -> int:
    if value is None or not 0 < value <= top:
        return 0
    return max(1, round(value / top * rows * _STEPS))


def plot(
    days: Sequence[date], values: Sequence[float | None], say: Callable[[float], str], size: tuple[int, int]
) -> Content:
    """The bars of these days within (cells, rows); the last days where not all have room.

    Args:
        days: one after the other.
        values: as many.
        say: a figure in words, for the scale.
        size: at least one row. From three on the lowest has the dates, and a scale stands at the left.
    """
    width, rows = size
    most = max((value for value in values if value is not None), default=0.0)
    top = say(most) if most > 0 else ""
    scale = cell_len(top) + 1 if rows >= _WITH_SCALE else 0
    per_day = min(_WIDEST, max(1, (width - scale) // max(1, len(values))))
    shown = max(1, (width - scale) // per_day)
    days, values = days[-shown:], values[-shown:]
    bars = bar_rows(values, rows - 1 if scale else rows)
    lines = [Content.styled(_widened(line, per_day), "$text-primary") for line in bars]
    lines[-1] = _grounded(_widened(bars[-1], per_day))
    if scale:
        heads = [top, *[""] * (len(lines) - 2), "0" if top else ""]
        lines = [Content.styled(f"{head:>{scale - 1}} ", MUTED) + line for head, line in zip(heads, lines, strict=True)]
        lines.append(Content.styled(" " * scale + _dates(days, len(values) * per_day), MUTED))
    return Content("\n").join(lines)


def _widened(line: str, cells: int) -> str:
    """Each day that many cells wide, with a gap where it has room for one."""
    bar = cells - 1 if cells >= _GAP_FROM else cells
    return "".join((cell.ljust(bar) if cell == NO_TRAFFIC else cell * bar) + " " * (cells - bar) for cell in line)


def _grounded(line: str) -> Content:
    """The lowest row; its points are quiet."""
    parts = [Content.styled(cell, MUTED if cell == NO_TRAFFIC else "$text-primary") for cell in line]
    return Content("").join(parts)


def _dates(days: Sequence[date], cells: int) -> str:
    if not days:
        return ""
    first, last = (f"{day.day} {day:%b}" for day in (days[0], days[-1]))
    gap = cells - len(first) - len(last)
    return f"{first}{' ' * gap}{last}" if gap > 0 else last[:cells]


class DayPlot(Widget):
    """The last days of something."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    DayPlot { height: 1fr; width: 1fr; }
    """

    def __init__(self, name: str, say: Callable[[float], str], *, id: str | None = None) -> None:
        """Make an empty plot.

        Args:
            name: what the figures are, above the bars or where there is one row only before them.
            say: a figure in words.
            id: as of any widget.
        """
        super().__init__(id=id)
        self._what = name
        self._say = say
        self._days: Sequence[date] = ()
        self._values: Sequence[float | None] = ()

    def show_days(self, days: Sequence[date], values: Sequence[float | None]) -> None:
        """Show these days with a figure each; None for a day that has none."""
        self._days, self._values = days, values
        self.border_title = f"{self._what} · {len(days)} days"
        self.border_subtitle = " · ".join(extremes(days, values, self._say)) or "nothing yet"
        self.refresh()

    def render(self) -> Content:
        """The bars, to the present size."""
        width, height = self.content_size
        if not self._days or width < 1 or height < 1:
            return Content("")
        if height > 1:
            return plot(self._days, self._values, self._say, (width, height))
        name = f"{shorten(self._what, _NAME):{_NAME}} "
        bars = plot(self._days, self._values, self._say, (max(1, min(len(self._days), width - len(name))), 1))
        most = self._say(max((value for value in self._values if value), default=0.0))
        return Content.assemble((name, MUTED), bars, (f" {most}", MUTED)).truncate(width, ellipsis=True)


def extremes(days: Sequence[date], values: Sequence[float | None], say: Callable[[float], str]) -> list[str]:
    """`most 990 on 18 Nov` and `today 660`, as far as there are such figures."""
    known = [(value, day) for value, day in zip(values, days, strict=True) if value]
    if not known:
        return []
    most, day = max(known)
    last = values[-1]
    return [f"most {say(most)} on {day.day} {day:%b}", *([f"today {say(last)}"] if last else [])]
