"""The client's store held against the simulator's ledger. Reads the file with SQLite alone, as a stranger to it."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sora_tui.simulator.ledger import Charge
from tests.campaigns.campaign import Figures


@dataclass(frozen=True, slots=True)
class Row:
    """What the store says of one press."""

    ref: str
    prompt: str
    state: str
    task_id: str | None


def rows_in(path: Path) -> list[Row]:
    """Every row, oldest first; none where there is no store yet."""
    with closing(sqlite3.connect(path)) as db:
        if not db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'tasks'").fetchone():
            return []
        return [Row(*row) for row in db.execute("SELECT ref, prompt, state, task_id FROM tasks ORDER BY seq")]


def is_whole(path: Path) -> bool:
    """Whether SQLite finds the file in order."""
    try:
        with closing(sqlite3.connect(path)) as db:
            return db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    except sqlite3.DatabaseError:
        return False


def judge(charges: Iterable[Charge], rows: Iterable[Row]) -> Figures:
    """What became of the money.

    Returns:
        `charged`: creates that were paid for. `lost`: those of which the store knows nothing, or says that
        they were refused or never sent. `doubled`: refs paid more than once. `recorded`: paid ones whose row
        has the task's id. `unconfirmed`: paid ones of which the row says that they may be.
    """
    paid = list(charges)
    known: Mapping[str | None, Row] = {row.ref: row for row in rows}
    states = Counter(row.state if (row := known.get(charge.ref)) else "unknown" for charge in paid)
    recorded = sum(row.task_id == charge.task_id for charge in paid if (row := known.get(charge.ref)))
    return {
        "charged": len(paid),
        "lost": len(paid) - states["sending"] - states["waiting"] - states["unconfirmed"],
        "doubled": sum(times > 1 for times in Counter(charge.ref for charge in paid).values()),
        "recorded": recorded,
        "unconfirmed": states["unconfirmed"],
    }
