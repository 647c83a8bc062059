"""How fast a video comes down beside curl: there is nothing to measure while the program downloads none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figures import Benchmark, Measured, Unmeasured


def measure(folder: Path) -> Iterator[Measured]:
    """Say so."""
    yield Unmeasured("download", "not there yet")


BENCHMARK = Benchmark(name="download", about="MB/s of a download beside curl's of the same file", measure=measure)
