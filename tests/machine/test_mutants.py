"""A program that does one thing wrong does not get past the machine, or the machine proves nothing."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as sizes
from hypothesis.stateful import run_state_machine_as_test

from sora_tui.settings import Settings
from tests.machine.judge import Broken
from tests.machine.machine import Promises
from tests.machine.mutants import MUTANTS, Mutant

UNTIL_CAUGHT = sizes(
    max_examples=2_000,
    stateful_step_count=25,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_mutant_is_caught(mutant: Mutant, settings: Settings) -> None:
    machine = type("Promises", (Promises,), {"settings": settings, "program": mutant.program})
    with mutant.change(), pytest.raises(Broken) as caught:
        run_state_machine_as_test(machine, settings=UNTIL_CAUGHT)
    assert caught.value.promise == mutant.breaks
