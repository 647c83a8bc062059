"""What tasks cost, summed up in SQL: today, by day, model, tag, thread and batch. `costs.py` is the same in Python."""

from __future__ import annotations

import sqlite3

from sora_tui.studio.finding import CHARGE

IN_FLIGHT = "state IN ('queued', 'sending', 'waiting', 'unconfirmed')"
AT_STAKE = "coalesce(credits, price, price_bound)"  # `Task.at_stake`


def committed(db: sqlite3.Connection, origin: str, since: int) -> float:
    """Credits of a service charged at `since` (epoch ms) or later, and those at stake in all that is unfinished."""
    charged = f"SELECT total({CHARGE}) FROM tasks WHERE origin = ? AND spent_at >= ? AND NOT {IN_FLIGHT}"
    at_stake = f"SELECT total({AT_STAKE}) FROM tasks WHERE {IN_FLIGHT} AND origin = ?"
    (spent,), (flying,) = (
        db.execute(charged, (origin, since)).fetchone(),
        db.execute(at_stake, (origin,)).fetchone(),
    )
    return float(spent) + float(flying)
