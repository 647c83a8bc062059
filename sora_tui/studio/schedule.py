"""Which task to ask the service about next, and when. Pure: time, randomness and the law of ends are passed in.

What a look at a task is worth, its score, is the time since the last look times the probability that the task
has ended since, if it still ran then. A task has its turn when its score reaches `PRICE_S`; where more have
their turn than the pace allows, the highest score goes first. First looks come at 5, 20 and 60 s, for what fails
early, and no task is left for longer than 5 minutes, as far as the pace allows. A task whose end will be told is
left for as long.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable
from enum import StrEnum
from itertools import count
from random import Random
from typing import TypeAlias

from sora_tui.studio.durations import Ends
from sora_tui.studio.task import Task
from sora_tui.studio.watched import Watched

FIRST_LOOK_S = 5.0
FIRST_LOOKS_S = (FIRST_LOOK_S, 20.0, 60.0)
"""Ages by which a young task has its turn, if half the price is to be had for it.

By the last of them it has been asked about, as far as the pace allows.
"""
LONGEST_S = 300.0
"""A task is asked about at least this often, however long it runs."""
HURRIED_S = 2.0
"""However often a task is given its turn at once, it is not asked about more often (contract §4)."""
PRICE_S = 0.35
"""Seconds of likely delay that a look must save.

