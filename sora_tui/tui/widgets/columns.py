"""The table's columns: which ones fit a width, and what each says about a task. Pure: no widget, no clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from sora_tui.studio.task import Task, TaskState
from sora_tui.tui.format import LOOKS, Tone, bar, clock, credits, expiry, state_word
from sora_tui.tui.text import shorten
from sora_tui.tui.widgets.row_order import SortBy

if TYPE_CHECKING:
    from sora_tui.studio.estimates import Eta

Forecast: TypeAlias = "Callable[[Task, int], Eta | None]"
"""Answers when a running task will end, given the time in epoch ms; None without enough history."""
Piece: TypeAlias = tuple[str, "Tone | None"]
"""Clean text and its tone; None is the row's own colour."""

GUTTER = 3
"""Cells before the first column: the cursor's mark, the user's mark, a space."""
_GAP = 2
_BAR = 5


class Column(Enum):
    """A column. Values are the heading, what a press on it sorts by, and whether it is set to the right."""

    STATE = ("State", SortBy.STATE, False)
    PROMPT = ("Prompt", SortBy.PROMPT, False)
    ELAPSED = ("Elapsed", SortBy.ELAPSED, True)
    ETA = ("ETA", SortBy.ETA, False)
    CREDITS = ("Credits", SortBy.CREDITS, True)

    @property
    def heading(self) -> str:
        """What stands in the header line."""
        return self.value[0]

    @property
    def sort_by(self) -> SortBy:
        """The order a press on the heading asks for."""
        return self.value[1]

    @property
    def to_the_right(self) -> bool:
        """Whether its cells end at the right edge, as figures do."""
        return self.value[2]


@dataclass(frozen=True, slots=True)
class Placed:
    """A column on the line: its first cell and how many it has."""

    column: Column
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Layout:
    """How a line of `width` cells is divided."""

    width: int
    placed: tuple[Placed, ...]

    def at(self, x: int) -> Column | None:
        """The column under a cell, the gap behind it included."""
        for place in self.placed:
            if place.x <= x < place.x + place.width + _GAP:
                return place.column
        return None


_STATE_WIDTH, _ELAPSED_WIDTH, _CREDITS_WIDTH = 13, 8, 8
_ETA_WIDTH, _ETA_WITH_BAR = 10, _BAR + 1 + 10
_WISHES: tuple[tuple[int, dict[Column, int]], ...] = (
    (28, {Column.ELAPSED: _ELAPSED_WIDTH, Column.ETA: _ETA_WITH_BAR, Column.CREDITS: _CREDITS_WIDTH}),
    (18, {Column.ELAPSED: _ELAPSED_WIDTH, Column.ETA: _ETA_WIDTH, Column.CREDITS: _CREDITS_WIDTH}),
    (16, {Column.ELAPSED: _ELAPSED_WIDTH, Column.CREDITS: _CREDITS_WIDTH}),
    (12, {Column.CREDITS: _CREDITS_WIDTH}),
    (10, {}),
)
"""The columns to the right of the prompt, and the cells the prompt must then keep. The first that fits is taken."""


@lru_cache(64)
def layout(width: int) -> Layout:
    """Divide a line: what does not fit beside a readable prompt goes: the ETA's bar, ETA, Elapsed, Credits."""
    for least, figures in _WISHES:
        state = _STATE_WIDTH
        room = width - GUTTER - state - _GAP - sum(cells + _GAP for cells in figures.values()) - 1
        if room >= least:
            break
    else:
        state = 1  # the glyph alone
        room = max(1, width - GUTTER - state - _GAP - 1)
    widths = {Column.STATE: state, Column.PROMPT: room, **figures}
    placed, x = [], GUTTER
    for column, cells in widths.items():
        placed.append(Placed(column, x, cells))
        x += cells + _GAP
    return Layout(width, tuple(placed))


def cell(column: Column, width: int, task: Task, now_ms: int, forecast: Forecast | None) -> list[Piece]:
    """What a column says about a task, in at most `width` cells of clean text."""
    if column is Column.STATE:
        look = LOOKS[task.state]
        tone = Tone.QUIET if task.is_parked and task.state is TaskState.WAITING else look.tone
        return [(shorten(f"{look.glyph} {state_word(task)}" if width > 1 else look.glyph, width), tone)]
    if column is Column.PROMPT:
        return [(shorten(task.prompt, width), None)]
    if column is Column.ELAPSED:
        return _elapsed(task, now_ms)
    if column is Column.ETA:
        return _eta(task, width, now_ms, forecast)
    charge = credits(task.charge)
    return [(shorten(charge, width), Tone.WARN if charge == "?" else Tone.QUIET if charge == "0" else None)]


def _elapsed(task: Task, now_ms: int) -> list[Piece]:
    if task.finished_at is None and not task.state.is_running:
        return [("—", Tone.QUIET)]  # nobody knows when, or whether, it ended
    if task.state is TaskState.REFUSED:
        return [("—", Tone.QUIET)]  # it never ran
    return [(clock(task.elapsed_ms(now_ms)), None)]


def _eta(task: Task, width: int, now_ms: int, forecast: Forecast | None) -> list[Piece]:
    if task.state is TaskState.SUCCESS and task.links and task.finished_at is not None:
        left = expiry(task.finished_at, now_ms)
        return [(left, Tone.QUIET if " d " in left else Tone.WARN)]
    if task.state is TaskState.SUCCESS:
        return [("no link", Tone.WARN)]
    if task.state is TaskState.UNCONFIRMED:
        return [("answer was lost" if width >= _ETA_WITH_BAR else "no answer", Tone.WARN)]
    if task.state is not TaskState.WAITING or task.is_parked or forecast is None:
        return []
    eta = forecast(task, now_ms)
    if eta is None:
        return []
    elapsed = task.elapsed_ms(now_ms)
    if eta.slow:
        words, share, tone = "slow", 1.0, Tone.WARN
    elif eta.remaining_ms < 5000:
        words, share, tone = "any moment", 1.0, Tone.BUSY
    else:
        words, tone = f"~{clock(eta.remaining_ms)} left", Tone.BUSY
        if len(words) > _ETA_WIDTH:
            words = words.removesuffix(" left")
        share = elapsed / (elapsed + eta.remaining_ms)
    text: list[Piece] = [(words, Tone.WARN if eta.slow else None)]
    if width >= _ETA_WITH_BAR:
        # The last cell fills at the end alone: a full bar on a running task would be a promise.
        drawn = bar(share if share >= 1 else min(share, (_BAR - 1) / _BAR), _BAR)
        full = drawn.rstrip(bar(0, 1))
        text = [(full, tone), (drawn[len(full) :], Tone.QUIET), (" ", None), *text]
    return text
