"""The one place that spends money: written down first, sent once, never lost."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from contextlib import suppress
from pathlib import Path

import pytest

from sora_tui.kie.errors import AnswerLost, NotDelivered, Refused, UnreadableAnswer
from sora_tui.kie.messages import CreatedTask
from sora_tui.studio.errors import NoKey, WrongState
from sora_tui.studio.events import Notice, TaskChanged
from sora_tui.studio.outcomes import MOST_ATTEMPTS, WINDOW_LIMIT
from sora_tui.studio.schema import FILE_NAME, StoreUnwritable
from sora_tui.studio.store import Store
from sora_tui.studio.task import Task, TaskState
from tests.unit.studio.scripted_service import (
    Desk,
    ScriptedService,
    a_desk,
    accepted,
    draft,
    in_turn,
    raising,
    settings_in,
)
from tests.unit.studio.virtual_time import VirtualClock, in_virtual_time


def on_disk(folder: Path) -> dict[str, Task]:
    """The tasks as another program finds them."""
    store = Store(folder / "data" / FILE_NAME)
    try:
        return {task.ref: task for task in store.tasks()}
    finally:
        store.close()


async def never(_: str) -> CreatedTask:
    await asyncio.Event().wait()
    raise AssertionError


async def fill(desk: Desk) -> None:
    """Submits more than the pages of a small store have room for."""
    for number in range(100):
        await desk.studio.submit(draft(f"Boat {number}" + "x" * 4000))


async def made(desk: Desk, prompt: str = "A paper boat") -> Task:
    task = await desk.studio.submit(draft(prompt))
    return await desk.studio.settled(task.ref)


@in_virtual_time
async def test_the_intent_is_on_the_disk_before_the_request_leaves(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        found: list[TaskState] = []

        async def look_at_the_disk(ref: str) -> CreatedTask:
            found.append(on_disk(tmp_path)[ref].state)
            return accepted("task-1")

        desk.service.answer_create = look_at_the_disk
        await made(desk)
    assert found == [TaskState.SENDING]


@in_virtual_time
async def test_an_intent_that_does_not_fit_on_the_disk_is_never_sent(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        connection = desk.studio._book._store._connection
        [(pages,)] = connection.execute("PRAGMA page_count")
        connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreUnwritable, match="Free some space"):
            await fill(desk)
        connection.execute("PRAGMA max_page_count = 1000000")
        await desk.pass_s(600)
    assert {sent.about for sent in desk.service.creates} == set(desk.studio.tasks) == set(on_disk(tmp_path))


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (AnswerLost("timeout"), TaskState.UNCONFIRMED),
        (UnreadableAnswer("html", http_status=502), TaskState.UNCONFIRMED),
        (Refused("no", code=500, text="Internal Server Error", http_status=200), TaskState.UNCONFIRMED),
        (RuntimeError("a fault of ours"), TaskState.UNCONFIRMED),
        (Refused("no", code=402, http_status=200), TaskState.REFUSED),
        (Refused("no", code=455, http_status=200), TaskState.REFUSED),
    ],
)
@in_virtual_time
async def test_what_may_have_arrived_is_never_sent_again(tmp_path: Path, error: Exception, state: TaskState) -> None:
    async with a_desk(tmp_path) as desk:
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        desk.service.answer_create = raising(error)
        task = await made(desk)
        await desk.pass_s(3600)
        assert desk.studio.tasks[task.ref].state is state
    assert len(desk.service.creates) == 1


@pytest.mark.parametrize("error", [NotDelivered("no route"), Refused("busy", code=429, http_status=200)])
@in_virtual_time
async def test_what_made_nothing_is_sent_again_a_bounded_number_of_times(tmp_path: Path, error: Exception) -> None:
    async with a_desk(tmp_path) as desk:
        desk.service.answer_create = raising(error)
        task = await made(desk)
        await desk.pass_s(3600)
    assert task.state is TaskState.REFUSED
    assert task.charge == 0
    assert task.note
    assert len(desk.service.creates) == task.attempts == MOST_ATTEMPTS


@in_virtual_time
async def test_a_send_that_is_tried_again_says_so_and_arrives(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        desk.service.answer_create = in_turn(raising(NotDelivered("no route")), desk.service.answer_create)
        task = await made(desk)
    assert (task.state, task.attempts) == (TaskState.WAITING, 2)
    [pausing] = [
        event.task for event in desk.told(TaskChanged) if event.task.state is TaskState.QUEUED and event.task.attempts
    ]
    assert "No connection. Trying again" in pausing.note


@in_virtual_time
async def test_two_hundred_sends_never_start_more_than_twenty_within_ten_seconds(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        tasks = [await desk.studio.submit(draft(f"Boat {number}")) for number in range(200)]
        for task in tasks:
            await desk.studio.settled(task.ref)
    starts = [sent.at for sent in desk.service.creates]
    assert sorted(sent.about for sent in desk.service.creates) == sorted(task.ref for task in tasks)
    assert max(bisect_left(starts, start + 10.0) - first for first, start in enumerate(starts)) == WINDOW_LIMIT


@in_virtual_time
async def test_two_programs_share_one_window(tmp_path: Path) -> None:
    clock = VirtualClock()
    service = ScriptedService(clock)
    async with a_desk(tmp_path, service=service, clock=clock) as one, a_desk(tmp_path, clock=clock) as other:
        other.service.creates = service.creates
        for number in range(30):
            for desk in (one, other):
                await desk.studio.submit(draft(f"Boat {number}"))
        await one.pass_s(60)
    starts = sorted(sent.at for sent in service.creates)
    assert len(starts) == 60
    assert max(bisect_left(starts, start + 10.0) - first for first, start in enumerate(starts)) == WINDOW_LIMIT


@in_virtual_time
async def test_a_throttled_send_holds_the_others_back_too(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        throttled = raising(Refused("busy", code=429, http_status=200))
        desk.service.answer_create = in_turn(throttled, desk.service.answer_create)
        first = await desk.studio.submit(draft("First"))
        await desk.pass_s(1)
        second = await made(desk, "Second")
        assert second.state is TaskState.WAITING
        await desk.studio.settled(first.ref)
    at = [sent.at for sent in desk.service.creates]
    assert at[1] - at[0] >= 10


@in_virtual_time
async def test_tasks_are_sent_in_the_order_of_their_submission(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        tasks = [await desk.studio.submit(draft(f"Boat {number}")) for number in range(25)]
        await desk.pass_s(60)
    assert [sent.about for sent in desk.service.creates] == [task.ref for task in tasks]


@in_virtual_time
async def test_cancelling_the_caller_loses_no_row(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        for turns in range(20):  # cancelled at every point of the way
            caller = asyncio.create_task(desk.studio.submit(draft(f"Boat {turns}")))
            for _ in range(turns):
                await asyncio.sleep(0)
            caller.cancel()
            with suppress(asyncio.CancelledError):
                await caller
        await desk.pass_s(60)
        sent = [create.about for create in desk.service.creates]
        assert sorted(sent) == sorted(desk.studio.tasks)
        assert len(sent) > 1
        assert {task.state for task in desk.studio.tasks.values()} == {TaskState.WAITING}


@in_virtual_time
async def test_a_send_whose_program_died_is_unconfirmed_at_the_next_start(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    async with a_desk(tmp_path, is_started=False):
        store = Store(settings.data_dir / FILE_NAME)
        died = Task("a" * 32, TaskState.SENDING, "m", "boat", {}, settings.origin, 1, sent_at=1, attempts=1)
        store.insert(died, owner="gone", at=1)
        store.close()
    async with a_desk(tmp_path) as desk:
        task = desk.studio.tasks[died.ref]
        assert task.state is TaskState.UNCONFIRMED
        assert "may have been paid" in task.note
        await desk.pass_s(3600)
    assert not desk.service.creates


@in_virtual_time
async def test_what_a_dead_program_had_queued_is_sent_once_by_the_next(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    queued = Task("b" * 32, TaskState.QUEUED, "m", "boat", {}, settings.origin, 1)
    elsewhere = Task("c" * 32, TaskState.QUEUED, "m", "boat", {}, "https://other.example", 1)
    async with a_desk(tmp_path, is_started=False):
        store = Store(settings.data_dir / FILE_NAME)
        store.insert(queued, owner="gone", at=1)
        store.insert(elsewhere, owner="gone", at=1)
        store.close()
    async with a_desk(tmp_path) as desk:
        assert (await desk.studio.settled(queued.ref)).state is TaskState.WAITING
        await desk.pass_s(60)
        assert desk.studio.tasks[elsewhere.ref].state is TaskState.QUEUED
    assert [sent.about for sent in desk.service.creates] == [queued.ref]


@in_virtual_time
async def test_the_id_of_another_task_leaves_the_second_unconfirmed(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:

        async def always_the_same(_: str) -> CreatedTask:
            return accepted("task-1")

        desk.service.answer_create = always_the_same
        first, second = await made(desk), await made(desk)
    assert (first.state, first.task_id) == (TaskState.WAITING, "task-1")
    assert (second.state, second.task_id) == (TaskState.UNCONFIRMED, None)
    assert "id of another task" in second.note


@in_virtual_time
async def test_an_answer_the_disk_does_not_take_is_said_and_saved_later(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        other = Store(tmp_path / "data" / FILE_NAME)
        desk.studio._book._store._connection.execute("PRAGMA busy_timeout = 0")

        async def lock_the_store(_: str) -> CreatedTask:
            other._connection.execute("BEGIN IMMEDIATE")
            return accepted("task-1")

        desk.service.answer_create = lock_the_store
        task = await desk.studio.submit(draft())
        await desk.pass_s(5)
        assert desk.studio.tasks[task.ref].state is TaskState.SENDING
        assert any("The service's id for it is task-1" in notice.text for notice in desk.told(Notice))
        other._connection.execute("ROLLBACK")
        other.close()
        assert (await desk.studio.settled(task.ref)).task_id == "task-1"
    assert len(desk.service.creates) == 1


@in_virtual_time
async def test_closing_gives_up_on_a_late_answer_and_keeps_the_row(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        desk.service.answer_create = never
        task = await desk.studio.submit(draft())
        await desk.pass_s(1)
        assert desk.studio.in_flight == 1
    assert on_disk(tmp_path)[task.ref].state is TaskState.UNCONFIRMED


@in_virtual_time
async def test_a_second_send_does_not_wait_for_the_answer_to_the_first(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        desk.service.answer_create = in_turn(never, desk.service.answer_create)
        first = await desk.studio.submit(draft("First"))
        await desk.pass_s(1)
        assert (await made(desk, "Second")).state is TaskState.WAITING
        assert desk.studio.tasks[first.ref].state is TaskState.SENDING


@in_virtual_time
async def test_only_what_is_not_on_its_way_is_withdrawn(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        desk.service.answer_create = raising(NotDelivered("no route"))
        queued = await desk.studio.submit(draft())
        await desk.pass_s(0.5)
        withdrawn = await desk.studio.withdraw(queued.ref)
        assert (withdrawn.state, withdrawn.charge) == (TaskState.REFUSED, 0)
        desk.service.answer_create = never
        sending = await desk.studio.submit(draft())
        await desk.pass_s(3600)
        with pytest.raises(WrongState):
            await desk.studio.withdraw(sending.ref)
    assert [sent.about for sent in desk.service.creates] == [queued.ref, sending.ref]


@in_virtual_time
async def test_without_a_key_nothing_is_written_down(tmp_path: Path) -> None:
    keyless = settings_in(tmp_path).model_copy(update={"api_key": None})
    async with a_desk(tmp_path, settings=keyless, is_started=False) as desk:
        with pytest.raises(NoKey):
            await desk.studio.submit(draft())
        assert not on_disk(tmp_path)
