"""Whose turn it is: where a look is worth most, never twice at once, never forgotten, never in lock-step."""

from __future__ import annotations

import math
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sora_tui.studio.durations import Durations, Ends
from sora_tui.studio.estimates import Estimates
from sora_tui.studio.pace import Pace
from sora_tui.studio.schedule import FIRST_LOOK_S, HURRIED_S, LONGEST_S, PRICE_S, Look, Schedule
from sora_tui.studio.task import Task
from tests.unit.studio.stored import running

REF = running(1).ref
MINUTE_MS = 60_000
ROUNDING_S = 1e-6
FOUR_MINUTES = Ends(Durations(math.log(4 * MINUTE_MS), 0.3))


def by_the_prior(seed: int = 1) -> Schedule:
    """A schedule that knows nothing yet."""
    return Schedule(Random(seed), Estimates().ends)


def knowing(*laws: Ends, price_s: float = PRICE_S) -> Schedule:
    """A schedule that knows the law of task 1, of task 2 and so on."""
    by_ref = {running(number).ref: law for number, law in enumerate(laws, 1)}

    def ends(task: Task) -> Ends:
        return by_ref[task.ref]

    return Schedule(Random(1), ends, price_s=price_s)


def watched(*, age_s: float = 0.0, now: float = 0.0, seed: int = 1) -> Schedule:
    """A schedule with one task."""
    schedule = by_the_prior(seed)
    schedule.watch(running(1), age_s=age_s, now=now)
    return schedule


def turn(schedule: Schedule, now: float) -> float:
    """When the next task has its turn; it is taken then."""
    wait = schedule.wait_s(now)
    assert wait is not None
    assert schedule.next(now + wait + ROUNDING_S) is not None
    return now + wait


def pauses(schedule: Schedule, look: Look, *, until: float) -> list[tuple[float, float]]:
    """The age at each look and the pause after it, when each look ends in `look`."""
    found: list[tuple[float, float]] = []
    at = turn(schedule, 0.0)
    while at < until:
        schedule.asked(REF, look, now=at)
        after = turn(schedule, at)
        found.append((at, round(after - at, 6)))
        at = after
    return found


def test_a_new_task_is_first_asked_about_when_it_is_five_seconds_old() -> None:
    schedule = watched(now=100.0)
    assert schedule.wait_s(100.0) == FIRST_LOOK_S
    assert schedule.next(104.9) is None
    assert schedule.next(105.0) == REF
    assert watched(age_s=3.0, now=100.0).wait_s(100.0) == pytest.approx(2.0)


def test_a_task_that_is_older_is_asked_about_at_once() -> None:
    assert watched(age_s=3600.0).next(0.0) == REF


def test_to_take_a_task_in_again_does_not_move_its_turn() -> None:
    schedule = watched()
    schedule.watch(running(1), age_s=1000.0, now=1.0)
    assert schedule.wait_s(1.0) == FIRST_LOOK_S - 1
    assert len(schedule) == 1


@given(seed=st.integers(0, 10**6))
def test_the_first_looks_come_by_5_20_and_60_seconds(seed: int) -> None:
    ages = [age for age, _ in pauses(watched(seed=seed), Look.ANSWERED, until=100)]
    assert ages[0] == FIRST_LOOK_S
    assert 12 <= ages[1] <= 21
    assert 30 <= ages[2] <= 63
    assert len([age for age in ages if age <= 63]) <= 4


def test_where_nothing_fails_early_the_looks_for_it_are_spared() -> None:
    schedule = knowing(Ends(FOUR_MINUTES.durations, early=0.001))
    schedule.watch(running(1), age_s=0.0, now=0.0)
    first, second, *_ = [age for age, _ in pauses(schedule, Look.ANSWERED, until=1000)]
    assert first == FIRST_LOOK_S
    assert second > 50


def test_looks_are_closest_where_the_end_is_likeliest() -> None:
    schedule = knowing(FOUR_MINUTES)
    schedule.watch(running(1), age_s=0.0, now=0.0)
    found = pauses(schedule, Look.ANSWERED, until=3600)
    before = min(pause for age, pause in found if 60 < age < 120)
    usual = [pause for age, pause in found if 240 < age < 360]
    long_after = min(pause for age, pause in found if age > 1800)
    assert max(usual) < 10 < before
    assert long_after > 20, "what has outlived its kind may take any time"


