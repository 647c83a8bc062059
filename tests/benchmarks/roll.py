"""Which benchmarks there are: every module of this package that has a `BENCHMARK`."""

from __future__ import annotations

import importlib
import pkgutil

import tests.benchmarks
from tests.benchmarks.figures import Benchmark


def benchmarks() -> dict[str, Benchmark]:
    """All of them, by name."""
    found: dict[str, Benchmark] = {}
    for module in pkgutil.iter_modules(tests.benchmarks.__path__):
        if module.name.startswith(("test_", "__")):
            continue
        benchmark = getattr(importlib.import_module(f"tests.benchmarks.{module.name}"), "BENCHMARK", None)
        if isinstance(benchmark, Benchmark):
            found[benchmark.name] = benchmark
    return found
