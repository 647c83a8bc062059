"""Programs as a user starts them, each in a terminal of its own, and what is measured of them from outside."""

from __future__ import annotations

import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks import bare, stored
from tests.pty import Terminal

SIZE = (160, 45)
NOBODY = "http://127.0.0.1:9"
"""A service that answers nobody, for what is measured without one."""


@dataclass(frozen=True, slots=True)
class Program:
    """Something with a screen.

    Attributes:
        command: program and arguments.
        shows: what stands on its first painted screen, and nowhere before.
        env: variables on top of the fence's.
        size: columns and rows of its terminal.
    """

    command: Sequence[str | Path]
    shows: str
    env: Mapping[str, str] = field(default_factory=dict)
    size: tuple[int, int] = SIZE

    @contextmanager
    def on_screen(self) -> Iterator[Screen]:
        """Start it and wait for its first painted screen; it is ended afterwards."""
        began = time.perf_counter()
        with Terminal(self.command, size=self.size, env=self.env) as terminal:
            terminal.read_until(re.escape(self.shows))
            yield Screen(terminal, (time.perf_counter() - began) * 1000)


@dataclass(frozen=True, slots=True)
class Screen:
    """A program whose first screen is painted.

    Attributes:
        terminal: where it runs.
        first_frame_ms: from the start of its process until its first screen had come out of the terminal.
    """

    terminal: Terminal
    first_frame_ms: float


BARE = Program([sys.executable, "-m", "tests.benchmarks.bare"], bare.FIRST)
"""The floor of what has a screen."""


def studio(data_dir: Path, *, url: str = NOBODY, shows: str = stored.FIRST, **settings: str) -> Program:
    """The program itself on the store in `data_dir`, with a key.

    Args:
        data_dir: the user's data.
        url: the service.
        shows: what stands on its first screen.
        settings: more of them, by their names.
    """
    return Program([sys.executable, "-m", "sora_tui"], shows, environment(data_dir, url=url, **settings))


def environment(data_dir: Path, *, url: str = NOBODY, **settings: str) -> dict[str, str]:
    """The variables that make a program this user."""
    values = {"data_dir": str(data_dir), "base_url": url, "api_key": "demo-benchmark", **settings}
    return {f"SORA_TUI_{name.upper()}": value for name, value in values.items()}


def in_turn(count: int, *measures: Callable[[], float]) -> list[list[float]]:
    """What each measure gives, `count` times each and by turns, so that a busy moment falls on all of them alike.

    Each is made once more before, for the caches of the system and of Python.
    """
    found: list[list[float]] = [[] for _ in measures]
    for turn in range(count + 1):
        for place, measure in enumerate(measures):
            value = measure()
            if turn:
                found[place].append(value)
    return found


def medians(count: int, *measures: Callable[[], float]) -> list[float]:
    """The median of each, measured `in_turn`."""
    return [statistics.median(values) for values in in_turn(count, *measures)]


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that so many percent of them do not pass."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(len(ordered) * percent / 100))]


def memory_mb(pid: int) -> float:
    """What a program holds in memory, its share of what it shares with others included (PSS), in MB. Linux only."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1000
    raise ValueError(f"/proc/{pid}/smaps_rollup has no line Pss")
