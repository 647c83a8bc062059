"""A service at work on many tasks, and a store that knows them: as if they had been sent before the benchmark began.

They are made by the simulator's own engine before it serves, past the account's window of creates, and written
into the store with the ids it gave them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random

from sora_tui.simulator.engine import Engine
from sora_tui.simulator.options import Options
from sora_tui.simulator.server import Simulator
from sora_tui.studio.task import Task, TaskState
from tests.benchmarks.stored import FIRST, MODEL, prompt, ref_of, write

KEY = "demo-benchmark"
_FREE = Options(durations=lambda: 86_400.0, credits=1e9, creates=1_000_000, small_clips=True)
_REFS_FROM = 10_000_000


def begin(folder: Path, count: int) -> list[Task]:
    """Let the service of `folder`, which does not run yet, begin so many tasks; they come back as a client knows them.

    No task ends within a day, and no video is made.
    """
    random = Random(count)
    engine = Engine(folder, _FREE)
    parameters = {"size": "standard", "n_frames": "10", "upload_method": "s3"}
    try:
        begun = []
        for number in range(count):
            words = f"{FIRST}. {prompt(random)}" if number == count - 1 else prompt(random)
            words += " [sim:no-result]"
            ref = ref_of(_REFS_FROM + number)
            answer = engine.create(KEY, {"model": MODEL, "input": {"prompt": words, **parameters}}, ref=ref)
            made = engine.tasks()[-1]
            assert answer.code == 200, answer.msg
            begun.append(
                Task(
                    ref=ref,
                    state=TaskState.WAITING,
                    model=MODEL,
                    prompt=words,
                    parameters=parameters,
                    origin="",
                    created_at=made.created - 400,
                    sent_at=made.created - 100,
                    vendor_created_at=made.created,
                    task_id=made.task_id,
                    vendor_state="waiting",
                    price=made.price,
                    attempts=1,
                    revision=_REFS_FROM + number,
                )
            )
    finally:
        engine.close()
    return begun


@contextmanager
def at_work(folder: Path, count: int, *, options: Options = _FREE) -> Iterator[tuple[Simulator, Path]]:
    """A service that works on so many tasks, and the folder of a store that knows them.

    Args:
        folder: of the benchmark.
        count: how many run.
        options: how the service behaves to what comes.
    """
    begun = begin(folder / "service", count)
    with Simulator(folder / "service", options=options) as service:
        write(folder / "data", at(begun, service.url))
        yield service, folder / "data"


def at(tasks: Sequence[Task], url: str) -> list[Task]:
    """The same tasks as those of the service at `url`."""
    return [replace(task, origin=url) for task in tasks]
