"""The order of what waits to be sent, and the services to which nothing is sent for now. SQL."""

from __future__ import annotations

import sqlite3

_ORDER = "place, created_at, seq"


def paused(db: sqlite3.Connection) -> frozenset[str]:
    """The services to which nothing is sent until the user says so."""
    return frozenset(str(origin) for (origin,) in db.execute("SELECT origin FROM pauses"))


def pause(db: sqlite3.Connection, origin: str, at: int) -> None:
    """Lets nothing be sent to a service, by any program on the store, from `at` (epoch ms) on."""
    db.execute("INSERT OR IGNORE INTO pauses VALUES (?, ?)", (origin, at))


def resume(db: sqlite3.Connection, origin: str) -> None:
    """Lets tasks be sent to a service again."""
    db.execute("DELETE FROM pauses WHERE origin = ?", (origin,))


def places_with(db: sqlite3.Connection, ref: str, origin: str, before: str | None) -> dict[str, float]:
    """The places, by ref, that change so that a task stands just before another one of the queue, or last.

    One place alone, unless there is no number left between the two that it comes between.

    Raises:
        LookupError: `before` does not wait to be sent.
    """
    rows = db.execute(
        f"SELECT ref, place FROM tasks WHERE state = 'queued' AND origin = ? AND ref != ? ORDER BY {_ORDER}",
        (origin, ref),
    ).fetchall()
    refs = [str(other) for other, _ in rows]
    if before is not None and before not in refs:
        raise LookupError(before)
    at = len(refs) if before is None else refs.index(before)
    low = rows[at - 1][1] if at > 0 else None
    high = rows[at][1] if at < len(rows) else None
    if low is None:
        return {ref: 0.0 if high is None else high - 1.0}
    if high is None:
        return {ref: low + 1.0}
    middle = (low + high) / 2
    if low < middle < high:
        return {ref: middle}
    return {each: float(number) for number, each in enumerate([*refs[:at], ref, *refs[at:]], start=1)}
