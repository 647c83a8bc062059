"""The orders the task table can have, as sort keys. Pure, and free of the clock: order must not change with time."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeAlias

from sora_tui.studio.task import Task, TaskState
from sora_tui.tui.format import state_word

SortKey: TypeAlias = tuple[Any, ...]
"""Sorts upwards; ends with age and ref, so that no two tasks are equal and nothing jumps among likes."""


class SortBy(Enum):
    """What the rows can be ordered by. NEWEST is the order nobody had to ask for."""

    NEWEST = "newest"
    STATE = "state"
    PROMPT = "prompt"
    ELAPSED = "elapsed"
    ETA = "eta"
    CREDITS = "credits"


def sort_key(task: Task, sort_by: SortBy, *, descending: bool = False) -> SortKey:
    """Where a task stands in an order. The last entry is its ref."""
    if sort_by is SortBy.NEWEST:
        return (task.created_at if descending else -task.created_at, task.ref)
    key = _KEYS[sort_by](task)
    return (_Reversed(key) if descending else key, -task.created_at, task.ref)


_STATE_ORDER = (
    TaskState.UNCONFIRMED,
    TaskState.SENDING,
    TaskState.QUEUED,
    TaskState.WAITING,
    TaskState.SUCCESS,
    TaskState.FAIL,
    TaskState.REFUSED,
    TaskState.EXPIRED,
    TaskState.ABANDONED,
)
_STATE_RANK: Mapping[TaskState, int] = {state: rank for rank, state in enumerate(_STATE_ORDER)}


def _started(task: Task) -> int:
    return task.vendor_created_at or task.sent_at or task.created_at


def _by_state(task: Task) -> SortKey:
    return (_STATE_RANK[task.state], state_word(task))


def _by_elapsed(task: Task) -> SortKey:
    # A running row is taken for longer than every ended one: its order must not change with the clock.
    if task.finished_at is None:
        return (1, -_started(task))
    return (0, task.elapsed_ms(task.finished_at))


def _by_eta(task: Task) -> SortKey:
    # What comes next first: the running by age, then the links by when they expire.
    if task.state.is_running:
        return (0, _started(task))
    if task.state is TaskState.SUCCESS:
        return (1, task.finished_at or 0)
    return (2, -task.created_at)


def _by_credits(task: Task) -> SortKey:
    charge = task.charge
    return (0, charge) if charge is not None and not math.isnan(charge) else (1, 0.0)


_KEYS: Mapping[SortBy, Callable[[Task], SortKey]] = {
    SortBy.STATE: _by_state,
    SortBy.PROMPT: lambda task: (task.prompt[:200].casefold(),),
    SortBy.ELAPSED: _by_elapsed,
    SortBy.ETA: _by_eta,
    SortBy.CREDITS: _by_credits,
}


class _Reversed:
    """Turns the order of what it wraps around, so that a list sorted upwards can show it downwards."""

    __slots__ = ("key",)

    def __init__(self, key: SortKey) -> None:
        self.key = key

    def __lt__(self, other: _Reversed) -> bool:
        return other.key < self.key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Reversed) and self.key == other.key

    __hash__ = None  # type: ignore[assignment]
