"""The user leaves while a send is in flight: by `Studio.close`, and by the key in the real program."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import TypeAlias

from sora_tui.kie.client import KieClient
from sora_tui.settings import Settings
from sora_tui.simulator.server import Simulator
from sora_tui.studio.store import Store
from sora_tui.studio.studio import Studio
from tests.campaigns import careless
from tests.campaigns.audit import judge, rows_in
from tests.campaigns.campaign import Campaign, Figures, Trial
from tests.campaigns.service import KEY, draft, environment_of, service_in, settings_for, store_of, wait_for
from tests.pty import Terminal

_STALL_S = 0.8
"""How long the service keeps its answer back after the charge."""
_TOO_SHORT_S, _LONG_ENOUGH_S = 0.1, 20.0
_ONE_BY_KEY_IN = 11
"""Of so many quits one is by the key in the whole program, which takes seconds to start."""

Quit: TypeAlias = Callable[[Settings, int, Coroutine[None, None, None]], Coroutine[None, None, None]]
"""Sends, and leaves once the last argument has been awaited: the task is charged and its answer is not there yet."""


async def _quit(settings: Settings, number: int, on_the_wire: Coroutine[None, None, None]) -> None:
    """Every other time with too little patience for the answer."""
    studio = Studio(settings)
    await studio.open()
    studio.start()
    await studio.submit(draft(f"quit {number}"))
    await on_the_wire
    await studio.close(patience_s=_TOO_SHORT_S if number % 2 else _LONG_ENOUGH_S)


async def _quit_with_everything(settings: Settings, number: int, on_the_wire: Coroutine[None, None, None]) -> None:
    """The send runs in a task like any other of the screen, and ends with it."""
    store = Store(store_of(settings))
    async with KieClient(KEY, base_url=settings.base_url) as client:
        send = asyncio.create_task(careless.send_then_write(client, store, draft(f"quit {number}")))
        await on_the_wire
        send.cancel()
        with suppress(asyncio.CancelledError):
            await send
    store.close()


def _quit_by_key(settings: Settings) -> None:
    """In the program itself: types a prompt, sends it, and presses ctrl+q once its row says so."""
    with Terminal([sys.executable, "-m", "sora_tui"], size=(100, 30), env=environment_of(settings)) as terminal:
        terminal.read_until("Upload to")
        terminal.send("a boat\x13")
        terminal.read_until("◍ sending")
        terminal.send("\x11")
        assert terminal.wait() == 0


def _figures(service: Simulator, all_settings: Sequence[Settings]) -> Figures:
    rows = [row for settings in all_settings for row in rows_in(store_of(settings))]
    found = judge(service.ledger(), rows)
    return {**found, "unaccounted": found["charged"] - found["recorded"] - found["unconfirmed"]}


async def _on_the_wire(service: Simulator, charges: int, random: Random) -> None:
    """Returns some time between the charge that makes them so many and its answer."""
    await asyncio.to_thread(wait_for, lambda: len(service.ledger()) == charges)
    await asyncio.sleep(random.uniform(0.0, _STALL_S / 2))


def _trial(name: str, quit_: Quit, *, has_face: bool) -> Trial:
    def run(count: int, folder: Path) -> Figures:
        with service_in(folder) as service:
            service.fault("createTask", "stall", times=0, seconds=_STALL_S)
            by_key = max(1, count // _ONE_BY_KEY_IN) if has_face else 0
            cores = [settings_for(service, folder / str(number)) for number in range(count - by_key)]
            random = Random(1)
            for number, settings in enumerate(cores):
                asyncio.run(quit_(settings, number, _on_the_wire(service, number + 1, random)))
            programs = [settings_for(service, folder / f"program {number}") for number in range(by_key)]
            for settings in programs:
                _quit_by_key(settings)
            return {"quits": count, "by key": by_key, **_figures(service, [*cores, *programs])}

    return Trial(name, run)


CAMPAIGN = Campaign(
    name="quits",
    promise="who leaves while a send is in flight finds it recorded or unconfirmed at the next start, never lost",
    never=("lost", "doubled", "unaccounted"),
    always=("quits", "charged"),
    some=("recorded", "unconfirmed"),
    program=_trial("the program", _quit, has_face=True),
    controls=(_trial("ends the send with the screen", _quit_with_everything, has_face=False),),
    full=55,
    small=4,
)
