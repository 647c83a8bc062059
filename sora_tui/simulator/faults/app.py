"""The application with its script of faults in front. Sees every request first, and keeps count of the creates."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from sora_tui.simulator import connection
from sora_tui.simulator.clock import Clock
from sora_tui.simulator.faults import answers, delivery, files
from sora_tui.simulator.faults.exchange import Exchange
from sora_tui.simulator.faults.kinds import FaultKind
from sora_tui.simulator.faults.script import Faults
from sora_tui.simulator.ledger import Arrival, Ledger

BEHAVIOURS: Mapping[FaultKind, Callable[[Exchange], Awaitable[None]]] = {
    **delivery.BEHAVIOURS,
    **answers.BEHAVIOURS,
    **files.BEHAVIOURS,
}


class FaultyApp:
    """The application, misbehaving where the script says so."""

    def __init__(
        self,
        app: ASGIApp,
        faults: Faults,
        ledger: Ledger,
        clock: Clock,
        *,
        call_back: Callable[[str], Awaitable[None]],
    ) -> None:
        """Put the script in front of `app`; `call_back` ends a task and waits for the answer to its callback."""
        self._app = app
        self._call_back = call_back
        self._faults = faults
        self._ledger = ledger
        self._clock = clock
        self._queue = _Queue()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or misbehave."""
        route, subject, ref = _told(scope)
        line = connection.of(scope)
        line.requests += 1
        turn = None if line.is_spent else self._faults.take(route, subject)
        if route == "createTask":
            kind = FaultKind.STALE_KEEPALIVE if line.is_spent else turn.fault.fault if turn is not None else None
            now = round(self._clock.now() * 1000)
            self._ledger.arrivals.append(Arrival(ref, fresh=line.requests == 1, fault=kind, at=now))
        place = self._queue.join()
        try:
            if line.is_spent:
                await connection.close(scope, receive)
            elif turn is None:
                await self._app(scope, receive, send)
            else:
                hold = partial(self._queue.hold, place, route, turn.fault.only)
                exchange = Exchange(turn.fault, turn.number, self._app, scope, receive, send, hold, self._call_back)
                await BEHAVIOURS[turn.fault.fault](exchange)
        except ClientDisconnect:  # gone in the middle of its request: nobody to answer
            pass
        finally:
            self._queue.leave(place, route, subject)


@dataclass(slots=True)
class _Held:
    """An answer that waits until `left` more requests have been dealt with."""

    place: int
    route: str
    only: str
    left: int
    released: asyncio.Event = field(default_factory=asyncio.Event)


class _Queue:
    """In which order requests came, so that an answer can be held back behind those of later ones."""

    def __init__(self) -> None:
        self._last = 0
        self._held: dict[int, _Held] = {}

    def join(self) -> int:
        """A request has come. Answers its place."""
        self._last += 1
        return self._last

    def hold(self, place: int, route: str, only: str, behind: int) -> asyncio.Event:
        """An event that is set once `behind` requests that came later have been dealt with."""
        held = self._held[place] = _Held(place, route, only, behind)
        return held.released

    def leave(self, place: int, route: str, subject: str) -> None:
        """A request has been dealt with."""
        self._held.pop(place, None)
        for held in self._held.values():
            if held.place < place and held.route == route and held.only in subject:
                held.left -= 1
                if held.left == 0:
                    held.released.set()


def _told(scope: Scope) -> tuple[str, str, str | None]:
    """The route's name, the text that `only` is looked for in, and the client's ref."""
    path = scope["path"]
    first = path.split("/")[1]
    route = first if first in ("files", "uploads") else path.rpartition("/")[2]
    ref = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
    return route, f"{path}?{scope['query_string'].decode('latin-1')} {ref}", ref or None
