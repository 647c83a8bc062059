"""What is written down comes back as it was, moves by the law alone, and keeps its history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sora_tui.studio.reader import NoSuchTask
from sora_tui.studio.store import RAW_LIMIT, Store, TaskIdTaken
from sora_tui.studio.task import IllegalTransition, Task, TaskState
from tests.unit.studio.stored import ORIGIN, OWNER, path_in, put, queued, running
from tests.unit.studio.virtual_time import EPOCH_MS

EVERYTHING = Task(
    ref="f" * 32,
    state=TaskState.FAIL,
    model="a-model",
    prompt="Ein Boot aus Papier – 紙の舟 🚣\n'); DROP TABLE tasks; --",
    parameters={"n_frames": "10", "nested": {"list": [1, 2.5, None, True, "é"]}, "": ""},
    origin=ORIGIN,
    created_at=EPOCH_MS,
    sent_at=EPOCH_MS + 1,
    finished_at=EPOCH_MS + 2,
    vendor_created_at=EPOCH_MS + 3,
    task_id="task-everything",
    vendor_state="fail",
    code=500,
    http_status=200,
    text="[/red] \x1b[31m",
    credits=0.5,
    price=0.0,
    links=("https://files.example/1.mp4", "https://files.example/2.mp4"),
    watermark_links=("https://files.example/3.mp4",),
    parent_ref="1" * 32,
    retry_of="2" * 32,
    note="A note.",
    asked_at=EPOCH_MS + 4,
    attempts=3,
    is_parked=True,
    balance_before=5_000.0,
    balance_after=4_670.0,
    tags=("Boat", "紙", "#1"),
    result_text='{\n  "text": "紙の舟 \x1b[31m"\n}',
    rating=4,
    is_starred=True,
    is_discarded=True,
    remark="The light is right.\n紙",
    thread_ref="3" * 32,
    batch_ref="4" * 32,
    is_held=True,
    place=12.5,
    price_bound=400.0,
    files=("/videos/1.mp4",),
    files_note="Its links are gone.",
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(path_in(tmp_path))
    yield store
    store.close()


def opened_again(store: Store) -> Store:
    store.close()
    return Store(store.path)


def finish(task: Task) -> Task:
    return task.moved(TaskState.SUCCESS, links=("https://files.example/1.mp4",), code=200)


@pytest.mark.parametrize("task", [EVERYTHING, queued()], ids=["everything", "the least"])
def test_a_task_comes_back_as_it_was_written_after_a_new_start(store: Store, task: Task) -> None:
    put(store, task)
    again = opened_again(store)
    kept = replace(task, revision=1, thread_ref=task.thread_ref or task.ref, place=task.place or 1.0)
    assert again.tasks() == [kept]
    assert again.task(task.ref) == kept
    again.close()


def test_a_new_task_comes_into_its_parents_thread_and_last_in_the_outbox(store: Store) -> None:
    root, child = put(store, queued(1), queued(2, parent_ref=queued(1).ref))
    grandchild, orphan = put(store, queued(3, parent_ref=child.ref), queued(4, parent_ref="f" * 32))
    assert [task.thread_ref for task in (root, child, grandchild, orphan)] == [root.ref] * 3 + [orphan.ref]
    assert [task.place for task in (root, child, grandchild, orphan)] == [1, 2, 3, 4]
    (far,) = put(store, queued(5, place=99.5))
    (last,) = put(store, queued(6))
    assert last.place == 100.5
    assert far.place == 99.5


def test_every_field_of_a_task_is_tried() -> None:
    least = queued()
    assert [name for name in Task.__slots__ if getattr(EVERYTHING, name) == getattr(least, name)] == [
        "origin",
        "revision",
    ]


def test_tasks_come_back_oldest_first_whatever_the_order_of_writing(store: Store) -> None:
    put(store, queued(3), queued(1), queued(2))
    assert [task.ref for task in store.tasks()] == [queued(number).ref for number in (1, 2, 3)]


def test_a_cut_emoji_is_stored_as_a_replacement_character(store: Store) -> None:
    task = queued(
        prompt="cut \ud83d here, whole \U0001f6a3 here",
        text="\udc00",
        vendor_state="\udc00",
        parameters={"\ud800": ["\udfff"]},
        links=("https://files.example/\ud83d",),
    )
    put(store, task)
    (kept,) = store.tasks()
    assert kept.prompt == "cut \ufffd here, whole \U0001f6a3 here"
    assert kept.text == kept.vendor_state == "\ufffd"
    assert store.history(task.ref)[0].vendor_state == "\ufffd"
    assert kept.parameters == {"\ufffd": ["\ufffd"]}
    assert kept.links == ("https://files.example/\ufffd",)


def test_a_raw_answer_is_kept_as_it_came_and_the_latest_replaces_the_one_before(store: Store) -> None:
    put(store, running())
    assert store.raw(running().ref) is None
    for raw in ('{"code":200}', "\x00\x1b[31m\ud83d" + "é" * 10):
        store.change(running().ref, lambda task: replace(task, attempts=task.attempts + 1), at=1, raw=raw)
    assert store.raw(running().ref) == "\x00\x1b[31m\ufffd" + "é" * 10


def test_an_endless_raw_answer_and_an_endless_text_are_cut(store: Store) -> None:
    told = running(text="x" * 10_000)
    store.insert(told, owner=OWNER, at=1, raw="y" * (RAW_LIMIT + 1))
    assert store.raw(told.ref) == "y" * RAW_LIMIT
    assert store.history(told.ref)[0].text == "x" * 2_000
    assert store.task(told.ref).text == told.text, "the task itself keeps the whole text"


def test_an_answer_that_changes_nothing_is_not_written(store: Store) -> None:
    (before,) = put(store, running())
    assert store.change(before.ref, lambda task: task, at=2, raw="no news") == before
    assert store.raw(before.ref) is None
    assert len(store.history(before.ref)) == 1


def test_the_history_has_a_line_for_each_thing_the_service_said_and_none_for_our_own_notes(store: Store) -> None:
    put(store, running(created_at=10))
    ref = running().ref
    store.change(ref, lambda task: replace(task, note="Asking again.", asked_at=19), at=20)
    store.change(ref, lambda task: task.moved(TaskState.WAITING, vendor_state="queuing"), at=30)
    store.change(ref, finish, at=40)
    steps = [(step.at, step.state, step.vendor_state, step.code) for step in store.history(ref)]
    assert steps == [
        (10, TaskState.WAITING, None, None),
        (30, TaskState.WAITING, "queuing", None),
        (40, TaskState.SUCCESS, "queuing", 200),
    ]


def test_every_change_has_a_revision_of_its_own_and_nothing_goes_missing_between_two(store: Store) -> None:
    put(store, running(1), running(2))
    seen = store.tasks()[-1].revision
    changed = [store.change(running(number).ref, finish, at=1) for number in (2, 1)]
    put(store, queued(3))
    assert [task for task, _ in store.changed_since(seen)] == [*changed, store.task(queued(3).ref)]
    assert store.changed_since(store.task(queued(3).ref).revision) == []


def test_an_ended_task_stays_as_it_is(store: Store) -> None:
    put(store, running())
    ended = store.change(running().ref, finish, at=1)
    with pytest.raises(IllegalTransition):
        store.change(ended.ref, lambda task: task.moved(TaskState.WAITING), at=2, raw="late")
    assert store.task(ended.ref) == ended
    assert len(store.history(ended.ref)) == 2
    assert store.raw(ended.ref) is None


def test_a_transition_that_raises_leaves_nothing_behind_and_the_store_usable(store: Store) -> None:
    (before,) = put(store, running())

    def fault(_: Task) -> Task:
        raise RuntimeError("a fault of ours")

    with pytest.raises(RuntimeError):
        store.change(before.ref, fault, at=2)
    assert store.tasks() == [before]
    assert store.change(before.ref, finish, at=3).revision == before.revision + 1


def test_a_task_nobody_wrote_is_not_there(store: Store) -> None:
    with pytest.raises(NoSuchTask):
        store.task("a")
    with pytest.raises(NoSuchTask):
        store.change("a", finish, at=1)
    assert store.history("a") == []
    assert store.raw("a") is None


def test_no_two_tasks_of_a_service_have_one_id(store: Store) -> None:
    put(store, running(1))
    sending = queued(2, state=TaskState.SENDING, attempts=1)
    (before,) = put(store, sending)
    with pytest.raises(TaskIdTaken, match="task-1"):
        store.change(before.ref, lambda task: task.moved(TaskState.WAITING, task_id="task-1"), at=1, raw="taken")
    with pytest.raises(TaskIdTaken, match="task-1"):
        put(store, running(3, task_id="task-1"))
    assert [task.ref for task in store.tasks()] == [running(1).ref, before.ref]
    assert store.task(before.ref) == before
    assert store.raw(before.ref) is None


def test_another_service_may_give_the_same_id_and_many_tasks_have_none(store: Store) -> None:
    put(store, running(1), running(2, task_id="task-1", origin="demo"), queued(3), queued(4))
    assert len(store.tasks()) == 4


def test_a_whole_file_has_no_faults(store: Store) -> None:
    put(store, EVERYTHING)
    assert store.faults() == []
