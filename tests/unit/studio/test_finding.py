"""What SQL finds is what Python finds of the same tasks: every filter, every order, every number."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sora_tui.studio.collected import LINK_LIFE_MS, SOON_MS
from sora_tui.studio.filters import Filter
from sora_tui.studio.orders import SortBy, sort_key
from sora_tui.studio.outcomes import WITHDRAWN
from sora_tui.studio.searching import Search
from sora_tui.studio.store import Store
from sora_tui.studio.task import Task, TaskState
from sora_tui.studio.terms import Expiring, Term
from sora_tui.studio.views import View
from tests.unit.studio.stored import ORIGIN, path_in, put, queued, running
from tests.unit.tui.tasks import ANY_TEXT, NOW_MS, any_task, filtered

FOLDED = [
    "Straße",
    "STRASSE",
    "Лодка",
    "лодка",
    "İstanbul",
    "ﬁsh",
    "boat\0koi",
    "\0",
    "紙の舟 🚣",
    "100%_",
    "''",
    "\uffff\ufffe",
    "koi\U0010ffff",
]
"""Texts whose small letters are not what they seem, and some that SQL could take for something else."""
WORDS = [
    "koi",
    "BOAT",
    "neon koi",
    "k",
    "o",
    "strasse",
    "ЛОД",
    "i̇st",
    "fish",
    "\0",
    "\ufffd",
    "舟",
    "%",
    "_",
    "'",
    "a",
    "t-",
]
TERMS = [
    *(f'"{word}"' for word in WORDS),
    *("state:run", "state:fail,done", "state:50", "state:503", "state:que", "state:parked", "state:taken", "state:x"),
    *("model:m", "model:VEO,x", "model:straß", "cost:>1", "cost:>=330", "cost:<330", "cost:<=1", "cost:0", "cost:?"),
    *("tag:k", "tag:KOI,bo", "tag:strass", "tag:none", "tag:none,o", "tag:紙"),
    *("cost:12.345", "cost:1..330", "cost:..0", "cost:?,>330", "after:3m", "before:3m", "after:today", "is:parked"),
    *("is:starred", "is:disc", "is:held", "is:rated", "is:keeper", "star:yes", "star:no", "rating:>=3", "rating:4"),
    *("rating:none", "rating:?,5", "rating:2..3", "rating:<2", "thread:a", "thread:b1", "batch:a", "batch:ab"),
    *("note:koi", "note:STRASSE", "note:ß", 'note:"of the"', "note:%", "is:coll", "is:exp"),
]


ENDS = [NOW_MS - LINK_LIFE_MS + more for more in (-1, 0, 1, SOON_MS, SOON_MS + 1, LINK_LIFE_MS)]
"""When a task ended whose results are about to be deleted, or just not, or just no more."""
PARAMETERS = st.dictionaries(
    st.sampled_from(["aspect_ratio", "n_frames", "size", "ß"]),
    st.sampled_from(["portrait", "10", "Straße", "\0", '"', True, 10, 1.5, None, ["a" * 90]]),
)


@st.composite
def stored_task(draw: st.DrawFn, number: int) -> Task:
    """Any task, under a ref and an id of its own."""
    text = st.sampled_from(FOLDED) | ANY_TEXT
    task = draw(any_task())
    return replace(
        task,
        ref=draw(st.sampled_from(["", "a", "ab", "b"])) + str(number),
        task_id=draw(st.none() | st.sampled_from(["", "a", "A", "Ab", "É", "koi"]).map(lambda id: f"{id}{number}")),
        prompt=draw(st.just(task.prompt) | text),
        parameters=draw(PARAMETERS),
        model=draw(st.sampled_from(["m", "veo-3", "Straße"])),
        vendor_state=draw(st.just(task.vendor_state) | text),
        note=draw(st.sampled_from([task.note, WITHDRAWN])),
        http_status=draw(st.none() | st.sampled_from([0, 402, 503])),
        code=draw(st.none() | st.sampled_from([0, -5, 501, 503, 10**9])),
        sent_at=draw(st.just(task.sent_at) | st.just(0)),
        links=("https://files.example/1.mp4",) * (links := draw(st.integers(0, 3))),
        is_discarded=draw(st.booleans()),
        files_note=draw(st.sampled_from(["", "The service does not keep this file any more."])),
        finished_at=draw(st.none() | st.sampled_from(ENDS)),
        files=tuple(draw(st.lists(st.sampled_from(["", "/videos/1.mp4"]), max_size=links))),
    )


TASKS = st.integers(0, 8).flatmap(lambda size: st.tuples(*(stored_task(number) for number in range(size))))
FILTERS = st.lists(st.tuples(st.sampled_from(["", "-"]), st.sampled_from(TERMS) | ANY_TEXT), max_size=3).map(
    lambda terms: filtered(" ".join(no + term for no, term in terms))
)
STATES = st.none() | st.sets(st.sampled_from(TaskState))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(path_in(tmp_path))
    yield store
    store.close()


@pytest.fixture(scope="module")
def emptied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that every example empties again."""
    store = Store(path_in(tmp_path_factory.mktemp("finding")))
    yield store
    store.close()


