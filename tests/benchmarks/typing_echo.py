"""How long a key takes to be seen in the prompt, at the terminal's end: beside 1,000 changing tasks, in a long text."""

from __future__ import annotations

import json
import re
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from tests.benchmarks.figures import Benchmark, Figure, Measured, at_most, ratio_at_most
from tests.benchmarks.programs import Program, Screen, environment, percentile, studio
from tests.benchmarks.running import at_work
from tests.benchmarks.stored import FIRST, MODEL, fill, prompt
from tests.campaigns.service import service_in

RUNNING = 1000
CHANGES_PER_S = 100
LONG = 3000
_KEYS = 120
_ROUNDS = 3
_SETTLE_S = 3.0
_LETTERS = [chr(code) for code in (*range(0x0400, 0x0482), *range(0x0100, 0x0180), *range(0x0391, 0x03A2))]
"""Letters one column wide that stand nowhere else on the screen: each is typed once, and seen when it is there."""


def measure(folder: Path) -> Iterator[Measured]:
    """Keys beside busy tasks, then keys in a long paragraph."""
    with at_work(folder / "busy", RUNNING) as (service, data_dir):
        env = environment(data_dir, url=service.url)
        quiet, busy = (
            Program([sys.executable, "-m", "tests.benchmarks.busy", "stored", str(rate)], FIRST, env)
            for rate in (0, CHANGES_PER_S)
        )
        floors, values = _rounds(quiet, busy)
    yield Figure(
        "typing.busy.p95",
        percentile(values, 95),
        percentile(floors, 95),
        "ms",
        (ratio_at_most(2),),
        note=f"medians {statistics.median(values):.1f} and {statistics.median(floors):.1f} ms",
    )
    with service_in(folder) as service:
        for name, text in (("short", ""), ("long", paragraph(LONG))):
            fill(folder / name, 50, origin=service.url)
            (folder / name / "draft.json").write_text(json.dumps({"prompt": text, "model": MODEL, "parameters": {}}))
        floors, values = _rounds(*(studio(folder / name, url=service.url) for name in ("short", "long")))
    yield Figure("typing.paragraph.p95", percentile(values, 95), percentile(floors, 95), "ms", (at_most(40),))


def paragraph(length: int) -> str:
    """One line of so many characters, as somebody writes a long prompt."""
    random, words = Random(length), ""
    while len(words) < length:
        words += prompt(random) + " "
    return words[:length]


def echoes_ms(screen: Screen, keys: int = _KEYS, *, first: int = 0) -> list[float]:
    """Milliseconds from each key until the terminal shows it, typed as fast as a person does.

    Args:
        screen: the editor has the focus.
        keys: how many.
        first: letters that were typed before, and would not be told from those.
    """
    random, found = Random(keys), []
    screen.terminal.read_for(_SETTLE_S)
    for letter in _LETTERS[first : first + keys]:
        began = time.perf_counter()
        screen.terminal.send(letter)
        screen.terminal.read_until(re.escape(letter))
        found.append((time.perf_counter() - began) * 1000)
        screen.terminal.read_for(random.uniform(0.03, 0.12))
    return found


def _rounds(*programs: Program) -> list[list[float]]:
    found: list[list[float]] = [[] for _ in programs]
    for _ in range(_ROUNDS):
        for place, program in enumerate(programs):
            with program.on_screen() as screen:
                found[place] += echoes_ms(screen)
    return found


BENCHMARK = Benchmark(
    name="typing",
    about=f"key to echo with {RUNNING:,} tasks changing {CHANGES_PER_S} times a second beside none changing,"
    f" and in a paragraph of {LONG:,} characters",
    measure=measure,
)
