"""Where a film is: by its clock alone, however often anybody looks."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.film.playback import SPEEDS, Playback, wait_for_next

ACTS = st.lists(
    st.tuples(st.sampled_from(["play", "pause", "faster", "slower", "seek"]), st.floats(0, 20), st.floats(-5, 30)),
    max_size=20,
)


def test_it_goes_on_with_time_and_begins_anew() -> None:
    film = Playback(10.0).played(100.0)
    assert film.position(103.0) == 3.0
    assert film.position(112.0) == pytest.approx(2.0)
    still = film.paused(104.0)
    assert still.position(500.0) == 4.0
    assert still.faster(1, 500.0).played(500.0).position(502.0) == 7.0


@given(ACTS)
def test_whatever_is_done_it_is_within_the_film_and_never_jumps_by_itself(acts: list[tuple[str, float, float]]) -> None:
    film, now = Playback(10.0), 0.0
    for act, later, to in acts:
        now += later
        before = film.position(now)
        match act:
            case "play":
                film = film.played(now)
            case "pause":
                film = film.paused(now)
            case "faster":
                film = film.faster(1, now)
            case "slower":
                film = film.faster(-1, now)
            case _:
                film = film.sought(to, now)
                before = max(0.0, min(to, 10.0))
        assert math.sin(film.position(now) * math.tau / 10) == pytest.approx(math.sin(before * math.tau / 10), abs=1e-6)
        assert 0 <= film.position(now) <= 10.0
        assert film.speed in SPEEDS


def test_nothing_plays_of_a_film_without_length() -> None:
    assert Playback(0.0).played(1.0).position(9.0) == 0.0


@given(st.floats(0, 9.9), st.sampled_from(SPEEDS), st.floats(0, 0.12))
def test_the_next_picture_is_waited_for(at: float, speed: float, later: float) -> None:
    film = Playback(10.0, True, speed, at, 0.0)
    wait = wait_for_next(film, at, 24.0, later)
    assert wait == pytest.approx(max(0.0, 1 / 24 / speed - later), abs=1e-6) or at + later * speed >= 10


def test_what_is_late_is_due_at_once() -> None:
    assert wait_for_next(Playback(10.0, True, 1.0, 0.0, 0.0), 0.0, 24.0, 3.0) == 0.0
