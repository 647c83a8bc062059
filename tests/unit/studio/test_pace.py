"""How close together requests are: never more than the ceiling in any second, slower after a 429."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.studio.pace import Pace


def places(pace: Pace, number: int, now: float) -> list[float]:
    """When so many requests that all come at once may go."""
    return [now + pace.reserve(now) for _ in range(number)]


@given(
    per_second=st.integers(1, 10),
    arrivals=st.lists(st.floats(0, 2), min_size=20, max_size=80),
    seed=st.integers(0, 10**6),
)
def test_no_second_ever_holds_more_than_the_ceiling(per_second: int, arrivals: list[float], seed: int) -> None:
    pace = Pace(float(per_second), Random(seed))
    now, at = 0.0, []
    for pause in arrivals:
        now += pause
        at.append(now + pace.reserve(now))
    assert at == sorted(at)
    assert all(later - first >= 1.0 - 1e-9 for first, later in zip(at, at[per_second:], strict=False))


def test_nearly_the_whole_ceiling_can_be_used() -> None:
    at = places(Pace(8.0, Random(1)), 801, 0.0)
    assert 100 <= at[-1] <= 110


def test_a_request_after_a_silence_goes_at_once_and_saves_nothing_up() -> None:
    pace = Pace(10.0, Random(1))
    places(pace, 3, 0.0)
    at = places(pace, 11, 1000.0)
    assert at[0] == 1000.0
    assert at[-1] >= 1001.0


def test_requests_are_not_in_lock_step() -> None:
    at = places(Pace(8.0, Random(1)), 20, 0.0)
    assert len({round(later - first, 6) for first, later in pairwise(at)}) == 19


def test_after_a_429_nothing_goes_for_as_long_as_was_asked_and_then_half_as_fast() -> None:
    pace = Pace(8.0, Random(1))
    places(pace, 3, 0.0)
    pace.throttled(10.0, 30.0)
    at = places(pace, 2, 10.0)
    assert at[0] == 40.0
    assert 0.25 <= at[1] - at[0] <= 0.275
    assert pace.per_second == 4.0


def test_a_shorter_wait_does_not_undo_a_longer_one() -> None:
    pace = Pace(8.0, Random(1))
    pace.throttled(0.0, 60.0)
    pace.throttled(1.0, 1.0)
    assert pace.reserve(2.0) == pytest.approx(58.0)


def test_several_429s_to_requests_from_the_same_time_slow_it_down_once() -> None:
    pace = Pace(8.0, Random(1))
    for at in (10.0, 10.1, 10.4):
        pace.throttled(at, 1.0)
    assert pace.per_second == 4.0
    assert pace.quiet_s(10.5) == pytest.approx(0.9)
    pace.throttled(12.0, 1.0)
    assert pace.per_second == 2.0


def test_what_has_its_place_already_may_not_go_while_the_service_is_too_busy() -> None:
    pace = Pace(8.0, Random(1))
    assert pace.quiet_s(0.0) == 0.0
    pace.reserve(0.0)
    assert pace.reserve(0.0) < 1.0
    pace.throttled(0.05, 1.0)
    assert pace.quiet_s(0.125) == pytest.approx(0.925)
    assert pace.quiet_s(1.05) == 0.0
    assert pace.reserve(1.05) == 0.0


def test_it_never_stands_still() -> None:
    pace = Pace(8.0, Random(1))
    for _ in range(50):
        pace.throttled(0.0, 0.0)
    assert pace.per_second == Pace.SLOWEST > 0


def test_it_recovers_by_a_quarter_at_most_once_a_second_and_never_beyond_the_ceiling() -> None:
    pace = Pace(7.9, Random(1))
    pace.throttled(0.0, 10.0)
    for tenth in range(200):
        pace.answered(tenth / 10)
    assert pace.per_second == pytest.approx(3.95 + 9 * 0.25), "the nine whole seconds after the pause"
    for second in range(1000):
        pace.answered(20.0 + second)
    assert pace.per_second == 7.9
