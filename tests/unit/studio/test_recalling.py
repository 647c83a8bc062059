"""Every prompt ever sent, once, the last first; and those that the service's filter turned away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sora_tui.kie.meanings import Cause
from sora_tui.studio import recalling
from sora_tui.studio.explaining import meaning_of
from sora_tui.studio.store import Store
from sora_tui.studio.task import Task, TaskState
from tests.unit.studio.stored import ORIGIN, path_in, put, queued, running
from tests.unit.studio.test_finding import filled

PROMPTS = st.sampled_from(
    ["koi", "Koi", "koi ", "", "ß", "ss", "紙の舟", *(f"{'a' * 30}{middle}{'z' * 30}" for middle in "xyXY")]
)
"""Some that agree in length, beginning and end."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store(path_in(tmp_path_factory.mktemp("recalling")))
    yield store
    store.close()


@settings(max_examples=100, deadline=None)
@given(
    sent=st.lists(st.tuples(PROMPTS, st.integers(0, 5), st.booleans(), st.none() | st.integers(0, 300)), max_size=12),
    page=st.integers(1, 5),
)
def test_each_prompt_comes_once_page_by_page_with_what_became_of_it(
    store: Store, sent: list[tuple[str, int, bool, int | None]], page: int
) -> None:
    tasks = filled(
        store,
        tuple(
            running(number, prompt=prompt, rating=rating, is_starred=starred, credits=credits, state=TaskState.SUCCESS)
            for number, (prompt, rating, starred, credits) in enumerate(sent, start=1)
        ),
    )
    last = {task.prompt: task for task in tasks}
    right = sorted(last.values(), key=lambda task: task.ref, reverse=True)
    found: list[recalling.SentPrompt] = []
    before: int | None = None
    while some := store.ask(lambda db, before=before: recalling.sent_prompts(db, before=before, limit=page)):  # type: ignore[misc]
        found += some
        before = some[-1].seq
    assert [(each.ref, each.prompt) for each in found] == [(task.ref, task.prompt) for task in right]
    told = store.ask(lambda db: recalling.past_prompts(db, [each.ref for each in found]))
    for past, task in zip(told, right, strict=True):
        same = [each for each in tasks if each.prompt == task.prompt]
        assert past == recalling.PastPrompt(
            task.prompt,
            task.ref,
            task.created_at,
            task.model,
            len(same),
            max(each.rating for each in same),
            any(each.is_starred for each in same),
            sum(each.charge or 0.0 for each in same),
        )


def test_a_prompt_is_found_by_its_index(store: Store) -> None:
    """The plan, not the time: whether words were sent again later is not read from all tasks."""
    statements: list[str] = []
    store._connection.set_trace_callback(statements.append)
    store.ask(lambda db: recalling.sent_prompts(db, before=None, limit=3))
    store.ask(lambda db: recalling.past_prompts(db, [queued(1).ref]))
    store._connection.set_trace_callback(None)
    assert len(statements) == 2
    for statement in statements:
        plan = " ".join(str(row[3]) for row in store._connection.execute(f"EXPLAIN QUERY PLAN {statement}"))
        assert "USING INDEX tasks_prompt" in plan, plan
        assert "SCAN later" not in plan


TEXTS = [
    ("This content may violate our content policies.", 501),
    ("Blocked by our GUARDRAILS", 422),
    ("copyright restrictions apply", 500),
    ("Internal Error", 500),
    ("", 501),
    ("safety", 402),
]


@settings(max_examples=60, deadline=None)
@given(
    ends=st.lists(
        st.tuples(st.sampled_from(TEXTS), st.sampled_from(TaskState), st.sampled_from([ORIGIN, "demo"])), max_size=10
    ),
    limit=st.integers(1, 5),
)
def test_what_the_filter_turned_away_is_what_the_meaning_says(
    store: Store, ends: list[tuple[tuple[str, int], TaskState, str]], limit: int
) -> None:
    tasks = filled(
        store,
        tuple(
            running(number, state=state, text=text, code=code, origin=origin)
            for number, ((text, code), state, origin) in enumerate(ends, start=1)
        ),
    )

    def is_one(task: Task) -> bool:
        meaning = meaning_of(task)
        ended = task.state in (TaskState.FAIL, TaskState.REFUSED)
        return ended and task.origin == ORIGIN and meaning is not None and meaning.cause is Cause.MODERATION

    right = [task.ref for task in reversed(tasks) if is_one(task)]
    found = store.ask(lambda db: recalling.turned_away(db, ORIGIN, limit=limit))
    assert [each.ref for each in found] == right[:limit]


def test_nothing_was_sent_yet(tmp_path: Path) -> None:
    store = Store(path_in(tmp_path))
    assert store.ask(lambda db: recalling.sent_prompts(db, before=None, limit=9)) == []
    put(store, queued(1))
    assert store.ask(lambda db: recalling.past_prompts(db, ["unknown"])) == []
    store.close()
