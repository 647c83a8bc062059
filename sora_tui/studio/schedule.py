"""Which task to ask the service about next, and when. Pure: time and randomness are passed in.

The documents' cadence (contract §4): a first look at 5 s, every 2–3 s to 30 s, 5–10 s to 2 min, 15–30 s
after, and slower for what runs for hours, but never less than once in 5 minutes.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from random import Random
from typing import TypeAlias

from sora_tui.studio.task import Task

FIRST_LOOK_S = 5.0
LONGEST_S = 300.0
"""A task is asked about at least this often, however long it runs."""
GUESTS_PER_SECOND = 0.5
"""What an instance asks that is not the one that does the asking: little enough to keep the account's limit."""
HURRIED_S = 2.0
"""However often a task is given its turn at once, it is not asked about more often (contract §4)."""
_UNKNOWN_S = 60.0
_NEVER = float("-inf")

_Item: TypeAlias = tuple[float, int, str]
"""What a heap is ordered by, the number of the turn, the ref."""


class Look(StrEnum):
    """What came of asking about a task."""

    ANSWERED = "answered"
    TROUBLE = "trouble"
    """No usable answer: asked again a little later each time."""
    UNKNOWN_ID = "unknown id"
    """The service does not know the id."""
    NOT_MADE = "not made"
    """The service as a whole could not be asked: the task keeps its turn."""


@dataclass(slots=True)
class _Entry:
    """A task that is watched; `number` is new whenever its turn changes, so that old heap items are void.

    While it `is_asked` about it has no turn; when it `is_hurried` its next one comes soon. What comes of asking
    does not count when it `is_overtaken`: the task was taken in afresh meanwhile, as after sleep.
    """

    born: float
    last: float
    number: int
    misses: int = 0
    is_asked: bool = False
    is_overtaken: bool = False
    is_hurried: bool = False


