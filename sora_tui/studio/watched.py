"""One task that is watched: what a look at it is worth, and when it will be worth more. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sora_tui.studio.durations import Ends
from sora_tui.studio.task import Task

_PRECISION = 1.02
"""Between two looks that far apart in time there is nothing to choose."""


@dataclass(slots=True)
class Watched:
    """A task that is watched; `number` is new whenever its turn changes, so that old heap items are void.

    While it `is_asked` about it has no turn; when it `is_hurried` its next one comes soon. What comes of asking
    does not count when it `is_overtaken`: the task was taken in afresh meanwhile, as after sleep.

    Attributes:
        task: as it was taken in; its kind does not change.
        born: when it began, by the clock that does not jump.
        last: when it was last asked about.
        deadline: when it has its turn before all others.
        ends: the law of its kind, as it was known when it was last asked about.
        since: from when on it may have ended unseen.
        ran_then: the share of its kind that still runs at that age.
        level: how often its score has risen since its turn came; below 0 before.
        misses: looks in a row without a usable answer.
    """

    task: Task
    born: float
    last: float
    deadline: float
    ends: Ends
    since: float = 0.0
    ran_then: float = 1.0
    number: int = 0
    level: int = -1
    misses: int = 0
    is_asked: bool = False
    is_overtaken: bool = False
    is_hurried: bool = False

    def learn(self, ends: Ends) -> None:
        """Goes by this law from now on."""
        self.ends = ends
        self.since = max(self.last, self.born)
        self.ran_then = ends.running_at(self.since - self.born)

    def score(self, now: float) -> float:
        """Seconds of delay that a look now likely saves; with a hint that it has ended, those are for sure."""
        unseen = now - self.since
        if self.is_hurried or unseen <= 0:
            return max(0.0, unseen)
        return unseen * (1 - self.ends.running_at(now - self.born) / self.ran_then)

    def reaches(self, score: float, *, after: float) -> float:
        """When its score will be so high, to 2 %; the deadline if it is not by then.

        Args:
            score: seconds.
            after: a time at which it is not.
        """
        if self.is_hurried:
            return min(self.deadline, self.since + score)
        longest = self.deadline - self.since
        low = max(score, after - self.since)  # a score is never above the time it has grown for
        if low >= longest:
            return self.deadline
        there = self.score(self.since + low)
        if there >= score:
            return self.since + low
        high = min(longest, low * score / there) if there > 0 else longest  # and grows as fast as time at least
        if high == longest and self.score(self.deadline) < score:
            return self.deadline
        while high > low * _PRECISION:
            middle = math.sqrt(low * high)
            if self.score(self.since + middle) < score:
                low = middle
            else:
                high = middle
        return self.since + high
