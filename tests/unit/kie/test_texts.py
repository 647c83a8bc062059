"""The same code means different things: the text decides, where the code is one that leaves room for it."""

from __future__ import annotations

import pytest

from sora_tui.kie.codes import Cause, Charged, Resend, explain, explain_error, explain_lost, explain_offline
from sora_tui.kie.errors import AnswerLost, KieError, NotDelivered, Refused, UnreadableAnswer
from sora_tui.kie.meanings import LOOK_FIRST

CURLY = "Credits insufficient. Your account’s current balance isn’t enough to run this request."
STRAIGHT = CURLY.replace("’", "'")
PAUSED = "This interface is temporarily paused for service"
TEXTS = [
    (500, PAUSED, Cause.MODEL_WITHDRAWN, Charged.NO),
    (500, "n_frames is not within the range of allowed options", Cause.BAD_PARAMETER, Charged.NO),
    (500, "This field is required", Cause.BAD_PARAMETER, Charged.NO),
    (500, "prompt is required", Cause.BAD_PARAMETER, Charged.NO),
    (500, CURLY, Cause.NO_CREDITS, Charged.NO),
    (500, STRAIGHT, Cause.NO_CREDITS, Charged.NO),
    (402, CURLY, Cause.NO_CREDITS, Charged.NO),
    (402, STRAIGHT, Cause.NO_CREDITS, Charged.NO),
    (500, "The prompt violates guardrails", Cause.MODERATION, Charged.UNKNOWN),
    (400, "Your prompt was flagged by Website as violating content policies.", Cause.MODERATION, Charged.NO),
    (500, "It may violate copyright restrictions", Cause.MODERATION, Charged.UNKNOWN),
    (400, "The request could not be processed", Cause.MODERATION, Charged.NO),
    (500, "PUBLIC_ERROR_SAFETY", Cause.MODERATION, Charged.UNKNOWN),
    (500, "The service is under heavy load", Cause.SERVER_FAULT, Charged.UNKNOWN),
    (500, "Server exception, please try again later", Cause.SERVER_FAULT, Charged.UNKNOWN),
    (500, "Internal Server Error", Cause.SERVER_FAULT, Charged.UNKNOWN),
    (500, "internal error, please try again later.", Cause.SERVER_FAULT, Charged.UNKNOWN),
    (422, "The model name you specified is not supported", Cause.UNKNOWN_MODEL, Charged.NO),
    (422, "recordInfo is null", Cause.UNKNOWN_TASK, Charged.NO),
    (422, "url is wrong", Cause.BAD_LINK, Charged.NO),
    (429, "Your call frequency is too high. Please try again later.", Cause.THROTTLED, Charged.NO),
    (401, "You do not have access permissions", Cause.BAD_KEY, Charged.NO),
    (401, "Authentication failed", Cause.BAD_KEY, Charged.NO),
    (403, "You do not have access permissions", Cause.BAD_KEY, Charged.NO),
]


@pytest.mark.parametrize(("code", "text", "cause", "charged"), TEXTS)
def test_the_text_says_what_it_really_is(code: int, text: str, cause: Cause, charged: Charged) -> None:
    meaning = explain(code, text)
    assert (meaning.code, meaning.cause, meaning.charged) == (code, cause, charged)
    assert meaning.name == explain(code).name
    assert explain(code, f"  {text.upper()}\n") == meaning
    assert explain(code, "\n ".join(text.split(" "))) == meaning


@pytest.mark.parametrize(("code", "text", "cause", "charged"), TEXTS)
def test_the_same_text_at_a_tasks_end_was_given_back(code: int, text: str, cause: Cause, charged: Charged) -> None:
    meaning = explain(code, text, task_exists=True)
    assert (meaning.cause, meaning.charged) == (cause, Charged.GIVEN_BACK)
    assert meaning.resend is not Resend.MAY_PAY_TWICE


@pytest.mark.parametrize("code", [401, 402, 403, 429, 433])
def test_a_code_that_says_one_thing_is_not_talked_out_of_it(code: int) -> None:
    meaning = explain(code, f"{PAUSED}. prompt is required. guardrails. recordInfo is null")
    assert meaning.cause is explain(code).cause


