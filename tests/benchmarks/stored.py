"""Stores with as many tasks as a benchmark needs, made in seconds: the real schema, prompts as people write them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

from sora_tui.studio.encoding import COLUMNS
from sora_tui.studio.schema import FILE_NAME
from sora_tui.studio.store import Store
from sora_tui.studio.task import Task, TaskState

MODEL = "sora-2-pro-text-to-video"
FIRST = "The first boat leaves the harbour"
"""How the prompt of the newest task in every store begins: what is read off the screen once the table is there."""

_ENDED_MS = 1_763_000_000_000
_APART_MS = 600_000
_ENDS: Sequence[tuple[TaskState, int]] = (
    (TaskState.SUCCESS, 80),
    (TaskState.FAIL, 12),
    (TaskState.REFUSED, 5),
    (TaskState.ABANDONED, 2),
    (TaskState.EXPIRED, 1),
)
_PARTS: Sequence[Sequence[str]] = (
    ("A paper boat", "An old lighthouse", "A red fox", "Two dancers", "A glass city", "The last tram", "A whale",
     "A beekeeper", "A steam locomotive", "A child with a kite", "A clockmaker", "Wild horses", "A space probe"),
    ("drifts down a gutter", "stands in the surf", "crosses a frozen lake", "turns slowly", "rises from the fog",
     "waits under an arch", "vanishes in the crowd", "opens the door to a garden", "passes close to the lens"),
    ("in the rain", "at dusk", "at first light", "under heavy snow", "in the heat of noon", "by the light of a fire",
     "while leaves fall", "during an eclipse", "after the storm", "in a quiet street"),
    ("macro lens, shallow focus", "wide shot on 35 mm film", "handheld, slightly nervous", "one long tracking shot",
     "a drone follows from above", "static frame, deep focus", "a slow push in"),
    ("warm street lights in the water", "muted greens and greys", "hard shadows, high contrast", "soft pastel colours",
     "lanterns swing in the wind", "dust dances in the light", "reflections on wet stone", "the colours of old slides"),
)  # fmt: skip
_STEPS = (TaskState.QUEUED, TaskState.SENDING, TaskState.WAITING)


def fill(data_dir: Path, count: int, *, origin: str, seed: int = 1) -> None:
    """Make a store with `count` tasks that have all ended, ten minutes apart, each with its steps and its answer.

    Args:
        data_dir: where; the folder is made.
        count: how many.
        origin: the service they belong to.
        seed: makes the same ones each time.
    """
    random = Random(seed)
    write(data_dir, (_ended(number, count, origin, random) for number in range(count)))


def write(data_dir: Path, tasks: Iterable[Task]) -> None:
    """Write tasks into the store in `data_dir`, in one transaction, as `Store.insert` would one by one."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = data_dir / FILE_NAME
    Store(path).close()  # makes it, or brings it up to date
    marks = ", ".join("?" for _ in COLUMNS)
    kept: list[Task] = []

    def rows() -> Iterator[list[Any]]:
        for task in tasks:
            kept.append(task)
            yield _row(task)

    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA synchronous = OFF")  # nothing here has to outlive a power cut
        db.executemany(f"INSERT INTO tasks ({', '.join(COLUMNS)}) VALUES ({marks})", rows())
        db.executemany(
            "INSERT INTO steps (ref, at, state, text) VALUES (?, ?, ?, '')",
            ((task.ref, at, state.value) for task in kept for at, state in _history(task)),
        )
        db.executemany(
            "INSERT INTO answers VALUES (?, ?, ?)", ((task.ref, task.created_at, _answer(task)) for task in kept)
        )
        db.execute(
            "UPDATE counters SET value = max(value, ?) WHERE name = 'revision'",
            (max((task.revision for task in kept), default=0),),
        )


def prompt(random: Random) -> str:
    """Words as people write them, 80 to 250 characters."""
    sentence = ", ".join(random.choice(part) for part in _PARTS)
    if random.random() < 0.4:
        sentence += f". {random.choice(_PARTS[0])} {random.choice(_PARTS[1])} {random.choice(_PARTS[2])}"
    return sentence + "."


def ref_of(number: int) -> str:
    """The ref of the task with this number: 32 hex digits that tell nothing of their order."""
    return f"{number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % (1 << 128):032x}"


def _ended(number: int, count: int, origin: str, random: Random) -> Task:
    states, weights = zip(*_ENDS, strict=True)
    newest = number == count - 1
    state: TaskState = TaskState.SUCCESS if newest else random.choices(states, weights)[0]
    created_at = _ENDED_MS - (count - number) * _APART_MS
    was_made = state in (TaskState.SUCCESS, TaskState.FAIL)
    task_id = f"{random.getrandbits(128):032x}" if was_made else None
    took_ms = round(random.lognormvariate(5.7, 0.6) * 1000) if was_made else 2000
    return Task(
        ref=ref_of(number + 1),
        state=state,
        model=MODEL,
        prompt=f"{FIRST}. {prompt(random)}" if newest else prompt(random),
        parameters={"size": "standard", "n_frames": random.choice(("10", "15")), "aspect_ratio": "landscape"},
        origin=origin,
        created_at=created_at,
        sent_at=created_at + 300,
        finished_at=created_at + took_ms,
        vendor_created_at=created_at + 600 if was_made else None,
        task_id=task_id,
        vendor_state="success" if state is TaskState.SUCCESS else None,
        code={TaskState.SUCCESS: 200, TaskState.FAIL: 501, TaskState.REFUSED: 422}.get(state),
        http_status=200,
        text="" if state is TaskState.SUCCESS else "The service gave a reason, in a sentence of this length.",
        credits=150.0 if state is TaskState.SUCCESS else None,
        price=150.0,
        links=(f"https://files.example/{task_id}.mp4",) if state is TaskState.SUCCESS else (),
        asked_at=created_at + took_ms,
        attempts=1,
        revision=number + 1,
    )


def _history(task: Task) -> Iterator[tuple[int, TaskState]]:
    """Its steps and when they were, epoch ms."""
    for place, state in enumerate(_STEPS):
        yield task.created_at + 100 * place, state
    if task.state is not TaskState.WAITING:
        yield task.finished_at or task.created_at + 1000, task.state


def _answer(task: Task) -> str:
    data = {
        "taskId": task.task_id,
        "model": task.model,
        "state": task.vendor_state,
        "param": json.dumps({"model": task.model, "input": {"prompt": task.prompt, **task.parameters}}),
        "resultJson": json.dumps({"resultUrls": list(task.links)}),
        "createTime": task.vendor_created_at,
    }
    return json.dumps({"code": 200, "msg": "success", "data": data})


def _row(task: Task) -> list[Any]:
    return [_plain(getattr(task, name)) for name in COLUMNS]


def _plain(value: Any) -> Any:
    if isinstance(value, TaskState):
        return value.value
    if isinstance(value, tuple):
        return json.dumps(list(value))
    if isinstance(value, dict):
        return json.dumps(value)
    return value
