"""A parked task is not asked about, by anyone, until the user says so; it stays what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from sora_tui.settings import Settings
from sora_tui.studio.errors import WrongState
from sora_tui.studio.studio import Studio
from sora_tui.studio.task import Task, TaskState
from sora_tui.studio.views import View
from tests.unit.studio.scripted_service import ScriptedService, a_desk, put_in_store, succeeded, waiting
from tests.unit.studio.virtual_time import VirtualClock, in_virtual_time

HOUR = 3600.0


async def poll_now(studio: Studio, task: Task) -> None:
    await studio.poll_now(task.ref)


async def hint(studio: Studio, task: Task) -> None:
    studio.hint(task.task_id or "")


@in_virtual_time
async def test_a_parked_task_is_asked_about_no_more_until_it_is_asked_for(tmp_path: Path, task: Task) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.pass_s(20)
        assert desk.service.looks
        assert (await desk.studio.park(task.ref)).is_parked
        before = len(desk.service.looks)
        await desk.pass_s(HOUR)
        assert len(desk.service.looks) == before
        desk.service.answer_look = succeeded
        await desk.studio.park(task.ref, False)
        await desk.pass_s(60)
        assert desk.studio.tasks[task.ref].state is TaskState.SUCCESS


@in_virtual_time
async def test_what_the_user_or_a_callback_asks_for_is_asked_once(tmp_path: Path, task: Task) -> None:
    clock = VirtualClock()
    service = ScriptedService(clock)
    async with (
        a_desk(tmp_path, service=service, clock=clock) as desk,
        a_desk(tmp_path, service=service, clock=clock) as other,
    ):
        await desk.studio.park(task.ref)
        await desk.pass_s(60)
        for ask in (poll_now, hint):
            for studio in (desk.studio, other.studio):
                before = len(service.looks)
                await ask(studio, task)
                await desk.pass_s(HOUR)
                assert len(service.looks) == before + 1
        service.answer_look = succeeded
        await hint(desk.studio, task)
        await desk.pass_s(5)
        assert desk.studio.tasks[task.ref].state is TaskState.SUCCESS


@in_virtual_time
async def test_it_stays_parked_over_a_restart_and_for_other_programs(tmp_path: Path, task: Task) -> None:
    async with a_desk(tmp_path) as desk, a_desk(tmp_path) as other:
        await desk.studio.park(task.ref)
        await other.pass_s(2)
        assert other.studio.tasks[task.ref].is_parked
    async with a_desk(tmp_path) as desk:
        await desk.pass_s(HOUR)
        assert not desk.service.looks


@pytest.mark.parametrize("state", [state for state in TaskState if state is not TaskState.WAITING])
@in_virtual_time
async def test_only_what_the_service_works_on_can_be_parked(
    tmp_path: Path, settings: Settings, state: TaskState
) -> None:
    put_in_store(settings, waiting(2, settings, state=state))
    async with a_desk(tmp_path, is_started=False) as desk:
        [other] = await desk.studio.tasks_in(View())
        with pytest.raises(WrongState, match="working on"):
            await desk.studio.park(other.ref)
