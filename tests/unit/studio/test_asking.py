"""The polling law at work in a small world of the benchmark's: fewer requests, sooner news, the limit kept and used."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from sora_tui.studio.pace import Pace
from tests.benchmarks.asking import (
    AsDocumented,
    ByLaw,
    RoundRobin,
    Told,
    many_at_once,
    now_and_then,
    oracle,
    run,
    unbound,
)

SEEDS = (1, 2)
HALF_HOUR_S = 1800.0
WARM_S = 600.0


def busy(told: Told) -> Told:
    return told.between(WARM_S, HALF_HOUR_S)


@pytest.mark.parametrize("seed", SEEDS)
def test_one_persons_tasks_cost_fewer_requests_than_the_documents_and_are_seen_sooner(seed: int) -> None:
    jobs = now_and_then(Random(seed), number_of=200)
    ours = run(jobs, ByLaw(Random(seed)), unbound())
    documented = run(jobs, AsDocumented(Random(seed)), unbound())
    assert len(ours.seen) == len(documented.seen) == 200
    assert ours.requests < documented.requests
    assert ours.mean_delay_s < 0.7 * documented.mean_delay_s


@pytest.mark.parametrize("seed", SEEDS)
def test_of_many_tasks_the_end_is_seen_sooner_than_in_turn_for_the_same_requests(seed: int) -> None:
    jobs = many_at_once(Random(seed), running=60, for_s=HALF_HOUR_S)
    ours = busy(run(jobs, ByLaw(Random(seed)), Pace(4.0, Random(seed))))
    in_turn = busy(run(jobs, RoundRobin(), Pace(4.0, Random(seed))))
    assert ours.requests <= in_turn.requests * 1.01
    assert ours.mean_delay_s < 0.95 * in_turn.mean_delay_s


def test_what_is_learnt_comes_near_to_knowing_all() -> None:
    jobs = many_at_once(Random(1), running=60, for_s=HALF_HOUR_S)
    ours = busy(run(jobs, ByLaw(Random(1)), Pace(4.0, Random(1))))
    knows = busy(run(jobs, ByLaw(Random(1), knows=oracle(jobs)), Pace(4.0, Random(1))))
    assert ours.mean_delay_s < 1.25 * knows.mean_delay_s


def test_the_limit_is_used_when_there_is_work_and_never_passed() -> None:
    jobs = many_at_once(Random(1), running=200, for_s=WARM_S)
    looks = run(jobs, ByLaw(Random(1)), Pace(10.0, Random(1))).between(60.0, WARM_S).looks
    assert len(looks) / (WARM_S - 60.0) >= 9.5
    assert all(later - first >= 1.0 - 1e-9 for first, later in zip(looks, looks[10:], strict=False))
    assert len({round(later - look, 6) for look, later in pairwise(looks)}) > 0.5 * (len(looks) - 1)


def test_a_run_is_the_same_every_time() -> None:
    jobs = now_and_then(Random(3), number_of=30)
    one, other = (run(jobs, ByLaw(Random(3)), unbound()) for _ in range(2))
    assert one == other
