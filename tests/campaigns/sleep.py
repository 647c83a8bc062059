"""A machine that slept: afterwards every task is asked about once, and never more than the account allows.

The count is of running tasks; for each of them the program is stopped for 0.6 s, so 100 tasks make a minute. A
studio without a face is stopped: the screen asks the service about nothing.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sora_tui.kie import KieClient
from sora_tui.kie.messages import CreateTask
from sora_tui.simulator.clock import SystemClock
from sora_tui.simulator.engine import Engine
from sora_tui.simulator.options import Options
from sora_tui.simulator.server import Simulator
from sora_tui.studio.sleep import ASLEEP_S
from tests.campaigns.campaign import Campaign, Figures, Trial
from tests.fence import fenced_off
from tests.tui.hostile_places import MODEL, store_with, task_of

KEY = "demo-asleep"
ASLEEP_S_PER_TASK = 0.6
AGE_S = 600.0
"""So old that a task's next turn by the usual cadence comes after all have had their first since waking up."""
ALLOWED_PER_SECOND = 10
WATCHED_S = 1.0
"""How long it is watched once all tasks have been asked about: a burst comes at once."""
DEADLINE_S = 120.0


class _OldClock(SystemClock):
    """A service whose time of day lies back while the tasks are made."""

    behind_s = AGE_S

    def now(self) -> float:
        return super().now() - self.behind_s


class Witness:
    """Writes down when each task was asked about, as the service sees it."""

    def __init__(self, engine: Engine) -> None:
        self.asked: list[tuple[float, str]] = []
        self._read = engine.read
        engine.read = self.read  # type: ignore[method-assign]

    def read(self, key: str, task_id: str) -> Any:
        """Note it, then let the service answer."""
        self.asked.append((time.monotonic(), task_id))
        return self._read(key, task_id)

    def since(self, moment: float) -> list[tuple[float, str]]:
        """What was asked from then on."""
        return [entry for entry in self.asked if entry[0] >= moment]


def run_program(count: int, folder: Path) -> Figures:
    """A studio at work."""
    threshold = min(ASLEEP_S, count * ASLEEP_S_PER_TASK / 2)
    return _sleep(count, folder, lambda url, ids: [sys.executable, "-m", "tests.campaigns.at_work", f"{threshold}"])


def run_catching_up(count: int, folder: Path) -> Figures:
    """A poller that makes up for what it missed."""
    return _sleep(count, folder, lambda url, ids: [sys.executable, "-m", "tests.campaigns.catching_up", url, KEY, *ids])


def _sleep(count: int, folder: Path, command: Callable[[str, Sequence[str]], list[str]]) -> Figures:
    clock = _OldClock()
    options = Options(creates=count, credits=1e9, durations=lambda: 1e6, small_clips=True)
    simulator = Simulator(folder / "simulator", options=options, clock=clock)
    witness = Witness(simulator.engine)
    with fenced_off(folder / "fence"), simulator:
        ids = asyncio.run(_make(simulator.url, count))
        clock.behind_s = 0.0
        born = round((time.time() - AGE_S) * 1000)
        tasks = [
            task_of(number, simulator.url, task_id=task_id, created_at=born + number, sent_at=born + number)
            for number, task_id in enumerate(ids)
        ]
        store_with([(task, None) for task in tasks])
        env = {**os.environ, "SORA_TUI_BASE_URL": simulator.url, "SORA_TUI_API_KEY": KEY}
        with subprocess.Popen(command(simulator.url, ids), env=env) as program:
            try:
                _until(lambda: {name for _, name in witness.asked} == set(ids))
                program.send_signal(signal.SIGSTOP)
                threading.Event().wait(count * ASLEEP_S_PER_TASK)
                woke = time.monotonic()
                program.send_signal(signal.SIGCONT)
                _until(lambda: {name for _, name in witness.since(woke)} == set(ids))
                all_asked = time.monotonic()
                threading.Event().wait(WATCHED_S)
            finally:
                program.kill()
        turned_away = simulator.requests().get("recordInfo 429", 0)
    since = witness.since(woke)
    times = [at for at, _ in since]
    in_a_second = [sum(at <= other < at + 1.0 for other in times) for at in times]
    once = Counter(name for at, name in since if at <= all_asked)
    return {
        "tasks": count,
        "asleep s": count * ASLEEP_S_PER_TASK,
        "all asked after s": round(all_asked - woke, 1),
        "busiest second": max(in_a_second),
        "seconds over the limit": sum(number > ALLOWED_PER_SECOND for number in in_a_second),
        "asked more than once": sum(times > 1 for times in once.values()),
        "turned away": turned_away,
    }


async def _make(url: str, count: int) -> list[str]:
    request = CreateTask(model=MODEL, input={"prompt": "a boat", "upload_method": "s3"})
    async with KieClient(KEY, base_url=url) as client:
        made = [await client.create_task(request) for _ in range(count)]
    return [task.task_id for task in made]


def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not is_so():
        assert time.monotonic() < deadline, "the tasks were not asked about"
        threading.Event().wait(0.01)


CAMPAIGN = Campaign(
    name="sleep",
    promise="after sleep each task is asked about once, with at most 10 questions in any second",
    never=("seconds over the limit", "asked more than once", "turned away"),
    program=Trial("the program", run_program),
    controls=(Trial("makes up for every turn it missed", run_catching_up),),
    full=100,
    small=6,
    control_count=20,
)
