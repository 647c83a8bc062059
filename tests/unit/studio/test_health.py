"""Whether the service can be asked: what each answer says of it, and how the wait goes on."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.kie.errors import AnswerLost, KieError, NotDelivered, Refused, UnreadableAnswer
from sora_tui.studio.health import Health, Trouble

OFFLINE = NotDelivered("no route")
LOST = AnswerLost("timeout")
HTML = UnreadableAnswer("html", http_status=502)
BAD_KEY = Refused("no", code=401, text="Unauthorized", http_status=200)
MAINTENANCE = Refused("closed", code=455, http_status=200)
UNKNOWN_ID = Refused("no", code=422, text="recordInfo is null", http_status=200)
THROTTLED = Refused("busy", code=429, http_status=200)

ENOUGH = 5
"""Lost answers in a row after which the service is called silent."""


@dataclass
class Patient:
    """A health and what it told."""

    told: list[Trouble] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.health = Health(Random(1), self.told.append)

    def fail(self, error: KieError, now: float = 0.0, *, had_turn: bool = True) -> None:
        self.health.failed(error, now, had_turn=had_turn)

    def turns(self, error: KieError, number: int) -> list[float]:
        """The waits before as many turns, when each ends in `error`."""
        waits, now = [], 0.0
        for _ in range(number):
            wait = self.health.wait_s(now)
            assert wait is not None
            waits.append(wait)
            now += wait
            self.health.trying(now)
            self.fail(error, now)
        return waits


def test_while_all_is_well_everything_may_be_asked() -> None:
    patient = Patient()
    patient.health.trying(0.0)
    patient.health.heard()
    assert patient.health.wait_s(0.0) == 0.0
    assert patient.told == []


@pytest.mark.parametrize(
    ("error", "number", "trouble"),
    [
        (OFFLINE, 1, Trouble.OFFLINE),
        (MAINTENANCE, 1, Trouble.MAINTENANCE),
        (BAD_KEY, 1, Trouble.BAD_KEY),
        (LOST, ENOUGH - 1, Trouble.NONE),
        (LOST, ENOUGH, Trouble.SILENT),
        (HTML, ENOUGH - 1, Trouble.NONE),
        (HTML, ENOUGH, Trouble.SILENT),
        (UNKNOWN_ID, 20, Trouble.NONE),
        (THROTTLED, 20, Trouble.NONE),
    ],
)
def test_each_error_means_one_trouble_that_is_told_once(error: KieError, number: int, trouble: Trouble) -> None:
    patient = Patient()
    for _ in range(number):
        patient.fail(error)
    assert patient.health.trouble is trouble
    assert patient.told == ([] if trouble is Trouble.NONE else [trouble])


def test_one_answer_among_the_lost_ones_begins_the_count_anew() -> None:
    patient = Patient()
    for error in (*[LOST] * (ENOUGH - 1), UNKNOWN_ID, *[LOST] * (ENOUGH - 1)):
        patient.fail(error)
    assert patient.health.trouble is Trouble.NONE


@pytest.mark.parametrize("error", [OFFLINE, LOST, HTML])
def test_in_trouble_the_pauses_grow_to_half_a_minute_and_no_further(error: KieError) -> None:
    patient = Patient()
    for _ in range(ENOUGH):
        patient.fail(error)
    waits = patient.turns(error, 20)
    assert waits[0] <= 40
    assert waits[1:4] == sorted(waits[1:4])
    assert all(24 <= wait <= 36 for wait in waits[6:])
    assert len(set(waits[6:])) == 14, "never in lock-step"


def test_the_first_try_after_a_lost_connection_is_within_a_moment() -> None:
    patient = Patient()
    patient.fail(OFFLINE)
    wait = patient.health.wait_s(0.0)
    assert wait is not None
    assert 0.8 <= wait <= 1.2


def test_a_closed_service_is_asked_only_now_and_then_from_the_first() -> None:
    patient = Patient()
    patient.fail(MAINTENANCE)
    assert all(24 <= wait <= 36 for wait in patient.turns(MAINTENANCE, 10))


@pytest.mark.parametrize("error", [OFFLINE, MAINTENANCE])
def test_in_trouble_one_request_at_a_time_tries_again(error: KieError) -> None:
    patient = Patient()
    patient.fail(error)
    wait = patient.health.wait_s(0.0)
    assert wait is not None
    assert patient.health.wait_s(wait) == 0.0
    patient.health.trying(wait)
    after = patient.health.wait_s(wait)
    assert after is not None
    assert after > 0, "while that one is under way"


def test_an_answer_ends_the_trouble_and_the_next_one_begins_small() -> None:
    patient = Patient()
    patient.turns(OFFLINE, 10)
    patient.health.heard()
    assert patient.health.wait_s(1000.0) == 0.0
    assert patient.told == [Trouble.OFFLINE, Trouble.NONE]
    patient.fail(OFFLINE, 1000.0)
    wait = patient.health.wait_s(1000.0)
    assert wait is not None
    assert wait <= 1.2


def test_an_answer_that_says_no_is_an_answer() -> None:
    patient = Patient()
    patient.fail(OFFLINE)
    patient.fail(UNKNOWN_ID)
    assert patient.told == [Trouble.OFFLINE, Trouble.NONE]


def test_after_a_refused_key_nothing_is_asked_until_there_is_another() -> None:
    patient = Patient()
    patient.fail(BAD_KEY)
    patient.health.trying(0.0)
    for error in (*[LOST] * 10, OFFLINE, MAINTENANCE, BAD_KEY):
        patient.fail(error)
        assert patient.health.wait_s(10.0**9) is None
    assert patient.told == [Trouble.BAD_KEY]
    patient.health.renewed()
    assert patient.health.wait_s(0.0) == 0.0
    assert patient.told == [Trouble.BAD_KEY, Trouble.NONE]


def test_a_machine_that_wakes_up_tries_at_once() -> None:
    patient = Patient()
    patient.turns(OFFLINE, 10)
    patient.health.renewed()
    assert patient.health.wait_s(0.0) == 0.0
    patient.fail(OFFLINE)
    wait = patient.health.wait_s(0.0)
    assert wait is not None
    assert wait <= 1.2


@given(st.lists(st.floats(0.1, 5), max_size=50))
def test_requests_without_a_turn_never_put_the_next_turn_off(pauses: list[float]) -> None:
    patient = Patient()
    patient.fail(OFFLINE, 0.0)
    due = patient.health.wait_s(0.0)
    assert due is not None
    now = 0.0
    for pause in pauses:
        now += pause
        patient.fail(OFFLINE, now, had_turn=False)
        assert patient.health.wait_s(now) == pytest.approx(max(0.0, due - now))


def test_the_trouble_told_is_the_latest() -> None:
    patient = Patient()
    for error in (OFFLINE, LOST, MAINTENANCE, OFFLINE, BAD_KEY):
        patient.fail(error)
    assert patient.told == [
        Trouble.OFFLINE,
        Trouble.SILENT,
        Trouble.MAINTENANCE,
        Trouble.OFFLINE,
        Trouble.BAD_KEY,
    ]
    assert all(trouble.value.endswith(".") for trouble in patient.told)
