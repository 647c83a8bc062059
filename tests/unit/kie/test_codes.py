"""Every documented code: its name, what it is, whether it was paid, whether to send again, and what to do."""

from __future__ import annotations

from dataclasses import fields
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.kie.codes import Cause, Charged, Resend, explain, known_codes
from sora_tui.kie.meanings import CHARGED_TEXT, LOOK_FIRST, RESEND_TEXT, WORDS, Meaning
from tests.unit.kie.any_json import unhurried

CREATE = pytest.mark.parametrize(
    ("code", "name", "cause", "charged", "resend", "advice"),
    [
        (200, "success", Cause.SUCCESS, Charged.YES, Resend.NOT_NEEDED, "Nothing to do"),
        (400, "bad request", Cause.MISSING_PARAMETER, Charged.NO, Resend.AFTER_CHANGE, "fill in what is missing"),
        (401, "unauthorized", Cause.BAD_KEY, Charged.NO, Resend.AFTER_CHANGE, "kie.ai/api-key"),
        (402, "insufficient credits", Cause.NO_CREDITS, Charged.NO, Resend.AFTER_CHANGE, "Add credits"),
        (403, "forbidden", Cause.EDGE_REFUSED, Charged.NO, Resend.AFTER_CHANGE, "another network"),
        (404, "not found", Cause.NOT_FOUND, Charged.NO, Resend.AFTER_CHANGE, "base URL"),
        (408, "upstream timeout", Cause.UPSTREAM_SILENT, Charged.UNKNOWN, Resend.MAY_PAY_TWICE, "kie.ai/logs"),
        (422, "validation error", Cause.BAD_PARAMETER, Charged.NO, Resend.AFTER_CHANGE, "change that parameter"),
        (429, "rate limited", Cause.THROTTLED, Charged.NO, Resend.SAFE_LATER, "Wait ten seconds"),
        (433, "sub-key limit", Cause.SUBKEY_CAP, Charged.NO, Resend.AFTER_CHANGE, "Raise the cap"),
        (455, "service unavailable", Cause.MAINTENANCE, Charged.NO, Resend.SAFE_LATER, "in some minutes"),
        (500, "server error", Cause.SERVER_FAULT, Charged.UNKNOWN, Resend.MAY_PAY_TWICE, "kie.ai/logs"),
        (501, "generation failed", Cause.GENERATION_FAILED, Charged.UNKNOWN, Resend.MAY_PAY_TWICE, "kie.ai/logs"),
        (505, "feature disabled", Cause.DISABLED, Charged.NO, Resend.USELESS, "another model"),
    ],
)
DOCUMENTED = (200, 400, 401, 402, 403, 404, 408, 422, 429, 433, 455, 500, 501, 505)
UNCERTAIN = (408, 500, 501)


def all_words(meaning: Meaning) -> list[str]:
    return [getattr(meaning, each.name) for each in fields(meaning) if each.name != "code"]


@CREATE
def test_a_code_as_the_answer_to_a_create(
    code: int, name: str, cause: Cause, charged: Charged, resend: Resend, advice: str
) -> None:
    meaning = explain(code)
    assert (meaning.code, meaning.name, meaning.cause) == (code, name, cause)
    assert (meaning.charged, meaning.resend) == (charged, resend)
    assert advice in meaning.next_step
    assert explain(code, http_status=500) == meaning


@CREATE
def test_a_code_at_the_end_of_a_task_was_given_back(
    code: int, name: str, cause: Cause, charged: Charged, resend: Resend, advice: str
) -> None:
    meaning = explain(code, task_exists=True)
    assert (meaning.code, meaning.name, meaning.cause) == (code, name, cause)
    assert meaning.charged is (Charged.YES if code == 200 else Charged.GIVEN_BACK)
    assert meaning.resend is not Resend.MAY_PAY_TWICE
    assert LOOK_FIRST not in meaning.next_step
    if code not in (200, *UNCERTAIN):
        assert meaning.resend is resend
        assert advice in meaning.next_step


def test_the_list_of_codes_is_the_documented_one_in_order() -> None:
    assert tuple(meaning.code for meaning in known_codes()) == DOCUMENTED
    assert all(all(all_words(meaning)) for meaning in known_codes())


