"""A program is killed at any moment of a send; the next one on its store recovers and goes on."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from random import Random

from sora_tui.settings import Settings
from sora_tui.simulator.server import Simulator
from tests.campaigns.aftermath import unmatched
from tests.campaigns.audit import is_whole, judge, rows_in
from tests.campaigns.campaign import Campaign, Figures, Trial
from tests.campaigns.child import Child
from tests.campaigns.mortal import Fate, Point, Work, program, sends_again_on_start, sends_before_it_writes
from tests.campaigns.service import draft, service_in, settings_for, store_of, wait_for

_WIDE_S = 0.02
"""How long the service takes before it charges, and again before it answers."""
_KNOWN_WIDTHS = {Point.POSTING: _WIDE_S, Point.CHARGED: _WIDE_S}
"""Seconds to the next point where the service decides them; the others are measured."""
_EXACTLY, _AFTER = True, False
_AIMS = (
    (Point.SUBMITTING, _EXACTLY),
    (Point.SUBMITTING, _AFTER),
    (Point.WRITTEN, _EXACTLY),
    (Point.WRITTEN, _AFTER),
    (Point.CLAIMED, _EXACTLY),
    (Point.CLAIMED, _AFTER),
    (Point.POSTING, _AFTER),
    (Point.POSTING, _AFTER),
    (Point.CHARGED, _AFTER),
    (Point.CHARGED, _AFTER),
    (Point.ANSWERED, _EXACTLY),
    (Point.ANSWERED, _AFTER),
)
"""Where the kills are aimed: at a point exactly, or at a random moment between it and the next."""


class Place(StrEnum):
    """Where a kill fell, by what it left behind."""

    BEFORE_INTENT = "before intent"
    BEFORE_POST = "before POST"
    ON_THE_WIRE = "on the wire"
    BEFORE_ANSWER = "before answer"
    BEFORE_SAVE = "before save"
    SAVED = "saved"


@dataclass(frozen=True, slots=True)
class _Remains:
    """What is known of the last send of a child that was killed."""

    prompt: str
    told: frozenset[Point]
    is_charged: bool


@dataclass(slots=True)
class _Hunt:
    """One store, and one kind of client that is killed on it again and again.

    Attributes:
        service: what it pays.
        settings: of the client.
        work: the client.
        random: for the moments.
        places: where the kills fell.
        sending_left: rows still `sending` after a start.
        corrupt: starts that found the file damaged.
    """

    service: Simulator
    settings: Settings
    work: Work
    random: Random
    places: Counter[Place] = field(default_factory=Counter)
    sending_left: int = 0
    corrupt: int = 0
    _widths: dict[Point, float] = field(default_factory=dict)
    _remains: _Remains | None = None

    def measure(self) -> None:
        """Let one child make two good sends, to learn how far apart their points are."""
        fate = Fate(3, Point.SUBMITTING, is_held=True)
        with Child(self.work, self.settings, "measured", fate) as child:
            self._start(child)
            self._hear_until(child, fate, "")

    def kill(self, name: str, point: Point, *, is_held: bool) -> None:
        """Start a child, let it make up to two good sends, and kill it in the next."""
        fate = Fate(self.random.randint(1, 3), point, is_held)
        prompt = draft(f"{name}.{fate.send}").prompt
        with Child(self.work, self.settings, name, fate) as child:
            self._start(child)
            told = self._hear_until(child, fate, prompt)
            if not is_held:
                time.sleep(self.random.uniform(0.0, (self._widths | _KNOWN_WIDTHS).get(point, 0.0)))
            told += child.kill()
        self._remains = _Remains(prompt, frozenset(told), self._is_charged(prompt))

    def rest(self) -> None:
        """Start a child that sends what is left in the queue, and is not killed."""
        with Child(self.work, self.settings, "rest", None) as child:
            self._start(child)
            child.wait()

    def _start(self, child: Child) -> None:
        """Look at the store when the child has opened it, and let it go on."""
        child.hear()
        store = store_of(self.settings)
        self.corrupt += not is_whole(store)
        rows = rows_in(store)
        self.sending_left += sum(row.state == "sending" for row in rows)
        if self._remains is not None:
            states = {row.prompt: row.state for row in rows}
            self.places[_place(self._remains, states.get(self._remains.prompt))] += 1
            self._remains = None
        child.tell("go on")

    def _hear_until(self, child: Child, fate: Fate, prompt: str) -> list[Point]:
        """The points of the send that the child dies in, up to its fate or the send's end."""
        sends = 0
        told: list[Point] = []
        at = 0.0
        while True:
            before, (point, at) = at, (child.hear(), time.monotonic())
            if point is Point.SUBMITTING:
                sends, told = sends + 1, []
            if told:
                self._widths[told[-1]] = at - before
            told.append(point)
            if sends < fate.send:
                continue
            if point is Point.POSTING and fate.point is Point.CHARGED:
                wait_for(partial(self._is_charged, prompt))
                return told
            if point in (fate.point, Point.SAVED):
                return told

    def _is_charged(self, prompt: str) -> bool:
        return any(task.input["prompt"] == prompt for task in reversed(self.service.tasks()))


def _place(remains: _Remains, state: str | None) -> Place:
    """Where the kill fell; `state` is the row's at the next start."""
    if Point.ANSWERED in remains.told:
        return Place.SAVED if state == "waiting" else Place.BEFORE_SAVE
    if remains.is_charged:
        return Place.BEFORE_ANSWER
    if Point.POSTING in remains.told:
        return Place.ON_THE_WIRE
    return Place.BEFORE_INTENT if state is None else Place.BEFORE_POST


def _trial(name: str, work: Work) -> Trial:
    def run(count: int, folder: Path) -> Figures:
        with service_in(folder, latency_s=_WIDE_S) as service:
            service.fault("createTask", "stall", times=0, seconds=_WIDE_S)
            settings = settings_for(service, folder)
            hunt = _Hunt(service, settings, work, Random(1))
            hunt.measure()
            for number, (point, is_held) in enumerate(islice(cycle(_AIMS), count)):
                hunt.kill(str(number), point, is_held=is_held)
            hunt.rest()
            return {
                "kills": sum(hunt.places.values()),
                **{place.value: hunt.places[place] for place in Place},
                **judge(service.ledger(), rows_in(store_of(settings))),
                "sending left": hunt.sending_left,
                "corrupt": hunt.corrupt,
                "unmatched": asyncio.run(unmatched(settings, service.ledger())),
            }

    return Trial(name, run)


CAMPAIGN = Campaign(
    name="submit-kills",
    promise="kill -9 at any moment of a send: nothing paid is lost or paid twice, and every paid row is found again",
    never=("lost", "doubled", "sending left", "corrupt", "unmatched"),
    always=("kills",),
    some=tuple(place.value for place in Place if place is not Place.SAVED),
    program=_trial("the program", program),
    controls=(
        _trial("sends before it writes", sends_before_it_writes),
        _trial("sends again on start", sends_again_on_start),
    ),
    full=500,
    small=24,
    control_count=100,
)
