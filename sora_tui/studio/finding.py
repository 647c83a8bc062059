"""Which tasks, in which order, how many: the filters and orders of this package, said in SQL.

Answers exactly what `filters.py` and `orders.py` answer in Python of the same tasks.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeAlias

from sora_tui.studio.filters import (
    PARKED,
    TAKEN_BACK,
    AnyOf,
    Costs,
    CostUnknown,
    Filter,
    InState,
    Not,
    OfModel,
    Parked,
    Says,
    Since,
    Term,
)
from sora_tui.studio.orders import PROMPT_CHARACTERS, SETTINGS_CHARACTERS, STATE_ORDER, SortBy, SortKey
from sora_tui.studio.outcomes import WITHDRAWN
from sora_tui.studio.task import TaskState
from sora_tui.studio.text import fold_ascii

Condition: TypeAlias = tuple[str, tuple[Any, ...]]
"""An expression that is 0 or 1, never NULL, and the values for its marks."""

_LAST = "\U0010ffff"
"""Sorts behind every character that a text may hold."""


def find(
    db: sqlite3.Connection,
    *,
    filter: Filter,
    states: Collection[TaskState] | None,
    sort_by: SortBy,
    limit: int | None = None,
) -> list[SortKey]:
    """Where the tasks stand that a filter lets through, upwards.

    Args:
        db: a store's.
        filter: what must hold of them.
        states: in which of these they are; None for any.
        sort_by: the order.
        limit: how many at most, from the beginning.
    """
    condition, values = _condition(filter, states)
    keys = ", ".join([*_KEYS[sort_by], "-created_at", "ref"])
    order = ", ".join([*(str(place) for place in range(1, len(_KEYS[sort_by]) + 1)), "created_at DESC", "ref"])
    return db.execute(
        f"SELECT {keys} FROM tasks WHERE {condition} ORDER BY {order} LIMIT ?",
        (*values, -1 if limit is None else limit),
    ).fetchall()


def count(db: sqlite3.Connection, filter: Filter, states: Collection[TaskState] | None) -> int:
    """How many tasks `find` would find."""
    condition, values = _condition(filter, states)
    return int(db.execute(f"SELECT count(*) FROM tasks WHERE {condition}", values).fetchone()[0])


def counts(db: sqlite3.Connection) -> dict[TaskState, int]:
    """How many tasks there are in each state."""
    return {
        **dict.fromkeys(TaskState, 0),
        **{
            TaskState(state): number for state, number in db.execute("SELECT state, count(*) FROM tasks GROUP BY state")
        },
    }


def beginning(name: str) -> Condition:
    """The tasks whose ref or vendor's id is `name` or begins with it; none for an empty one."""
    if not name:
        return "0", ()
    is_either = "(ref >= ? AND ref < ? OR ifnull(substr(task_id, 1, ?) = ?, 0))"
    return is_either, (name, name + _LAST, len(name), name)


# Conditions


def _condition(filter: Filter, states: Collection[TaskState] | None) -> Condition:
    conditions = [_said(term) for term in filter.terms]
    if states is not None:
        conditions.insert(0, _in(states))
    return _all(conditions)


def _said(term: Term) -> Condition:
    match term:
        case Says(text):
            return _any([_contains(column, text) for column in ("prompt", "text", "note")] + _named(text))
        case InState():
            return _in_state(term)
        case OfModel(parts):
            return _any([_contains("model", part) for part in parts])
        case Costs():
            return _costs(term)
        case CostUnknown():
            return f"{_CHARGE} IS NULL", ()
        case Since(at):
            return "created_at >= ?", (at,)
        case Parked():
            return _IS_PARKED, ()
        case AnyOf(terms):
            return _any([_said(each) for each in terms])
        case Not(inner):
            condition, values = _said(inner)
            return f"NOT ({condition})", values


def _contains(column: str, part: str) -> Condition:
    return f"instr(fold({column}), ?) > 0", (part,)


def _named(text: str) -> list[Condition]:
    small = fold_ascii(text)
    return [
        ("ref >= ? AND ref < ?", (text, text + _LAST)),
        ("ifnull(task_id COLLATE NOCASE >= ? AND task_id COLLATE NOCASE < ?, 0)", (small, small + _LAST)),
    ]


