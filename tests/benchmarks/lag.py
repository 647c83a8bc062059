"""How late the event loop is while 1,000 changes a second come in over a store of 100,000 tasks, beside none."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figures import Benchmark, Figure, Measured, at_most, ratio_at_most
from tests.benchmarks.programs import Program, environment, in_turn, percentile
from tests.benchmarks.running import at, begin
from tests.benchmarks.stored import FIRST, fill, write
from tests.campaigns.service import service_in

TASKS = 100_000
RUNNING = 1000
UPDATES_PER_S = 1000
_ROUNDS = 3


def measure(folder: Path) -> Iterator[Measured]:
    """The lags' 99th percentile, idle and busy."""
    begun = begin(folder / "service", RUNNING)
    with service_in(folder) as service:
        fill(folder / "data", TASKS, origin=service.url)
        write(folder / "data", at(begun, service.url))
        file = folder / "lags.json"

        def p99_ms(rate: int) -> float:
            command = [sys.executable, "-m", "tests.benchmarks.busy", "told", str(rate), str(file)]
            with Program(command, FIRST, environment(folder / "data", url=service.url)).on_screen() as screen:
                screen.terminal.wait()
            return percentile(json.loads(file.read_text()), 99)

        idle, busy = in_turn(_ROUNDS, lambda: p99_ms(0), lambda: p99_ms(UPDATES_PER_S))
    yield Figure("lag.p99", statistics.median(busy), statistics.median(idle), "ms", (at_most(5), ratio_at_most(3)))


BENCHMARK = Benchmark(
    name="lag",
    about=f"lateness of the event loop at {UPDATES_PER_S:,} changes a second over {TASKS:,} tasks beside idle",
    measure=measure,
)
