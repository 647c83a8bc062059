"""The real program keeps its promises, whatever happens in whatever order."""

from __future__ import annotations

from hypothesis import HealthCheck
from hypothesis import settings as sizes
from hypothesis.stateful import run_state_machine_as_test

from sora_tui.settings import Settings
from tests.machine.machine import Promises

IN_CI = sizes(
    max_examples=300,
    stateful_step_count=25,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def test_nothing_paid_is_lost_or_paid_twice(settings: Settings) -> None:
    is_nightly = sizes.get_current_profile_name() == "nightly"
    run_state_machine_as_test(
        type("Promises", (Promises,), {"settings": settings}),
        settings=sizes.get_profile("nightly") if is_nightly else IN_CI,
    )
