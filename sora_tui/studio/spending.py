"""What tasks cost, summed up in SQL: today, by day, model, tag, thread and batch. `costs.py` is the same in Python."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sora_tui.studio.costs import Bill, By
from sora_tui.studio.encoding import SELECT, decode
from sora_tui.studio.finding import CHARGE, IS_KEEPER, STARTED
from sora_tui.studio.task import Task

IN_FLIGHT = "state IN ('queued', 'sending', 'waiting', 'unconfirmed')"
# `+origin` in a query: read by the few states, not by the many tasks of the service.
AT_STAKE = "coalesce(credits, price, price_bound)"  # `Task.at_stake`

_SUMS = ", ".join(
    (
        "count(*)",
        "ifnull(sum(state = 'success'), 0)",
        f"ifnull(sum(state = 'fail' AND ifnull({CHARGE}, 0) = 0), 0)",
        f"ifnull(sum(state = 'fail' AND ifnull({CHARGE}, 0) != 0), 0)",
        f"ifnull(sum(CASE WHEN {IN_FLIGHT} THEN {AT_STAKE} ELSE {CHARGE} END IS NULL), 0)",
        f"ifnull(sum({IS_KEEPER}), 0)",
        f"total(CASE WHEN NOT {IN_FLIGHT} THEN {CHARGE} END)",
        f"total(CASE WHEN state = 'fail' THEN {CHARGE} END)",
        f"total(CASE WHEN {IN_FLIGHT} THEN {AT_STAKE} END)",
    )
)
"""A `Bill`, in the order of its fields."""
_KEYS: Mapping[By, str] = {
    By.MODEL: "model",
    By.TAG: "ifnull(fold(each.value), '')",
    By.THREAD: "thread_ref",
    By.BATCH: "batch_ref",
}


@dataclass(frozen=True, slots=True)
class Span:
    """The tasks of a service whose money was spent within a time.

    Attributes:
        origin: the service.
        since: epoch ms, the first that counts.
        until: epoch ms, the first that no longer counts; None for no end.
    """

    origin: str
    since: int = 0
    until: int | None = None

    @property
    def condition(self) -> str:
        """What holds of them, in SQL."""
        return "origin = ? AND spent_at >= ? AND spent_at < ?"

    @property
    def values(self) -> tuple[Any, ...]:
        """For the marks of the condition."""
        return self.origin, self.since, (1 << 62) if self.until is None else self.until


def bill(db: sqlite3.Connection, span: Span) -> Bill:
    """The sums over a span."""
    return Bill(*db.execute(f"SELECT {_SUMS} FROM tasks WHERE {span.condition}", span.values).fetchone())


def bills(db: sqlite3.Connection, span: Span, by: By) -> dict[str, Bill]:
    """The sums over a span, broken down. See `costs.bills`."""
    source = "tasks LEFT JOIN json_each(tags) AS each" if by is By.TAG else "tasks"
    select = f"SELECT {_KEYS[by]}, {_SUMS} FROM {source} WHERE {span.condition} GROUP BY 1"
    return {str(key): Bill(*sums) for key, *sums in db.execute(select, span.values)}


def beginnings(db: sqlite3.Connection, by: By, keys: Collection[str]) -> dict[str, str]:
    """The first prompt of each of these threads or batches, by its key; nothing for what has no prompts of its own."""
    if by not in (By.THREAD, By.BATCH):
        return {}
    is_one = f"{_KEYS[by]} != '' AND {_KEYS[by]} IN (SELECT value FROM json_each(?))"
    # SQLite takes the other columns from the row that has the minimum.
    select = f"SELECT {_KEYS[by]}, prompt, min(seq) FROM tasks WHERE {is_one} GROUP BY 1"
    return {str(key): str(prompt) for key, prompt, _ in db.execute(select, (json.dumps(list(keys)),))}


def in_flight(db: sqlite3.Connection, origin: str) -> Bill:
    """The sums over all of a service that has not ended, whenever it was sent."""
    return Bill(*db.execute(f"SELECT {_SUMS} FROM tasks WHERE {IN_FLIGHT} AND +origin = ?", (origin,)).fetchone())


def durations_ms(db: sqlite3.Connection, span: Span) -> list[int]:
    """How long each task of a span that succeeded took, in ms."""
    took = f"SELECT max(0, finished_at - {STARTED}) FROM tasks WHERE {span.condition}"
    condition = "state = 'success' AND finished_at IS NOT NULL"
    return [int(ms) for (ms,) in db.execute(f"{took} AND {condition}", span.values)]


def tasks(db: sqlite3.Connection, span: Span) -> list[Task]:
    """The tasks of a span, oldest first."""
    rows = db.execute(f"{SELECT} WHERE {span.condition} ORDER BY spent_at, seq", span.values)
    return [decode(row) for row in rows]


def committed(db: sqlite3.Connection, origin: str, since: int) -> float:
    """Credits of a service charged at `since` (epoch ms) or later, and those at stake in all that is unfinished."""
    charged = f"SELECT total({CHARGE}) FROM tasks WHERE origin = ? AND spent_at >= ? AND NOT {IN_FLIGHT}"
    at_stake = f"SELECT total({AT_STAKE}) FROM tasks WHERE {IN_FLIGHT} AND +origin = ?"
    (spent,), (flying,) = (
        db.execute(charged, (origin, since)).fetchone(),
        db.execute(at_stake, (origin,)).fetchone(),
    )
    return float(spent) + float(flying)