def test_the_list_shows_a_tasks_end_where_a_code_is_one() -> None:
    listed = {meaning.code: meaning for meaning in known_codes()}
    assert listed[408] == explain(408, task_exists=True)
    assert listed[501] == explain(501, task_exists=True)
    assert listed[500] == explain(500)


@pytest.mark.parametrize("code", [502, 503, 504, 520, 524, 599])
def test_a_gateways_code_is_a_server_fault_that_may_have_been_paid(code: int) -> None:
    for meaning in (explain(code), explain(None, http_status=code)):
        assert (meaning.code, meaning.name, meaning.cause) == (code, "server error", Cause.SERVER_FAULT)
        assert (meaning.charged, meaning.resend) == (Charged.UNKNOWN, Resend.MAY_PAY_TWICE)


@pytest.mark.parametrize("code", [0, -1, 1, 199, 201, 409, 418, 499, 600, 999])
def test_an_unknown_code_may_have_been_paid(code: int) -> None:
    meaning = explain(code)
    assert (meaning.code, meaning.cause) == (code, Cause.UNKNOWN)
    assert (meaning.charged, meaning.resend) == (Charged.UNKNOWN, Resend.MAY_PAY_TWICE)
    assert meaning.next_step.startswith(LOOK_FIRST)


@pytest.mark.parametrize("http_status", [400, 401, 402, 403, 404, 422, 429, 433, 455, 505])
def test_a_bare_http_status_proves_nothing_about_the_task_but_429(http_status: int) -> None:
    meaning = explain(None, http_status=http_status)
    assert (meaning.code, meaning.cause) == (http_status, explain(http_status).cause)
    assert meaning.charged is (Charged.NO if http_status == 429 else Charged.UNKNOWN)
    assert meaning.resend is (Resend.SAFE_LATER if http_status == 429 else Resend.MAY_PAY_TWICE)


@pytest.mark.parametrize("http_status", [None, 200, 204, 302])
def test_no_code_at_all_is_a_lost_answer(http_status: int | None) -> None:
    meaning = explain(None, http_status=http_status)
    assert (meaning.code, meaning.cause) == (None, Cause.ANSWER_LOST)
    assert (meaning.charged, meaning.resend) == (Charged.UNKNOWN, Resend.MAY_PAY_TWICE)


def test_a_failed_task_without_a_code_is_a_failed_generation() -> None:
    meaning = explain(None, http_status=502, task_exists=True)
    assert (meaning.code, meaning.name, meaning.cause) == (None, "no code", Cause.GENERATION_FAILED)
    assert (meaning.charged, meaning.resend) == (Charged.GIVEN_BACK, Resend.SAFE)


def test_a_success_says_what_is_ready() -> None:
    assert explain(200).title == "The request was accepted"
    assert explain(200, task_exists=True).title == "The video is ready"


@pytest.mark.parametrize(("code", "task_exists"), product((*DOCUMENTED, 503, 999, None), (False, True)))
def test_every_meaning_is_said_in_whole_sentences(code: int | None, task_exists: bool) -> None:
    meaning = explain(code, task_exists=task_exists)
    assert len(meaning.title) <= 40
    for sentence in (meaning.explanation, meaning.likely_cause, meaning.next_step):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
    assert meaning.charged_text == CHARGED_TEXT[meaning.charged]
    assert meaning.resend_text == RESEND_TEXT[meaning.resend]


def test_there_are_words_for_everything() -> None:
    assert set(WORDS) == set(Cause)
    assert set(CHARGED_TEXT) == set(Charged)
    assert set(RESEND_TEXT) == set(Resend)
    assert all(len(words.title) <= 40 for words in WORDS.values())
    assert len({words.title for words in WORDS.values()}) == len(Cause)


@unhurried
@given(
    code=st.none() | st.sampled_from(DOCUMENTED) | st.integers(),
    text=st.text(),
    http_status=st.none() | st.integers(100, 599),
    task_exists=st.booleans(),
)
def test_where_a_task_may_exist_nobody_is_told_to_send_again(
    code: int | None, text: str, http_status: int | None, task_exists: bool
) -> None:
    meaning = explain(code, text, http_status=http_status, task_exists=task_exists)
    assert all(all_words(meaning))
    assert (meaning.charged is Charged.UNKNOWN) == (meaning.resend is Resend.MAY_PAY_TWICE)
    assert (meaning.charged is Charged.UNKNOWN) <= (not task_exists and "kie.ai/logs" in meaning.next_step)
