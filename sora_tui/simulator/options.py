"""How a simulator behaves: everything that can be chosen, with the values of the real service as defaults."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random


@dataclass(frozen=True, slots=True)
class Options:
    """The choices of one simulator.

    Attributes:
        speed: how much faster than real; durations are divided by it.
        median_s: half of the tasks take less than this many seconds at speed 1.
        sigma: spread of the log-normal durations.
        at_least_s: no task is shorter, in seconds after dividing by `speed`.
        at_most_s: no task is longer, likewise. None for no bound.
        durations: draws a task's seconds instead of all the above.
        seed: makes durations and failures the same each time. None for chance.
        failure_rate: share of unmarked tasks that fail early, 0 to 1.
        credits: what each new key has in its purse.
        latency_s: seconds before each answer of the API.
        paused: models that are listed and answer as withdrawn.
        withdrawn: models, or how their ids begin, that are not listed and answer as withdrawn.
        catalogue: a folder of further models; it need not exist.
        creates: new tasks a key may make in `create_window_s` seconds.
        create_window_s: see `creates`.
        reads_per_second: reads of one task id in a second.
        discoveries_per_second: questions about models in a second, all four together; 0 for any number.
        upload_bytes: the largest file that is taken.
        small_clips: videos of one second at 160 by 90, made in this process: quick, and not pretty.
        workers: processes that make videos.
        webhook_keys: sign the callbacks, one after the other; none leaves them unsigned.
        callback_patience_s: how long a callback waits for its answer, whatever the speed.
        callback_pauses_s: before each further try of one that was not accepted, at speed 1. That there are three
            is documented; how far apart they are is not.
    """

    speed: float = 1.0
    median_s: float = 300.0
    sigma: float = 0.6
    at_least_s: float = 0.0
    at_most_s: float | None = None
    durations: Callable[[], float] | None = None
    seed: int | None = None
    failure_rate: float = 0.0
    credits: float = 10_000.0
    latency_s: float = 0.0
    paused: frozenset[str] = frozenset()
    withdrawn: tuple[str, ...] = ()
    catalogue: Path | None = None
    creates: int = 20
    create_window_s: float = 10.0
    reads_per_second: int = 10
    discoveries_per_second: int = 1
    upload_bytes: int = 100_000_000
    small_clips: bool = False
    workers: int = 2
    webhook_keys: tuple[str, ...] = field(default=(), repr=False)
    callback_patience_s: float = 15.0
    callback_pauses_s: tuple[float, ...] = (10.0, 30.0, 60.0)

    def duration(self, random: Random) -> float:
        """Seconds the next task takes."""
        if self.durations is not None:
            return self.durations()
        highest = math.inf if self.at_most_s is None else self.at_most_s
        for _ in range(100):
            seconds = random.lognormvariate(math.log(self.median_s), self.sigma) / self.speed
            if self.at_least_s <= seconds <= highest:
                return seconds
        # Bounds far from the median: anything between them is as good.
        return min(max(seconds, self.at_least_s), highest)
