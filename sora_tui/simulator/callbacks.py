"""Calls the addresses that a task came with: its progress while it runs, its outcome at its end (contract §5).

Decides when, signs, tries again, and writes every try into the ledger. Runs on the server's event loop.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
import reprlib
import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from functools import partial
from itertools import count, cycle
from typing import Any

from sora_tui.simulator import calls, posting
from sora_tui.simulator.calls import Call, Signed
from sora_tui.simulator.clock import Clock
from sora_tui.simulator.faults.calls import befallen
from sora_tui.simulator.faults.script import Fault, Faults
from sora_tui.simulator.ledger import CallbackTry, Ledger
from sora_tui.simulator.options import Options
from sora_tui.simulator.posting import Answered, NotHere
from sora_tui.simulator.records import SimulatedTask

_log = logging.getLogger(__name__)

_AT_ONCE = 50
_WARNINGS = 10


@dataclass(slots=True)
class _Held:
    """A call that waits until `left` later ones have been made."""

    call: Call
    number: int
    left: int
    tries: int


class Callbacks:
    """The calls of one simulator."""

    def __init__(
        self,
        options: Options,
        clock: Clock,
        ledger: Ledger,
        script: Faults,
        *,
        base_url: Callable[[], str],
        wake: Callable[[], None],
    ) -> None:
        """Call nobody yet.

        Args:
            options: keys, patience and pauses.
            clock: the simulator's time; signatures carry it.
            ledger: where every try is written down.
            script: the faults; those of the routes `callback` and `progress` befall calls.
            base_url: where this server is reached now; links are made on it.
            wake: is called when `settle` has something new to do.
        """
        self._base_url = base_url
        self._options = options
        self._clock = clock
        self._ledger = ledger
        self._script = script
        self._wake = wake
        self._keys = cycle(options.webhook_keys or (None,))
        self._agenda: list[tuple[int, int, Callable[[], object]]] = []
        self._numbers = count()
        self._held: list[_Held] = []
        self._under_way: dict[asyncio.Task[CallbackTry], str] = {}
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._warned: set[str] = set()

    def began(self, task: SimulatedTask) -> None:
        """Tell the progress of `task` from now on, if somebody wants to know."""
        if task.progress_call_back_url is None or task.due is None:
            return
        now = self._now_ms()
        for percent in calls.SHARES:
            at = task.created + (task.due - task.created) * percent // 100
            if at > now:
                self._later(at, partial(self._tell_progress, task, percent))

    def ended(self, task: SimulatedTask) -> None:
        """Tell the outcome of `task`, if somebody wants to know."""
        if task.call_back_url is not None:
            self._make(calls.completion(task, task.call_back_url, self._base_url(), self._now_ms()))

    def settle(self) -> int | None:
        """Make every call that is due. Answers when the next one is, in epoch milliseconds, None for never."""
        now = self._now_ms()
        while self._agenda and self._agenda[0][0] <= now:
            heapq.heappop(self._agenda)[2]()
        return self._agenda[0][0] if self._agenda else None

    async def call(self, call: Call, fault: Fault | None) -> list[CallbackTry]:
        """Make a call now, outside the script and once; `fault` befalls it. Answers how what was sent now went."""
        now = self._arranged(befallen(call, fault), tries=1)
        return list(await asyncio.gather(*(self._send(each, last=1) for each in now)))

    async def made(self, task_id: str) -> None:
        """Wait until the calls of a task that are under way have been answered, or not."""
        if waited := [sent for sent, known in self._under_way.items() if known == task_id]:
            await asyncio.wait(waited)

    def stop(self) -> None:
        """Call nobody any more."""
        self._agenda.clear()
        for sent in self._under_way:
            sent.cancel()

    def _tell_progress(self, task: SimulatedTask, percent: int) -> None:
        if task.completed is None and task.progress_call_back_url is not None:
            url = task.progress_call_back_url
            self._make(calls.progress(task, url, percent, self._base_url(), self._now_ms()))

    def _make(self, call: Call) -> None:
        """Make a call of the service's own, as the script will have it."""
        turn = self._script.take(call.route, call.subject)
        tries = 1 + len(self._options.callback_pauses_s)
        for each in self._arranged(befallen(call, turn.fault if turn is not None else None), tries):
            self._later(each.due, partial(self._send, each, last=tries))

    def _arranged(self, several: list[Call], tries: int) -> list[Call]:
        """Put aside what is for later. Answers what is for now."""
        now = self._now_ms()
        for each in several:
            if each.behind:
                self._held.append(_Held(each, next(self._numbers), each.behind, tries))
            elif each.due > now:
                self._later(each.due, partial(self._send, each, last=tries))
        return [each for each in several if not each.behind and each.due <= now]

    def _later(self, at: int, act: Callable[[], object]) -> None:
        heapq.heappush(self._agenda, (at, next(self._numbers), act))
        self._wake()

    def _send(self, call: Call, *, last: int, attempt: int = 1) -> asyncio.Task[CallbackTry]:
        return self._start(call, self._try(call, attempt, last))

    def _start(self, call: Call, act: Coroutine[Any, Any, CallbackTry]) -> asyncio.Task[CallbackTry]:
        under_way = asyncio.create_task(act)
        self._under_way[under_way] = call.task_id
        under_way.add_done_callback(self._under_way.pop)
        return under_way

    async def _try(self, call: Call, attempt: int, last: int) -> CallbackTry:
        number = next(self._numbers)
        lines = calls.header_lines(call, self._key_for(call.signed), str(int(self._clock.now())))
        body = calls.encoded(call.body)
        tried = await self._post(call, attempt, lines, body)
        if attempt == 1:
            self._let_go_behind(call, number)
            if call.replayed_ms is not None:
                again = partial(self._post, replace(call, fault="replayed"), attempt, lines, body)
                self._later(self._now_ms() + call.replayed_ms, lambda: self._start(call, again()))
        if attempt < last and tried.may_be_tried_again:
            pause_ms = round(self._options.callback_pauses_s[attempt - 1] / self._options.speed * 1000)
            self._later(self._now_ms() + pause_ms, partial(self._send, call, attempt=attempt + 1, last=last))
        return tried

    async def _post(self, call: Call, attempt: int, lines: dict[str, str], body: bytes) -> CallbackTry:
        at = self._now_ms()
        try:
            address = posting.parse(call.url)
        except NotHere as refusal:
            self._warn_once(call.url, refusal)
            answered, is_called = Answered(trouble=str(refusal)), False
        else:
            async with self._room:
                answered = await posting.post(address, lines, body, self._options.callback_patience_s)
            is_called = True
        tried = CallbackTry(
            route=call.route,
            task_id=call.task_id,
            url=call.url,
            attempt=attempt,
            fault=call.fault,
            at=at,
            headers=lines,
            body=body.decode("ascii"),
            is_sent=is_called,
            status=answered.status,
            answer=answered.text,
            trouble=answered.trouble,
        )
        self._ledger.callbacks.append(tried)
        return tried

    def _let_go_behind(self, call: Call, number: int) -> None:
        """Send what was held back until `call`, the `number`-th, had been made."""
        for held in list(self._held):
            if held.number < number and held.call.only in call.subject:
                held.left -= 1
                if held.left == 0:
                    self._held.remove(held)
                    self._send(held.call, last=held.tries)

    def _key_for(self, signed: Signed) -> str | None:
        match signed:
            case Signed.PROPERLY:
                return next(self._keys)
            case Signed.WRONGLY:
                return secrets.token_hex(16)
            case Signed.NOT:
                return None

    def _warn_once(self, url: str, refusal: NotHere) -> None:
        place = "/".join(url.split("/")[:3])  # what follows may be secret, and differs from task to task
        if place not in self._warned and len(self._warned) < _WARNINGS:
            self._warned.add(place)
            _log.warning("The callback address %s is not called. %s", reprlib.repr(place), refusal)

    def _now_ms(self) -> int:
        return round(self._clock.now() * 1000)
