"""A store's tasks in another store: what ran is watched to its end, and no import ever makes the service create one."""

from __future__ import annotations

import json
from pathlib import Path

from sora_tui.settings import Settings, load
from sora_tui.simulator.server import Simulator
from sora_tui.studio.exporting import document
from sora_tui.studio.importing import Imported
from sora_tui.studio.records import records
from sora_tui.studio.studio import Studio
from sora_tui.studio.task import Draft, Task, TaskState
from tests.unit.studio.stored import queued

MODEL = "sora-2-pro-text-to-video"


def exported(*tasks: Task) -> list[str]:
    return [json.dumps(document(task)) for task in tasks]


async def test_what_ran_is_watched_to_its_end_and_what_waited_is_never_sent(
    simulator: Simulator, settings: Settings, tmp_path: Path
) -> None:
    async with Studio(settings) as first:
        first.start()
        sent = await first.settled((await first.submit(Draft("A paper boat", MODEL))).ref)
    assert sent.state is TaskState.WAITING
    waiting = queued(7, origin=settings.origin, prompt="never pressed here")
    held = queued(8, origin=settings.origin, is_held=True)
    cut_off = queued(9, origin=settings.origin, state=TaskState.SENDING)
    lines = exported(sent, waiting, held, cut_off)

    there = load(base_url=simulator.url, api_key="demo-test", data_dir=tmp_path / "elsewhere")
    async with Studio(there) as second:
        came = await second.importing.take_in(records(lines))
        assert came == Imported(new=2, running=1, unsure=1, unsent=2)
    async with Studio(there) as second:
        second.start()
        [ended, unsure] = await second.wait([sent.ref, cut_off.ref])
        assert (ended.state, ended.task_id) == (TaskState.SUCCESS, sent.task_id)
        assert ended.links
        assert unsure.state is TaskState.UNCONFIRMED
        assert await second.load([waiting.ref, held.ref]) == []
    assert len(simulator.creates()) == 1
