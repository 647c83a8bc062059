"""How soon the studio is there and what it holds in memory when idle, beside a bare Textual app with one table.

Both moments are taken alike: from the start of the process until a row of the table has come out of the terminal.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.benchmarks.figures import Benchmark, Figure, Measured, Unmeasured, ratio_at_most
from tests.benchmarks.programs import BARE, Program, medians, memory_mb, studio
from tests.benchmarks.stored import fill
from tests.campaigns.service import service_in

TASKS = 500
IDLE_S = 3.0
_STARTS = 15
_STARTS_OF_OTHERS = 5
_IDLES = 3
_OTHERS: Mapping[str, Program] = {
    "posting": Program(["posting"], "Collection"),
    "harlequin": Program(["harlequin"], "Catalog"),
}
"""Programs of others, and a word on the first screen of each."""


def measure(folder: Path) -> Iterator[Measured]:
    """First frame and memory; the start of others where they are installed."""
    with service_in(folder) as service:
        fill(folder / "data", TASKS, origin=service.url)
        ours = studio(folder / "data", url=service.url)
        floor, value = medians(_STARTS, lambda: first_frame_ms(BARE), lambda: first_frame_ms(ours))
        yield Figure("start.first-frame", value, floor, "ms", (ratio_at_most(1.3),))
        for name, program in _OTHERS.items():
            yield _told(f"start.first-frame.{name}", program, floor)
        floor_mb, value_mb = medians(_IDLES, lambda: idle_mb(BARE), lambda: idle_mb(ours))
        yield Figure("start.memory", value_mb, floor_mb, "MB", (ratio_at_most(1.7),))


def first_frame_ms(program: Program) -> float:
    """Milliseconds until its first screen is painted."""
    with program.on_screen() as screen:
        return screen.first_frame_ms


def idle_mb(program: Program) -> float:
    """What it holds in memory 3 s after its first screen was painted, in MB."""
    with program.on_screen() as screen:
        time.sleep(IDLE_S)
        return memory_mb(screen.terminal.pid)


def _told(name: str, program: Program, floor: float) -> Measured:
    if shutil.which(program.command[0]) is None:
        return Unmeasured(name, "not installed")
    (value,) = medians(_STARTS_OF_OTHERS, lambda: first_frame_ms(program))
    return Figure(name, value, floor, "ms", note="another program, told beside ours")


BENCHMARK = Benchmark(
    name="start",
    about=f"first frame and idle memory of the studio with {TASKS} tasks beside a bare app with one table",
    measure=measure,
)
