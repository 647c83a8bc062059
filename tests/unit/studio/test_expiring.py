"""A lost answer is waited for 14 days: no longer, and never less because a clock jumped."""

from __future__ import annotations

from pathlib import Path

import pytest

from sora_tui.kie.messages import EchoedRequest, TaskRecord
from sora_tui.settings import Settings
from sora_tui.studio.outcomes import EXPIRES_AFTER_MS, expire
from sora_tui.studio.proving import AdoptedAs
from sora_tui.studio.task import Task, TaskState
from tests.unit.studio.scripted_service import MODEL, a_desk, put_in_store, waiting
from tests.unit.studio.stored import queued
from tests.unit.studio.virtual_time import EPOCH_MS, VirtualClock, in_virtual_time

DAY_MS = 24 * 3_600_000


def lost(settings: Settings, *, age_ms: int = 0) -> Task:
    return waiting(1, settings, state=TaskState.UNCONFIRMED, task_id=None, sent_at=EPOCH_MS - age_ms)


@pytest.mark.parametrize("state", TaskState)
def test_only_a_lost_answer_expires(state: TaskState) -> None:
    task = queued(1, state=state, sent_at=EPOCH_MS)
    after = expire(task, now_ms=EPOCH_MS + 100 * DAY_MS)
    assert after.state is (TaskState.EXPIRED if state is TaskState.UNCONFIRMED else state)


def test_it_expires_after_14_days_and_not_a_moment_before() -> None:
    task = queued(1, state=TaskState.UNCONFIRMED, sent_at=EPOCH_MS)
    assert expire(task, now_ms=EPOCH_MS + EXPIRES_AFTER_MS - 1) is task
    assert expire(task, now_ms=EPOCH_MS + EXPIRES_AFTER_MS).finished_at == EPOCH_MS + EXPIRES_AFTER_MS
    assert EXPIRES_AFTER_MS == 14 * DAY_MS


@in_virtual_time
async def test_what_grew_old_while_no_program_ran_expires_at_the_start(tmp_path: Path, settings: Settings) -> None:
    put_in_store(settings, lost(settings, age_ms=14 * DAY_MS))
    async with a_desk(tmp_path, settings=settings) as desk:
        await desk.pass_s(1)
        [task] = desk.studio.tasks.values()
        assert task.state is TaskState.EXPIRED


@in_virtual_time
async def test_what_grows_old_in_a_program_left_open_expires_then(tmp_path: Path, settings: Settings) -> None:
    put_in_store(settings, lost(settings, age_ms=13 * DAY_MS))
    async with a_desk(tmp_path, settings=settings) as desk:
        await desk.pass_s(23 * 3600)
        [task] = desk.studio.tasks.values()
        assert task.state is TaskState.UNCONFIRMED
        await desk.pass_s(2 * 3600)
        [task] = desk.studio.tasks.values()
        assert task.state is TaskState.EXPIRED


@pytest.mark.parametrize("days", [-1, 1, 30])
@in_virtual_time
async def test_a_wall_clock_that_jumps_expires_nothing(tmp_path: Path, settings: Settings, days: int) -> None:
    put_in_store(settings, lost(settings, age_ms=13 * DAY_MS + DAY_MS // 2))
    clock = VirtualClock()
    async with a_desk(tmp_path, settings=settings, clock=clock) as desk:
        await desk.pass_s(1)
        clock.jumped_ms += days * DAY_MS
        await desk.pass_s(3600)
        [task] = desk.studio.tasks.values()
        assert task.state is TaskState.UNCONFIRMED
        assert task.elapsed_ms(clock.now_ms()) >= 0


@in_virtual_time
async def test_a_task_found_after_its_row_expired_gets_a_row_of_its_own(tmp_path: Path, settings: Settings) -> None:
    put_in_store(settings, lost(settings, age_ms=15 * DAY_MS))
    async with a_desk(tmp_path, settings=settings) as desk:
        await desk.pass_s(1)

        async def theirs(task_id: str) -> TaskRecord:
            return TaskRecord(
                task_id=task_id,
                model=MODEL,
                created_at_ms=EPOCH_MS - 15 * DAY_MS,
                request=EchoedRequest(model=MODEL, prompt="Boat 1"),
            )

        desk.service.answer_look = theirs
        adoption = await desk.studio.adopt("task-9")
        assert adoption.how is AdoptedAs.NEW
        assert sorted(task.state for task in desk.studio.tasks.values()) == [TaskState.EXPIRED, TaskState.WAITING]