@pytest.mark.parametrize("price_s", [0.1, 0.3, 1.0])
def test_a_task_has_its_turn_when_a_look_is_worth_its_price(price_s: float) -> None:
    schedule = knowing(FOUR_MINUTES, price_s=price_s)
    schedule.watch(running(1), age_s=0.0, now=0.0)
    for age, pause in pauses(schedule, Look.ANSWERED, until=600):
        if age > 60 and HURRIED_S < pause < LONGEST_S / 2:
            worth = pause * FOUR_MINUTES.ends_between(age, age + pause)
            assert 0.85 * price_s < worth < 1.15 * price_s


def test_of_those_whose_turn_has_come_the_one_most_worth_a_look_is_first() -> None:
    slow = Ends(Durations(math.log(10 * MINUTE_MS), 0.3))
    schedule = knowing(slow, slow, FOUR_MINUTES, slow)
    for number in range(1, 5):
        schedule.watch(running(number), age_s=210.0, now=0.0)
        schedule.asked(running(number).ref, Look.ANSWERED, now=float(number))
    assert schedule.next(60.0) == running(3).ref, "it is likely to have ended"
    assert schedule.next(250.0) == REF, "of three alike the one longest unasked"


def test_what_was_learnt_counts_from_the_next_look_on() -> None:
    hours = Ends(Durations(math.log(60 * MINUTE_MS), 0.2), early=0.001)
    laws = [hours]
    schedule = Schedule(Random(1), lambda task: laws[-1])
    schedule.watch(running(1), age_s=200.0, now=0.0)
    assert turn(schedule, 0.0) == 0.0
    schedule.asked(REF, Look.ANSWERED, now=0.0)
    laws.append(FOUR_MINUTES)
    at = turn(schedule, 0.0)
    assert at > 100
    schedule.asked(REF, Look.ANSWERED, now=at)
    assert turn(schedule, at) - at < 15


def test_no_task_waits_longer_than_five_minutes_however_long_it_runs() -> None:
    days = pauses(watched(), Look.ANSWERED, until=5 * 24 * 3600)
    assert LONGEST_S * 0.9 < max(pause for _, pause in days) <= LONGEST_S
    assert min(pause for age, pause in days if age > 24 * 3600) > 120


@pytest.mark.parametrize("look", [Look.TROUBLE, Look.UNKNOWN_ID])
def test_a_task_in_doubt_is_asked_about_less_often_but_ever_on(look: Look) -> None:
    calm = pauses(watched(), Look.ANSWERED, until=3600)
    doubtful = pauses(watched(), look, until=3600)
    assert 3600 / LONGEST_S <= len(doubtful) < len(calm) * 0.6
    assert max(pause for _, pause in doubtful) <= LONGEST_S


def test_each_trouble_in_a_row_doubles_the_pause_and_an_answer_ends_that() -> None:
    schedule = watched(age_s=10_000.0)
    at = turn(schedule, 0.0)
    for factor in (1, 2, 4):
        schedule.asked(REF, Look.TROUBLE, now=at)
        wait = schedule.wait_s(at)
        assert wait is not None
        assert 4 * factor <= wait <= 6 * factor
    schedule.asked(REF, Look.ANSWERED, now=at)
    wait = schedule.wait_s(at)
    assert wait is not None
    assert wait > 50
    schedule.asked(REF, Look.TROUBLE, now=at)
    wait = schedule.wait_s(at)
    assert wait is not None
    assert 4 <= wait <= 6


def test_an_id_that_is_not_known_yet_is_asked_about_soon_again() -> None:
    first = [pause for age, pause in pauses(watched(), Look.UNKNOWN_ID, until=600) if age < 20]
    later = [pause for age, pause in pauses(watched(), Look.UNKNOWN_ID, until=600) if age > 60]
    assert max(first) <= 43
    assert min(later) >= 60


