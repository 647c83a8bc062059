"""The orders a list of tasks can have, as sort keys. Pure, and free of the clock: order must not change with time.

`finding.py` says the same in SQL.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeAlias

from sora_tui.studio.task import Task, TaskState
from sora_tui.studio.text import fold

SortKey: TypeAlias = tuple[Any, ...]
"""Sorts upwards; ends with age and ref, so that no two tasks are equal and nothing jumps among likes."""

PROMPT_CHARACTERS = 60
"""How much of a prompt its place in the alphabet depends on."""
JSON_CHARACTERS = 80
"""How much of a task's parameters or tags, as the store writes them, its place among others depends on."""
STATE_ORDER = (
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
"""What needs the user comes first."""


class SortBy(Enum):
    """What tasks can be ordered by. NEWEST is the order nobody had to ask for."""

    NEWEST = "newest"
    STATE = "state"
    PROMPT = "prompt"
    ELAPSED = "elapsed"
    ETA = "eta"
    CREDITS = "credits"
    TAGS = "tags"
    SETTINGS = "settings"
    MODEL = "model"
    ID = "id"
    RATING = "rating"


def sort_key(task: Task, sort_by: SortBy) -> SortKey:
    """Where a task stands in an order, upwards. Whoever wants it downwards reads the list from its end."""
    return (*_KEYS[sort_by](task), -task.created_at, task.ref)


def _by_state(task: Task) -> SortKey:
    code = 0
    if task.state in (TaskState.FAIL, TaskState.REFUSED):
        code = task.code if task.code is not None else task.http_status or 0
    return (_STATE_RANK[task.state], code)


def _by_prompt(task: Task) -> SortKey:
    # SQLite's substr() ends at a NUL.
    return (fold(task.prompt[:PROMPT_CHARACTERS].partition("\0")[0]),)


def _by_elapsed(task: Task) -> SortKey:
    # A running row is taken for longer than every ended one: its order must not change with the clock.
    if task.finished_at is None:
        return (1, -task.started_at)
    return (0, task.elapsed_ms(task.finished_at))


def _by_eta(task: Task) -> SortKey:
    # What comes next first: the running by age, then the links by when they expire.
    if task.state.is_running:
        return (0, task.started_at)
    if task.state is TaskState.SUCCESS:
        return (1, task.finished_at or 0)
    return (2, 0)


def _by_credits(task: Task) -> SortKey:
    charge = task.charge
    return (0, charge) if charge is not None and not math.isnan(charge) else (1, 0.0)


def _by_settings(task: Task) -> SortKey:
    return (json.dumps(dict(task.parameters), ensure_ascii=False)[:JSON_CHARACTERS],)


def _by_tags(task: Task) -> SortKey:
    return (not task.tags, fold(json.dumps(task.tags, ensure_ascii=False)[:JSON_CHARACTERS]))


def _by_rating(task: Task) -> SortKey:
    # The best first, as in every list of the best; what has no mark comes last.
    return (-task.rating, not task.is_starred)


_STATE_RANK: Mapping[TaskState, int] = {state: rank for rank, state in enumerate(STATE_ORDER)}
_KEYS: Mapping[SortBy, Callable[[Task], SortKey]] = {
    SortBy.NEWEST: lambda task: (),
    SortBy.STATE: _by_state,
    SortBy.PROMPT: _by_prompt,
    SortBy.ELAPSED: _by_elapsed,
    SortBy.ETA: _by_eta,
    SortBy.CREDITS: _by_credits,
    SortBy.TAGS: _by_tags,
    SortBy.SETTINGS: _by_settings,
    SortBy.MODEL: lambda task: (fold(task.model),),
    SortBy.ID: lambda task: (task.task_id is None, task.task_id or ""),
    SortBy.RATING: _by_rating,
}
