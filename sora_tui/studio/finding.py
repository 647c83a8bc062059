"""Which tasks, in which order, how many: the filters and orders of this package, said in SQL.

Answers exactly what `filters.py` and `orders.py` answer in Python of the same tasks.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sora_tui.studio.collected import LINK_LIFE_MS, SOON_MS
from sora_tui.studio.filters import Filter
from sora_tui.studio.judging import KEPT_FROM
from sora_tui.studio.orders import JSON_CHARACTERS, PROMPT_CHARACTERS, STATE_ORDER, SortBy, SortKey
from sora_tui.studio.outcomes import WITHDRAWN
from sora_tui.studio.task import TaskState
from sora_tui.studio.terms import (
    PARKED,
    TAKEN_BACK,
    AnyOf,
    Between,
    Collected,
    Costs,
    CostUnknown,
    Discarded,
    Expiring,
    Held,
    InBatch,
    InState,
    InThread,
    Kept,
    Not,
    Noted,
    OfModel,
    Parked,
    Rated,
    Says,
    Since,
    Starred,
    Tagged,
    Term,
    Unrated,
    Untagged,
)
from sora_tui.studio.text import fold_ascii

Condition: TypeAlias = tuple[str, tuple[Any, ...]]
"""An expression that is 0 or 1, never NULL, and the values for its marks."""

_COUNTS = "SELECT state, count(*) FROM tasks GROUP BY state"
_LAST = "\U0010ffff"
"""Sorts behind every character that a text may hold."""
END = _LAST * 2
"""Stands behind every indexed prompt, so that each of its characters begins a trigram."""
_GRAM = 3
_MANY = 10_000
"""Rows from which on walking through all in their order is quicker than reading and sorting the found ones."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """A connection to an index of prompts, with the store attached.

    Attributes:
        db: has the tables `prompts` (FTS5, rows numbered as the tasks are) and `grams` (its trigrams).
        seq: the number of the newest task whose prompt is in it.
    """

    db: sqlite3.Connection
    seq: int


def find(
    db: sqlite3.Connection,
    *,
    filter: Filter,
    states: Collection[TaskState] | None,
    sort_by: SortBy,
    also: Term | None = None,
    limit: int | None = None,
    index: Indexed | None = None,
) -> list[SortKey]:
    """Where the tasks stand that a filter lets through, upwards.

    Args:
        db: a store's.
        filter: what must hold of them.
        states: in which of these they are; None for any.
        sort_by: the order.
        also: what is let through whatever state it is in.
        limit: how many at most, from the beginning.
        index: finds words in prompts sooner; `db` is its connection then.
    """
    condition, values = _condition(filter, states, also, index)
    keys = ", ".join([*_KEYS[sort_by], "-created_at", "ref"])
    order = ", ".join([*(str(place) for place in range(1, len(_KEYS[sort_by]) + 1)), "created_at DESC", "ref"])
    source = "tasks"
    if sort_by is SortBy.NEWEST and states is None and not _finds_few(filter, index):
        source += " INDEXED BY tasks_age"  # walked through in the order wanted, so that nothing is sorted
    return db.execute(
        f"SELECT {keys} FROM {source} WHERE {condition} ORDER BY {order} LIMIT ?",
        (*values, -1 if limit is None else limit),
    ).fetchall()


def has_words(filter: Filter) -> bool:
    """Whether an index of prompts is of any use."""
    return any(isinstance(term.term if isinstance(term, Not) else term, Says) for term in filter.terms)


def counts(db: sqlite3.Connection) -> dict[TaskState, int]:
    """How many tasks there are in each state."""
    found = dict.fromkeys(TaskState, 0)
    found.update((TaskState(state), number) for state, number in db.execute(_COUNTS))
    return found


def beginning(name: str) -> Condition:
    """The tasks whose ref or vendor's id is `name` or begins with it; none for an empty one."""
    if not name:
        return "0", ()
    is_either = "(ref >= ? AND ref < ? OR ifnull(substr(task_id, 1, ?) = ?, 0))"
    return is_either, (name, name + _LAST, len(name), name)


# Conditions


def _condition(
    filter: Filter, states: Collection[TaskState] | None, also: Term | None, index: Indexed | None
) -> Condition:
    # One or two letters are in so many trigrams that they are sooner looked for in what a longer word has found.
    terms = sorted(filter.terms, key=_is_long, reverse=True)
    has_long = any(map(_is_long, terms))
    conditions = [_said(term, None if has_long and _is_short(term) else index) for term in terms]
    if states is not None:
        conditions.insert(0, _in(states) if also is None else _any([_in(states), _said(also, index)]))
    return _all(conditions)


