"""Without a terminal, or when it ends, the program ends: it never reads the end of a file again and again."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path

from tests.campaigns.campaign import Campaign, Figures, Trial
from tests.fence import fenced_off
from tests.pty import Late, Terminal, processor_seconds, run_with

PROGRAM = [sys.executable, "-m", "sora_tui"]
CARELESS = [sys.executable, "-m", "tests.tui.little_apps", "careless"]

WITHOUT = ("closed", "/dev/null", "ended")
"""What standard input can be from the start."""
LOST = (True, False)
"""A window that is closed, told by SIGHUP as well; a line that is lost, only seen as the end of the input."""
WAYS = (*WITHOUT, *LOST)
USAGE, HUNG_UP = 2, 129
WATCHED_S = 10.0
"""How long a program that does not end is watched."""
SHARE = 0.05
"""Of a processor, which a program that goes on may use."""


def run_program(count: int, folder: Path) -> Figures:
    """Every way in its turn."""
    return _run(PROGRAM, "demo", list(islice(cycle(WAYS), count)), folder)


def run_careless(count: int, folder: Path) -> Figures:
    """The lost line, on an app as Textual has it."""
    return _run(CARELESS, "ready", [False] * count, folder)


def _run(command: Sequence[str], ready: str, ways: Sequence[str | bool], folder: Path) -> Figures:
    went_on = spinning = wrong_code = 0
    busiest = 0.0
    for number, way in enumerate(ways):
        with fenced_off(folder / str(number)):
            if isinstance(way, str):
                try:
                    code, _ = run_with("stdin", way, command)
                except subprocess.TimeoutExpired:
                    went_on += 1
                else:
                    wrong_code += code != USAGE
                continue
            with Terminal(command, controlling=way) as terminal:
                terminal.read_until(ready)
                used, then = processor_seconds(terminal.pid), time.monotonic()
                terminal.hang_up()
                try:
                    wrong_code += terminal.wait(seconds=WATCHED_S) != HUNG_UP
                except Late:
                    share = (processor_seconds(terminal.pid) - used) / (time.monotonic() - then)
                    went_on += 1
                    spinning += share > SHARE
                    busiest = max(busiest, share)
    return {
        "ends": len(ways),
        "went on": went_on,
        "spinning": spinning,
        "wrong codes": wrong_code,
        "most of a processor": round(busiest, 2),
    }


CAMPAIGN = Campaign(
    name="eof",
    promise="without a terminal, or when it ends, the program ends and says so by its exit code",
    never=("went on", "spinning", "wrong codes"),
    program=Trial("the program", run_program),
    controls=(Trial("an app as Textual has it", run_careless),),
    full=10 * len(WAYS),
    small=len(WAYS),
    control_count=1,
)
