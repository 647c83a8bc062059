"""A service in virtual time whose tasks are asked about: what it takes to learn that they ended, and how late.

The worlds are drawn from laws of their own and not from the program's prior: kinds of several medians and
spreads that drift, early failures that are not exponential, tasks that come in batches.
"""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol

from sora_tui.studio.durations import Durations, Ends
from sora_tui.studio.estimates import Estimates, Lesson
from sora_tui.studio.pace import Pace
from sora_tui.studio.schedule import PRICE_S, Look, Schedule
from sora_tui.studio.task import Task, TaskState

ORIGIN = "https://service.example"
ALLOWED_PER_SECOND = 10.0


@dataclass(frozen=True, slots=True)
class Kind:
    """How long tasks of a kind truly take.

    Attributes:
        name: of the model, and its length as a parameter.
        median_s: at first.
        sigma: of the logarithm.
        early: the share that fails within 40 s.
        swing: how far the median drifts up and down: 0.3 for 30 %, once a day.
    """

    name: tuple[str, str]
    median_s: float
    sigma: float
    early: float
    swing: float = 0.0

    def median_at(self, at: float) -> float:
        """The median for a task that begins then."""
        return self.median_s * math.exp(self.swing * math.sin(2 * math.pi * at / 86_400))

    def draw(self, random: Random, at: float) -> tuple[float, bool]:
        """The seconds that a task takes which begins at `at`, and whether it succeeds."""
        if random.random() < self.early:
            return random.uniform(2.0, 40.0), False
        return self.median_at(at) * random.lognormvariate(0.0, self.sigma), True


KINDS = tuple(
    Kind((f"model-{sigma}", f"{median_s:.0f}"), median_s, sigma, early=0.06, swing=0.2)
    for sigma in (0.25, 0.33, 0.45, 0.6)
    for median_s in (90.0, 240.0, 540.0)
)
"""Four models of different spread, each with three lengths."""


@dataclass(frozen=True, slots=True)
class Job:
    """A task as the service knows it; times in seconds."""

    task: Task
    kind: Kind
    born: float
    ends: float
    succeeds: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a run.

    Attributes:
        looks: when each request was made.
        seen: the end of each task, and when a look saw it.
    """

    looks: list[float]
    seen: list[tuple[float, float]]

    @property
    def requests(self) -> int:
        """How many."""
        return len(self.looks)

    @property
    def mean_delay_s(self) -> float:
        """From the end of a task to the look that saw it, over all tasks."""
        return sum(at - end for end, at in self.seen) / len(self.seen)

    def between(self, start: float, end: float) -> Told:
        """What was asked then, and what ended then."""
        return Told(
            [at for at in self.looks if start <= at < end], [each for each in self.seen if start <= each[0] < end]
        )


class Order(Protocol):
    """Decides which task is asked about next, and when."""

    def begins(self, job: Job, now: float) -> None:
        """A task was sent."""
        ...

    def wait_s(self, now: float) -> float | None:
        """Seconds until a task's turn; None for none."""
        ...

    def next(self, now: float) -> str | None:
        """The ref of the task whose turn it is."""
        ...

    def asked(self, job: Job, now: float) -> None:
        """It was asked about: what has ended is asked about no more."""
        ...


class ByLaw:
    """The program's own schedule, with what it learns on the way.

    Args:
        random: for its jitter.
        price_s: see `Schedule`.
        knows: the law of a job's kind, told by an oracle; by default it learns from the ends it sees.
    """

    def __init__(
        self, random: Random, *, price_s: float = PRICE_S, knows: Callable[[Task], Ends] | None = None
    ) -> None:
        self.estimates = Estimates()
        self.schedule = Schedule(random, knows or self.estimates.ends, price_s=price_s)

    def begins(self, job: Job, now: float) -> None:
        self.schedule.watch(job.task, age_s=now - job.born, now=now)

    def wait_s(self, now: float) -> float | None:
        return self.schedule.wait_s(now)

    def next(self, now: float) -> str | None:
        return self.schedule.next(now)

    def asked(self, job: Job, now: float) -> None:
        if job.ends <= now:
            task, start = job.task, round(job.born * 1000)
            end = round(job.ends * 1000)
            self.estimates.learn([Lesson(task.ref, task.origin, task.model, task.parameters, start, end, job.succeeds)])
            self.schedule.forget(task.ref)
        self.schedule.asked(job.task.ref, Look.ANSWERED, now=now)


