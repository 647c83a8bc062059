"""How long tasks take, learned from the user's own that ended: for the ETA and for the order of asking. Pure.

The service shows one running word for a task's whole life (contract §4), so this is the only honest ETA.
Tasks take alike that share service, model and the parameters that tell how much there is to compute. What a
kind has not shown yet is taken from the other kinds of its model, and before that from a prior.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from sora_tui.studio.durations import EARLY_S, EARLY_SHARE, Durations, Ends
from sora_tui.studio.task import Json, Task, TaskState

PRIOR = Durations(math.log(300_000), sigma=0.6)
"""What is assumed before anything was seen: median 5 min (design: the polling law)."""
DEMO_PRIOR = Durations(math.log(11_000), sigma=0.6)
"""The same of the embedded server, whose tasks take 8 to 15 s."""
LEAST_HISTORY = 3
"""Own finished tasks below which no ETA is given."""
MOST_KEPT = 256
"""Lessons kept of a kind, the newest. Older ones would weigh less than 1/30 of the newest."""
HALF_LIFE = 50
"""So many lessons later one counts half: services become faster and slower."""

_PRIOR_MEAN_WEIGHT = 0.5
_PRIOR_SIGMA_WEIGHT = 4.0
_PRIOR_EARLY_WEIGHT = 20.0
_FADING = 0.5 ** (1 / HALF_LIFE)
_SLOW = 0.95
_LOW, _HIGH = 0.1, 0.9
_TELLING = frozenset(
    {
        "n_frames",
        "size",
        "duration",
        "seconds",
        "length",
        "resolution",
        "quality",
        "mode",
        "fps",
        "generate_audio",
    }
)
"""Parameters that say how much there is to compute; the others (aspect, seed, ids) do not move the duration."""

_Model: TypeAlias = tuple[str, str]
_Kind: TypeAlias = str


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a task that ended tells about others like it. Times are epoch ms.

    Attributes:
        ref: our id of the task.
        origin: the service.
        model: the vendor's model id.
        parameters: the `input` fields that were sent.
        start_ms: the vendor's `createTime`, else when it was sent.
        finished_ms: when it ended.
        succeeded: whether it gave a video; else it failed.
        credits: what the service took for it; None where it has not said.
    """

    ref: str
    origin: str
    model: str
    parameters: Mapping[str, Json]
    start_ms: int
    finished_ms: int
    succeeded: bool
    credits: float | None = None


@dataclass(frozen=True, slots=True)
class Eta:
    """When a running task will likely end. All in ms, the first three from the task's start.

    Attributes:
        low_ms: what one task in ten like this one takes at most.
        high_ms: what nine in ten take at most.
        median_ms: half of those that have run as long as this one have ended by then.
        remaining_ms: from now to the median.
        slow: it has run longer than 95 % of its kind.
        based_on: own finished tasks of its kind behind these figures.
    """

    low_ms: int
    high_ms: int
    median_ms: int
    remaining_ms: int
    slow: bool
    based_on: int