def test_a_look_that_was_not_made_keeps_its_turn_before_those_asked_meanwhile() -> None:
    schedule = by_the_prior()
    for number in (1, 2):
        schedule.watch(running(number), age_s=60.0, now=0.0)
        schedule.asked(running(number).ref, Look.ANSWERED, now=float(number))
    first = schedule.next(100.0)
    assert first == REF, "the one longest unasked"
    schedule.asked(REF, Look.NOT_MADE, now=100.0)
    assert schedule.wait_s(100.0) == 0.0
    assert schedule.next(100.0) == REF


def test_of_those_whose_turn_has_come_the_one_longest_unasked_is_first() -> None:
    schedule = by_the_prior()
    for number in range(1, 5):
        schedule.watch(running(number), age_s=1000.0, now=0.0)
    order = [3, 1, 4, 2]
    for at, number in enumerate(order):
        schedule.asked(running(number).ref, Look.ANSWERED, now=float(at))
    schedule.watch(running(5), age_s=0.0, now=0.0)
    assert [schedule.next(500.0) for _ in range(6)] == [running(number).ref for number in (5, *order)] + [None]


def test_a_task_in_a_hurry_has_its_turn_at_once_and_only_one() -> None:
    schedule = watched()
    schedule.hurry(REF, now=1.0)
    schedule.hurry(REF, now=1.0)
    assert schedule.next(1.0) == REF
    assert schedule.next(1.0) is None
    assert schedule.wait_s(1000.0) is None
    schedule.hurry("nobody", now=1.0)
    assert schedule.wait_s(1000.0) is None


def test_a_hurry_never_brings_a_turn_sooner_than_two_seconds_after_the_last() -> None:
    schedule = watched(age_s=1000.0)
    assert schedule.next(0.0) == REF
    schedule.asked(REF, Look.ANSWERED, now=0.5)
    for now in (0.5, 1.0, 2.0):
        schedule.hurry(REF, now=now)
        assert schedule.wait_s(now) == 0.5 + HURRIED_S - now
    assert schedule.next(0.5 + HURRIED_S) == REF


@pytest.mark.parametrize("look", Look)
def test_one_that_is_being_asked_about_has_its_hurried_turn_afterwards(look: Look) -> None:
    schedule = watched(age_s=10_000.0)
    assert schedule.next(0.0) == REF
    schedule.hurry(REF, now=1.0)
    assert schedule.wait_s(1.0) is None, "never twice at once"
    schedule.asked(REF, look, now=3.0)
    wait = schedule.wait_s(3.0)
    assert wait is not None
    assert {Look.ANSWERED: wait == HURRIED_S, Look.NOT_MADE: wait == 0.0}.get(look, wait > 3.0)


def test_a_hurry_is_over_with_the_look_it_brought() -> None:
    schedule = watched(age_s=10_000.0)
    schedule.hurry(REF, now=0.0)
    assert schedule.next(0.0) == REF
    schedule.asked(REF, Look.ANSWERED, now=0.0)
    wait = schedule.wait_s(0.0)
    assert wait is not None
    assert wait > 45.0


def test_a_forgotten_task_never_has_a_turn_again() -> None:
    schedule = watched()
    schedule.forget(REF)
    schedule.forget(REF)
    assert REF not in schedule
    assert schedule.wait_s(1000.0) is None
    schedule.asked(REF, Look.ANSWERED, now=1000.0)
    schedule.hurry(REF, now=1000.0)
    assert schedule.next(2000.0) is None
    assert schedule.age_s(REF, now=2000.0) == 0.0


@given(
    number_of=st.integers(1, 200),
    per_second=st.floats(0.5, 10),
    now=st.floats(0, 10**6),
    seed=st.integers(0, 10**6),
)
def test_after_a_start_all_have_one_prompt_turn_spread_at_the_given_rate(
    number_of: int, per_second: float, now: float, seed: int
) -> None:
    schedule = by_the_prior(seed)
    tasks = [running(number) for number in range(number_of)]
    schedule.watch_all([(task, 3600.0) for task in tasks], per_second=per_second, now=now)
    at, refs = now, []
    for place in range(number_of):
        wait = schedule.wait_s(at)
        assert wait is not None
        at += wait
        assert place / per_second <= at - now + 1e-6
        assert at - now <= (place + 1) / per_second + 1e-6
        ref = schedule.next(at + 1e-6)
        assert ref is not None
        refs.append(ref)
        at += 1e-6
    assert sorted(refs) == sorted(task.ref for task in tasks)
    assert schedule.wait_s(at) is None


