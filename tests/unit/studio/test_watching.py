"""Asking the service about running tasks: silence, limits, time, and other programs on the same store."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import SecretStr

from sora_tui.kie.client import KieClient
from sora_tui.kie.errors import AnswerLost, KieError, NotDelivered, Refused
from sora_tui.kie.messages import TaskRecord
from sora_tui.settings import Settings
from sora_tui.studio.events import Notice, ServiceChanged
from sora_tui.studio.health import Trouble
from sora_tui.studio.reading import SILENT
from sora_tui.studio.schedule import LONGEST_S
from sora_tui.studio.task import Task, TaskState
from sora_tui.studio.watching import LOOK_TIMEOUT_S
from tests.unit.studio.scripted_service import (
    ScriptedService,
    a_desk,
    in_turn,
    plenty,
    put_in_store,
    raising,
    running,
    succeeded,
    waiting,
)
from tests.unit.studio.virtual_time import VirtualClock, in_virtual_time

Answer = Callable[[str], Awaitable[TaskRecord]]
HOUR = 3600.0


def about(chosen: str | None, answer: Answer) -> Answer:
    """An answer about one task; the others run."""

    async def answer_all(task_id: str) -> TaskRecord:
        return await (answer if task_id == chosen else running)(task_id)

    return answer_all


async def never(_: str) -> TaskRecord:
    await asyncio.Event().wait()
    raise AssertionError


def most_within(seconds: float, moments: list[float]) -> int:
    """The most of the moments that fall into any stretch of so many seconds."""
    return max(sum(start <= moment < start + seconds for moment in moments) for start in moments)


# The service as a whole


@in_virtual_time
async def test_a_refused_key_stops_all_looks_until_there_is_another(tmp_path: Path, settings: Settings) -> None:
    put_in_store(settings, *[waiting(number, settings) for number in range(20)])
    clock = VirtualClock()
    service = ScriptedService(clock)
    keys: list[str] = []

    def connect(settings: Settings) -> KieClient:
        assert settings.api_key is not None
        keys.append(settings.api_key.get_secret_value())
        service.answer_look = running if keys[-1] == "another" else raising(Refused("no", code=401, http_status=200))
        return cast("KieClient", service)

    async with a_desk(tmp_path, service=service, clock=clock, connect=connect) as desk:
        await desk.pass_s(60)
        assert desk.studio.paused == Trouble.BAD_KEY.value
        assert len([notice for notice in desk.told(Notice) if notice.topic == "key"]) == 1
        assert {task.note for task in desk.studio.tasks.values()} == {""}
        looks = len(service.looks)
        await desk.pass_s(HOUR)
        assert len(service.looks) == looks
        await desk.studio.use_key(SecretStr("another"))
        await desk.pass_s(60)
        assert desk.studio.paused == ""
        assert {look.about for look in service.looks[looks:]} == {task.task_id for task in desk.studio.tasks.values()}
    assert keys[-1] == "another"


@in_virtual_time
async def test_a_429_stops_the_looks_for_as_long_as_it_says_and_slows_them(tmp_path: Path, settings: Settings) -> None:
    put_in_store(settings, *[waiting(number, settings) for number in range(100)])
    async with a_desk(tmp_path) as desk:
        await desk.pass_s(20)
        before = most_within(1.0, [look.at for look in desk.service.looks])
        desk.service.answer_look = in_turn(raising(Refused("busy", code=429, retry_after=30.0)), running)
        at = desk.clock.monotonic()
        await desk.pass_s(33)
        [first, *later] = [look.at for look in desk.service.looks if look.at > at]
        assert later[0] - first > 29.99
        assert 1 < most_within(1.0, later) < before
        await desk.pass_s(120)
        recovered = [look.at for look in desk.service.looks if look.at > desk.clock.monotonic() - 20]
        assert most_within(1.0, recovered) == before
        assert {task.note for task in desk.studio.tasks.values()} == {""}


@in_virtual_time
async def test_after_a_429_what_had_its_place_already_waits_as_well(tmp_path: Path, settings: Settings) -> None:
    async def slowly_busy(_: str) -> TaskRecord:
        await asyncio.sleep(0.3)
        raise Refused("busy", code=429, retry_after=20.0)

    put_in_store(settings, *[waiting(number, settings) for number in range(100)])
    async with a_desk(tmp_path) as desk:
        desk.service.answer_look = in_turn(*[slowly_busy] * 3, running)
        await desk.pass_s(30)
        looks = [look.at for look in desk.service.looks]
        gap = max(later - look for look, later in pairwise(looks))
        assert gap > 19.5
        assert most_within(1.0, [at for at in looks if at > 20]) > 1, "slowed down once, not once for each"


@in_virtual_time
async def test_a_hundred_tasks_share_the_rate_and_none_is_passed_over(tmp_path: Path, settings: Settings) -> None:
    put_in_store(settings, *[waiting(number, settings) for number in range(100)])
    async with a_desk(tmp_path) as desk:
        await desk.pass_s(120)
        assert desk.studio.polls_per_second <= settings.poll_rate
    looks = desk.service.looks
    assert most_within(1.0, [look.at for look in looks]) <= settings.poll_rate
    asked = [len(desk.service.looks_at(f"task-{number}")) for number in range(100)]
    assert max(asked) - min(asked) <= 2


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (NotDelivered("no route"), Trouble.OFFLINE),
        (AnswerLost("timeout"), Trouble.SILENT),
        (Refused("closed", code=455, http_status=200), Trouble.MAINTENANCE),
    ],
)
@in_virtual_time
async def test_in_trouble_one_look_at_a_time_tries_again_until_one_is_answered(
    tmp_path: Path, settings: Settings, error: KieError, trouble: Trouble
) -> None:
    put_in_store(settings, *[waiting(number, settings) for number in range(20)])
    async with a_desk(tmp_path) as desk:
        desk.service.answer_look = raising(error)
        desk.service.answer_credits = lambda: raising(error)("")
        await desk.pass_s(HOUR)
        assert desk.studio.paused == trouble.value
        late = [look.at for look in desk.service.looks if look.at > HOUR / 2]
        assert late
        assert most_within(20.0, late) == 1
        desk.service.answer_credits = plenty
        desk.service.answer_look = succeeded
        await desk.studio.wait(list(desk.studio.tasks))
    assert [event.paused for event in desk.told(ServiceChanged)] == [trouble.value, ""]


@in_virtual_time
async def test_one_look_that_hangs_holds_no_other_up(tmp_path: Path, settings: Settings) -> None:
    put_in_store(settings, *[waiting(number, settings) for number in range(5)])
    async with a_desk(tmp_path) as desk:
        desk.service.answer_look = about("task-0", never)
        await desk.pass_s(LOOK_TIMEOUT_S + 10)
        assert all(len(desk.service.looks_at(f"task-{number}")) > 1 for number in range(1, 5))
        await desk.pass_s(HOUR)
        hanging = next(task for task in desk.studio.tasks.values() if task.task_id == "task-0")
        assert hanging.note == SILENT
        assert desk.studio.paused == ""
        desk.service.answer_look = succeeded
        await desk.studio.wait([hanging.ref])


@in_virtual_time
async def test_a_worker_that_raises_is_said_and_started_again(tmp_path: Path, settings: Settings) -> None:
    put_in_store(settings, waiting(0, settings), waiting(1, settings))
    faults: list[dict[str, Any]] = []
    async with a_desk(tmp_path) as desk:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: faults.append(context))
        desk.service.answer_look = about("task-0", raising(ZeroDivisionError("a fault of ours")))
        await desk.pass_s(HOUR)
        assert len(desk.service.looks_at("task-1")) > 50
        assert len(desk.service.looks_at("task-0")) > 8  # more often than there are workers
        desk.service.answer_look = succeeded
        await desk.studio.wait(list(desk.studio.tasks))
    assert "starts again by itself" in desk.told(Notice)[0].text
    assert isinstance(faults[0]["exception"], ZeroDivisionError)


@in_virtual_time
async def test_a_look_the_user_asked_for_says_what_went_wrong(tmp_path: Path, task: Task) -> None:
    async with a_desk(tmp_path, is_started=False) as desk:
        desk.service.answer_look = raising(Refused("no", code=402, http_status=200))
        await desk.studio.poll_now(task.ref)
    [notice] = desk.told(Notice)
    assert notice.topic == "look"
    assert notice.text


# Time


@in_virtual_time
async def test_a_task_that_runs_for_days_is_asked_about_ever_on(tmp_path: Path, settings: Settings) -> None:
    old = waiting(1, settings, vendor_created_at=waiting(1, settings).created_at - 5 * 24 * 3_600_000)
    put_in_store(settings, old)
    async with a_desk(tmp_path) as desk:
        await desk.pass_s(2 * HOUR)
        looks = desk.service.looks_at("task-1")
        assert desk.studio.tasks[old.ref].state is TaskState.WAITING
    gaps = [later - earlier for earlier, later in pairwise(looks[1:])]
    assert gaps
    assert LONGEST_S / 2 < max(gaps) < LONGEST_S + 1


@in_virtual_time
async def test_after_eight_hours_asleep_each_task_is_asked_about_once_and_not_at_once(
    tmp_path: Path, settings: Settings
) -> None:
    put_in_store(settings, *[waiting(number, settings) for number in range(40)])
    async with a_desk(tmp_path) as desk:
        await desk.pass_s(HOUR)
        desk.clock.jumped_ms += 8 * 3_600_000
        at = desk.clock.monotonic()
        await desk.pass_s(7)
        assert desk.service.dropped_connections == 1
    looks = [look for look in desk.service.looks if look.at > at]
    assert {look.about for look in looks} == {f"task-{number}" for number in range(40)}
    assert len(looks) == 40
    assert most_within(1.0, [look.at for look in looks]) <= settings.poll_rate


@pytest.mark.parametrize("days", [-1, 1])
@in_virtual_time
async def test_a_jump_of_the_wall_clock_ends_and_stops_nothing(tmp_path: Path, task: Task, days: int) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.pass_s(60)
        desk.clock.jumped_ms += days * 24 * 3_600_000
        at = desk.clock.monotonic()
        await desk.pass_s(HOUR)
        jumped = desk.studio.tasks[task.ref]
        assert jumped.state is TaskState.WAITING
        assert jumped.elapsed_ms(desk.clock.now_ms()) >= 0
        looks = [look.at for look in desk.service.looks if look.at > at]
        assert len(looks) > 10
        desk.service.answer_look = succeeded
        await desk.studio.wait([task.ref])


# Whose tasks


@in_virtual_time
async def test_a_task_of_another_service_is_listed_but_never_asked_about(tmp_path: Path, settings: Settings) -> None:
    put_in_store(settings, waiting(1, settings, origin="https://other.example"), waiting(2, settings))
    async with a_desk(tmp_path) as desk:
        await desk.pass_s(HOUR)
        assert len(desk.studio.tasks) == 2
    assert {look.about for look in desk.service.looks} == {"task-2"}


@in_virtual_time
async def test_of_two_programs_one_asks_and_the_other_takes_over_when_it_leaves(tmp_path: Path, task: Task) -> None:
    clock = VirtualClock()
    async with a_desk(tmp_path, clock=clock) as second, a_desk(tmp_path, clock=clock, is_started=False) as first:
        await second.pass_s(10)
        first.studio.start()
        await first.pass_s(HOUR)
        assert second.service.looks
        assert not first.service.looks
        await second.studio.close()
        first.service.answer_look = succeeded
        [ended] = await first.studio.wait([task.ref])
    assert ended.state is TaskState.SUCCESS


@in_virtual_time
async def test_what_one_program_learns_the_other_shows(tmp_path: Path, task: Task) -> None:
    clock = VirtualClock()
    async with a_desk(tmp_path, clock=clock) as asking, a_desk(tmp_path, clock=clock) as looking_on:
        asking.service.answer_look = looking_on.service.answer_look = succeeded
        [ended] = await looking_on.studio.wait([task.ref])
        await asking.studio.wait([task.ref])
        assert ended == asking.studio.tasks[task.ref]
    assert len(asking.service.looks) + len(looking_on.service.looks) == 1


@in_virtual_time
async def test_what_another_program_wants_to_know_is_asked_by_the_one_that_asks(
    tmp_path: Path, settings: Settings
) -> None:
    tasks = [waiting(number, settings) for number in range(1, 41)]
    put_in_store(settings, *tasks)
    async with a_desk(tmp_path, settings=settings) as asking, a_desk(tmp_path, settings=settings) as other:
        await asking.pass_s(HOUR)  # by now each is asked about every few minutes only
        before = len(asking.service.looks)
        for task in tasks:
            await other.studio.poll_now(task.ref)
        await asking.pass_s(10)
        looks = [look.at for look in asking.service.looks[before:]]
        assert {look.about for look in asking.service.looks[before:]} == {task.task_id for task in tasks}
        assert most_within(1.0, looks) <= settings.poll_rate
        assert not other.service.looks, "the budget is one for all programs"


@in_virtual_time
async def test_a_wish_that_nobody_was_there_to_fulfil_is_taken_up_by_the_next_one_that_asks(
    tmp_path: Path, settings: Settings, task: Task
) -> None:
    async with a_desk(tmp_path, settings=settings) as asking, a_desk(tmp_path, settings=settings) as other:
        await asking.pass_s(HOUR)
        other.service.answer_look = succeeded
        await other.studio.poll_now(task.ref)
        await asking.studio.close()
        await other.pass_s(3)
        assert other.studio.tasks[task.ref].state is TaskState.SUCCESS


@in_virtual_time
async def test_a_wish_for_a_task_that_has_ended_is_dropped(tmp_path: Path, settings: Settings, task: Task) -> None:
    async with a_desk(tmp_path, settings=settings) as asking:
        await asking.pass_s(10)
        await asking.studio._book.wish(task.ref)
        asking.service.answer_look = succeeded
        await asking.pass_s(60)
        assert asking.studio.tasks[task.ref].state is TaskState.SUCCESS
        assert await asking.studio._book.wishes() == []