class Estimates:
    """The laws of all kinds seen so far.

    A success teaches how long its kind takes, a failure in the first minute how often that happens. A later
    failure tells how long the service tried and not how long its videos take: it counts only as one that did
    not fail early. Newer lessons count more.

    Args:
        prior: what is assumed of a model of which nothing was seen.
    """

    def __init__(self, prior: Durations = PRIOR) -> None:
        self._prior = prior
        self._seen: dict[_Model, dict[_Kind, _Seen]] = {}
        self._laws: dict[_Model, dict[_Kind, Ends]] = {}

    def learn(self, lessons: Iterable[Lesson]) -> None:
        """Takes lessons in, in any order; one that is known already, and one that took no time, teaches nothing.

        Only the newest `MOST_KEPT` of a kind are kept.
        """
        for lesson in lessons:
            lasted_ms = lesson.finished_ms - lesson.start_ms
            if lasted_ms <= 0:
                continue
            model = (lesson.origin, lesson.model)
            seen = self._seen.setdefault(model, {}).setdefault(_kind(lesson.parameters), _Seen())
            is_early = not lesson.succeeded and lasted_ms <= EARLY_S * 1000
            if seen.add(lesson.start_ms, lesson.ref, math.log(lasted_ms) if lesson.succeeded else None, is_early):
                self._laws.pop(model, None)

    def observe(self, task: Task) -> None:
        """Learns from a task that succeeded or failed; every other teaches nothing."""
        start = task.vendor_created_at or task.sent_at
        if task.state not in (TaskState.SUCCESS, TaskState.FAIL) or task.finished_at is None or start is None:
            return
        succeeded = task.state is TaskState.SUCCESS
        self.learn([Lesson(task.ref, task.origin, task.model, task.parameters, start, task.finished_at, succeeded)])

    def law(self, task: Task) -> Durations:
        """How long tasks like this one take that go well."""
        return self.ends(task).durations

    def ends(self, task: Task) -> Ends:
        """When tasks like this one end, whichever way."""
        model, kind = (task.origin, task.model), _kind(task.parameters)
        laws = self._laws.setdefault(model, {})
        if kind not in laws:
            laws[kind] = self._fitted(model, kind)
        return laws[kind]

    def eta(self, task: Task, now_ms: int) -> Eta | None:
        """When the task will likely end; None where it does not run or too few of its kind have finished."""
        if task.state is not TaskState.WAITING:
            return None
        seen = self._seen.get((task.origin, task.model), {}).get(_kind(task.parameters))
        if seen is None or seen.count < LEAST_HISTORY:
            return None
        law = self.law(task)
        elapsed = task.elapsed_ms(now_ms)
        median = law.quantile_after(elapsed, 0.5)
        return Eta(
            low_ms=round(law.quantile(_LOW)),
            high_ms=round(law.quantile(_HIGH)),
            median_ms=round(median),
            remaining_ms=round(median - elapsed),
            slow=elapsed > law.quantile(_SLOW),
            based_on=seen.count,
        )

    def _fitted(self, model: _Model, kind: _Kind) -> Ends:
        """The law of a kind: its own lessons, pulled towards those of its siblings and of the prior."""
        kinds = self._seen.get(model, {})
        own = kinds[kind].summed() if kind in kinds else _Sums()
        siblings = [seen.summed() for name, seen in kinds.items() if name != kind]

        votes = [each.weight / (each.weight + 1) for each in siblings]
        mean = _PRIOR_MEAN_WEIGHT * self._prior.mu
        mean += sum(vote * each.mean for vote, each in zip(votes, siblings, strict=True))
        mean /= _PRIOR_MEAN_WEIGHT + sum(votes)
        mu = (_PRIOR_MEAN_WEIGHT * mean + own.weight * own.mean) / (_PRIOR_MEAN_WEIGHT + own.weight)

        squares = sum(each.squares for each in siblings)
        degrees = sum(each.degrees for each in siblings)
        variance = (_PRIOR_SIGMA_WEIGHT * self._prior.sigma**2 + squares) / (_PRIOR_SIGMA_WEIGHT + degrees)
        variance = (_PRIOR_SIGMA_WEIGHT * variance + own.squares) / (_PRIOR_SIGMA_WEIGHT + own.degrees)

        early = _PRIOR_EARLY_WEIGHT * EARLY_SHARE + own.early + sum(each.early for each in siblings)
        early /= _PRIOR_EARLY_WEIGHT + own.all + sum(each.all for each in siblings)
        return Ends(Durations(mu, math.sqrt(variance)), early)


@dataclass(frozen=True, slots=True)
class _Sums:
    """Lessons of a kind added up, each with its weight: 1 for the newest, 1/2 for one `HALF_LIFE` older.

    Attributes:
        weight: of the successes; `mean` and `squares` are those of their log durations in ms.
        mean: weighted.
        squares: weighted sum of the squared deviations from the mean.
        early: weight of the early failures.
        all: weight of all lessons.
    """

    weight: float = 0.0
    mean: float = 0.0
    squares: float = 0.0
    early: float = 0.0
    all: float = 0.0

    @property
    def degrees(self) -> float:
        """Of freedom, of the spread."""
        return max(0.0, self.weight - 1)


@dataclass(slots=True)
class _Seen:
    """The newest lessons of a kind, by their start; `count` of them are successes.

    Each is its start, the ref, the log of its duration in ms or None for a failure, and whether it failed early.
    By their end, the last of a batch would be the newest: the longest would count most.
    """

    lessons: list[tuple[int, str, float | None, bool]] = field(default_factory=list)
    count: int = 0

    def add(self, start_ms: int, ref: str, log_ms: float | None, is_early: bool) -> bool:
        """Takes one in; whether it is new and among the newest."""
        place = bisect_left(self.lessons, (start_ms, ref), key=lambda lesson: lesson[:2])
        if place < len(self.lessons) and self.lessons[place][:2] == (start_ms, ref):
            return False
        if place == 0 and len(self.lessons) >= MOST_KEPT:
            return False
        self.lessons.insert(place, (start_ms, ref, log_ms, is_early))
        self.count += log_ms is not None
        if len(self.lessons) > MOST_KEPT:
            self.count -= self.lessons.pop(0)[2] is not None
        return True

    def summed(self) -> _Sums:
        """Adds them up (West's weighted form of Welford's recurrence)."""
        weight = mean = squares = early = total = 0.0
        fading = 1.0
        for _, _, log_ms, is_early in reversed(self.lessons):
            total += fading
            if is_early:
                early += fading
            if log_ms is not None:
                weight += fading
                delta = log_ms - mean
                mean += delta * fading / weight
                squares += fading * delta * (log_ms - mean)
            fading *= _FADING
        return _Sums(weight, mean, squares, early, total)


def _kind(parameters: Mapping[str, Json]) -> _Kind:
    telling = {name: value for name, value in parameters.items() if name in _TELLING}
    return json.dumps(telling, sort_keys=True)
