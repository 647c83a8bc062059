"""Exports read back as the tasks they were; what is no task is refused with its line and a reason."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.studio.exporting import document
from sora_tui.studio.records import BadRecord, records, task_of
from sora_tui.studio.task import Task, TaskState
from tests.unit.studio.stored import queued, running
from tests.unit.studio.test_store import EVERYTHING

REFS = st.text("0123456789abcdef", min_size=32, max_size=32)
TEXTS = st.text(max_size=30)
MOMENTS = st.integers(1, 4_000_000_000_000)
NUMBERS = st.none() | st.floats(0, 1e6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)


@st.composite
def tasks(draw: st.DrawFn, ref: st.SearchStrategy[str] = REFS) -> Task:
    """A task of any state and content that our own store may hold."""
    state = draw(st.sampled_from(TaskState))
    task_id = draw(st.text("abcdef0123456789", min_size=1, max_size=20))
    return Task(
        ref=draw(ref),
        state=state,
        model=draw(st.sampled_from(["sora-2-pro-text-to-video", "veo 3"])),
        prompt=draw(TEXTS),
        parameters=draw(st.dictionaries(TEXTS, JSON, max_size=3)),
        origin=draw(st.sampled_from(["demo", "https://kie.example", "http://127.0.0.1:8400"])),
        created_at=draw(MOMENTS),
        sent_at=draw(st.none() | MOMENTS),
        finished_at=draw(st.none() | MOMENTS),
        vendor_created_at=draw(st.none() | MOMENTS),
        task_id=task_id if state is TaskState.WAITING else draw(st.none() | st.just(task_id)),
        vendor_state=draw(st.none() | TEXTS),
        code=draw(st.none() | st.integers(0, 999)),
        http_status=draw(st.none() | st.integers(100, 599)),
        text=draw(TEXTS),
        credits=draw(NUMBERS),
        price=draw(NUMBERS),
        price_bound=draw(NUMBERS),
        links=tuple(draw(st.lists(TEXTS, max_size=3))),
        watermark_links=tuple(draw(st.lists(TEXTS, max_size=2))),
        parent_ref=draw(st.none() | REFS),
        retry_of=draw(st.none() | REFS),
        note=draw(TEXTS),
        asked_at=draw(st.none() | MOMENTS),
        attempts=draw(st.integers(0, 9)),
        is_parked=draw(st.booleans()),
        balance_before=draw(NUMBERS),
        balance_after=draw(NUMBERS),
        tags=draw(st.sampled_from([(), ("boat",), ("Boat", "紙")])),
        result_text=draw(TEXTS),
        rating=draw(st.integers(0, 5)),
        is_starred=draw(st.booleans()),
        is_discarded=draw(st.booleans()),
        remark=draw(TEXTS),
        thread_ref=draw(st.just("") | REFS),
        batch_ref=draw(st.just("") | REFS),
        is_held=draw(st.booleans()),
        files=draw(st.sampled_from([(), ("/videos/1.mp4",), ("", "/videos/2.mp4")])),
        files_note=draw(TEXTS),
    )


@given(tasks())
def test_an_exported_task_reads_back_as_it_was(task: Task) -> None:
    assert task_of(json.loads(json.dumps(document(task)))) == task


@given(tasks())
def test_the_json_of_the_other_commands_reads_back_with_the_same_cost(task: Task) -> None:
    read = task_of(json.loads(json.dumps(task.as_json())))
    assert read.as_json() == task.as_json()


def test_all_that_a_task_can_hold_is_in_an_export() -> None:
    task = replace(EVERYTHING, tags=("Boat", "紙"), files=("/v/1.mp4",), files_note="Gone.")
    assert task_of(document(task)) == replace(task, revision=0, place=0.0)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"extra": 1}, '"extra" is no key that this program knows'),
        ({"ref": "9c1f"}, "ref is no ref of 32 hex digits"),
        ({"ref": None}, "ref is no ref"),
        ({"state": "done"}, 'state is "done", which no task can be'),
        ({"state": []}, "state is [], which no task can be"),
        ({"model": " "}, "model is empty"),
        ({"prompt": None}, "prompt is no text"),
        ({"parameters": []}, "parameters is no JSON object"),
        ({"origin": "ftp://x"}, "origin is neither"),
        ({"origin": "https://x/path"}, "origin is neither"),
        ({"created_at": "yesterday"}, "created_at is no time"),
        ({"created_at": "2026-11-23T14:05:13"}, "created_at is no time"),
        ({"created_at": 5}, "created_at is no time"),
        ({"sent_at": "9999-12-31T23:59:59Z"}, "sent_at is no time"),
        ({"credits_said": True}, "credits_said is no number"),
        ({"price": 1e300}, "price is no number of credits"),
        ({"code": 1.5}, "code is no whole number"),
        ({"code": 2**63}, "code is no whole number"),
        ({"attempts": -1}, "attempts is no number from 0 on"),
        ({"rating": 6}, "rating is no number from 1 to 5"),
        ({"rating": 0}, "rating is no number from 1 to 5"),
        ({"starred": 1}, "starred is neither true nor false"),
        ({"tags": ["two words"]}, "tags are no tags"),
        ({"tags": ["none"]}, "tags are no tags"),
        ({"tags": "boat"}, "tags is no list"),
        ({"links": [1]}, "links is no text"),
        ({"files": ["boat.mp4"]}, "files are no whole paths"),
        ({"remark": "x" * 2_001}, "remark has more than 2,000"),
        ({"task_id": "a\nb"}, "task_id is no id"),
        ({"state": "waiting", "task_id": None}, "has a task_id"),
    ],
)
def test_what_is_wrong_is_said(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadRecord) as refusal:
        task_of(document(running()) | changes)
    assert reason in str(refusal.value)


@pytest.mark.parametrize("key", ["ref", "state", "model", "prompt", "parameters", "origin", "created_at"])
def test_what_is_needed_is_asked_for(key: str) -> None:
    with pytest.raises(BadRecord, match=f"{key} is missing"):
        task_of({name: value for name, value in document(queued()).items() if name != key})


def lines_of(text: str) -> list[tuple[int, str]]:
    return [(record.line, record.problem) for record in records(text.splitlines(keepends=True))]


def test_problems_have_the_number_of_their_line() -> None:
    good = json.dumps(document(queued()))
    assert lines_of(f"{good}\n\n{{\n{good}\nnull\n") == [
        (1, ""),
        (3, "Line 3: it is no JSON (Expecting property name enclosed in double quotes)."),
        (4, ""),
        (5, "Line 5: it is no JSON object."),
    ]
    assert lines_of(f"\n[\n{good},\n\n 5,\n{good}]\n") == [(3, ""), (5, "Line 5: it is no JSON object."), (6, "")]
    assert lines_of("[]") == lines_of(" \n[ \n ]\n") == lines_of("") == []
    assert lines_of(f"[{good}\n{good}]")[-1] == (
        2, "Line 2: the list does not go on with a comma or end with a bracket.",
    )  # fmt: skip
    assert lines_of(f"[{good}]\n{good}")[-1] == (2, "Line 2: something follows the end of the list.")
    assert lines_of(f"[{good},\n]")[-1][1].startswith("Line 2: it is no JSON")
    assert lines_of("[")[-1][1].startswith("Line 1: it is no JSON")
    indented = json.dumps([document(queued(1)), document(queued(2))], indent=2)
    assert [problem for _, problem in lines_of(indented)] == ["", ""]


@pytest.mark.parametrize("value", ["NaN", "[" * 100_000, "1" * 5_000, "Infinity"])
def test_json_that_is_none_ends_nothing(value: str) -> None:
    good = json.dumps(document(queued()))
    odd = good.replace('"parameters": {', f'"parameters": {{"x": {value}, ')
    assert odd != good
    [first, second] = lines_of(f"{odd}\n{good}")
    assert first[1].startswith("Line 1: it is no JSON (")
    assert second == (2, "")


@given(JSON)
def test_any_json_is_a_task_or_refused(value: Any) -> None:
    lines_of(json.dumps(value))
    for key in document(queued()):
        lines_of(json.dumps(document(queued()) | {key: value}))