def test_waking_up_takes_the_place_of_the_turns_before_it() -> None:
    schedule = watched()
    schedule.watch_all([(running(1), 8 * 3600.0)], per_second=8.0, now=1.0)
    assert turn(schedule, 1.0) <= 1.125
    assert schedule.wait_s(10_000.0) is None
    assert schedule.age_s(REF, now=1.0) == 8 * 3600.0


@pytest.mark.parametrize("look", [look for look in Look if look is not Look.ANSWERED])
def test_a_look_that_sleep_cost_its_answer_does_not_take_the_turn_after_waking_up(look: Look) -> None:
    schedule = watched(age_s=600.0)
    assert schedule.next(0.0) == REF
    schedule.watch_all([(running(1), 700.0)], per_second=1.0, now=100.0)
    schedule.asked(REF, look, now=100.1)
    assert schedule.next(101.0) == REF


def test_an_answer_from_before_the_sleep_takes_no_turn_away() -> None:
    schedule = watched(age_s=600.0)
    assert schedule.next(0.0) == REF
    schedule.watch_all([(running(1), 700.0)], per_second=1.0, now=100.0)
    schedule.asked(REF, Look.ANSWERED, now=100.1)
    assert schedule.next(110.0) == REF
    schedule.asked(REF, Look.ANSWERED, now=110.1)
    assert schedule.next(111.0) is None, "what was asked since then counts"


def test_after_waking_up_the_ones_longest_unasked_are_still_first() -> None:
    schedule = by_the_prior()
    tasks = [running(number) for number in (1, 2, 3, 4)]
    order = [3, 1, 4, 2]
    for at, number in enumerate(order):
        schedule.watch(running(number), age_s=60.0, now=0.0)
        schedule.asked(running(number).ref, Look.ANSWERED, now=float(at))
    schedule.watch_all([(task, 60.0) for task in tasks], per_second=8.0, now=100.0)
    assert [schedule.next(200.0) for _ in order] == [running(number).ref for number in order]


def test_no_task_is_always_the_last_after_a_start() -> None:
    last = set()
    for seed in range(50):
        schedule = by_the_prior(seed)
        schedule.watch_all([(running(number), 60.0) for number in (1, 2, 3)], per_second=8.0, now=0.0)
        last.add([schedule.next(turn_at) for turn_at in (0.125, 0.25, 0.375)][-1])
    assert len(last) == 3


def test_tasks_born_together_are_not_asked_about_together() -> None:
    schedule = by_the_prior()
    for number in range(50):
        schedule.watch(running(number), age_s=60.0, now=0.0)
        schedule.asked(running(number).ref, Look.ANSWERED, now=0.0)
    turns = {turn(schedule, 0.0) for _ in range(50)}
    assert len(turns) == 50
    assert max(turns) - min(turns) > 1


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10**6), number_of=st.integers(1, 60), ages=st.lists(st.floats(0, 3000), min_size=60))
def test_none_is_left_for_longer_than_five_minutes_and_what_the_pace_forces(
    seed: int, number_of: int, ages: list[float]
) -> None:
    schedule, pace = by_the_prior(seed), Pace(1.0, Random(seed))
    for number in range(number_of):
        schedule.watch(running(number), age_s=ages[number], now=0.0)
    last = dict.fromkeys([running(number).ref for number in range(number_of)], 0.0)
    now, places = 0.0, [0.0]
    while now < 1200:
        wait = schedule.wait_s(now)
        assert wait is not None
        now += wait
        now += pace.reserve(now)
        ref = schedule.next(now + ROUNDING_S)
        assert ref is not None
        assert last[ref] == 0.0 or now - last[ref] >= HURRIED_S - ROUNDING_S
        assert now - last[ref] <= LONGEST_S + 2 * 1.1 * number_of
        assert now == places[-1] == 0.0 or now - places[-1] >= 1.0 - ROUNDING_S
        last[ref] = now
        places.append(now)
        schedule.asked(ref, Look.ANSWERED, now=now)
    assert max(now - at for at in last.values()) <= LONGEST_S + 2 * 1.1 * number_of


