"""Laws of how long tasks take: the plain one that an ETA tells, and the one of all ends that asking goes by. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from statistics import NormalDist

EARLY_SHARE = 0.06
"""Tasks that fail early, as when their prompt is refused, before anything was seen (design: the polling law)."""
EARLY_S = 60.0
"""A failure up to this age is an early one."""

_EARLY_MEAN_S = 20.0
_STRAYS = 0.03
_TAIL = 1e-9
_STANDARD = NormalDist()


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


@dataclass(frozen=True, slots=True)
class Ends:
    """When tasks end, whichever way: most as `durations` says, some fail early, a few go astray.

    Early failures come at 20 s on average. Strays take any time at all: half of them are still there after the
    median, a tenth after nine times that. They keep the law honest where no log-normal is: without them a task
    that has outlived its kind would seem about to end for ever.

    Attributes:
        durations: of those that go well.
        early: the share that fails early, 0 to 1 (excluded).
    """

    durations: Durations
    early: float = EARLY_SHARE
    _median_s: float = field(init=False, repr=False)
    _scale: float = field(init=False, repr=False)
    _shift: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "_median_s", self.durations.quantile(0.5) / 1000)
        set_(self, "_scale", 1 / (self.durations.sigma * math.sqrt(2)))
        set_(self, "_shift", math.log(self._median_s) * self._scale)

    def running_at(self, age_s: float) -> float:
        """The share of tasks that still run `age_s` seconds after their start; above 0 at every age."""
        if age_s <= 0:
            return 1.0
        usual = 0.5 * math.erfc(math.log(age_s) * self._scale - self._shift)
        usual += _STRAYS * (1 / (1 + age_s / self._median_s) - usual)
        return usual + self.early * (math.exp(-age_s / _EARLY_MEAN_S) - usual)

    def ends_between(self, start_s: float, end_s: float) -> float:
        """The probability that a task has ended at the age `end_s`, given that it still ran at `start_s`."""
        return 1 - self.running_at(end_s) / self.running_at(start_s)