@pytest.mark.parametrize("code", [455, 505])
def test_a_withdrawn_model_may_say_so_under_two_more_codes(code: int) -> None:
    assert explain(code, PAUSED).cause is Cause.MODEL_WITHDRAWN
    assert explain(code, "prompt is required").cause is explain(code).cause


def test_a_text_can_explain_a_code_we_do_not_know_but_not_whether_it_was_paid() -> None:
    meaning = explain(470, STRAIGHT)
    assert (meaning.cause, meaning.charged, meaning.resend) == (
        Cause.NO_CREDITS,
        Charged.UNKNOWN,
        Resend.MAY_PAY_TWICE,
    )


@pytest.mark.parametrize("code", [501, 408])
def test_a_refusals_words_under_another_code_prove_nothing(code: int) -> None:
    assert explain(code, STRAIGHT).charged is Charged.UNKNOWN
    assert explain(code, PAUSED).next_step.startswith(LOOK_FIRST)


def test_a_failure_without_a_code_is_explained_by_its_words() -> None:
    assert explain(None, "guardrails", task_exists=True).cause is Cause.MODERATION
    assert explain(None, STRAIGHT, task_exists=True).charged is Charged.GIVEN_BACK


def test_the_likely_cause_is_that_of_the_text() -> None:
    causes = {explain(500, text).likely_cause for text in ("prompt is required", "This field is required", "")}
    assert len(causes) == 3


def test_an_endless_text_is_searched_at_its_beginning() -> None:
    assert explain(500, f"{PAUSED} {'a' * 5_000_000}").cause is Cause.MODEL_WITHDRAWN
    assert explain(500, f"{'a' * 5_000_000} {PAUSED}").cause is Cause.SERVER_FAULT


# By the kind of error


@pytest.mark.parametrize(
    ("error", "cause", "charged"),
    [
        (NotDelivered("no route"), Cause.OFFLINE, Charged.NO),
        (AnswerLost("reset"), Cause.ANSWER_LOST, Charged.UNKNOWN),
        (AnswerLost("cut", http_status=200, raw='{"code":4'), Cause.ANSWER_LOST, Charged.UNKNOWN),
        (UnreadableAnswer("html", http_status=502), Cause.ANSWER_LOST, Charged.UNKNOWN),
        (UnreadableAnswer("html", http_status=401), Cause.ANSWER_LOST, Charged.UNKNOWN),
        (UnreadableAnswer("named", http_status=200, code=422, text="no"), Cause.ANSWER_LOST, Charged.UNKNOWN),
        (UnreadableAnswer("html", http_status=429), Cause.THROTTLED, Charged.NO),
        (Refused("no", code=429, http_status=200), Cause.THROTTLED, Charged.NO),
        (Refused("no", code=500, http_status=200, text=PAUSED), Cause.MODEL_WITHDRAWN, Charged.NO),
        (Refused("no", code=422, http_status=500, text="no"), Cause.BAD_PARAMETER, Charged.NO),
        (Refused("no", code=500, http_status=429), Cause.SERVER_FAULT, Charged.UNKNOWN),
        (KieError("whatever"), Cause.ANSWER_LOST, Charged.UNKNOWN),
    ],
    ids=repr,
)
def test_an_error_means_what_its_kind_proves(error: KieError, cause: Cause, charged: Charged) -> None:
    meaning = explain_error(error)
    assert (meaning.cause, meaning.charged) == (cause, charged)


def test_what_was_never_sent_may_be_sent() -> None:
    meaning = explain_offline()
    assert (meaning.code, meaning.charged, meaning.resend) == (None, Charged.NO, Resend.SAFE)


@pytest.mark.parametrize(("http_status", "word"), [(200, "cut"), (307, "never followed"), (502, "HTTP 502")])
def test_a_lost_answer_says_what_came_instead(http_status: int, word: str) -> None:
    assert word in explain_lost(http_status=http_status).likely_cause
    assert word not in explain_lost().likely_cause