def filled(store: Store, tasks: tuple[Task, ...]) -> list[Task]:
    with closing(sqlite3.connect(store.path)) as db, db:
        db.execute("PRAGMA synchronous = OFF")
        for table in ("steps", "tasks"):
            db.execute(f"DELETE FROM {table}")
    put(store, *tasks)
    store.search.close()
    store.search.path.unlink(missing_ok=True)
    return store.tasks()


@settings(deadline=None, max_examples=300)
@given(
    tasks=TASKS,
    indexed=st.none() | st.integers(1, 8),
    filter=FILTERS,
    states=STATES,
    also=st.none() | st.just(Expiring(NOW_MS)),
    sort_by=st.sampled_from(SortBy),
    limit=st.none() | st.integers(0, 5),
)
def test_sql_finds_what_python_finds(
    emptied: Store,
    tasks: tuple[Task, ...],
    indexed: int | None,
    filter: Filter,
    states: set[TaskState] | None,
    also: Term | None,
    sort_by: SortBy,
    limit: int | None,
) -> None:
    """All is read where `indexed` is None; else there is an index, which is made in pieces of so many."""
    stored = filled(emptied, tasks)
    emptied.search = Search(emptied.path, least=10**9 if indexed is None else 1, piece=indexed or 1)
    view = View(None if states is None else frozenset(states), filter, sort_by, also)
    right = [task for task in stored if view.matches(task)]
    keys = sorted(sort_key(task, sort_by) for task in right)
    assert emptied.find(filter, states, sort_by, also=also) == keys
    assert emptied.find(filter, states, sort_by, also=also, limit=limit) == keys[:limit]
    assert emptied.overview().counts == {state: sum(task.state is state for task in stored) for state in TaskState}


def test_tasks_are_given_in_the_order_asked_for_without_the_unknown(store: Store) -> None:
    put(store, *(queued(number) for number in range(1, 1_202)))
    wanted = [queued(number).ref for number in (3, 1_201, 1, 99_999, *range(4, 1_201), 2)]
    assert [task.ref for task in store.tasks_of(wanted)] == [ref for ref in wanted if ref != queued(99_999).ref]
    assert store.tasks_of([]) == []


def test_a_task_is_named_by_the_beginning_of_its_ref_or_of_its_vendors_id(store: Store) -> None:
    one, other = put(store, running(1, ref="a" * 32, task_id="b1"), running(2, ref="ab" + "0" * 30, task_id="C2"))
    assert store.named("a") == [one, other]
    assert store.named("aa") == [one]
    assert store.named(other.ref) == [other]
    assert store.named("b") == [one]
    assert store.named("C") == [other]
    for name in ("", "c", "1", "b1" + "\U0010ffff", "%", "A"):
        assert store.named(name) == []


def test_a_task_is_found_by_its_vendors_id_of_its_own_service_alone(store: Store) -> None:
    one, other = put(store, running(1, task_id="id"), running(2, task_id="id", origin="https://other.example"))
    assert store.with_id("id", ORIGIN) == one
    assert store.with_id("id", other.origin) == other
    assert store.with_id("i", ORIGIN) is None
    assert store.with_id("ID", ORIGIN) is None
