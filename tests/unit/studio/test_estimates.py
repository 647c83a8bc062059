"""When a task will likely end, learned from those that ended: honest, and silent while it knows too little."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sora_tui.studio.estimates import LEAST_HISTORY, PRIOR_MEDIAN_MS, Durations, Estimates
from sora_tui.studio.task import Task, TaskState
from tests.unit.studio.stored import running
from tests.unit.studio.virtual_time import EPOCH_MS

MINUTE_MS = 60_000
laws = st.builds(Durations, mu=st.floats(0, 25), sigma=st.floats(0.05, 3))
durations_ms = st.floats(0, 10**10)
shares = st.floats(0.01, 0.99)


def ended(number: int, lasted_ms: int, **changes: Any) -> Task:
    told: dict[str, Any] = {
        "state": TaskState.SUCCESS,
        "vendor_created_at": EPOCH_MS,
        "finished_at": EPOCH_MS + lasted_ms,
    }
    return running(number, **{**told, **changes})


def learned(*lasted_ms: int, **changes: Any) -> Estimates:
    estimates = Estimates()
    for number, each in enumerate(lasted_ms, 100):
        estimates.observe(ended(number, each, **changes))
    return estimates


@given(law=laws, share=shares)
def test_a_quantile_is_what_that_share_has_ended_by(law: Durations, share: float) -> None:
    assert law.ended_by(law.quantile(share)) == pytest.approx(share, abs=1e-6)


@given(law=laws, elapsed=durations_ms, share=shares, more=shares)
def test_what_still_runs_ends_later_than_now_and_surer_means_later(
    law: Durations, elapsed: float, share: float, more: float
) -> None:
    assume(share < more)
    sooner, later = law.quantile_after(elapsed, share), law.quantile_after(elapsed, more)
    assert elapsed <= sooner <= later
    assert math.isfinite(later)


@given(law=laws, elapsed=durations_ms, share=shares)
def test_of_what_still_runs_that_share_ends_by_its_quantile(law: Durations, elapsed: float, share: float) -> None:
    assume(law.ended_by(elapsed) < 0.99)
    end = law.quantile_after(elapsed, share)
    assert law.ends_between(elapsed, end) == pytest.approx(share, abs=1e-4)


@given(law=laws, share=shares)
def test_at_the_start_the_law_is_the_plain_one(law: Durations, share: float) -> None:
    assert law.quantile_after(0.0, share) == pytest.approx(law.quantile(share), rel=1e-6)
    assert law.ended_by(-1.0) == 0.0


@given(law=laws, elapsed=st.floats(10**11, 10**14))
def test_a_task_that_has_outlived_every_law_ends_now_and_not_never(law: Durations, elapsed: float) -> None:
    assert elapsed <= law.quantile_after(elapsed, 0.9) < math.inf


def test_before_anything_was_seen_the_law_is_the_prior() -> None:
    law = Estimates().law(running())
    assert law.quantile(0.5) == pytest.approx(PRIOR_MEDIAN_MS)
    assert law.sigma == pytest.approx(0.6)


def test_the_prior_gives_way_to_what_was_seen() -> None:
    few, many = learned(*[2 * MINUTE_MS] * 3), learned(*[2 * MINUTE_MS] * 300)
    medians = [each.law(running()).quantile(0.5) / MINUTE_MS for each in (few, many)]
    assert 2.0 < medians[0] < 2.5
    assert medians[1] == pytest.approx(2.0, abs=0.01)
    assert 0 < many.law(running()).sigma < few.law(running()).sigma < 0.6


def test_a_known_law_is_found_again_from_its_tasks() -> None:
    random = Random(1)
    lasted = [round(random.lognormvariate(math.log(4 * MINUTE_MS), 0.4)) for _ in range(2_000)]
    law = learned(*lasted).law(running())
    assert law.quantile(0.5) == pytest.approx(4 * MINUTE_MS, rel=0.03)
    assert law.sigma == pytest.approx(0.4, rel=0.05)


@given(lasted=st.lists(st.integers(1, 10**9), min_size=1, max_size=30), seed=st.integers(0, 10**6))
def test_the_order_of_learning_does_not_matter(lasted: list[int], seed: int) -> None:
    shuffled = Random(seed).sample(lasted, len(lasted))
    one, other = learned(*lasted).law(running()), learned(*shuffled).law(running())
    assert one.mu == pytest.approx(other.mu)
    assert one.sigma == pytest.approx(other.sigma)


@given(
    lasted=st.lists(st.integers(1, 10**9), min_size=LEAST_HISTORY, max_size=20),
    elapsed=st.integers(-(10**6), 10**10),
)
def test_an_eta_is_in_order_and_never_in_the_past(lasted: list[int], elapsed: int) -> None:
    task = running(vendor_created_at=EPOCH_MS)
    eta = learned(*lasted).eta(task, EPOCH_MS + elapsed)
    assert eta is not None
    assert max(0, elapsed) <= eta.low_ms <= eta.median_ms <= eta.high_ms
    assert eta.remaining_ms == pytest.approx(eta.median_ms - max(0, elapsed), abs=1)
    assert eta.based_on == len(lasted)


def test_the_longer_it_runs_the_later_it_will_end_until_it_is_called_slow() -> None:
    estimates = learned(*[3 * MINUTE_MS, 4 * MINUTE_MS, 5 * MINUTE_MS] * 10)
    task = running(vendor_created_at=EPOCH_MS)
    etas = [estimates.eta(task, EPOCH_MS + minute * MINUTE_MS) for minute in (0, 2, 4, 6, 60)]
    medians = [eta.median_ms for eta in etas if eta]
    assert medians == sorted(medians)
    assert len(medians) == 5
    assert [eta.slow for eta in etas if eta] == [False, False, False, False, True]


def test_it_is_slow_only_past_nineteen_of_twenty() -> None:
    estimates = learned(*[4 * MINUTE_MS] * 50)
    border = estimates.law(running()).quantile(0.95)
    task = running(vendor_created_at=EPOCH_MS)
    before, after = (estimates.eta(task, EPOCH_MS + round(border) + beyond) for beyond in (-1_000, 1_000))
    assert before is not None
    assert after is not None
    assert (before.slow, after.slow) == (False, True)


@pytest.mark.parametrize("seen", range(LEAST_HISTORY + 1))
def test_no_eta_is_given_before_three_of_a_kind_have_ended(seen: int) -> None:
    eta = learned(*[MINUTE_MS] * seen).eta(running(), EPOCH_MS)
    assert (eta is None) == (seen < LEAST_HISTORY)


@pytest.mark.parametrize("state", [state for state in TaskState if state is not TaskState.WAITING])
def test_only_a_task_in_the_services_hands_has_an_eta(state: TaskState) -> None:
    assert learned(*[MINUTE_MS] * 5).eta(running(state=state), EPOCH_MS) is None


@pytest.mark.parametrize(
    "difference",
    [
        {"parameters": {"size": "standard", "n_frames": "15"}},
        {"parameters": {"size": "high", "n_frames": "10"}},
        {"model": "another-model"},
        {"origin": "demo"},
    ],
    ids=["length", "size", "model", "service"],
)
def test_a_task_of_another_kind_learns_nothing_from_this_one(difference: dict[str, Any]) -> None:
    alike = running(1, parameters={"size": "standard", "n_frames": "10"})
    estimates = learned(*[MINUTE_MS] * 5, parameters=alike.parameters)
    assert estimates.eta(alike, EPOCH_MS) is not None
    assert estimates.eta(replace(alike, **difference), EPOCH_MS) is None


def test_what_does_not_make_it_longer_does_not_make_it_another_kind() -> None:
    estimates = learned(*[MINUTE_MS] * 5, parameters={"size": "high", "aspect_ratio": "portrait", "seed": 7})
    task = running(1, prompt="Another one", parameters={"aspect_ratio": "landscape", "size": "high"})
    assert estimates.eta(task, EPOCH_MS) is not None


@pytest.mark.parametrize(
    "teaches_nothing",
    [
        ended(1, MINUTE_MS, state=TaskState.FAIL),
        ended(1, MINUTE_MS, state=TaskState.ABANDONED),
        ended(1, MINUTE_MS, finished_at=None),
        ended(1, 0),
        ended(1, -5),
        ended(1, MINUTE_MS, vendor_created_at=None, sent_at=None),
        running(1),
    ],
)
def test_what_did_not_end_well_or_lasted_no_time_teaches_nothing(teaches_nothing: Task) -> None:
    estimates = learned(MINUTE_MS, MINUTE_MS)
    estimates.observe(teaches_nothing)
    assert estimates.law(running()) == learned(MINUTE_MS, MINUTE_MS).law(running())


def test_a_task_seen_twice_teaches_once() -> None:
    estimates = learned(MINUTE_MS, MINUTE_MS)
    again = ended(100, MINUTE_MS)
    estimates.observe(replace(again, revision=9))
    assert estimates.eta(running(), EPOCH_MS) is None


def test_without_the_services_own_start_it_counts_from_our_sending() -> None:
    estimates = learned(*[MINUTE_MS] * 3, vendor_created_at=None, sent_at=EPOCH_MS)
    assert estimates.law(running()) == learned(*[MINUTE_MS] * 3).law(running())