def _said(term: Term, index: Indexed | None) -> Condition:
    match term:
        case Says(text):
            if index is not None and END[0] not in text:
                return _indexed(text, index)
            return _any([_contains(column, text) for column in ("prompt", "text", "note")] + _named(text))
        case InState():
            return _in_state(term)
        case OfModel(parts):
            return _any([_contains("model", part) for part in parts])
        case Tagged(beginnings):
            return _any([_tagged(start) for start in beginnings])
        case Untagged():
            return "tags = '[]'", ()
        case Costs(bounds):
            return _all([(f"{CHARGE} IS NOT NULL", ()), *_between(f"ifnull({CHARGE}, 0)", bounds)])
        case CostUnknown():
            return f"{CHARGE} IS NULL", ()
        case Since(at):
            return "created_at >= ?", (at,)
        case Parked():
            return _IS_PARKED, ()
        case Rated(bounds):
            return _all([("rating != 0", ()), *_between("rating", bounds)])
        case Unrated():
            return "rating = 0", ()
        case Starred():
            return "is_starred != 0", ()
        case Kept():
            return IS_KEEPER, ()
        case Discarded():
            return "is_discarded != 0", ()
        case Held():
            return "is_held != 0 AND state = 'queued'", ()
        case Collected():  # read from the rows: a list of all does not hold it
            return _IS_COLLECTED, ()
        case Expiring(now_ms):
            return _IS_EXPIRING, (now_ms - LINK_LIFE_MS, now_ms - LINK_LIFE_MS + SOON_MS)
        case InThread(beginning):
            return "thread_ref >= ? AND thread_ref < ?", (beginning, beginning + _LAST)
        case InBatch(beginning):
            return "batch_ref != '' AND batch_ref >= ? AND batch_ref < ?", (beginning, beginning + _LAST)
        case Noted(text):  # read from their own index: few tasks have a note, and a list of all does not hold it
            return "seq IN (SELECT seq FROM tasks WHERE remark != '' AND instr(fold(remark), ?) > 0)", (text,)
        case AnyOf(terms):
            return _any([_said(each, index) for each in terms])
        case Not(inner):
            condition, values = _said(inner, index)
            return f"NOT ({condition})", values


def _is_long(term: Term) -> bool:
    return isinstance(term, Says) and len(term.text) >= _GRAM and END[0] not in term.text


def _is_short(term: Term) -> bool:
    said = term.term if isinstance(term, Not) else term
    return isinstance(said, Says) and len(said.text) < _GRAM


def _indexed(text: str, index: Indexed) -> Condition:
    """The same as where all is read, as a set of numbers, each part of which comes from an index."""
    parts = [_one_of_few("text", text), _one_of_few("note", text), *_named(text)]
    parts.append(("seq > ? AND instr(fold(prompt), ?)", (index.seq, text)))
    selects = [(f"SELECT seq FROM tasks WHERE {condition}", values) for condition, values in parts]
    if grams := _match(index.db, text):
        selects.insert(0, ("SELECT rowid FROM prompts WHERE prompts MATCH ?", (grams,)))
    union = " UNION ALL ".join(select for select, _ in selects)
    return f"seq IN ({union})", tuple(value for _, values in selects for value in values)


def _one_of_few(column: str, text: str) -> Condition:
    """The text is in what the service or the note says: each saying is read once, however many tasks have it."""
    sayings = f"SELECT DISTINCT {column} AS saying FROM tasks WHERE {column} != '' LIMIT -1"  # or fold comes before
    return f"{column} != '' AND {column} IN (SELECT saying FROM ({sayings}) WHERE instr(fold(saying), ?))", (text,)


def _match(db: sqlite3.Connection, text: str) -> str:
    """What to ask the index for; empty if no indexed prompt can hold the text.

    A text shorter than a trigram is looked for as any of the trigrams that begin with it.
    """
    grams = [text]
    if len(text) < _GRAM:
        beginning_so = "SELECT term FROM grams WHERE term >= ? AND term < ?"
        grams = [gram for (gram,) in db.execute(beginning_so, (text, text + _LAST * _GRAM))]
    return " OR ".join('"' + gram.replace('"', '""') + '"' for gram in grams)


def _finds_few(filter: Filter, index: Indexed | None) -> bool:
    """Whether a term lets so few tasks through that these are sooner read one by one."""
    if any(isinstance(term, InThread | InBatch) for term in filter.terms):
        return True
    if index is None:
        return False
    for term in filter.terms:
        if isinstance(term, Says) and _is_long(term):
            some = "SELECT count(*) FROM (SELECT 1 FROM prompts WHERE prompts MATCH ? LIMIT ?)"
            if index.db.execute(some, (_match(index.db, term.text), _MANY)).fetchone()[0] < _MANY:
                return True
    return False


def _contains(column: str, part: str) -> Condition:
    return f"instr(fold({column}), ?) > 0", (part,)