def test_with_more_overdue_than_the_pace_allows_half_the_turns_go_where_a_look_is_worth_most() -> None:
    never = Ends(Durations(math.log(10**9), 0.2), early=0.001)
    schedule = knowing(*[never] * 50, *[FOUR_MINUTES] * 50)
    for number in range(1, 101):
        schedule.watch(running(number), age_s=60.0, now=0.0)
        schedule.asked(running(number).ref, Look.ANSWERED, now=number / 100)
    likely = {running(number).ref for number in range(51, 101)}
    asked = [schedule.next(400.0) for _ in range(40)]
    assert sum(ref in likely for ref in asked) == 20
    assert asked[::2] == [running(number).ref for number in range(1, 21)]


def test_hints_at_some_do_not_starve_the_others() -> None:
    schedule = knowing(*[FOUR_MINUTES] * 6)
    for number in range(1, 7):
        schedule.watch(running(number), age_s=200.0, now=0.0)
    asked, now = [], 0.0
    for _ in range(200):
        now += 1.0
        for number in range(1, 6):
            schedule.hurry(running(number).ref, now=now)
        ref = schedule.next(now)
        assert ref is not None
        asked.append(ref)
        schedule.asked(ref, Look.ANSWERED, now=now)
    assert asked.count(running(6).ref) >= 5


def test_what_became_void_is_cleared_away() -> None:
    schedule = knowing(*[FOUR_MINUTES] * 40)
    for number in range(1, 41):
        schedule.watch(running(number), age_s=200.0, now=0.0)
    for second in range(2000):
        ref = schedule.next(float(second))
        assert ref is not None
        schedule.asked(ref, Look.ANSWERED, now=float(second))
    kept = [len(heap) for heap in (schedule._due, schedule._later, schedule._overdue)]
    assert max(kept) < 800


