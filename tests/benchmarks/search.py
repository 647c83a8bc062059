"""How long it takes to find among 100,000 prompts what somebody types, through the store's own search."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from sora_tui.studio.filters import parse_filter
from sora_tui.studio.orders import SortBy
from sora_tui.studio.schema import FILE_NAME
from sora_tui.studio.store import Store
from sora_tui.tui.studio_rows import FIRST
from tests.benchmarks.figures import Benchmark, Figure, Measured, at_most
from tests.benchmarks.programs import NOBODY, percentile
from tests.benchmarks.stored import fill

TASKS = 100_000
TYPED = (
    "lighthouse",
    "glass city at dusk",
    "kite macro",
    "locomotive snow",
    "garden -dusk",
    "eclipse state:fail",
    "whale model:sora",
    "nowhere to be found",
    "harbour",
    "zeppelin",
)
"""What is typed, a key at a time: every beginning of it is searched for, as the table does."""
_ROUNDS = 3


def measure(folder: Path) -> Iterator[Measured]:
    """The 95th percentile over all beginnings of two letters and more: of the rows shown first, and of all."""
    fill(folder / "data", TASKS, origin=NOBODY)
    store = Store(folder / "data" / FILE_NAME)
    while store.search.grow():  # as a program that has been open for a while has done
        pass
    now_ms = time.time_ns() // 1_000_000
    for name, limit in (("search.first-rows.p95", FIRST), ("search.p95", None)):
        took: list[float] = []
        found: list[int] = []
        for _ in range(_ROUNDS):
            for text in TYPED:
                for end in range(2, len(text) + 1):
                    typed = parse_filter(text[:end], now_ms=now_ms)
                    began = time.perf_counter()
                    found.append(len(store.find(typed, None, SortBy.NEWEST, limit=limit)))
                    took.append((time.perf_counter() - began) * 1000)
        told = f"median {percentile(took, 50):.1f} ms, up to {max(found):,} found"
        yield Figure(name, percentile(took, 95), None, "ms", (at_most(50),), note=told)
    store.close()


BENCHMARK = Benchmark(name="search", about=f"a search among {TASKS:,} prompts, at each key", measure=measure)
