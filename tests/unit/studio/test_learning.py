"""What tasks took before the program was started is known soon after, of the newest first if there are very many."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from sora_tui.settings import Settings
from sora_tui.studio.task import Task, TaskState
from tests.unit.studio.scripted_service import a_desk, put_in_store, waiting
from tests.unit.studio.virtual_time import EPOCH_MS, in_virtual_time

MINUTE_MS = 60_000


def ended(number: int, settings: Settings, minutes: int) -> Task:
    began = EPOCH_MS - (100 - number) * 3_600_000
    task = waiting(number, settings, created_at=began, sent_at=began, vendor_created_at=began)
    return replace(task, state=TaskState.SUCCESS, finished_at=began + minutes * MINUTE_MS)


@in_virtual_time
async def test_a_start_learns_from_the_tasks_that_ended_before(tmp_path: Path, settings: Settings) -> None:
    running = waiting(50, settings)
    put_in_store(settings, *(ended(number, settings, 4) for number in range(1, 6)), running)
    async with a_desk(tmp_path) as desk:
        await desk.pass_s(1)
        eta = desk.studio.estimates.eta(running, EPOCH_MS)
        assert eta is not None
        assert eta.based_on == 5


@in_virtual_time
async def test_of_very_many_the_newest_teach(tmp_path: Path, settings: Settings) -> None:
    running = waiting(50, settings)
    old = [ended(number, settings, 60) for number in range(1, 10)]
    new = [ended(number, settings, 2) for number in range(10, 16)]
    put_in_store(settings, *old, *new, running)
    with patch("sora_tui.studio.studio.LESSONS", 6):
        async with a_desk(tmp_path) as desk:
            await desk.pass_s(1)
            eta = desk.studio.estimates.eta(running, EPOCH_MS)
            assert eta is not None
            assert eta.based_on == 6
            assert eta.median_ms < 10 * MINUTE_MS