class AnyLife(RuleBasedStateMachine):
    """Whatever happens in whatever order: a watched task is either being asked about or has one turn ahead.

    None is asked about twice within two seconds, and those past five minutes do not wait for those before.
    """

    def __init__(self) -> None:
        super().__init__()
        self.schedule = by_the_prior()
        self.now = 0.0
        self.watched: set[str] = set()
        self.asking: set[str] = set()
        self.overtaken: set[str] = set()
        """Asked about before the last waking up, without an answer so far."""
        self.last: dict[str, float] = {}

    @rule(number=st.integers(0, 5), age_s=st.floats(0, 10_000))
    def watch(self, number: int, age_s: float) -> None:
        self.schedule.watch(running(number), age_s=age_s, now=self.now)
        self.watched.add(running(number).ref)

    @rule(number=st.integers(0, 5))
    def forget(self, number: int) -> None:
        ref = running(number).ref
        self.schedule.forget(ref)
        self.watched.discard(ref)
        self.asking.discard(ref)
        self.overtaken.discard(ref)
        self.last.pop(ref, None)

    @rule(number=st.integers(0, 5))
    def hurry(self, number: int) -> None:
        self.schedule.hurry(running(number).ref, now=self.now)

    @rule()
    def wake_up(self) -> None:
        tasks = [(running(number), 60.0) for number in range(6) if running(number).ref in self.watched]
        self.schedule.watch_all(tasks, per_second=8.0, now=self.now)
        self.overtaken |= self.asking
        self.asking.clear()

    @rule(seconds=st.floats(0, 400))
    def pass_s(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def ask(self) -> None:
        ref = self.schedule.next(self.now)
        if ref is not None:
            assert ref in self.watched
            assert ref not in self.asking
            assert self.now >= self.last.get(ref, float("-inf")) + HURRIED_S - ROUNDING_S
            self.asking.add(ref)

    @precondition(lambda self: self.asking or self.overtaken)
    @rule(data=st.data(), look=st.sampled_from(Look))
    def answer(self, data: st.DataObject, look: Look) -> None:
        ref = data.draw(st.sampled_from(sorted(self.asking | self.overtaken)))
        is_overtaken = ref in self.overtaken
        (self.overtaken if is_overtaken else self.asking).discard(ref)
        self.schedule.asked(ref, look, now=self.now)
        if not is_overtaken and look is not Look.NOT_MADE:
            self.last[ref] = self.now

    @invariant()
    def nobody_is_forgotten(self) -> None:
        assert len(self.schedule) == len(self.watched)
        wait = self.schedule.wait_s(self.now)
        if self.watched - self.asking - self.overtaken:
            assert wait is not None
            assert 0.0 <= wait <= LONGEST_S + FIRST_LOOK_S
        elif not self.overtaken:
            assert wait is None


TestAnyLife = AnyLife.TestCase


def test_the_answer_to_a_question_from_before_a_wake_up_does_not_hide_that_another_is_on_its_way() -> None:
    schedule = watched()
    schedule.hurry(REF, now=0.0)
    assert schedule.next(0.0) == REF
    schedule.watch_all([(running(1), 60.0)], per_second=8.0, now=0.0)
    schedule.hurry(REF, now=0.0)
    assert schedule.next(0.0) == REF
    schedule.asked(REF, Look.ANSWERED, now=0.0)
    schedule.hurry(REF, now=0.0)
    assert schedule.next(0.0) is None
    schedule.asked(REF, Look.ANSWERED, now=1.0)
    assert schedule.wait_s(1.0) == HURRIED_S


# What will be told


class Told:
    """A schedule whose tasks will be told of, or not, as a test says."""

    def __init__(self, *numbers: int) -> None:
        self.refs = {running(number).ref for number in numbers}
        self.schedule = Schedule(Random(1), Estimates().ends, is_told_of=lambda ref: ref in self.refs)


def test_a_task_that_will_be_told_of_is_asked_about_at_the_longest_pause_only() -> None:
    told = Told(1)
    told.schedule.watch(running(1), age_s=0, now=0.0)
    at = turn(told.schedule, 0.0)
    assert 0.9 * LONGEST_S <= at <= LONGEST_S
    for _ in range(20):
        told.schedule.asked(REF, Look.ANSWERED, now=at)
        after = turn(told.schedule, at)
        assert 0.9 * LONGEST_S <= after - at <= LONGEST_S
        at = after


def test_others_have_their_turn_as_ever_beside_it() -> None:
    told, alone = Told(2), watched()
    for number in (1, 2):
        told.schedule.watch(running(number), age_s=0, now=0.0)
    for at in (5.0, 21.0, 63.0):
        assert told.schedule.next(at) == alone.next(at) == REF
        for schedule in (told.schedule, alone):
            schedule.asked(REF, Look.ANSWERED, now=at)


def test_a_hint_gives_it_its_turn_at_once_all_the_same() -> None:
    told = Told(1)
    told.schedule.watch(running(1), age_s=0, now=0.0)
    told.schedule.hurry(REF, now=50.0)
    assert told.schedule.next(50.0) == REF


def test_a_look_without_an_answer_is_made_again_as_ever() -> None:
    told = Told(1)
    told.schedule.watch(running(1), age_s=0, now=0.0)
    told.schedule.hurry(REF, now=50.0)
    told.schedule.next(50.0)
    told.schedule.asked(REF, Look.TROUBLE, now=50.0)
    assert turn(told.schedule, 50.0) <= 56.0


def test_when_it_will_be_told_of_no_more_it_has_its_turn_by_the_law_at_once() -> None:
    told = Told(*range(1, 101))
    for number in range(1, 101):
        told.schedule.watch(running(number), age_s=0, now=0.0)
    now = 250.0
    assert told.schedule.next(now) is None
    told.refs.clear()
    told.schedule.reconsider(now=now)
    asked = set()
    while (ref := told.schedule.next(now + HURRIED_S)) is not None:
        asked.add(ref)
    assert len(asked) == 100


def test_to_reconsider_leaves_alone_what_is_being_asked_about_and_what_is_due() -> None:
    told = Told()
    for number in (1, 2, 3):
        told.schedule.watch(running(number), age_s=0, now=0.0)
    asked = told.schedule.next(5.0)
    told.schedule.reconsider(now=5.0)
    others = {told.schedule.next(5.0 + HURRIED_S), told.schedule.next(5.0 + HURRIED_S)}
    assert {asked, *others} == {running(number).ref for number in (1, 2, 3)}
    assert told.schedule.next(5.0 + HURRIED_S) is None
