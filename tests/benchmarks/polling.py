"""What it takes to learn that tasks ended, and how late: the program's schedule beside simpler ones, in virtual time.

Seeded: the same figures every time, but for those of the processor's time.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from sora_tui.studio.pace import Pace
from sora_tui.studio.schedule import PRICE_S, Look
from tests.benchmarks.asking import (
    ALLOWED_PER_SECOND,
    AsDocumented,
    ByLaw,
    Job,
    RoundRobin,
    Told,
    many_at_once,
    now_and_then,
    oracle,
    run,
    unbound,
)
from tests.benchmarks.figures import Benchmark, Figure, Measured, at_least, at_most, ratio_at_most

PERSONS = 3
TASKS = 1500
RUNNING = 100
HOUR_S = 3600.0
WARM_S = 900.0
MANY, FEW = 5000, 50
_CLOSE = 0.01
_TRIES = 8
_DECISIONS = 1000


def measure(_: Path) -> Iterator[Measured]:
    """One person's tasks by the documents and by the law; a hundred at once in turn and by the law; the limit."""
    worlds = [now_and_then(Random(seed), number_of=TASKS) for seed in range(PERSONS)]
    documented = _joined([run(jobs, AsDocumented(Random(1)), unbound()) for jobs in worlds])
    equal = _as_late_as(documented, worlds)
    each = documented.requests / len(documented.seen)
    yield Figure(
        "polling.requests",
        equal.requests / len(equal.seen),
        each,
        "",
        (ratio_at_most(0.4),),
        note=f"a task, by the documents' schedule and as late: {equal.mean_delay_s:.1f} s",
    )
    usual = _joined(_by_law(worlds, PRICE_S))
    yield Figure(
        "polling.requests.usual", usual.requests / len(usual.seen), each, "", (ratio_at_most(1),), note="as it comes"
    )
    yield Figure(
        "polling.delay.usual", usual.mean_delay_s, documented.mean_delay_s, "s", (ratio_at_most(1),), note="as it comes"
    )

    jobs = many_at_once(Random(1), running=RUNNING, for_s=HOUR_S)
    ours = _busy(run(jobs, ByLaw(Random(1)), Pace(ALLOWED_PER_SECOND, Random(2))))
    in_turn = _busy(run(jobs, RoundRobin(), _pace_of(ours)))
    knows = _oracle_for(ours, jobs)
    share = in_turn.requests / ours.requests
    yield Figure(
        "polling.delay",
        ours.mean_delay_s,
        in_turn.mean_delay_s,
        "s",
        (ratio_at_most(0.8),),
        note=f"{RUNNING} tasks, in turn for {share:.2f} of the requests",
    )
    yield Figure(
        "polling.delay.oracle",
        knows.mean_delay_s,
        in_turn.mean_delay_s,
        "s",
        note=f"knows all laws, for {knows.requests / ours.requests:.2f} of the requests",
    )

    jobs = many_at_once(Random(1), running=3 * RUNNING, for_s=HOUR_S / 2)
    looks = run(jobs, ByLaw(Random(1)), Pace(ALLOWED_PER_SECOND, Random(2))).between(WARM_S, HOUR_S / 2).looks
    share = (len(looks) - 1) / (looks[-1] - looks[0]) / ALLOWED_PER_SECOND
    yield Figure("polling.allowance", share * 100, None, "%", (at_least(95), at_most(100)), note="with 300 tasks")
    yield Figure("polling.busiest-second", _most_in_a_second(looks), None, "", (at_most(ALLOWED_PER_SECOND),))

    few, many = _decision_us(FEW), _decision_us(MANY)
    yield Figure("polling.decision", many, few, "us", note=f"{MANY:,} tasks against {FEW}, at 10 a second")


def _by_law(worlds: list[list[Job]], price_s: float) -> list[Told]:
    return [run(jobs, ByLaw(Random(1), price_s=price_s), unbound()) for jobs in worlds]


def _as_late_as(other: Told, worlds: list[list[Job]]) -> Told:
    """The law at the price at which it is as late as the other; the delay grows with the root of the price."""
    price_s = PRICE_S
    for _ in range(_TRIES):
        told = _joined(_by_law(worlds, price_s))
        late = told.mean_delay_s / other.mean_delay_s
        if abs(late - 1) < _CLOSE:
            break
        price_s /= late**2
    return told


def _oracle_for(ours: Told, jobs: list[Job]) -> Told:
    """What an oracle does with as many requests; they grow with the inverse root of the price."""
    price_s = PRICE_S
    for _ in range(_TRIES):
        told = _busy(
            run(jobs, ByLaw(Random(1), price_s=price_s, knows=oracle(jobs)), Pace(ALLOWED_PER_SECOND, Random(2)))
        )
        spent = told.requests / ours.requests
        if abs(spent - 1) < _CLOSE:
            break
        price_s *= spent**2
    return told


def _pace_of(told: Told) -> Pace:
    """As many requests as it took. A pace keeps 1.04 of its distance on average."""
    return Pace(1.04 * told.requests / (HOUR_S - WARM_S), Random(2))


def _busy(told: Told) -> Told:
    """Without the beginning, when all are young, and the end, when fewer and fewer run."""
    return told.between(WARM_S, HOUR_S)


def _joined(tolds: list[Told]) -> Told:
    return Told([at for told in tolds for at in told.looks], [each for told in tolds for each in told.seen])


def _most_in_a_second(looks: list[float]) -> int:
    first = most = 0
    for last, at in enumerate(looks):
        while looks[first] <= at - 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most


def _decision_us(running: int) -> float:
    """The processor's time for a decision, once each task has been asked about twice."""
    random, order, pace = Random(1), ByLaw(Random(1)), Pace(ALLOWED_PER_SECOND, Random(2))
    jobs = many_at_once(random, running=running, for_s=1.0)
    for job in jobs:
        order.schedule.watch(job.task, age_s=random.uniform(0, 900), now=0.0)
    now, began = 0.0, 0.0
    for decision in range(2 * running + _DECISIONS):
        if decision == 2 * running:
            began = time.process_time()
        wait = order.schedule.wait_s(now)
        assert wait is not None
        now += wait
        now += pace.reserve(now)
        if (ref := order.schedule.next(now)) is not None:
            order.schedule.asked(ref, Look.ANSWERED, now=now)
    return (time.process_time() - began) / _DECISIONS * 1e6


BENCHMARK = Benchmark(
    name="polling",
    about="requests and delay of the polling law beside the documents' schedule, a round robin and an oracle",
    measure=measure,
)
