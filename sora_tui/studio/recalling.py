"""What was asked for before: every prompt ever sent, and what the service's filter turned away. SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from sora_tui.kie.meanings import Cause
from sora_tui.studio.encoding import SELECT, decode
from sora_tui.studio.explaining import meaning_of
from sora_tui.studio.finding import CHARGE
from sora_tui.studio.task import Task, TaskState

MOST_REFUSALS = 2_000
MOST_ACCEPTED = 2_000
"""Enough to know which words go through."""

_ALIKE = (  # as the index of prompts is made; the words themselves decide
    "length({0}.prompt) = length({1}.prompt) AND substr({0}.prompt, 1, 24) = substr({1}.prompt, 1, 24)"
    " AND substr({0}.prompt, -24) = substr({1}.prompt, -24) AND {0}.prompt = {1}.prompt"
)
_IS_LAST = (
    f"NOT EXISTS (SELECT 1 FROM tasks AS later WHERE {_ALIKE.format('later', 'tasks')} AND later.seq > tasks.seq)"
)


class SentPrompt(NamedTuple):
    """Words that were sent, once or more often: enough to search among.

    Attributes:
        seq: the number of the row of the task that was sent last with them; where the next page begins.
        ref: that task.
        prompt: the words.
    """

    seq: int
    ref: str
    prompt: str


@dataclass(frozen=True, slots=True)
class PastPrompt:
    """What became of the same words over time.

    Attributes:
        prompt: the words.
        last_ref: the task that was sent last with them.
        last_at: when that was written down, in epoch ms.
        model: its model.
        times: how many tasks were sent with them.
        best_rating: the highest mark of these; 0 if none has one.
        is_starred: whether one of them is starred.
        credits: what all of them cost, as far as it is known.
    """

    prompt: str
    last_ref: str
    last_at: int
    model: str
    times: int
    best_rating: int
    is_starred: bool
    credits: float


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """A prompt that the service's filter did not let pass.

    Attributes:
        ref: the task.
        prompt: its words.
        model: its model.
        at: when it was written down, in epoch ms.
        text: what the service said.
    """

    ref: str
    prompt: str
    model: str
    at: int
    text: str


def sent_prompts(db: sqlite3.Connection, *, before: int | None, limit: int) -> list[SentPrompt]:
    """All different prompts, those sent last first; each where it was sent last.

    Args:
        db: the store's.
        before: the `seq` of the last one of the page before; None for the first page.
        limit: how many at most.
    """
    rows = db.execute(
        f"SELECT seq, ref, prompt FROM tasks WHERE seq < ? AND {_IS_LAST} ORDER BY seq DESC LIMIT ?",
        ((1 << 62) if before is None else before, limit),
    )
    return [SentPrompt(*row) for row in rows]


def thread(db: sqlite3.Connection, thread_ref: str) -> list[Task]:
    """The tasks of a prompt thread, oldest first."""
    rows = db.execute(f"{SELECT} WHERE thread_ref = ? ORDER BY created_at, seq", (thread_ref,))
    return [decode(row) for row in rows]


def past_prompts(db: sqlite3.Connection, refs: Sequence[str]) -> list[PastPrompt]:
    """What became of the prompts of these tasks, in their order; for the few of a screen."""
    return [past for ref in refs if (past := _past(db, ref)) is not None]


def turned_away(db: sqlite3.Connection, origin: str, *, limit: int = MOST_REFUSALS) -> list[TurnedAway]:
    """The tasks of a service that its filter refused or failed, newest first, at most `limit`."""
    rows = db.execute(
        "SELECT ref, prompt, model, created_at, text, state, code, http_status FROM tasks"
        " WHERE state IN ('fail', 'refused') AND +origin = ? ORDER BY created_at DESC, seq DESC",
        (origin,),
    )
    found: list[TurnedAway] = []
    for ref, prompt, model, at, text, state, code, http_status in rows:
        if _is_moderation(state, code, http_status, text):
            found.append(TurnedAway(ref, prompt, model, at, text))
            if len(found) == limit:
                break
    return found


def accepted(db: sqlite3.Connection, origin: str, *, limit: int) -> list[str]:
    """Prompts of a service that became something, newest first, at most `limit` tasks' worth."""
    rows = db.execute(
        "SELECT prompt FROM tasks WHERE state = 'success' AND +origin = ? ORDER BY seq DESC LIMIT ?", (origin, limit)
    )
    return list(dict.fromkeys(str(prompt) for (prompt,) in rows))


def is_turned_away(task: Task) -> bool:
    """Whether the service's filter refused or failed it."""
    return task.state in (TaskState.FAIL, TaskState.REFUSED) and _is_moderation(
        task.state, task.code, task.http_status, task.text
    )


@lru_cache(512)
def _is_moderation(state: str, code: int | None, http_status: int | None, text: str) -> bool:
    """Whether an end like this one was the filter's; the same few come again and again."""
    ended = Task("", TaskState(state), "", "", {}, "", 0, code=code, http_status=http_status, text=text)
    meaning = meaning_of(ended)
    return meaning is not None and meaning.cause is Cause.MODERATION


def _past(db: sqlite3.Connection, ref: str) -> PastPrompt | None:
    row = db.execute(
        "SELECT last.prompt, last.ref, last.created_at, last.model, count(*), max(alike.rating),"
        f" max(alike.is_starred), total(alike.charge) FROM tasks AS last"
        f" JOIN (SELECT *, {CHARGE} AS charge FROM tasks) AS alike ON {_ALIKE.format('alike', 'last')}"
        " WHERE last.ref = ? GROUP BY last.ref",
        (ref,),
    ).fetchone()
    if row is None:
        return None
    prompt, last_ref, at, model, times, best, is_starred, credits = row
    return PastPrompt(prompt, last_ref, at, model, times, best, bool(is_starred), credits)