class RoundRobin:
    """The one longest unasked, as often as the pace allows."""

    def __init__(self) -> None:
        self._turns: deque[str] = deque()

    def begins(self, job: Job, now: float) -> None:
        self._turns.append(job.task.ref)

    def wait_s(self, now: float) -> float | None:
        return 0.0 if self._turns else None

    def next(self, now: float) -> str | None:
        return self._turns.popleft()

    def asked(self, job: Job, now: float) -> None:
        if job.ends > now:
            self._turns.append(job.task.ref)


class AsDocumented:
    """Each task by the vendor's documents: every 2–3 s to 30 s, 5–10 s to 2 min, 15–30 s after (contract §4)."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._turns: list[tuple[float, str]] = []

    def begins(self, job: Job, now: float) -> None:
        self._set_turn(job, now)

    def wait_s(self, now: float) -> float | None:
        return max(0.0, self._turns[0][0] - now) if self._turns else None

    def next(self, now: float) -> str | None:
        return heapq.heappop(self._turns)[1]

    def asked(self, job: Job, now: float) -> None:
        if job.ends > now:
            self._set_turn(job, now)

    def _set_turn(self, job: Job, now: float) -> None:
        age = now - job.born
        low, high = (2.0, 3.0) if age < 30 else (5.0, 10.0) if age < 120 else (15.0, 30.0)
        heapq.heappush(self._turns, (now + self._random.uniform(low, high), job.task.ref))


def oracle(jobs: Sequence[Job]) -> Callable[[Task], Ends]:
    """Knows the true law of every task: its kind's, as the drift has it when the task begins."""
    laws = {
        job.task.ref: Ends(
            Durations(math.log(job.kind.median_at(job.born) * 1000), job.kind.sigma), min(0.99, job.kind.early)
        )
        for job in jobs
    }
    return lambda task: laws[task.ref]


def now_and_then(random: Random, *, number_of: int, kinds: Sequence[Kind] = KINDS) -> list[Job]:
    """One person's tasks: one to four at a time, every few minutes, for some time of the same kind."""
    jobs: list[Job] = []
    at, kind = 0.0, random.choice(kinds)
    while len(jobs) < number_of:
        if random.random() < 0.1:
            kind = random.choice(kinds)
        jobs += [_job(random, len(jobs) + each, kind, at + each * 0.5) for each in range(random.randint(1, 4))]
        at += random.expovariate(1 / 240)
    return jobs[:number_of]


def many_at_once(
    random: Random, *, running: int, for_s: float, batch: int = 10, kinds: Sequence[Kind] = KINDS
) -> list[Job]:
    """So many tasks at any time: whenever a batch has ended, another is sent."""
    jobs: list[Job] = []
    ends: list[float] = []
    at = 0.0
    while at < for_s:
        kind = random.choice(kinds)
        for each in range(batch):
            job = _job(random, len(jobs), kind, at + each * 0.5)
            jobs.append(job)
            heapq.heappush(ends, job.ends)
        while len(ends) > running - batch:
            at = max(at, heapq.heappop(ends))
    return sorted(jobs, key=lambda job: job.born)


def run(jobs: Sequence[Job], order: Order, pace: Pace) -> Told:
    """Asks until all have ended and that was seen."""
    by_ref = {job.task.ref: job for job in jobs}
    coming = deque(jobs)
    told = Told([], [])
    now = 0.0
    while len(told.seen) < len(jobs):
        while coming and coming[0].born <= now:
            order.begins(coming.popleft(), now)
        wait = order.wait_s(now)
        if wait is None or (coming and now + wait > coming[0].born):
            now = max(now, coming[0].born)
            continue
        now += wait
        now += pace.reserve(now)
        while coming and coming[0].born <= now:
            order.begins(coming.popleft(), now)
        ref = order.next(now)
        if ref is None:
            continue
        job = by_ref[ref]
        told.looks.append(now)
        if job.ends <= now:
            told.seen.append((job.ends, now))
        order.asked(job, now)
    return told


def unbound() -> Pace:
    """A pace that holds nobody up."""
    return Pace(1000.0, Random(1))


def _job(random: Random, number: int, kind: Kind, born: float) -> Job:
    lasts, succeeds = kind.draw(random, born)
    model, length = kind.name
    task = Task(
        ref=f"{number:032x}",
        state=TaskState.WAITING,
        model=model,
        prompt="",
        parameters={"n_frames": length},
        origin=ORIGIN,
        created_at=round(born * 1000),
    )
    return Job(task, kind, born, born + lasts, succeeds)
