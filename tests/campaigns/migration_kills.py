"""A program is killed at any moment of bringing a store up to date."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any, TypeAlias
from unittest.mock import patch

from sora_tui.studio.schema import FILE_NAME, MIGRATIONS, Migration, StoreError
from sora_tui.studio.store import Store
from tests.campaigns.audit import is_whole
from tests.campaigns.campaign import Campaign, Figures, Trial
from tests.campaigns.child import Child, Link

_ROWS = 300
_PROMPT = "A paper boat drifts down a gutter in the rain. " * 80
"""So long that a step over all rows outgrows SQLite's cache: half of it is on the disk before it is committed."""

_REWRITE: Migration = (
    "CREATE TABLE words (ref TEXT PRIMARY KEY, prompt TEXT NOT NULL) WITHOUT ROWID",
    "INSERT INTO words SELECT ref, prompt FROM tasks",
    "ALTER TABLE tasks ADD COLUMN length INTEGER NOT NULL DEFAULT 0",
    "UPDATE tasks SET length = length(prompt), text = upper(prompt)",
    "CREATE INDEX tasks_length ON tasks (length)",
)
"""A step as heavy as one may become: it touches every page."""
_STEPS: Sequence[Migration] = (*MIGRATIONS, _REWRITE)

Work: TypeAlias = Callable[[Link, Path, int], None]


# In the child


class _Telling(sqlite3.Connection):
    """A connection that tells the parent of each statement before it is carried out."""

    link: Link

    def execute(self, sql: str, *rest: Any) -> sqlite3.Cursor:
        self.link.send(sql)
        return super().execute(sql, *rest)


def program(link: Link, path: Path, version: int) -> None:
    """Opens the store, which brings it up to `version`."""
    _Telling.link = link
    with patch("sqlite3.connect", partial(sqlite3.connect, factory=_Telling)):
        Store(path, migrations=_STEPS[:version]).close()
    link.send("closed")
    link.recv()


def without_a_transaction(link: Link, path: Path, version: int) -> None:
    """Carries a step out statement by statement."""
    _Telling.link = link
    with closing(sqlite3.connect(path, isolation_level=None, factory=_Telling)) as db:
        for statement in _STEPS[version - 1]:
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {version}")
    link.send("closed")
    link.recv()


# In the parent


@dataclass(frozen=True, slots=True)
class _Look:
    """A store as SQLite shows it."""

    version: int
    objects: frozenset[tuple[str, str]]
    rows: frozenset[tuple[str, ...]]

    @property
    def shape(self) -> tuple[int, frozenset[tuple[str, str]]]:
        """Which schema it has, and what there is of it."""
        return self.version, self.objects


def _look_at(path: Path) -> _Look:
    with closing(sqlite3.connect(path)) as db:
        [(version,)] = db.execute("PRAGMA user_version")
        objects = db.execute("SELECT name, ifnull(sql, '') FROM sqlite_schema").fetchall()
        rows = db.execute("SELECT ref, state, prompt, parameters, note FROM tasks").fetchall()
        steps = db.execute("SELECT ref, state FROM steps").fetchall()
        return _Look(int(version), frozenset(objects), frozenset([*rows, *steps]))


def _write_first(path: Path) -> None:
    """A store of the first schema, full of tasks."""
    Store(path, migrations=_STEPS[:1]).close()
    columns = "ref, state, model, prompt, parameters, origin, created_at, text, links, watermark_links, note"
    with closing(sqlite3.connect(path)) as db, db:
        for number in range(_ROWS):
            ref = f"{number:032x}"
            db.execute(
                f"INSERT INTO tasks ({columns}, attempts, revision)"
                " VALUES (?, 'queued', 'sora', ?, '{}', 'demo', ?, '', '[]', '[]', '', 0, ?)",
                (ref, f"{number} {_PROMPT}", number, number + 1),
            )
            db.execute("INSERT INTO steps (ref, at, state, text) VALUES (?, ?, 'queued', '')", (ref, number))


class _Step:
    """One step, from one schema to the next, killed again and again on a copy of the same store.

    Args:
        work: makes the step, in a child.
        version: the schema it leads to.
        before: a store of the schema before.
        after: the same with the step made.
        random: for the moments.

    Attributes:
        found: what was found, by figure.
    """

    def __init__(self, work: Work, version: int, before: Path, after: Path, random: Random) -> None:
        self._work = work
        self._version = version
        self._before = before
        self._random = random
        self._old, self._new = _look_at(before), _look_at(after)
        self.found: Counter[str] = Counter()

    def kill_often(self, count: int, folder: Path) -> None:
        """Kill at each statement in turn, from the last, at a random moment between it and the next."""
        widths = self._measure(folder)
        for number in range(count):
            path = self._copy(folder)
            nth = (-1 - number) % len(widths)
            with Child(self._work, path, self._version) as child:
                for _ in range(nth + 1):
                    child.hear()
                time.sleep(self._random.uniform(0.0, widths[nth]))
                child.kill()
            self._examine(path)

    def _measure(self, folder: Path) -> list[float]:
        """Seconds from each statement to the next; 0 for the end, after the last."""
        times: list[float] = []
        with Child(self._work, self._copy(folder), self._version) as child:
            while child.hear() != "closed":
                times.append(time.monotonic())
            times.append(time.monotonic())
        return [until - at for at, until in pairwise(times)] + [0.0]

    def _copy(self, folder: Path) -> Path:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return Path(shutil.copy(self._before, folder / FILE_NAME))

    def _examine(self, path: Path) -> None:
        self.found["kills"] += 1
        look = _look_at(path)
        self.found["corrupt"] += not is_whole(path)
        self.found["lost rows"] += len(self._old.rows - look.rows)
        self.found["between"] += look.shape not in (self._old.shape, self._new.shape)
        self.found["left old"] += look.version == self._old.version
        self.found["left new"] += look.version == self._new.version
        backups = list(path.parent.rglob("*.backup"))
        self.found["torn backups"] += sum(not is_whole(copy) or _look_at(copy) != self._old for copy in backups)
        self.found["unsaved"] += look.shape != self._old.shape and not backups
        try:
            Store(path, migrations=_STEPS[: self._version]).close()
        except (StoreError, sqlite3.Error):
            self.found["unusable"] += 1
        else:
            self.found["unusable"] += _look_at(path) != self._new


_NEVER = ("lost rows", "between", "corrupt", "torn backups", "unsaved", "unusable")
_SOME = ("left old", "left new")


def _trial(name: str, work: Work) -> Trial:
    def run(count: int, folder: Path) -> Figures:
        stores = [folder / f"schema {version}" / FILE_NAME for version in range(1, len(_STEPS) + 1)]
        _write_first(stores[0])
        found: Counter[str] = Counter()
        random = Random(1)
        for version, (before, after) in enumerate(pairwise(stores), start=2):
            after.parent.mkdir()
            shutil.copy(before, after)
            Store(after, migrations=_STEPS[:version]).close()
            step = _Step(work, version, before, after, random)
            step.kill_often(count, folder / "killed")
            found += step.found
        return {"kills": found["kills"], "steps": len(stores) - 1, **{name: found[name] for name in _SOME + _NEVER}}

    return Trial(name, run)


CAMPAIGN = Campaign(
    name="migration-kills",
    promise="kill -9 at any moment of a migration: the old schema or the new one, every row, and a whole copy",
    never=_NEVER,
    some=_SOME,
    program=_trial("the program", program),
    controls=(_trial("without a transaction", without_a_transaction),),
    full=100,
    small=14,
    control_count=8,
)