Found by simulation (`python -m tests.benchmarks polling`), over medians of 90 s to 9 min and spreads of 0.25 to 0.6:
at this price no kind of task costs more requests than by the vendor's documents, and its end is seen in half the
time. Requests fall with the root of the price and the delay grows with it: at 1.2 the delay would be that of the
documents, for 0.4 of the requests. From some 120 tasks on the pace binds, and the price no longer matters.
"""

_EARLY_NEWS = 2.0
"""By how much a look saves more in the first minute: a refused prompt can be reworded at once."""
_RISE = 1.5
_MOST_VOID = 64
_UNKNOWN_S = 60.0
_TROUBLE_S = 5.0
_NEVER = float("-inf")

_Item: TypeAlias = tuple[float, int, str]
"""When something happens, the number of the turn, the ref."""
_Due: TypeAlias = tuple[int, float, int, str]
"""The level, negative; when it was last asked about; the number of the turn; the ref."""


class Look(StrEnum):
    """What came of asking about a task."""

    ANSWERED = "answered"
    TROUBLE = "trouble"
    """No usable answer: asked again a little later each time."""
    UNKNOWN_ID = "unknown id"
    """The service does not know the id."""
    NOT_MADE = "not made"
    """The service as a whole could not be asked: the task keeps its turn."""


class Schedule:
    """The turns of the tasks that run.

    Scores change with time, and at their own rates, so they are not compared at every decision: a task whose turn
    has come rises by a level whenever its score has grown by half, and when that will be is worked out once. A
    decision takes the one on the highest level, and there the one longest unasked.

    Args:
        random: for the jitter.
        ends: the law of a task's kind, as far as it is known now.
        price_s: seconds of likely delay that a look must save.
        is_told_of: whether the end of a task, by its ref, will be told without asking.
    """

    def __init__(
        self,
        random: Random,
        ends: Callable[[Task], Ends],
        *,
        price_s: float = PRICE_S,
        is_told_of: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._random = random
        self._ends = ends
        self._price_s = price_s
        self._is_told_of = is_told_of
        self._numbers = count(1)
        self._entries: dict[str, Watched] = {}
        self._later: list[_Item] = []
        """By the time of the turn, or of the next rise."""
        self._due: list[_Due] = []
        """Those whose turn has come, by their level."""
        self._overdue: list[_Item] = []
        """Those among them that are past their deadline, by when they were last asked about."""
        self._was_overdue = False
        self._taken = 0
        """The level from which a task was last taken."""

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, ref: object) -> bool:
        return ref in self._entries

    def watch(self, task: Task, *, age_s: float, now: float) -> None:
        """Takes a new task in: first asked about when it is 5 s old, at once if it is older. Known ones stay."""
        if task.ref not in self._entries:
            turn = self._at_longest(now) if self._is_told_of(task.ref) else max(now, now - age_s + FIRST_LOOK_S)
            self._enter(task, max(0.0, age_s), turn, now)

    def watch_all(self, tasks: Iterable[tuple[Task, float]], *, per_second: float, now: float) -> None:
        """Takes tasks (each with its age in seconds) in afresh, spread so that `per_second` have their turn.

        For a start and for waking up: each is asked about once, promptly, and not all at once.
        """
        fresh = list(tasks)
        self._random.shuffle(fresh)
        for place, (task, age_s) in enumerate(fresh):
            self._enter(task, max(0.0, age_s), now + (place + self._random.random()) / per_second, now)

    def reconsider(self, *, now: float) -> None:
        """Gives what was left to be told of its turn by the law again: it may not be told of any more."""
        for ref, entry in self._entries.items():
            if not (entry.is_asked or entry.is_hurried) and entry.level < 0:
                self._set_turn(ref, entry, min(self._turn_by_law(entry, now), entry.deadline))

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
        while self._later and (self._later[0][0] <= now or self._is_void(*self._later[0][1:])):
            _, number, ref = heapq.heappop(self._later)
            if not self._is_void(number, ref):
                self._rise(ref, self._entries[ref], now)
        while self._due and self._is_void(*self._due[0][-2:]):
            heapq.heappop(self._due)
        while self._overdue and self._is_void(*self._overdue[0][-2:]):
            heapq.heappop(self._overdue)
        if self._due:
            return 0.0
        return self._later[0][0] - now if self._later else None

    def next(self, now: float) -> str | None:
        """Takes the task whose turn it is: of those that are due, the one with the highest score. None if none is.

        It has no further turn until `asked` says what came of it.
        """
        if self.wait_s(now) != 0.0:
            return None
        # Every other turn at most: with thousands past their deadline the order would be that of a round robin.
        self._was_overdue = bool(self._overdue) and not self._was_overdue
        if self._was_overdue:
            *_, ref = heapq.heappop(self._overdue)
        else:
            level, *_, ref = heapq.heappop(self._due)
            self._taken = -level
        entry = self._entries[ref]
        entry.number = next(self._numbers)
        entry.is_asked, entry.is_hurried = True, False
        return ref

    def asked(self, ref: str, look: Look, *, now: float) -> None:
        """Says what came of asking, which decides when the task has its next turn."""
        entry = self._entries.get(ref)
        if entry is None:
            return
        if entry.is_overtaken:  # the answer is to a question from before; a later one may be on its way
            entry.is_overtaken = False
        else:
            entry.is_asked = False
            self._set_turn(ref, entry, self._turn_after(entry, look, now))

    def age_s(self, ref: str, *, now: float) -> float:
        """Seconds since the task was created, by a clock that does not jump; 0 for one that is not watched."""
        entry = self._entries.get(ref)
        return 0.0 if entry is None else now - entry.born

    def _turn_after(self, entry: Watched, look: Look, now: float) -> float:
        if look is Look.NOT_MADE:
            return now
        entry.last = now
        entry.deadline = self._at_longest(now)
        entry.learn(self._ends(entry.task))
        entry.misses = 0 if look is Look.ANSWERED else entry.misses + 1
        entry.is_hurried = entry.is_hurried and look is Look.ANSWERED
        if entry.is_hurried:
            return now + HURRIED_S
        if look is Look.ANSWERED and self._is_told_of(entry.task.ref):
            return entry.deadline
        if look is Look.TROUBLE:
            turn = now + _TROUBLE_S * self._random.uniform(0.8, 1.2) * 2.0 ** min(entry.misses - 1, 6)
        else:
            turn = self._turn_by_law(entry, now)
        if look is Look.UNKNOWN_ID and now - entry.born > _UNKNOWN_S:
            turn = max(turn, now + _UNKNOWN_S * self._random.uniform(1.0, 1.5))
        return min(turn, entry.deadline)

    def _at_longest(self, now: float) -> float:
        return now + LONGEST_S * self._random.uniform(0.9, 1.0)

    def _turn_by_law(self, entry: Watched, now: float) -> float:
        # The score grows with the square of the time, so the pause varies by a twentieth either way.
        turn = entry.reaches(self._price_s * self._random.uniform(0.9, 1.1), after=now)
        for first in FIRST_LOOKS_S:
            look = entry.born + first * self._random.uniform(1.0, 1.05)
            if look < now + HURRIED_S:
                continue
            if look >= turn or entry.score(look) * _EARLY_NEWS >= self._price_s:
                turn = min(turn, look)
                break
        return max(now + HURRIED_S, turn)

    def _rise(self, ref: str, entry: Watched, now: float) -> None:
        """Gives a task its turn, or a higher level if it has it; and says when it will rise again."""
        entry.number = next(self._numbers)
        gained = entry.score(now) / self._price_s
        entry.level = max(entry.level + 1, int(math.log(max(1.0, gained), _RISE)))
        heapq.heappush(self._due, (-entry.level, entry.last, entry.number, ref))
        if now < entry.deadline:
            # Far below the level that is taken from, it does not matter who is above whom.
            higher = max(entry.level + 1, self._taken - 1)
            rise = entry.reaches(self._price_s * _RISE**higher, after=now)
            heapq.heappush(self._later, (rise, entry.number, ref))
        else:
            heapq.heappush(self._overdue, (entry.last, entry.number, ref))
        if len(self._due) > _MOST_VOID + 2 * len(self._entries):  # the void ones below the top never come to it
            self._due = [item for item in self._due if not self._is_void(*item[2:])]
            heapq.heapify(self._due)

    def _is_void(self, number: int, ref: str) -> bool:
        entry = self._entries.get(ref)
        return entry is None or entry.number != number

    def _enter(self, task: Task, age_s: float, turn: float, now: float) -> None:
        known = self._entries.get(task.ref)
        born, last = now - age_s, known.last if known else _NEVER
        turn = max(turn, last + HURRIED_S)
        ends = self._ends(task)
        entry = Watched(task, born, last, max(turn, born + FIRST_LOOKS_S[-1]), ends)
        entry.learn(ends)
        entry.is_overtaken = known is not None and (known.is_asked or known.is_overtaken)
        self._entries[task.ref] = entry
        self._set_turn(task.ref, entry, turn)

    def _set_turn(self, ref: str, entry: Watched, turn: float) -> None:
        entry.number = next(self._numbers)
        entry.level = -1
        heapq.heappush(self._later, (turn, entry.number, ref))
