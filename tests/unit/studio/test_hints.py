"""A callback is a hint: it makes the service be asked, and nothing but the service's own record changes a row."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from sora_tui.kie.errors import AnswerLost, KieError, NotDelivered, Refused
from sora_tui.kie.messages import CreatedTask, EchoedRequest, TaskRecord
from sora_tui.settings import Settings
from sora_tui.studio.events import Notice, TaskChanged
from sora_tui.studio.hints import MOST_AT_ONCE, TRIES
from sora_tui.studio.schedule import HURRIED_S
from sora_tui.studio.task import Task, TaskState
from tests.unit.studio.scripted_service import (
    MODEL,
    Desk,
    a_desk,
    accepted,
    draft,
    in_turn,
    put_in_store,
    raising,
    running,
    succeeded,
    waiting,
)
from tests.unit.studio.virtual_time import EPOCH_MS, in_virtual_time

Answer = Callable[[str], Awaitable[TaskRecord]]
EVERY_TRY_S = 300.0


def lost(number: int, settings: Settings, **changes: Any) -> Task:
    """A task whose answer was lost, sent when virtual time began."""
    told = {"state": TaskState.UNCONFIRMED, "task_id": None, "prompt": "A paper boat"}
    return waiting(number, settings, **{**told, **changes})


def echoing(call_back_url: str | None, answer: Answer = running, **changes: Any) -> Answer:
    """A record that repeats the request of `lost`, with the address its end is told to."""
    asked = EchoedRequest(model=MODEL, prompt="A paper boat", call_back_url=call_back_url)
    told: dict[str, Any] = {"created_at_ms": EPOCH_MS + 1000, "request": asked, "raw": '{"code":200}', **changes}

    async def answer_so(task_id: str) -> TaskRecord:
        return (await answer(task_id)).model_copy(update=told)

    return answer_so


def called(task: Task) -> str:
    return f"https://hooks.example/in/{task.ref}"


def a_desk_with(settings: Settings, *tasks: Task) -> Any:
    put_in_store(settings, *tasks)
    return a_desk(settings.data_dir.parent, settings=settings)


async def settled_hints(desk: Desk) -> None:
    """Long enough for every try."""
    await desk.pass_s(EVERY_TRY_S)


UNKNOWN = Refused("unknown", code=422, text="recordInfo is null", http_status=200)


# A task whose id is known


@in_virtual_time
async def test_a_running_task_that_is_hinted_at_has_its_turn_at_once(settings: Settings) -> None:
    old = waiting(1, settings, vendor_created_at=EPOCH_MS - 24 * 3_600_000)
    async with a_desk_with(settings, old) as desk:
        await desk.pass_s(EVERY_TRY_S)
        desk.service.answer_look = succeeded
        at = desk.clock.monotonic()
        desk.studio.hint("task-1")
        await desk.pass_s(HURRIED_S + 1)
        assert desk.studio.tasks[old.ref].state is TaskState.SUCCESS
        assert len([look for look in desk.service.looks if look.at >= at]) == 1


@in_virtual_time
async def test_a_flood_of_hints_at_one_task_asks_no_more_often_than_the_cadence(settings: Settings) -> None:
    async with a_desk_with(settings, waiting(1, settings)) as desk:
        await desk.pass_s(EVERY_TRY_S)
        before = len(desk.service.looks)
        for _ in range(400):
            desk.studio.hint("task-1", waiting(1, settings).ref)
            await desk.pass_s(0.05)
        looks = desk.service.looks_at("task-1")[before - 1 :]
        assert 8 <= len(looks) <= 11
        assert min(later - look for look, later in pairwise(looks)) >= HURRIED_S


@in_virtual_time
async def test_a_hint_during_a_look_is_followed_up_after_it(settings: Settings) -> None:
    async def slowly(task_id: str) -> TaskRecord:
        await asyncio.sleep(5)
        return await running(task_id)

    old = waiting(1, settings, vendor_created_at=EPOCH_MS - 24 * 3_600_000)
    async with a_desk_with(settings, old) as desk:
        desk.service.answer_look = in_turn(slowly, succeeded)
        await desk.pass_s(2)
        assert len(desk.service.looks) == 1
        desk.studio.hint("task-1")
        await desk.pass_s(2)
        assert len(desk.service.looks) == 1, "never two at once"
        await desk.pass_s(1 + HURRIED_S + 1)
        assert desk.studio.tasks[old.ref].state is TaskState.SUCCESS


@in_virtual_time
async def test_a_task_that_has_ended_is_not_asked_about_again(settings: Settings) -> None:
    ended = waiting(1, settings, state=TaskState.SUCCESS)
    async with a_desk_with(settings, ended) as desk:
        desk.studio.hint("task-1", ended.ref)
        await settled_hints(desk)
        assert not desk.service.looks


@in_virtual_time
async def test_what_another_instance_asks_about_is_wished_from_it_and_a_flood_is_written_once(
    settings: Settings,
) -> None:
    old = waiting(1, settings, vendor_created_at=EPOCH_MS - 24 * 3_600_000)
    async with a_desk_with(settings, old) as asking:
        await asking.pass_s(60)
        async with a_desk(settings.data_dir.parent, settings=settings, clock=asking.clock) as called:
            await asking.pass_s(60)
            asking.service.answer_look = succeeded
            before = asking.studio._book._store.data_version()
            for _ in range(100):
                called.studio.hint("task-1")
            await asking.pass_s(0.1)
            assert asking.studio._book._store.data_version() == before + 1
            await asking.pass_s(5)
            assert called.studio.tasks[old.ref].state is TaskState.SUCCESS
            assert not called.service.looks


# An id nobody knows


@pytest.mark.parametrize(("answer", "state"), [(running, TaskState.WAITING), (succeeded, TaskState.SUCCESS)])
@in_virtual_time
async def test_a_lost_task_goes_on_once_the_record_bears_its_ref(
    settings: Settings, answer: Answer, state: TaskState
) -> None:
    task = lost(1, settings, prompt="cut by the service")
    async with a_desk_with(settings, task, lost(2, settings)) as desk:
        desk.service.answer_look = in_turn(echoing(called(task), answer), running)
        desk.studio.hint("task-9", task.ref)
        await desk.pass_s(1)
        found = desk.studio.tasks[task.ref]
        assert (found.state, found.task_id) == (state, "task-9")
        assert await desk.studio.raw(task.ref) == '{"code":200}'
        assert desk.studio.tasks[lost(2, settings).ref].state is TaskState.UNCONFIRMED
        assert not desk.service.creates


@in_virtual_time
async def test_the_same_request_at_the_right_time_is_proof_too(settings: Settings) -> None:
    task = lost(1, settings)
    async with a_desk_with(settings, task) as desk:
        desk.service.answer_look = in_turn(echoing(None), running)
        desk.studio.hint("task-9", task.ref)
        await desk.pass_s(1)
        assert desk.studio.tasks[task.ref].task_id == "task-9"


@pytest.mark.parametrize(
    "kind", ["another's ref", "a ref of nobody here", "another request", "another time", "no echo"]
)
@in_virtual_time
async def test_what_the_record_does_not_prove_changes_nothing_and_is_not_spoken_of(
    settings: Settings, kind: str
) -> None:
    task, other = lost(1, settings), lost(2, settings, state=TaskState.SUCCESS, task_id="task-2")
    request = EchoedRequest(model=MODEL, prompt="Another boat")
    answers = {
        "another's ref": echoing(called(other), succeeded),
        "a ref of nobody here": echoing(called(replace(other, ref="f" * 32)), succeeded),
        "another request": echoing(None, succeeded, request=request),
        "another time": echoing(None, succeeded, created_at_ms=EPOCH_MS - 3_600_000),
        "no echo": echoing(None, succeeded, request=None),
    }
    async with a_desk_with(settings, task, other) as desk:
        before = dict(desk.studio.tasks)
        desk.service.answer_look = answers[kind]
        desk.studio.hint("task-9", task.ref)
        await desk.pass_s(1)
        assert desk.service.looks_at("task-9")
        assert dict(desk.studio.tasks) == before
        assert not desk.told(Notice)
        assert not desk.told(TaskChanged)
        await settled_hints(desk)
        assert len(desk.service.looks_at("task-9")) == 1, "a record that proves nothing is not asked for again"


@in_virtual_time
async def test_a_hint_that_names_another_task_than_the_record_moves_neither(settings: Settings) -> None:
    one, other = lost(1, settings), lost(2, settings)
    async with a_desk_with(settings, one, other) as desk:
        desk.service.answer_look = echoing(called(other), succeeded)
        desk.studio.hint("task-9", one.ref)
        await settled_hints(desk)
        assert {task.state for task in desk.studio.tasks.values()} == {TaskState.UNCONFIRMED}


@pytest.mark.parametrize(
    "state", [state for state in TaskState if state not in (TaskState.SENDING, TaskState.UNCONFIRMED)]
)
@in_virtual_time
async def test_only_a_send_whose_answer_is_not_known_is_asked_about(settings: Settings, state: TaskState) -> None:
    task = lost(1, settings, state=state, task_id="task-1" if state is TaskState.WAITING else None)
    async with a_desk_with(settings, task) as desk:
        desk.service.answer_look = echoing(called(task), succeeded)
        desk.service.answer_create = raising(AnswerLost("timeout"))
        desk.studio.hint("task-9", task.ref)
        await settled_hints(desk)
        assert not desk.service.looks_at("task-9")


@pytest.mark.parametrize(
    ("task_id", "ref"),
    [
        ("task-9", None),
        ("task-9", "f" * 32),
        ("task-9", ""),
        ("", "a row"),
        ("船", "a row"),
        ("task 9", "a row"),
        ("t" * 257, "a row"),
        ("task-9", "a row elsewhere"),
    ],
)
@in_virtual_time
async def test_a_hint_that_leads_nowhere_asks_nothing(settings: Settings, task_id: str, ref: str | None) -> None:
    here, elsewhere = lost(1, settings), lost(2, settings, origin="https://other.example")
    refs = {"a row": here.ref, "a row elsewhere": elsewhere.ref}
    async with a_desk_with(settings, here, elsewhere) as desk:
        desk.studio.hint(task_id, refs.get(ref or "", ref))
        await settled_hints(desk)
        assert not desk.service.looks


@pytest.mark.parametrize("error", [AnswerLost("timeout"), UNKNOWN, Refused("busy", code=429, http_status=200)])
@in_virtual_time
async def test_a_look_that_fails_is_tried_again_with_growing_pauses_and_then_given_up(
    settings: Settings, error: KieError
) -> None:
    task = lost(1, settings)
    async with a_desk_with(settings, task) as desk:
        desk.service.answer_look = raising(error)
        desk.studio.hint("task-9", task.ref)
        await settled_hints(desk)
        looks = desk.service.looks_at("task-9")
        pauses = [later - look for look, later in pairwise(looks)]
        assert len(looks) == TRIES
        assert all(later > 2 * earlier for earlier, later in pairwise(pauses))
        assert sum(pauses) > 60, "longer than the service may take to know an id"
        assert desk.studio.tasks[task.ref] == replace(task, revision=1, thread_ref=task.ref, place=1.0)
        assert not desk.told(Notice)


@in_virtual_time
async def test_an_id_that_is_known_only_after_a_while_is_found(settings: Settings) -> None:
    task = lost(1, settings)
    async with a_desk_with(settings, task) as desk:
        unknown = raising(UNKNOWN)
        desk.service.answer_look = in_turn(unknown, unknown, unknown, echoing(called(task), succeeded))
        desk.studio.hint("task-9", task.ref)
        await settled_hints(desk)
        assert desk.studio.tasks[task.ref].state is TaskState.SUCCESS


@in_virtual_time
async def test_nothing_is_asked_while_the_service_cannot_be(settings: Settings) -> None:
    task = lost(1, settings)
    async with a_desk_with(settings, task, waiting(2, settings)) as desk:
        desk.service.answer_look = raising(Refused("no", code=401, http_status=200))
        await desk.pass_s(5)
        looks = len(desk.service.looks)
        desk.studio.hint("task-9", task.ref)
        await settled_hints(desk)
        assert len(desk.service.looks) == looks


@in_virtual_time
async def test_a_flood_of_ids_is_bounded_and_asked_about_one_at_a_time(settings: Settings) -> None:
    under_way = most = 0

    async def slowly(task_id: str) -> TaskRecord:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(1)
        under_way -= 1
        raise UNKNOWN

    task = lost(1, settings)
    async with a_desk_with(settings, task) as desk:
        desk.service.answer_look = slowly
        for number in range(1000):
            desk.studio.hint(f"forged-{number % 100}", task.ref)
        await settled_hints(desk)
        assert len(desk.service.looks) == MOST_AT_ONCE * TRIES
        assert len({look.about for look in desk.service.looks}) == MOST_AT_ONCE
        assert most == 1
        desk.service.answer_look = in_turn(echoing(called(task)), running)
        desk.studio.hint("task-9", task.ref)
        await desk.pass_s(1)
        assert desk.studio.tasks[task.ref].task_id == "task-9", "there is room again"


# A callback that comes before the answer to the create (C13)


def answering_after(seconds: float, task_id: str) -> Callable[[str], Awaitable[CreatedTask]]:
    async def answer(_: str) -> CreatedTask:
        await asyncio.sleep(seconds)
        return accepted(task_id)

    return answer


@pytest.mark.parametrize("answered_after", [0.5, 30.0])
@pytest.mark.parametrize("answer", [running, succeeded])
@in_virtual_time
async def test_a_hint_before_the_answer_ends_in_one_row(
    settings: Settings, answer: Answer, answered_after: float
) -> None:
    async with a_desk_with(settings) as desk:
        desk.service.answer_create = answering_after(answered_after, "task-9")
        task = await desk.studio.submit(draft())
        await desk.pass_s(0.1)
        assert desk.studio.tasks[task.ref].state is TaskState.SENDING

        async def slowly(task_id: str) -> TaskRecord:
            await asyncio.sleep(1)
            return await echoing(called(task), answer)(task_id)

        desk.service.answer_look = slowly
        desk.studio.hint("task-9", task.ref)
        await desk.pass_s(20)
        ended = TaskState.WAITING if answer is running else TaskState.SUCCESS
        assert desk.studio.tasks[task.ref].state is ended
        await desk.pass_s(20)
        after = desk.studio.tasks[task.ref]
        assert (after.state, after.task_id) == (ended, "task-9")
        assert len(desk.studio.tasks) == 1
    assert len(desk.service.creates) == 1


@in_virtual_time
async def test_while_a_send_is_on_its_way_a_likeness_proves_nothing(settings: Settings) -> None:
    async with a_desk_with(settings) as desk:
        desk.service.answer_create = answering_after(10, "task-9")
        task = await desk.studio.submit(replace(draft(), parameters={}))
        await desk.pass_s(0.1)
        request = EchoedRequest(model=MODEL, prompt=task.prompt, parameters=dict(task.parameters))
        desk.service.answer_look = echoing(None, succeeded, request=request)
        desk.studio.hint("task-of-a-twin", task.ref)
        await desk.pass_s(9)
        assert desk.studio.tasks[task.ref].state is TaskState.SENDING
        await desk.pass_s(10)
        assert desk.studio.tasks[task.ref].task_id == "task-9"


@in_virtual_time
async def test_the_answer_that_is_refused_after_the_proof_takes_nothing_back(settings: Settings) -> None:
    async def refuse(_: str) -> CreatedTask:
        await asyncio.sleep(10)
        raise NotDelivered("no route")

    async with a_desk_with(settings) as desk:
        desk.service.answer_create = refuse
        task = await desk.studio.submit(draft())
        await desk.pass_s(0.1)
        desk.service.answer_look = echoing(called(task))
        desk.studio.hint("task-9", task.ref)
        await desk.pass_s(60)
        assert desk.studio.tasks[task.ref].state is TaskState.WAITING
    assert len(desk.service.creates) == 1


@in_virtual_time
async def test_an_id_that_another_row_took_meanwhile_stays_with_it(settings: Settings) -> None:
    task = lost(1, settings)
    folder = settings.data_dir.parent
    async with a_desk_with(settings, task) as desk, a_desk(folder, settings=settings, clock=desk.clock) as other:

        async def overtaken(task_id: str) -> TaskRecord:
            other.service.answer_look = echoing(None, request=None)
            await other.studio.adopt(task_id)
            return await echoing(called(task))(task_id)

        desk.service.answer_look = overtaken
        desk.studio.hint("task-9", task.ref)
        await desk.pass_s(5)
        assert desk.studio.tasks[task.ref].state is TaskState.UNCONFIRMED
        assert [row.task_id for row in desk.studio.tasks.values()] == [None, "task-9"]
        assert not desk.told(Notice)
