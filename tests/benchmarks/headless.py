"""How long `sora-tui tasks --json` takes with 10,000 tasks, beside a Python that imports sqlite3 and does nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.benchmarks.figures import Benchmark, Figure, Measured, ratio_at_most
from tests.benchmarks.programs import NOBODY, environment, medians
from tests.benchmarks.stored import fill

TASKS = 10_000
_RUNS = 11


def measure(folder: Path) -> Iterator[Measured]:
    """Both, by turns."""
    fill(folder / "data", TASKS, origin=NOBODY)
    env = {**os.environ, **environment(folder / "data")}
    floor, value = medians(
        _RUNS,
        lambda: _took_ms([sys.executable, "-c", "import sqlite3"], env),
        lambda: _took_ms([sys.executable, "-m", "sora_tui", "tasks", "--json"], env),
    )
    yield Figure("headless.tasks-json", value, floor, "ms", (ratio_at_most(10),))


def _took_ms(command: Sequence[str], env: Mapping[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - began) * 1000


BENCHMARK = Benchmark(
    name="headless",
    about=f"`sora-tui tasks --json` with {TASKS:,} tasks beside `python -c 'import sqlite3'`",
    measure=measure,
)
