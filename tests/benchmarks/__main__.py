"""`python -m tests.benchmarks [NAME …]`: measures, and prints one line a figure. Exit 1 if a target is missed."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.benchmarks.figures import Benchmark, Unmeasured
from tests.benchmarks.roll import benchmarks
from tests.fence import fenced_off


def main(argv: Sequence[str] | None = None, known: Mapping[str, Benchmark] | None = None) -> int:
    """Measure what was asked for.

    Args:
        argv: the words of the command; those of this program by default.
        known: the benchmarks there are, by name; those of this package by default.
    """
    known = benchmarks() if known is None else known
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"all of them by default: {', '.join(known)}")
    parser.add_argument("--list", action="store_true", help="say what there is, and measure nothing")
    chosen = parser.parse_args(argv)
    if unknown := [name for name in chosen.names if name not in known]:
        parser.error(f"there is no benchmark {unknown[0]}; there are {', '.join(known)}")
    wanted = [known[name] for name in chosen.names or known]
    if chosen.list:
        for benchmark in wanted:
            print(f"{benchmark.name}: {benchmark.about}")
        return 0
    are_met = [run(benchmark) for benchmark in wanted]
    return 0 if all(are_met) else 1


def run(benchmark: Benchmark) -> bool:
    """Measure one benchmark's figures, each printed as soon as it is known; whether every target is met."""
    all_met = True
    with tempfile.TemporaryDirectory(prefix=f"benchmark-{benchmark.name}-") as place, fenced_off(Path(place, "fence")):
        folder = Path(place, "work")
        folder.mkdir()
        for measured in benchmark.measure(folder):
            print(measured.line, flush=True)
            all_met &= isinstance(measured, Unmeasured) or measured.is_met
    return all_met


if __name__ == "__main__":
    sys.exit(main())