def _named(text: str) -> list[Condition]:
    small = fold_ascii(text)
    return [
        ("ref >= ? AND ref < ?", (text, text + _LAST)),
        ("task_id IS NOT NULL AND task_id COLLATE NOCASE >= ? AND task_id COLLATE NOCASE < ?", (small, small + _LAST)),
    ]


def _in_state(term: InState) -> Condition:
    conditions = [_in(term.states)]
    for start in term.beginnings:
        said = "state = 'waiting' AND ifnull(substr(fold(vendor_state), 1, ?) = ?, 0)"
        conditions.append((said, (len(start), start)))
        code = "CAST(ifnull(code, http_status) AS TEXT)"
        conditions.append((f"ifnull(substr({code}, 1, ?) = ?, 0)", (len(start), start)))
    if term.means(PARKED):
        conditions.append((_IS_PARKED, ()))
    if term.means(TAKEN_BACK):
        conditions.append(("(state = 'refused' AND note = ?)", (WITHDRAWN,)))
    return _any(conditions)


def _tagged(start: str) -> Condition:
    is_one = "EXISTS (SELECT 1 FROM json_each(tags) WHERE substr(fold(value), 1, ?) = ?)"
    return f"tags != '[]' AND {is_one}", (len(start), start)


def _between(number: str, bounds: Between) -> list[Condition]:
    conditions: list[Condition] = []
    if bounds.low > -math.inf:
        conditions.append((f"{number} {'>' if bounds.is_above else '>='} ?", (bounds.low,)))
    if bounds.high < math.inf:
        conditions.append((f"{number} {'<' if bounds.is_below else '<='} ?", (bounds.high,)))
    return conditions


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

CHARGE = (  # `Task.charge`
    "CASE WHEN state IN ('queued', 'sending', 'refused') THEN 0.0 WHEN credits IS NOT NULL THEN credits"
    " WHEN state = 'fail' THEN 0.0 WHEN state IN ('waiting', 'success') THEN price END"
)
STARTED = (  # `Task.started_at`
    "coalesce(nullif(vendor_created_at, 0), CASE WHEN state != 'queued' THEN nullif(sent_at, 0) END, created_at)"
)
_RANK = "CASE state " + " ".join(f"WHEN '{state.value}' THEN {rank}" for rank, state in enumerate(STATE_ORDER)) + " END"
_CODE = "CASE WHEN state IN ('fail', 'refused') THEN coalesce(code, http_status, 0) ELSE 0 END"
IS_KEEPER = f"(is_starred != 0 OR rating >= {KEPT_FROM})"  # `judging.is_keeper`
_IS_COLLECTED = (  # `collected.is_collected`
    "json_array_length(links) > 0 AND json_array_length(links)"
    " <= (SELECT count(*) FROM json_each(files) WHERE value != '' AND key < json_array_length(links))"
)
_IS_EXPIRING = (  # `collected.is_about_to_be_lost`
    "state = 'success' AND ifnull(finished_at > ? AND finished_at <= ?, 0) AND is_discarded = 0"
    f" AND files_note = '' AND json_array_length(links) > 0 AND NOT ({_IS_COLLECTED})"
)
_IS_PARKED = "is_parked != 0 AND state = 'waiting'"
_IS_RUNNING = "state IN ('queued', 'sending', 'waiting')"

_KEYS: Mapping[SortBy, tuple[str, ...]] = {
    SortBy.NEWEST: (),
    SortBy.STATE: (_RANK, _CODE),
    SortBy.PROMPT: (f"fold(substr(prompt, 1, {PROMPT_CHARACTERS}))",),
    SortBy.ELAPSED: (
        "finished_at IS NULL",
        f"CASE WHEN finished_at IS NULL THEN -{STARTED} ELSE max(0, finished_at - {STARTED}) END",
    ),
    SortBy.ETA: (
        f"CASE WHEN {_IS_RUNNING} THEN 0 WHEN state = 'success' THEN 1 ELSE 2 END",
        f"CASE WHEN {_IS_RUNNING} THEN {STARTED} WHEN state = 'success' THEN ifnull(finished_at, 0) ELSE 0 END",
    ),
    SortBy.CREDITS: (f"{CHARGE} IS NULL", f"ifnull({CHARGE}, 0.0)"),
    SortBy.TAGS: ("tags = '[]'", f"fold(substr(tags, 1, {JSON_CHARACTERS}))"),
    SortBy.SETTINGS: (f"substr(parameters, 1, {JSON_CHARACTERS})",),
    SortBy.MODEL: ("fold(model)",),
    SortBy.ID: ("task_id IS NULL", "ifnull(task_id, '')"),
    SortBy.RATING: ("-rating", "is_starred = 0"),
}
