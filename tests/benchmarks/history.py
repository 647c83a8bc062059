"""How soon 100,000 tasks are shown and what they hold in memory, beside 100: the whole program on its store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figures import Benchmark, Figure, Measured, at_most, ratio_at_most
from tests.benchmarks.programs import medians, studio
from tests.benchmarks.start import first_frame_ms, idle_mb
from tests.benchmarks.stored import fill
from tests.campaigns.service import service_in

FEW = 100
MANY = 100_000
_STARTS = 5
_IDLES = 2


def measure(folder: Path) -> Iterator[Measured]:
    """First frame, and memory beyond that of a small store."""
    with service_in(folder) as service:
        for count in (FEW, MANY):
            fill(folder / str(count), count, origin=service.url)
        few, many = (studio(folder / str(count), url=service.url) for count in (FEW, MANY))
        floor, value = medians(_STARTS, lambda: first_frame_ms(few), lambda: first_frame_ms(many))
        yield Figure("history.first-frame", value, floor, "ms", (ratio_at_most(3),))
        few_mb, many_mb = medians(_IDLES, lambda: idle_mb(few), lambda: idle_mb(many))
        told = f"{many_mb:.0f} MB beside {few_mb:.0f} MB"
        yield Figure("history.memory-more", many_mb - few_mb, None, "MB", (at_most(70),), note=told)


BENCHMARK = Benchmark(
    name="history",
    about=f"first frame and memory with {MANY:,} tasks in the store beside {FEW}",
    measure=measure,
)
