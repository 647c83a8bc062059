"""When a task will likely end, learned from those that ended: honest, and silent while it knows too little."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sora_tui.studio.durations import EARLY_SHARE, Durations, Ends
from sora_tui.studio.estimates import DEMO_PRIOR, HALF_LIFE, LEAST_HISTORY, MOST_KEPT, PRIOR, Estimates, Lesson
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
    assert law.quantile(0.5) == pytest.approx(5 * MINUTE_MS)
    assert law.sigma == pytest.approx(0.6)
    assert law.mu == pytest.approx(PRIOR.mu)


def test_the_demos_tasks_are_thought_to_take_seconds_from_the_first_one_on() -> None:
    assert 8_000 < Estimates(DEMO_PRIOR).law(running()).quantile(0.5) < 15_000


def test_the_prior_gives_way_to_what_was_seen() -> None:
    few, many = learned(*[2 * MINUTE_MS] * 3), learned(*[2 * MINUTE_MS] * 300)
    medians = [each.law(running()).quantile(0.5) / MINUTE_MS for each in (few, many)]
    assert 2.0 < medians[0] < 2.5
    assert medians[1] == pytest.approx(2.0, abs=0.05)
    assert 0 < many.law(running()).sigma < few.law(running()).sigma < 0.6


def test_a_known_law_is_found_again_from_its_tasks() -> None:
    random = Random(1)
    lasted = [round(random.lognormvariate(math.log(4 * MINUTE_MS), 0.4)) for _ in range(2_000)]
    law = learned(*lasted).law(running())
    assert law.quantile(0.5) == pytest.approx(4 * MINUTE_MS, rel=0.08)
    assert law.sigma == pytest.approx(0.4, rel=0.15)


@given(lasted=st.lists(st.integers(1, 10**9), min_size=1, max_size=30), seed=st.integers(0, 10**6))
def test_the_order_of_learning_does_not_matter(lasted: list[int], seed: int) -> None:
    tasks = [ended(number, each) for number, each in enumerate(lasted)]
    one, other = Estimates(), Estimates()
    for task in tasks:
        one.observe(task)
    for task in Random(seed).sample(tasks, len(tasks)):
        other.observe(task)
    assert one.law(running()) == other.law(running())


@given(
    lasted=st.lists(st.integers(1, 10**9), min_size=LEAST_HISTORY, max_size=20),
    elapsed=st.integers(-(10**6), 10**10),
)
def test_an_eta_is_in_order_and_never_in_the_past(lasted: list[int], elapsed: int) -> None:
    task = running(vendor_created_at=EPOCH_MS)
    eta = learned(*lasted).eta(task, EPOCH_MS + elapsed)
    assert eta is not None
    assert 0 <= eta.low_ms <= eta.high_ms
    assert eta.low_ms <= eta.median_ms
    assert max(0, elapsed) <= eta.median_ms
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


def test_what_is_usual_stays_so_however_long_this_one_runs() -> None:
    estimates = learned(*[3 * MINUTE_MS, 4 * MINUTE_MS, 5 * MINUTE_MS] * 10)
    task = running(vendor_created_at=EPOCH_MS)
    ranges = set()
    for minute in (0, 4, 60):
        eta = estimates.eta(task, EPOCH_MS + minute * MINUTE_MS)
        assert eta is not None
        ranges.add((eta.low_ms, eta.high_ms))
    [(low, high)] = ranges
    assert 2 * MINUTE_MS < low < 4 * MINUTE_MS < high < 6 * MINUTE_MS


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


def taught(lessons: Iterable[Lesson]) -> Estimates:
    estimates = Estimates()
    estimates.learn(lessons)
    return estimates


def lesson(number: int, lasted_ms: int, *, succeeded: bool = True, **parameters: Any) -> Lesson:
    task, start = running(number), EPOCH_MS + number
    return Lesson(task.ref, task.origin, task.model, parameters, start, start + lasted_ms, succeeded)


def test_lessons_from_the_store_teach_what_the_tasks_themselves_would() -> None:
    tasks = [ended(number, MINUTE_MS * number) for number in range(1, 8)]
    told = [
        Lesson(task.ref, task.origin, task.model, task.parameters, EPOCH_MS, EPOCH_MS + MINUTE_MS * number, True)
        for number, task in enumerate(tasks, 1)
    ]
    estimates = taught(told)
    for task in tasks:
        estimates.observe(task)
    assert estimates.eta(running(), EPOCH_MS) == taught(told).eta(running(), EPOCH_MS)


def test_the_newest_lessons_alone_are_kept_whatever_order_they_come_in() -> None:
    old = [lesson(number, 9 * MINUTE_MS) for number in range(500)]
    new = [lesson(number, 2 * MINUTE_MS) for number in range(1000, 1000 + MOST_KEPT)]
    only_new = taught(new).ends(running(parameters={}))
    assert taught([*old, *new]).ends(running(parameters={})) == only_new
    assert taught([*reversed(new), *reversed(old)]).ends(running(parameters={})) == only_new
    eta = taught([*old, *new]).eta(running(parameters={}), EPOCH_MS)
    assert eta is not None
    assert eta.based_on == MOST_KEPT


def test_a_service_that_has_become_slower_is_believed_after_some_tasks() -> None:
    fast = [lesson(number, 2 * MINUTE_MS) for number in range(200)]
    slow = [lesson(number, 8 * MINUTE_MS) for number in range(200, 200 + HALF_LIFE + 10)]
    median = taught([*fast, *slow]).law(running(parameters={})).quantile(0.5)
    assert median > 4 * MINUTE_MS, "more than half the way, as logarithms go"


def test_a_batch_seen_to_its_end_teaches_what_is_usual_and_not_what_came_last() -> None:
    random = Random(5)
    batch = [lesson(number, round(random.lognormvariate(math.log(4 * MINUTE_MS), 0.4))) for number in range(200)]
    batch.sort(key=lambda each: each.finished_ms)
    assert taught(batch).law(running(parameters={})).quantile(0.5) == pytest.approx(4 * MINUTE_MS, rel=0.1)


def test_a_kind_not_seen_yet_is_taken_to_be_like_the_others_of_its_model_but_has_no_eta() -> None:
    estimates = taught([lesson(number, 9 * MINUTE_MS, size="high") for number in range(20)])
    new = running(parameters={"size": "standard"})
    assert estimates.law(new).quantile(0.5) == pytest.approx(7 * MINUTE_MS, rel=0.2)
    assert estimates.law(new).sigma < 0.5
    assert estimates.eta(new, EPOCH_MS) is None
    other_model = replace(new, model="another-model")
    assert estimates.law(other_model) == Estimates().law(other_model)


def test_a_kinds_own_lessons_soon_outweigh_those_of_the_others() -> None:
    others = [lesson(number, 9 * MINUTE_MS, size="high") for number in range(200)]
    own = [lesson(number, 2 * MINUTE_MS, size="standard") for number in range(300, 310)]
    median = taught([*others, *own]).law(running(parameters={"size": "standard"})).quantile(0.5)
    assert median == pytest.approx(2 * MINUTE_MS, rel=0.2)


def test_early_failures_teach_how_often_they_come_and_nothing_of_durations() -> None:
    good = [lesson(number, 4 * MINUTE_MS) for number in range(50)]
    refused = [lesson(number, 9_000, succeeded=False) for number in range(100, 150)]
    late = [lesson(number, 20 * MINUTE_MS, succeeded=False) for number in range(200, 250)]
    task = running(parameters={})
    assert Estimates().ends(task).early == EARLY_SHARE
    assert taught(good).ends(task).early < EARLY_SHARE
    often = taught([*good, *refused]).ends(task)
    assert 0.4 < often.early < 0.6
    assert often.durations.mu == pytest.approx(taught(good).ends(task).durations.mu, abs=0.01)
    assert taught([*good, *refused, *late]).ends(task).early < often.early


@given(law=st.builds(Ends, laws, st.floats(0, 0.99)), ages=st.lists(st.floats(0, 10**7), min_size=2, max_size=5))
def test_ever_fewer_tasks_still_run_but_never_none(law: Ends, ages: list[float]) -> None:
    ages.sort()
    still = [law.running_at(age) for age in [0.0, *ages]]
    assert still[0] == 1.0
    assert all(0 < later <= earlier + 1e-12 for earlier, later in pairwise(still))
    assert -1e-9 <= law.ends_between(ages[0], ages[1]) <= 1


def test_what_has_outlived_its_kind_is_not_thought_to_end_any_moment() -> None:
    law = Ends(Durations(math.log(4 * MINUTE_MS), 0.25))
    assert law.ends_between(240, 250) > 0.05
    assert law.ends_between(3600, 3610) < 0.01


def test_a_task_seen_twice_teaches_once() -> None:
    estimates = learned(MINUTE_MS, MINUTE_MS)
    again = ended(100, MINUTE_MS)
    estimates.observe(replace(again, revision=9))
    assert estimates.eta(running(), EPOCH_MS) is None


def test_without_the_services_own_start_it_counts_from_our_sending() -> None:
    estimates = learned(*[MINUTE_MS] * 3, vendor_created_at=None, sent_at=EPOCH_MS)
    assert estimates.law(running()) == learned(*[MINUTE_MS] * 3).law(running())