class Schedule:
    """The turns of the tasks that run.

    Args:
        random: for the jitter.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._numbers = count(1)
        self._entries: dict[str, _Entry] = {}
        self._later: list[_Item] = []
        """By the time of the turn."""
        self._due: list[_Item] = []
        """By when it was last asked, for those whose turn has come."""

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, ref: object) -> bool:
        return ref in self._entries

    def watch(self, task: Task, *, age_s: float, now: float) -> None:
        """Takes a new task in: first asked about when it is 5 s old, at once if it is older. Known ones stay."""
        if task.ref not in self._entries:
            self._enter(task.ref, now - max(0.0, age_s), max(now, now - age_s + FIRST_LOOK_S))

    def watch_all(self, tasks: Iterable[tuple[Task, float]], *, per_second: float, now: float) -> None:
        """Takes tasks (each with its age in seconds) in afresh, spread so that `per_second` have their turn.

        For a start and for waking up: each is asked about once, promptly, and not all at once.
        """
        fresh = list(tasks)
        self._random.shuffle(fresh)
        for place, (task, age_s) in enumerate(fresh):
            self._enter(task.ref, now - max(0.0, age_s), now + (place + self._random.random()) / per_second)

    def forget(self, ref: str) -> None:
        """Drops a task that has ended."""
        self._entries.pop(ref, None)

    def hurry(self, ref: str, *, now: float) -> None:
        """Gives a watched task its turn at once; 2 s after it was last asked about if that is later.

        One that is being asked about has it afterwards: the answer on its way may be older than the hurry.
        """
        entry = self._entries.get(ref)
        if entry is None or entry.is_hurried:
            return
        entry.is_hurried = True
        if not entry.is_asked:
            self._set_turn(ref, entry, max(now, entry.last + HURRIED_S))

    def wait_s(self, now: float) -> float | None:
        """Seconds until some task's turn, 0 if it is some task's turn now; None while none will have one."""
        while self._later and (self._later[0][0] <= now or self._is_void(self._later[0])):
            _, number, ref = item = heapq.heappop(self._later)
            if not self._is_void(item):
                heapq.heappush(self._due, (self._entries[ref].last, number, ref))
        while self._due and self._is_void(self._due[0]):
            heapq.heappop(self._due)
        if self._due:
            return 0.0
        return self._later[0][0] - now if self._later else None

    def next(self, now: float) -> str | None:
        """Takes the task whose turn it is: of those that are due, the one longest unasked. None if none is.

        It has no further turn until `asked` says what came of it.
        """
        if self.wait_s(now) != 0.0:
            return None
        _, _, ref = heapq.heappop(self._due)
        entry = self._entries[ref]
        entry.number = next(self._numbers)
        entry.is_asked, entry.is_hurried = True, False
        return ref

    def asked(self, ref: str, look: Look, *, now: float) -> None:
        """Says what came of asking, which decides when the task has its next turn."""
        entry = self._entries.get(ref)
        if entry is None:
            return
        entry.is_asked = False
        if entry.is_overtaken:
            entry.is_overtaken = False
        else:
            self._set_turn(ref, entry, self._turn_after(entry, look, now))

    def age_s(self, ref: str, *, now: float) -> float:
        """Seconds since the task was created, by a clock that does not jump; 0 for one that is not watched."""
        entry = self._entries.get(ref)
        return 0.0 if entry is None else now - entry.born

    def _turn_after(self, entry: _Entry, look: Look, now: float) -> float:
        if look is Look.NOT_MADE:
            return now
        entry.last = now
        entry.misses = 0 if look is Look.ANSWERED else entry.misses + 1
        entry.is_hurried = entry.is_hurried and look is Look.ANSWERED
        pause = HURRIED_S if entry.is_hurried else self._pause_s(now - entry.born)
        if look is Look.TROUBLE:
            pause *= 2.0 ** min(entry.misses, 6)
        elif look is Look.UNKNOWN_ID and now - entry.born > _UNKNOWN_S:
            pause = max(pause, _UNKNOWN_S * self._random.uniform(1.0, 1.5))
        return now + min(pause, LONGEST_S)

    def _pause_s(self, age_s: float) -> float:
        if age_s < 30:
            return self._random.uniform(2.0, 3.0)
        if age_s < 120:
            return self._random.uniform(5.0, 10.0)
        return self._random.uniform(max(15.0, age_s / 80), max(30.0, age_s / 40))

    def _is_void(self, item: _Item) -> bool:
        _, number, ref = item
        entry = self._entries.get(ref)
        return entry is None or entry.number != number

    def _enter(self, ref: str, born: float, turn: float) -> None:
        known = self._entries.get(ref)
        entry = _Entry(born, known.last if known else _NEVER, 0)
        entry.is_overtaken = known is not None and (known.is_asked or known.is_overtaken)
        self._entries[ref] = entry
        self._set_turn(ref, entry, turn)

    def _set_turn(self, ref: str, entry: _Entry, turn: float) -> None:
        entry.number = next(self._numbers)
        heapq.heappush(self._later, (turn, entry.number, ref))


class Pace:
    """How close together requests may be: never in lock-step, slower after a 429, gently faster afterwards.

    Args:
        per_second: the most requests in a second.
        random: for the jitter.
    """

    SLOWEST = 0.25

    def __init__(self, per_second: float, random: Random) -> None:
        self._ceiling = per_second
        self._random = random
        self._next = _NEVER
        self._risen = _NEVER
        self.per_second = per_second

    def reserve(self, now: float) -> float:
        """Takes the next place; the seconds to wait for it. Unused places are not saved up."""
        place = max(now, self._next)
        # Only ever further apart, so that no second holds more than the ceiling; 95 % of it on average.
        self._next = place + self._random.uniform(1.0, 1.1) / self.per_second
        return place - now

    def throttled(self, now: float, wait_s: float) -> None:
        """The service said 429: nothing for `wait_s` seconds, then half as fast."""
        self.per_second = max(self.SLOWEST, self.per_second / 2)
        self._next = max(self._next, now + wait_s)
        self._risen = now + wait_s

    def answered(self, now: float) -> None:
        """The service answered: a little faster again, at most once a second."""
        if self.per_second < self._ceiling and now - self._risen >= 1.0:
            self.per_second = min(self._ceiling, self.per_second + 0.25)
            self._risen = now
