"""Three real processes on one store never start more creates in a window than the account may (I11).

The judges are the simulator's own window, which turns the twenty-first away, and the starts in the store.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import sqlite3
from bisect import bisect_left
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from unittest.mock import patch

from sora_tui.settings import load
from sora_tui.simulator.options import Options
from sora_tui.simulator.server import Simulator
from sora_tui.studio import outcomes, submitting
from sora_tui.studio.book import Book
from sora_tui.studio.schema import FILE_NAME
from sora_tui.studio.store import OnHold, WindowFull
from sora_tui.studio.studio import Studio
from sora_tui.studio.task import Draft, Task, TaskState
from tests.campaigns.campaign import Campaign, Figures, Trial

PROCESSES = 3
LIMIT = outcomes.WINDOW_LIMIT
_FULL = 200


@dataclass(frozen=True, slots=True)
class _Windows:
    """Seconds: the service's window, and the longer one that the program keeps."""

    service_s: float
    ours_s: float


_REAL = _Windows(10.0, outcomes.WINDOW_S)
_SHORT = _Windows(1.0, 2.5)
"""For CI. The margin is wider: requests of a busy machine overtake one another by more."""


def _try(count: int, folder: Path, *, is_shared: bool) -> Figures:
    windows = _REAL if count >= _FULL else _SHORT
    options = Options(durations=lambda: 3600.0, small_clips=True, credits=1e6, create_window_s=windows.service_s)
    data_dir = folder / "data"
    with Simulator(folder / "simulator", options=options) as simulator:
        context = multiprocessing.get_context("spawn")
        shares = [count // PROCESSES + (number < count % PROCESSES) for number in range(PROCESSES)]
        programs = [
            context.Process(target=_send, args=(simulator.url, data_dir, share, windows.ours_s, is_shared))
            for share in shares
        ]
        for program in programs:
            program.start()
        for program in programs:
            program.join()
        turned_away = simulator.requests().get("createTask 429", 0)
        charged = len({charge.ref for charge in simulator.ledger()})
    return {
        "sent": charged,
        "failed programs": sum(program.exitcode != 0 for program in programs),
        "turned away": turned_away,
        "starts too many": max(0, _most_within(windows.ours_s, _starts(data_dir)) - LIMIT),
    }


def _send(url: str, data_dir: Path, count: int, window_s: float, is_shared: bool) -> None:
    """One program: sends its share and leaves."""
    with patch.object(submitting, "WINDOW_S", window_s), patch.object(outcomes, "WINDOW_S", window_s):
        if is_shared:
            asyncio.run(_send_all(url, data_dir, count))
            return
        with patch.object(Book, "claim", _claimer_with_a_window_of_its_own()):
            asyncio.run(_send_all(url, data_dir, count))


async def _send_all(url: str, data_dir: Path, count: int) -> None:
    settings = load(base_url=url, api_key="demo-window", data_dir=data_dir)
    async with Studio(settings) as studio:
        studio.start()
        tasks = [await studio.submit(Draft(f"Boat {number}", _MODEL, {"size": "standard"})) for number in range(count)]
        states = [(await studio.settled(task.ref)).state for task in tasks]
    assert set(states) <= {TaskState.WAITING}


def _claimer_with_a_window_of_its_own() -> Callable[..., object]:
    """Counts the starts in the process's memory, as a program does that knows of no other."""
    claim = Book.claim
    starts: deque[int] = deque()

    async def claim_alone(
        self: Book, ref: str, *, limit: int, window_ms: int, balance: float | None = None
    ) -> Task | WindowFull | OnHold | None:
        now = self._clock.now_ms()
        while starts and starts[0] <= now - window_ms:
            starts.popleft()
        if len(starts) >= limit:
            return WindowFull(starts[0] + window_ms - now)
        starts.append(now)
        return await claim(self, ref, limit=1_000_000, window_ms=window_ms, balance=balance)

    return claim_alone


def _starts(data_dir: Path) -> list[int]:
    """When each create was started, in epoch ms, oldest first."""
    with sqlite3.connect(data_dir / FILE_NAME) as store:
        return [at for (at,) in store.execute("SELECT at FROM sends ORDER BY at")]


def _most_within(seconds: float, moments: list[int]) -> int:
    """The most of the moments that fall into any stretch of so many seconds."""
    window = round(seconds * 1000)
    return max((bisect_left(moments, at + window) - place for place, at in enumerate(moments)), default=0)


_MODEL = "sora-2-pro-text-to-video"

CAMPAIGN = Campaign(
    name="window",
    promise=f"{PROCESSES} processes on one store start at most {LIMIT} creates in any window; none is turned away",
    never=("failed programs", "turned away", "starts too many"),
    always=("sent",),
    program=Trial("the program", partial(_try, is_shared=True)),
    controls=(Trial("counts its starts in its own memory", partial(_try, is_shared=False)),),
    full=_FULL,
    small=60,
    control_count=60,
)
