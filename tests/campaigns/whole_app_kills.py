"""The whole program in a terminal is killed while it sends, and started again on the same store."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import TypeAlias

from sora_tui.settings import Settings
from sora_tui.simulator.server import Simulator
from tests.campaigns import careless
from tests.campaigns.aftermath import rest, unmatched
from tests.campaigns.audit import is_whole, judge, rows_in
from tests.campaigns.campaign import Campaign, Figures, Trial
from tests.campaigns.service import environment_of, service_in, settings_for, store_of, wait_for
from tests.pty import Terminal

_WIDE_S = 0.2
"""How long the service takes before it charges, and again before it answers."""


class _After(StrEnum):
    """What the kill comes after, at a random moment within `_WIDE_S`."""

    CHARGE = "killed charged"
    SENDING = "killed sending"
    QUEUED = "killed queued"
    KEY = "killed after key"


_DRAWN = {_After.CHARGE: "◍ sending", _After.SENDING: "◍ sending", _After.QUEUED: "◌ queued"}
"""What the row of the task shows then."""

Start: TypeAlias = Callable[[Path], None]
"""What is done to the store before the program starts on it."""


def _kill(service: Simulator, settings: Settings, name: str, after: _After, random: Random) -> None:
    """Start the program, type a prompt, send it, and kill the program at some moment after that."""
    with Terminal([sys.executable, "-m", "sora_tui"], size=(100, 30), env=environment_of(settings)) as terminal:
        terminal.read_until("Upload to")
        charged = len(service.ledger())
        terminal.send(f"{name}\x13")
        if after in _DRAWN:
            terminal.read_until(_DRAWN[after])
        if after is _After.CHARGE:
            wait_for(lambda: len(service.ledger()) > charged)
        time.sleep(random.uniform(0.0, _WIDE_S))
        terminal.signal(signal.SIGKILL)
        assert terminal.wait() == -signal.SIGKILL


def _trial(name: str, before_start: Start) -> Trial:
    def run(count: int, folder: Path) -> Figures:
        random = Random(1)
        kills: Counter[_After] = Counter()
        corrupt = 0
        with service_in(folder, latency_s=_WIDE_S) as service:
            service.fault("createTask", "stall", times=0, seconds=_WIDE_S)
            settings = settings_for(service, folder)
            store = store_of(settings)
            for number, after in enumerate(islice(cycle(_After), count)):
                before_start(store)
                _kill(service, settings, f"boat {number}", after, random)
                corrupt += not is_whole(store)
                kills[after] += 1
            before_start(store)
            asyncio.run(rest(settings))
            rows = rows_in(store)
            return {
                "kills": kills.total(),
                **{after.value: kills[after] for after in _After},
                "rows": len(rows),
                **judge(service.ledger(), rows),
                "sending left": sum(row.state == "sending" for row in rows),
                "corrupt": corrupt,
                "unmatched": asyncio.run(unmatched(settings, service.ledger())),
            }

    return Trial(name, run)


CAMPAIGN = Campaign(
    name="whole-app-kills",
    promise="kill -9 of the program itself while it sends: nothing paid is lost or paid twice",
    never=("lost", "doubled", "sending left", "corrupt", "unmatched"),
    always=("kills",),
    some=("charged", "unconfirmed"),
    program=_trial("the program", lambda _: None),
    controls=(_trial("sends again on start", careless.queue_again),),
    full=20,
    small=2,
)
