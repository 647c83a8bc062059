"""How much of the account's limits three programs on one store use when there is work, and that none is turned away.

The judge is the simulator: its count of answers for the looks at tasks, its ledger for the creates.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path

from sora_tui.settings import Settings, load
from sora_tui.simulator.options import Options
from sora_tui.simulator.server import Simulator
from sora_tui.studio.studio import Studio
from sora_tui.studio.task import Draft
from tests.benchmarks.figures import Benchmark, Figure, Measured, at_least, at_most
from tests.benchmarks.running import KEY, at_work
from tests.benchmarks.stored import MODEL

PROCESSES = 3
RUNNING = 1000
POLLS_PER_S = 10.0
CREATES = 20
WINDOW_S = 10.0
_WINDOWS = 4
_SETTLE_S = 5.0
_MEASURE_S = 30.0
_PATIENCE_S = 120.0


def measure(folder: Path) -> Iterator[Measured]:
    """Polls with 1,000 tasks that run, then creates with more to send than the window takes."""
    with at_work(folder / "polls", RUNNING) as (service, data_dir), _programs(service, data_dir, 0):
        time.sleep(_SETTLE_S)
        before, began = Counter(service.requests()), time.monotonic()
        time.sleep(_MEASURE_S)
        asked, took_s = Counter(service.requests()) - before, time.monotonic() - began
        turned_away = service.requests().get("recordInfo 429", 0)
    share = asked["recordInfo 200"] / took_s / POLLS_PER_S * 100
    yield Figure("limits.polls", share, None, "%", (at_least(95), at_most(101)), note=f"of {POLLS_PER_S:g} a second")
    yield Figure("limits.polls.turned-away", turned_away, None, "", (at_most(0),))

    options = Options(durations=lambda: 86_400.0, credits=1e9, creates=CREATES, create_window_s=WINDOW_S)
    wanted = CREATES * _WINDOWS + 1
    with (
        Simulator(folder / "service", options=options) as service,
        _programs(service, folder / "creates", -(-wanted // PROCESSES)),
    ):
        deadline = time.monotonic() + _PATIENCE_S
        while len(service.ledger()) < wanted and time.monotonic() < deadline:
            time.sleep(0.1)
        sent = [charge.at for charge in service.ledger()][:wanted]
        turned_away = service.requests().get("createTask 429", 0)
    # From the first of a window to the first of the last one: as many windows as the service would have allowed.
    share = WINDOW_S * (len(sent) - 1) / CREATES / ((sent[-1] - sent[0]) / 1000) * 100
    yield Figure("limits.creates", share, None, "%", (at_least(95),), note=f"of {CREATES} in {WINDOW_S:g} s")
    yield Figure("limits.creates.turned-away", turned_away, None, "", (at_most(0),))


@contextmanager
def _programs(service: Simulator, data_dir: Path, drafts: int) -> Iterator[None]:
    """Three programs without a face on one store, each with drafts to send, until the context ends."""
    context = multiprocessing.get_context("spawn")
    is_over = context.Event()
    given = {"base_url": service.url, "data_dir": data_dir, "poll_rate": POLLS_PER_S, "api_key": KEY}
    processes = [context.Process(target=_work, args=(given, drafts, is_over)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        is_over.set()
        for process in processes:
            process.join()


def _work(given: dict[str, object], drafts: int, is_over: Event) -> None:
    asyncio.run(_work_until(load(**given), drafts, is_over))


async def _work_until(settings: Settings, drafts: int, is_over: Event) -> None:
    async with Studio(settings) as studio:
        studio.start()
        for number in range(drafts):
            await studio.submit(Draft(f"[sim:no-result] Boat {number}", MODEL, {"size": "standard"}))
        await asyncio.to_thread(is_over.wait)


BENCHMARK = Benchmark(
    name="limits",
    about=f"use of the account's limits by {PROCESSES} programs on one store, and that none is turned away",
    measure=measure,
)
