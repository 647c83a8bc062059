"""The studio in a terminal while its running tasks change: what `typing` and `lag` look at.

python -m tests.benchmarks.busy stored 100
python -m tests.benchmarks.busy told 1000 /tmp/lags.json

`stored` parks and unparks running tasks so many times a second, through the store and back. `told` tells the
studio of so many changed tasks a second without writing them down, which no disk could keep up with. With a
file it measures for some seconds how late the event loop is, writes that there (milliseconds, JSON) and ends.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path

from sora_tui.settings import load
from sora_tui.studio.events import TaskChanged
from sora_tui.studio.studio import Studio
from sora_tui.studio.task import Task, TaskState
from sora_tui.tui.app import SoraApp
from sora_tui.tui.terminal import run_safely

SETTLE_S = 2.0
"""What is looked at begins so long after the first frame: starting is another benchmark's business."""
MEASURE_S = 8.0
_SAMPLE_S = 0.005


class BusyApp(SoraApp):
    """The program, and beside it somebody who changes tasks.

    Attributes:
        change: changes a task in the studio.
        per_second: how many changes in a second.
        lags: where the loop's lags are written; None to go on until it is ended.
    """

    change: Callable[[Studio, Task], Awaitable[None]]
    per_second: float
    lags: Path | None

    def on_ready(self) -> None:
        """Begin."""
        self.spawn(self._keep_changing(), name="Changing tasks")
        if self.lags is not None:
            self.spawn(self._measure(self.lags), name="Measuring")

    async def _keep_changing(self) -> None:
        studio, loop = self.studio, asyncio.get_running_loop()
        if studio is None or not self.per_second:
            return
        refs = itertools.cycle([task.ref for task in studio.tasks.values() if task.state is TaskState.WAITING])
        began, done = loop.time(), 0
        while True:
            while done < (loop.time() - began) * self.per_second:
                await self.change(studio, studio.tasks[next(refs)])
                done += 1
            await asyncio.sleep(max(0.0, began + done / self.per_second - loop.time()))

    async def _measure(self, file: Path) -> None:
        await asyncio.sleep(SETTLE_S)
        loop, found = asyncio.get_running_loop(), []
        end = loop.time() + MEASURE_S
        while (now := loop.time()) < end:
            await asyncio.sleep(_SAMPLE_S)
            found.append((loop.time() - now - _SAMPLE_S) * 1000)
        await asyncio.to_thread(file.write_text, json.dumps(found))
        self.leave()


async def stored(studio: Studio, task: Task) -> None:
    """Change a task the whole way: on the disk, in memory and on the screen."""
    await studio.park(task.ref, not task.is_parked)


def telling() -> Callable[[Studio, Task], Awaitable[None]]:
    """Tell the studio of a change, as its book does once a change is on the disk."""
    revisions: Iterator[int] = itertools.count(1_000_000_000)
    words = itertools.cycle(("queuing", "generating", "waiting"))

    async def told(studio: Studio, task: Task) -> None:
        changed = replace(task, vendor_state=next(words), revision=next(revisions))
        studio._task_changed(TaskChanged(changed, task, is_ours=True))

    return told


def main(how: str, per_second: str, lags: str = "") -> int:
    """Run it; see the module."""
    app = BusyApp(load())
    app.change = stored if how == "stored" else telling()
    app.per_second = float(per_second)
    app.lags = Path(lags) if lags else None
    return run_safely(app)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
