"""One press of *send* × every fault of the submit table: what it costs, and what its row says afterwards."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any, TypeAlias

from sora_tui.kie.client import KieClient
from sora_tui.settings import Settings
from sora_tui.studio.studio import Studio
from sora_tui.studio.task import TaskState
from tests.campaigns import careless
from tests.campaigns.audit import judge, rows_in
from tests.campaigns.campaign import Campaign, Figures, Trial
from tests.campaigns.service import KEY, draft, service_in, settings_for, store_of

_TIMEOUT_S = 0.5
"""How long a client of this campaign waits for an answer."""


@dataclass(frozen=True, slots=True)
class Press:
    """One kind of press.

    Attributes:
        name: the row of the fault table and what happens.
        state: how the row must end.
        charges: how often the ledger must show it.
        fault: of the simulator's; empty for none.
        more: the fault's other keys.
        is_served: whether anybody listens at all.
    """

    name: str
    state: TaskState
    charges: int
    fault: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    is_served: bool = True


_LOST, _SENT, _REFUSED = TaskState.UNCONFIRMED, TaskState.WAITING, TaskState.REFUSED
_WITHDRAWN_MODEL = "This model is temporarily paused, please try other models."

PRESSES = (
    Press("all goes well", _SENT, 1),
    Press("S1 nobody listens", _REFUSED, 0, is_served=False),
    Press("S3 closed before it is read", _LOST, 0, "close_before_reading"),
    Press("S3 reset before it is read", _LOST, 0, "reset_before_reading"),
    Press("S4 closed after the charge", _LOST, 1, "close_after_charging"),
    Press("S5 reset after the charge", _LOST, 1, "reset_after_charging"),
    Press("S6 answered too late", _LOST, 1, "stall", {"seconds": 3 * _TIMEOUT_S}),
    Press("S7 answer cut", _LOST, 1, "truncated"),
    Press("S8 HTTP 500 with a page", _LOST, 1, "html", {"status": 500}),
    Press("S8 HTTP 502 with a page", _LOST, 1, "html", {"status": 502}),
    Press("S8 HTTP 503 with a page", _LOST, 1, "html", {"status": 503}),
    Press("S8 HTTP 504 with a page", _LOST, 1, "html", {"status": 504}),
    Press("S9 code 500, words unknown", _LOST, 1, "code", {"code": 500, "text": "Oops", "charged": True}),
    Press("S9 code 501", _LOST, 1, "code", {"code": 501, "text": "Oops", "charged": True}),
    Press("S9a code 500, model withdrawn", _REFUSED, 0, "code", {"code": 500, "text": _WITHDRAWN_MODEL}),
    Press("S10 code 429 once", _SENT, 1, "code", {"code": 429, "text": "Too many requests"}),
    Press("S12 code 402", _REFUSED, 0, "code", {"code": 402, "text": "Credits insufficient"}),
    Press("S13 307 to itself, for ever", _LOST, 1, "redirect", {"times": 0}),
    Press("S14 no task id", _LOST, 1, "task_id", {"value": None}),
    Press("S14 a number as task id", _LOST, 1, "task_id", {"value": 7}),
    Press("S14 a task id that holds an escape", _LOST, 1, "task_id", {"value": "\x1b[31m"}),
)
"""Every row of the table that one press can meet on the wire, and the good case."""


class HastyClock:
    """The machine's time, in which pauses pass fifty times as fast. Timeouts on the wire do not."""

    _HASTE = 50

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return time.monotonic() * self._HASTE

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._HASTE)


def _client(settings: Settings) -> KieClient:
    return KieClient(KEY, base_url=settings.base_url, timeout=_TIMEOUT_S)


Presser: TypeAlias = Callable[[Settings, str], Coroutine[None, None, TaskState | None]]
"""Presses *send* once, and answers what the row says in the end; None where there are no rows."""


async def _press(settings: Settings, name: str) -> TaskState:
    async with Studio(settings, clock=HastyClock(), client_factory=_client) as studio:
        studio.start()
        task = await studio.submit(draft(name))
        while (task := await studio.settled(task.ref)).state is TaskState.QUEUED:
            pass
        return task.state


async def _press_with_retries(settings: Settings, name: str) -> None:
    async with _client(settings) as client:
        await careless.send_until_it_works(client, draft(name), ref=name)


def _closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _trial(name: str, presser: Presser) -> Trial:
    def run(count: int, folder: Path) -> Figures:
        wrong_state = wrong_charge = dearest = 0
        rows = []
        with service_in(folder) as service:
            for number, press in enumerate(islice(cycle(PRESSES), count)):
                service.clear_faults()
                if press.fault:
                    service.fault("createTask", press.fault, **press.more)
                settings = settings_for(service, folder / str(number))
                if not press.is_served:
                    settings = settings.model_copy(update={"base_url": f"http://127.0.0.1:{_closed_port()}"})
                before = len(service.ledger())
                state = asyncio.run(presser(settings, f"press-{number}"))
                charges = len(service.ledger()) - before
                wrong_state += state is not None and state is not press.state
                wrong_charge += charges != press.charges
                dearest = max(dearest, charges)
                rows += rows_in(store_of(settings)) if state is not None else []
            figures = {**judge(service.ledger(), rows), "dearest": dearest}
        if not rows:  # a client that keeps no books loses nothing by its own
            figures["lost"] = 0
        return {"presses": count, **figures, "wrong state": wrong_state, "wrong charge": wrong_charge}

    return Trial(name, run)


CAMPAIGN = Campaign(
    name="clicks",
    promise="one press costs one charge at most, whatever the network does, and its row says what is known",
    never=("doubled", "lost", "wrong state", "wrong charge"),
    always=("presses",),
    program=_trial("the program", _press),
    controls=(_trial("sends again after any error", _press_with_retries),),
    full=10 * len(PRESSES),
    small=len(PRESSES),
    control_count=len(PRESSES),
)
