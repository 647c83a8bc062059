"""How long tasks take, and how many fail."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from sora_tui.simulator.clock import ManualClock
from sora_tui.simulator.options import Options
from sora_tui.simulator.server import Simulator
from sora_tui.simulator.window import Window
from tests.unit.simulator.conftest import KEY, Caller


def test_durations_are_log_normal_and_divided_by_the_speed() -> None:
    random = Random(1)
    drawn = sorted(Options(speed=60).duration(random) for _ in range(4000))
    assert statistics.median(drawn) == pytest.approx(5, rel=0.05)
    # One sigma below and above the median hold 68 % of a log-normal.
    inside = sum(5 / 1.822 < seconds < 5 * 1.822 for seconds in drawn) / len(drawn)
    assert inside == pytest.approx(0.683, abs=0.03)


def test_bounds_hold_without_heaping_up() -> None:
    random, options = Random(2), Options(speed=25, at_least_s=8, at_most_s=15)
    drawn = [options.duration(random) for _ in range(500)]
    assert all(8 <= seconds <= 15 for seconds in drawn)
    assert len(set(drawn)) == 500


def test_bounds_far_from_the_median_still_hold() -> None:
    assert Options(at_least_s=1, at_most_s=2).duration(Random(3)) == 2
    assert Options(speed=1e9, at_least_s=1, at_most_s=2).duration(Random(3)) == 1


def test_a_seed_makes_the_same_durations_and_failures(running: Callable[..., Simulator], tmp_path: Path) -> None:
    seen = []
    for name in ("one", "two"):
        options = Options(seed=7, failure_rate=0.5, small_clips=True, credits=1e6)
        simulator = running(tmp_path / name, options=options, clock=ManualClock())
        caller = Caller(simulator.url)
        for _ in range(12):
            caller.task()
        seen.append([(task.due, task.plan) for task in simulator.tasks()])
    assert seen[0] == seen[1]
    assert {plan.succeeds for _, plan in seen[0]} == {True, False}


def test_nothing_fails_by_chance_unless_asked_to(caller: Caller, simulator: Simulator) -> None:
    simulator.set_credits(KEY, 1e6)
    for _ in range(20):
        caller.task()
    assert all(task.plan.succeeds for task in simulator.tasks())


def test_a_window_slides() -> None:
    clock = ManualClock()
    window = Window(2, 10, clock)
    seen = []
    for _ in range(25):
        if not window.is_full("x"):
            window.count("x")
            seen.append(clock.monotonic())
        clock.advance(1)
    assert seen == [0, 1, 10, 11, 20, 21]
