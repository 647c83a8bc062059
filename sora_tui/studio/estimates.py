"""How long tasks take, learned from the user's own finished ones: a log-normal per model and length. Pure.

The service shows one running word for a task's whole life (contract §4), so this is the only honest ETA.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TypeAlias

from sora_tui.studio.task import Task, TaskState

PRIOR_MEDIAN_MS = 300_000.0
PRIOR_SIGMA = 0.6
"""What is assumed before anything was seen: median 5 min, sigma 0.6 (design: the polling law)."""
LEAST_HISTORY = 3
"""Own finished tasks below which no ETA is given."""

_PRIOR_MEAN_WEIGHT = 0.5
_PRIOR_SIGMA_WEIGHT = 4.0
_SLOW = 0.95
_LOW, _HIGH = 0.1, 0.9
_TAIL = 1e-9
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
_STANDARD = NormalDist()

Kind: TypeAlias = tuple[str, str, str]
"""Tasks that take alike: origin, model and the telling parameters."""


@dataclass(frozen=True, slots=True)
class Eta:
    """When a running task will likely end. All in ms; low, median and high count from the task's start.

    Attributes:
        low_ms: one task in ten like this one is done by then, given how long it has run already.
        high_ms: nine in ten are.
        median_ms: half of them are.
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


@dataclass(frozen=True, slots=True)
class Durations:
    """A log-normal law of durations in ms.

    Attributes:
        mu: mean of the logarithm.
        sigma: standard deviation of the logarithm, above 0.
    """

    mu: float
    sigma: float

    def quantile(self, share: float) -> float:
        """The duration by which `share` (0 to 1, both excluded) of tasks have ended."""
        return math.exp(self.mu + self.sigma * _STANDARD.inv_cdf(share))

    def ended_by(self, duration_ms: float) -> float:
        """The share of tasks that have ended after `duration_ms`."""
        if duration_ms <= 0:
            return 0.0
        return _STANDARD.cdf((math.log(duration_ms) - self.mu) / self.sigma)

    def ends_between(self, start_ms: float, end_ms: float) -> float:
        """The probability that a task ends by `end_ms`, given that it still ran at `start_ms`."""
        before = self.ended_by(start_ms)
        return (self.ended_by(end_ms) - before) / max(_TAIL, 1 - before)

    def quantile_after(self, elapsed_ms: float, share: float) -> float:
        """As `quantile`, among the tasks that still run after `elapsed_ms`; never below it."""
        before = self.ended_by(elapsed_ms)
        if before >= 1 - _TAIL:
            return elapsed_ms
        return max(elapsed_ms, self.quantile(min(1 - _TAIL, max(_TAIL, before + share * (1 - before)))))


@dataclass(slots=True)
class _Seen:
    """Running mean and sum of squared deviations of log durations (Welford)."""

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0

    def add(self, value: float) -> None:
        self.count += 1
        delta = value - self.mean
        self.mean += delta / self.count
        self.squares += delta * (value - self.mean)


class Estimates:
    """The laws of durations of all kinds seen so far. The prior gives way after a few tasks of a kind."""

    def __init__(self) -> None:
        self._seen: dict[Kind, _Seen] = {}
        self._observed: set[str] = set()

    def observe(self, task: Task) -> None:
        """Learns from a task that succeeded; every other, and one seen before, teaches nothing."""
        start = task.vendor_created_at or task.sent_at
        if task.state is not TaskState.SUCCESS or task.finished_at is None or start is None:
            return
        if task.finished_at <= start or task.ref in self._observed:
            return
        self._observed.add(task.ref)
        self._seen.setdefault(_kind(task), _Seen()).add(math.log(task.finished_at - start))

    def law(self, task: Task) -> Durations:
        """The law for tasks like this one: the prior, pulled towards what was seen."""
        seen = self._seen.get(_kind(task), _Seen())
        mean_weight = _PRIOR_MEAN_WEIGHT + seen.count
        mu = (_PRIOR_MEAN_WEIGHT * math.log(PRIOR_MEDIAN_MS) + seen.count * seen.mean) / mean_weight
        degrees = _PRIOR_SIGMA_WEIGHT + max(0, seen.count - 1)
        variance = (_PRIOR_SIGMA_WEIGHT * PRIOR_SIGMA**2 + seen.squares) / degrees
        return Durations(mu, math.sqrt(variance))

    def eta(self, task: Task, now_ms: int) -> Eta | None:
        """When the task will likely end; None where it does not run or too few of its kind have finished."""
        seen = self._seen.get(_kind(task))
        if task.state is not TaskState.WAITING or seen is None or seen.count < LEAST_HISTORY:
            return None
        law = self.law(task)
        elapsed = task.elapsed_ms(now_ms)
        median = law.quantile_after(elapsed, 0.5)
        return Eta(
            low_ms=round(law.quantile_after(elapsed, _LOW)),
            high_ms=round(law.quantile_after(elapsed, _HIGH)),
            median_ms=round(median),
            remaining_ms=round(median - elapsed),
            slow=elapsed > law.quantile(_SLOW),
            based_on=seen.count,
        )


def _kind(task: Task) -> Kind:
    telling = {name: value for name, value in task.parameters.items() if name in _TELLING}
    return (task.origin, task.model, json.dumps(telling, sort_keys=True))
