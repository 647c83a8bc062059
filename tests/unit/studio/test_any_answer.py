"""Whatever JSON comes as an answer about a task, the poller lives and every row keeps a legal state (I8)."""

from __future__ import annotations

import asyncio
import json
import random
from itertools import count
from typing import Any

from sora_tui.kie.envelope import read_answer
from sora_tui.kie.messages import TaskRecord
from sora_tui.settings import Settings
from sora_tui.simulator.odd_answers import ODD_ANSWERS
from sora_tui.studio.events import Notice, TaskChanged
from sora_tui.studio.task import TaskState
from tests.unit.studio.scripted_service import a_desk, succeeded, waiting
from tests.unit.studio.virtual_time import EPOCH_MS, in_virtual_time

ANSWERS, SEED = 10_000, 20_261_125
TASKS = 40
LEGAL = {TaskState.WAITING, TaskState.SUCCESS, TaskState.FAIL}

WORDS = (
    "",
    "waiting",
    "generating",
    "success",
    "FAIL",
    "failed",
    "paused",
    "\ud83d",
    "[/red]\x1b]52;c;x\x07",
    "x" * 5_000,
)
NUMBERS = (0, 1, 3, -1, 0.5, 1e300, 10**30, EPOCH_MS, 501, True, False, float("nan"), float("inf"))
LINKS = ("https://files.example/1.mp4", "javascript:alert(1)", "file:///etc/passwd", "https://", "http://[::1", "\n")
NAMES = ("state", "successFlag", "resultJson", "response", "failCode", "failMsg", "createTime", "completeTime")
MORE_NAMES = ("creditsConsumed", "param", "paramJson", "model", "taskId", "resultUrls", "resultWaterMarkUrls", "input")


def any_value(chance: random.Random, depth: int = 3) -> Any:
    """A JSON value; objects have the names of a record, and text is often JSON again."""
    kind = chance.random()
    if depth == 0 or kind < 0.45:
        return chance.choice([None, chance.choice(WORDS), chance.choice(NUMBERS), chance.choice(LINKS)])
    if kind < 0.6:
        return [any_value(chance, depth - 1) for _ in range(chance.randrange(4))]
    names = chance.sample(NAMES + MORE_NAMES, chance.randrange(6))
    found = {name: any_value(chance, depth - 1) for name in names}
    return json.dumps(found) if kind < 0.75 else found


def any_answer(chance: random.Random, task_id: str) -> bytes:
    """The body of an answer about a task: mostly a record of it with odd fields, at times an odd envelope."""
    kind = chance.random()
    if kind < 0.02:
        return chance.choice(ODD_ANSWERS)
    if kind < 0.04:
        return json.dumps({"code": any_value(chance), "msg": any_value(chance), "data": any_value(chance)}).encode()
    data = {name: any_value(chance) for name in chance.sample(NAMES + MORE_NAMES[:4], chance.randrange(8))}
    if chance.random() < 0.95:
        data["taskId"] = task_id
    if chance.random() < 0.1:
        data["state"] = chance.choice(("success", "FAIL"))
    return json.dumps({"code": 200, "msg": "success", "data": data}).encode()


@in_virtual_time
async def test_the_poller_lives_through_ten_thousand_answers_and_every_row_stays_legal(settings: Settings) -> None:
    chance = random.Random(SEED)
    faults: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: faults.append(context))

    async def any_record(task_id: str) -> TaskRecord:
        return TaskRecord.from_answer(read_answer(200, any_answer(chance, task_id)), task_id=task_id)

    numbers = count()
    async with a_desk(settings.data_dir.parent, settings=settings) as desk:
        desk.studio._book._store._connection.execute("PRAGMA synchronous = OFF")
        desk.service.answer_look = any_record
        while len(desk.service.looks) < ANSWERS:
            for _ in range(sum(task.state is TaskState.WAITING for task in desk.studio.tasks.values()), TASKS):
                await desk.studio._book.insert(waiting(next(numbers), settings))
            await desk.pass_s(10)
        running = [ref for ref, task in desk.studio.tasks.items() if task.state is TaskState.WAITING]
        desk.service.answer_look = succeeded
        ended = await desk.studio.wait(running)
    assert running
    assert {task.state for task in ended} == {TaskState.SUCCESS}
    assert faults == [], f"seed {SEED}"
    assert not desk.told(Notice)
    for event in desk.told(TaskChanged):
        assert event.task.state in LEGAL, f"seed {SEED}: {event}"
        links = event.task.links + event.task.watermark_links
        assert all(link.startswith("https://files.example/") for link in links), f"seed {SEED}: {event}"
        assert event.previous is None or event.previous.state is TaskState.WAITING, f"seed {SEED}: {event}"
