"""What each of the table's columns says about a task, and the cells it needs for that. Pure: no widget, no clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from rich.cells import cell_len

from sora_tui.studio.collected import is_collected, is_soon_deleted
from sora_tui.studio.task import Task, TaskState
from sora_tui.tui.format import LOOKS, Tone, bar, brief_parameters, clock, credits, day_or_time, expiry, state_word
from sora_tui.tui.gist import gist
from sora_tui.tui.text import shorten
from sora_tui.tui.widgets.columns import ETA_WITH_BAR, ETA_WITH_SPEED, ETA_WITH_WORDS, GROWING, Column, Needs

if TYPE_CHECKING:
    from sora_tui.studio.collecting import Download
    from sora_tui.studio.estimates import Eta

Forecast: TypeAlias = "Callable[[Task, int], Eta | None]"
"""Answers when a running task will end, given the time in epoch ms; None without enough history."""
Piece: TypeAlias = tuple[str, "Tone | None"]
"""Clean text and its tone; None is the row's own colour."""

STAR, NO_STAR, DISCARDED = "★", "☆", "×"
_BAR = 5
_NOTHING: Piece = ("—", Tone.QUIET)


def cell(
    column: Column,
    width: int,
    task: Task,
    now_ms: int,
    forecast: Forecast | None,
    download: Download | None = None,
) -> list[Piece]:
    """What a column says about a task, in at most `width` cells of clean text."""
    if column is Column.ETA:
        if download is None or task.files_note:
            return _eta(task, width, now_ms, forecast)
        return _downloading(download, width)
    text, tone = _says(column, task, now_ms)
    if column is Column.STATE and width == 1:
        text = LOOKS[task.state].glyph
    return [(shorten(text, width), tone)] if text else []


def needs(task: Task, now_ms: int, download: Download | None = None) -> Needs:
    """The cells each column would need to say all it has to say about a task; 0 for those that do not ask."""
    return tuple(
        ETA_WITH_SPEED
        if column is Column.ETA and download is not None
        else cell_len(shorten(_says(column, task, now_ms)[0], column.most))
        if column in GROWING
        else 0
        for column in Column
    )


def _says(column: Column, task: Task, now_ms: int) -> Piece:
    """All that a column has to say, in words that are not clean yet."""
    match column:
        case Column.STATE:
            look = LOOKS[task.state]
            is_parked = task.is_parked and task.state is TaskState.WAITING
            return f"{look.glyph} {state_word(task)}", Tone.QUIET if is_parked else look.tone
        case Column.PROMPT:
            return gist(task), None if task.prompt.strip() else Tone.QUIET
        case Column.RATING:
            return _rating(task)
        case Column.ELAPSED:
            return _elapsed(task, now_ms)
        case Column.CREDITS:
            charge = credits(task.charge)
            return charge, Tone.WARN if charge == "?" else Tone.QUIET if charge == "0" else None
        case Column.SENT:
            return day_or_time(task.created_at, now_ms), Tone.QUIET
        case Column.TAGS:
            return ", ".join(task.tags), None
        case Column.SETTINGS:
            return brief_parameters(task.parameters), Tone.QUIET
        case Column.MODEL:
            return task.model, Tone.QUIET
        case Column.ID:
            return (task.task_id, Tone.QUIET) if task.task_id else _NOTHING
    return "", None


def _downloading(download: Download, width: int) -> list[Piece]:
    from sora_tui.tui.download_words import download_cell  # only with a download is it of any use

    drawn, words = download_cell(download, width)
    return [*_bar_pieces(drawn, Tone.BUSY), (words, Tone.WARN if download.problem else None)]


def _bar_pieces(drawn: str, tone: Tone) -> list[Piece]:
    """A bar and the space behind it; nothing for none."""
    full = drawn.rstrip(bar(0, 1))
    return [(full, tone), (drawn[len(full) :], Tone.QUIET), (" ", None)] if drawn else []


def _rating(task: Task) -> Piece:
    """`★ 4` starred and marked, `☆ 4` only marked, `× 2` done with; nothing for what nobody judged."""
    sign = DISCARDED if task.is_discarded else STAR if task.is_starred else NO_STAR if task.rating else ""
    return (
        f"{sign} {task.rating or ''}".strip(),
        Tone.QUIET if task.is_discarded else Tone.WARN if task.is_starred else None,
    )


def _elapsed(task: Task, now_ms: int) -> Piece:
    if task.finished_at is None and not task.state.is_running:
        return _NOTHING  # nobody knows when, or whether, it ended
    if task.state is TaskState.REFUSED:
        return _NOTHING  # it never ran
    return clock(task.elapsed_ms(now_ms)), None


def _eta(task: Task, width: int, now_ms: int, forecast: Forecast | None) -> list[Piece]:
    if is_collected(task):
        return [("on disk", Tone.QUIET)]
    if task.files_note:
        return [("gone", Tone.WARN)]
    if task.state is TaskState.SUCCESS and task.links and task.finished_at is not None:
        return [(expiry(task.finished_at, now_ms), Tone.WARN if is_soon_deleted(task, now_ms) else Tone.QUIET)]
    if task.state is TaskState.SUCCESS:
        return [("text", Tone.QUIET)] if task.result_text else [("no link", Tone.WARN)]
    if task.state is TaskState.UNCONFIRMED:
        return [("answer was lost" if width >= ETA_WITH_WORDS else "no answer", Tone.WARN)]
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
        if len(words) > 10 or ETA_WITH_BAR <= width < ETA_WITH_WORDS:
            words = words.removesuffix(" left")
        share = elapsed / (elapsed + eta.remaining_ms)
    text: list[Piece] = [(words, Tone.WARN if eta.slow else None)]
    if width >= ETA_WITH_BAR and _BAR + 1 + len(words) <= width:
        # The last cell fills at the end alone: a full bar on a running task would be a promise.
        drawn = bar(share if share >= 1 else min(share, (_BAR - 1) / _BAR), _BAR)
        text = [*_bar_pieces(drawn, tone), *text]
    return text
