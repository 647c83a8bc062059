"""The user leaves while a send is in flight: by `Studio.close`, and by the key in the real program."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import TypeAlias

from sora_tui.kie.client import KieClient
from sora_tui.settings import Settings
from sora_tui.simulator.server import Simulator
from sora_tui.studio.events import Event, TaskChanged
from sora_tui.studio.store import Store
from sora_tui.studio.studio import Studio
from sora_tui.studio.task import TaskState
from tests.campaigns import careless
from tests.campaigns.audit import judge, rows_in
from tests.campaigns.campaign import Campaign, Figures, Trial
from tests.campaigns.service import KEY, draft, environment_of, service_in, settings_for, store_of
from tests.pty import Terminal

_STALL_S = 0.8
"""How long the service keeps its answer back after the charge."""
_TOO_SHORT_S, _LONG_ENOUGH_S = 0.1, 20.0
_KEYS_PER_QUITS = 10
"""So many quits of the core for each of the whole program, which takes seconds to start."""

Quit: TypeAlias = Callable[[Settings, int], Awaitable[None]]
"""Sends, and leaves while the answer is awaited."""


async def _quit(settings: Settings, number: int) -> None:
    """Every other time with too little patience for the answer."""
    studio = Studio(settings)
    in_flight = asyncio.Event()
    studio.subscribe(lambda event: in_flight.set() if _is_being_sent(event) else None)
    await studio.open()
    studio.start()
    await studio.submit(draft(f"quit {number}"))
    await in_flight.wait()
    await asyncio.sleep(Random(number).uniform(0.0, _STALL_S / 2))
    await studio.close(patience_s=_TOO_SHORT_S if number % 2 else _LONG_ENOUGH_S)


def _is_being_sent(event: Event) -> bool:
    return isinstance(event, TaskChanged) and event.task.state is TaskState.SENDING


async def _quit_with_everything(settings: Settings, number: int) -> None:
    """The send runs in a task like any other of the screen, and ends with it."""
    store = Store(store_of(settings))
    async with KieClient(KEY, base_url=settings.base_url) as client:
        send = asyncio.create_task(careless.send_then_write(client, store, draft(f"quit {number}")))
        await asyncio.sleep(Random(number).uniform(_STALL_S / 4, _STALL_S / 2))
        send.cancel()
        with suppress(asyncio.CancelledError):
            await send
    store.close()


def _quit_by_key(settings: Settings) -> None:
    """In the program itself: types a prompt, sends it, and presses ctrl+q once its row says so."""
    with Terminal([sys.executable, "-m", "sora_tui"], size=(100, 30), env=environment_of(settings)) as terminal:
        terminal.read_until("Upload to")
        terminal.send("a boat\x13")
        terminal.read_until("sending")
        terminal.send("\x11")
        assert terminal.wait() == 0


def _figures(service: Simulator, all_settings: Sequence[Settings]) -> Figures:
    rows = [row for settings in all_settings for row in rows_in(store_of(settings))]
    found = judge(service.ledger(), rows)
    return {**found, "unaccounted": found["charged"] - found["recorded"] - found["unconfirmed"]}


async def _all(quit_: Quit, all_settings: Sequence[Settings]) -> None:
    await asyncio.gather(*(quit_(settings, number) for number, settings in enumerate(all_settings)))


def _trial(name: str, quit_: Quit, *, has_face: bool) -> Trial:
    def run(count: int, folder: Path) -> Figures:
        with service_in(folder) as service:
            service.fault("createTask", "stall", times=0, seconds=_STALL_S)
            cores = [settings_for(service, folder / str(number)) for number in range(count)]
            asyncio.run(_all(quit_, cores))
            faces = -(-count // _KEYS_PER_QUITS) if has_face else 0
            programs = [settings_for(service, folder / f"program {number}") for number in range(faces)]
            for settings in programs:
                _quit_by_key(settings)
            return {"quits": count, "by-key": faces, **_figures(service, [*cores, *programs])}

    return Trial(name, run)


CAMPAIGN = Campaign(
    name="quits",
    promise="who leaves while a send is in flight finds it recorded or unconfirmed at the next start, never lost",
    never=("lost", "doubled", "unaccounted"),
    always=("quits",),
    some=("recorded", "unconfirmed"),
    program=_trial("the program", _quit, has_face=True),
    controls=(_trial("ends the send with the screen", _quit_with_everything, has_face=False),),
    full=50,
    small=4,
)