def _in_state(term: InState) -> Condition:
    conditions = [_in(term.states)]
    for start in term.beginnings:
        conditions.append(("ifnull(substr(fold(vendor_state), 1, ?) = ?, 0)", (len(start), start)))
        code = "CAST(ifnull(code, http_status) AS TEXT)"
        conditions.append((f"ifnull(substr({code}, 1, ?) = ?, 0)", (len(start), start)))
    if term.means(PARKED):
        conditions.append((_IS_PARKED, ()))
    if term.means(TAKEN_BACK):
        conditions.append(("(state = 'refused' AND note = ?)", (WITHDRAWN,)))
    return _any(conditions)


def _costs(term: Costs) -> Condition:
    conditions: list[Condition] = [(f"{_CHARGE} IS NOT NULL", ())]
    if term.low > -math.inf:
        conditions.append((f"ifnull({_CHARGE} {'>' if term.is_above else '>='} ?, 0)", (term.low,)))
    if term.high < math.inf:
        conditions.append((f"ifnull({_CHARGE} {'<' if term.is_below else '<='} ?, 0)", (term.high,)))
    return _all(conditions)


def _in(states: Iterable[TaskState]) -> Condition:
    values = sorted({state.value for state in states})
    return f"state IN ({', '.join('?' for _ in values)})", tuple(values)


def _all(conditions: Iterable[Condition]) -> Condition:
    return _joined(" AND ", conditions, "1")


def _any(conditions: Iterable[Condition]) -> Condition:
    return _joined(" OR ", conditions, "0")


def _joined(word: str, conditions: Iterable[Condition], nothing: str) -> Condition:
    parts = list(conditions)
    text = word.join(f"({condition})" for condition, _ in parts)
    return f"({text or nothing})", tuple(value for _, values in parts for value in values)


# Sort keys: what `orders.py` says before age and ref

_CHARGE = (  # `Task.charge`
    "CASE WHEN state IN ('queued', 'sending', 'refused') THEN 0.0 WHEN credits IS NOT NULL THEN credits"
    " WHEN state = 'fail' THEN 0.0 WHEN state IN ('waiting', 'success') THEN price END"
)
_STARTED = (  # `Task.started_at`
    "coalesce(nullif(vendor_created_at, 0), CASE WHEN state != 'queued' THEN nullif(sent_at, 0) END, created_at)"
)
_RANK = "CASE state " + " ".join(f"WHEN '{state.value}' THEN {rank}" for rank, state in enumerate(STATE_ORDER)) + " END"
_CODE = "CASE WHEN state IN ('fail', 'refused') THEN coalesce(code, http_status, 0) ELSE 0 END"
_IS_PARKED = "is_parked != 0 AND state = 'waiting'"
_IS_RUNNING = "state IN ('queued', 'sending', 'waiting')"

_KEYS: Mapping[SortBy, tuple[str, ...]] = {
    SortBy.NEWEST: (),
    SortBy.STATE: (_RANK, _CODE),
    SortBy.PROMPT: (f"fold(substr(prompt, 1, {PROMPT_CHARACTERS}))",),
    SortBy.ELAPSED: (
        "finished_at IS NULL",
        f"CASE WHEN finished_at IS NULL THEN -{_STARTED} ELSE max(0, finished_at - {_STARTED}) END",
    ),
    SortBy.ETA: (
        f"CASE WHEN {_IS_RUNNING} THEN 0 WHEN state = 'success' THEN 1 ELSE 2 END",
        f"CASE WHEN {_IS_RUNNING} THEN {_STARTED} WHEN state = 'success' THEN ifnull(finished_at, 0) ELSE 0 END",
    ),
    SortBy.CREDITS: (f"{_CHARGE} IS NULL", f"ifnull({_CHARGE}, 0.0)"),
    SortBy.SETTINGS: (f"substr(parameters, 1, {SETTINGS_CHARACTERS})",),
    SortBy.MODEL: ("fold(model)",),
    SortBy.ID: ("task_id IS NULL", "ifnull(task_id, '')"),
}
