"""The card of a task answers the same questions for every state and code, and never says a lost send is safe."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.content import Content

from sora_tui.kie.codes import Charged, explain, known_codes
from sora_tui.settings import DEMO_ORIGIN
from sora_tui.studio.estimates import Eta
from sora_tui.studio.model_health import ModelHealth
from sora_tui.studio.outcomes import OFFLINE
from sora_tui.studio.task import Task, TaskState
from sora_tui.tui.actions import BY_ID, key_name
from sora_tui.tui.format import LOOKS, Tone
from sora_tui.tui.widgets.code_card import TONE_STYLES, Card, card_for
from tests.unit.tui.tasks import DAY, NOW_MS, SECOND, UNSHOWABLE, a_task, any_task

CODES = [meaning.code for meaning in known_codes()]
ETA = Eta(130_000, 200_000, 160_000, 80_000, slow=False, based_on=5)


def card(state: TaskState, eta: Eta | None = None, **known: Any) -> Card:
    return card_for(a_task(state=state, **known), NOW_MS, eta)


def answer(shown: Card, question: str) -> str:
    return dict(shown.rows)[question]


def words(shown: Card) -> str:
    return " ".join([shown.lead, shown.title, shown.body, *(part for row in shown.rows for part in row)])


@settings(deadline=None, max_examples=250)
@given(any_task(), st.integers(-(10**9), 10**9), st.booleans())
def test_every_task_has_a_clean_card_that_says_what_was_paid_and_what_comes_next(
    task: Task, later: int, slow: bool
) -> None:
    shown = card_for(task, NOW_MS + later, Eta(1, 2, 3, later, slow, 5))
    assert [question for question, _ in shown.rows if question in ("Charged", "What next")] == ["Charged", "What next"]
    assert all(shown.rows[place][1] for place in range(len(shown.rows)))
    assert shown.lead
    assert shown.title
    assert shown.body
    assert not UNSHOWABLE.search(words(shown).replace("\n", ""))
    assert len(shown.glyph) == 1
    assert shown.tone in TONE_STYLES


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("state", [TaskState.FAIL, TaskState.REFUSED, TaskState.UNCONFIRMED])
def test_each_code_is_explained_in_its_own_words(state: TaskState, code: int) -> None:
    shown = card(state, code=code)
    meaning = explain(code, task_exists=state is TaskState.FAIL)
    assert shown.lead == f"{code} {meaning.name}"
    assert (shown.title, shown.body) == (meaning.title, meaning.explanation)
    assert answer(shown, "Send again") == meaning.resend_text
    assert shown.glyph == LOOKS[state].glyph


@pytest.mark.parametrize("code", [code for code in CODES if code != 200])
def test_each_code_has_a_likely_cause_and_the_text_makes_it_narrower(code: int) -> None:
    assert answer(card(TaskState.FAIL, code=code), "Likely cause")
    blamed = card(TaskState.FAIL, code=500, text="Blocked by our content policies")
    assert answer(blamed, "Likely cause") != answer(card(TaskState.FAIL, code=500), "Likely cause")


@pytest.mark.parametrize("code", [code for code in CODES if code != 200])
def test_whatever_the_code_a_failed_task_is_given_back(code: int) -> None:
    shown = card(TaskState.FAIL, code=code, price=330.0)
    assert answer(shown, "Charged").startswith("No. ")
    assert shown.tone is Tone.BAD


@pytest.mark.parametrize("code", [None, *CODES])
def test_a_lost_send_warns_and_offers_its_ways_out_by_their_keys(code: int | None) -> None:
    shown = card(TaskState.UNCONFIRMED, code=code)
    assert shown.tone is Tone.WARN
    for act in ("adopt", "abandon", "run_again"):
        assert f" {key_name(BY_ID[act].keys[0])} " in answer(shown, "What next")


def test_a_lost_send_may_have_been_paid_and_says_how_much() -> None:
    shown = card(TaskState.UNCONFIRMED, price=330.0)
    assert answer(shown, "Charged").startswith("Unknown.")
    assert answer(shown, "Charged").endswith("The price was 330 credits ($1.65).")
    assert "a second time" in answer(shown, "Send again")
    assert shown.lead == "no answer"


def test_only_what_may_have_been_made_is_said_to_be_perhaps_paid() -> None:
    for code in CODES:
        certain = explain(code).charged is Charged.NO
        assert answer(card(TaskState.REFUSED, code=code), "Charged").startswith("No.") == certain


def test_what_may_pay_twice_is_a_warning_even_where_it_was_refused() -> None:
    assert card(TaskState.REFUSED, code=402).tone is Tone.BAD
    assert card(TaskState.REFUSED, code=500).tone is Tone.WARN


def test_the_services_own_word_is_cleaned_and_shortened() -> None:
    assert card(TaskState.WAITING, vendor_state="\x1b[2Jqueuing").lead == "␛[2Jqueuing"
    assert len(card(TaskState.WAITING, vendor_state="x" * 100).lead) == 40


def test_a_finished_video_was_paid_and_has_no_cause() -> None:
    shown = card(TaskState.SUCCESS, links=("https://files/1.mp4",), credits=330.0)
    assert (shown.lead, shown.title, shown.tone) == ("200 success", "The video is ready", Tone.GOOD)
    assert [question for question, _ in shown.rows] == ["Charged", "Send again", "What next"]
    assert answer(shown, "Charged") == "Yes, 330 credits ($1.65)."


def test_a_finished_task_without_a_link_is_no_success() -> None:
    shown = card(TaskState.SUCCESS, price=330.0)
    assert (shown.title, shown.tone, shown.glyph) == ("It ended without a link", Tone.WARN, "▲")
    assert answer(shown, "Charged") == "Yes, 330 credits ($1.65)."


def test_a_finished_text_needs_no_link_and_stays() -> None:
    shown = card(TaskState.SUCCESS, result_text="A boat", price=5.0, finished_at=1)
    assert (shown.title, shown.tone) == ("The text is ready", Tone.GOOD)


def test_a_failed_task_that_was_charged_all_the_same_is_not_called_free() -> None:
    shown = card(TaskState.FAIL, code=501, credits=330.0)
    assert answer(shown, "Charged").startswith("The service says 330 credits ($1.65);")


def test_an_unknown_code_sends_nobody_away_empty_handed() -> None:
    shown = card(TaskState.FAIL, code=777)
    assert shown.lead == "777 unknown code"
    assert answer(shown, "What next")


@pytest.mark.parametrize(
    ("known", "title"),
    [
        ({}, "Waiting for its place"),
        ({"attempts": 1}, "Waiting for a connection"),
        ({"attempts": 1, "code": 429}, "Waiting for its place"),
        ({"attempts": 1, "http_status": 429}, "Waiting for its place"),
    ],
)
def test_what_is_queued_says_what_it_waits_for(known: dict[str, Any], title: str) -> None:
    shown = card(TaskState.QUEUED, **known)
    assert shown.title == title
    assert answer(shown, "Charged").startswith("No.")
    assert f"{key_name(BY_ID['abandon'].keys[0])} withdraws it" in answer(shown, "What next")


@pytest.mark.parametrize(("attempts", "times"), [(1, "once"), (2, "2 times"), (1000, "1,000 times")])
def test_how_often_it_was_turned_away_is_said(attempts: int, times: str) -> None:
    assert f"turned away {times}," in card(TaskState.QUEUED, attempts=attempts, code=429).body


def test_what_is_on_its_way_says_since_when_and_promises_nothing() -> None:
    shown = card(TaskState.SENDING, sent_at=NOW_MS - 3 * SECOND, created_at=NOW_MS - 60 * SECOND)
    assert shown.body.startswith("Sent 0:03 ago.")
    assert answer(shown, "Charged").startswith("Not known")


def test_a_running_task_is_paid_and_shows_the_services_own_word() -> None:
    shown = card(TaskState.WAITING, price=330.0, vendor_state="queuing")
    assert shown.lead == "queuing"
    assert answer(shown, "Charged").startswith("Yes, 330 credits ($1.65). It is given back")
    assert answer(card(TaskState.WAITING), "Charged").startswith("Yes. It is given back")


@pytest.mark.parametrize(
    ("eta", "says"),
    [
        (ETA, "Usually 2:10–3:20, about 1:20 left. Told by 5 finished tasks of yours."),
        (Eta(130_000, 200_000, 160_000, 4_999, slow=False, based_on=1), "it should end any moment. Told by 1 finished"),
        (Eta(130_000, 200_000, 160_000, 0, slow=True, based_on=5), "Few of your tasks took this long"),
        (None, "too little history of yours for an estimate. Most tasks take between 1 and 13 minutes."),
    ],
)
def test_how_long_it_takes_is_told_from_the_users_own_history(eta: Eta | None, says: str) -> None:
    assert says in card(TaskState.WAITING, eta).body


def test_the_demo_speaks_of_no_minutes() -> None:
    assert "minutes" not in card(TaskState.WAITING, origin=DEMO_ORIGIN).body


def test_what_could_not_be_sent_cost_nothing() -> None:
    shown = card(TaskState.REFUSED, note=OFFLINE)
    assert shown.lead == "not sent"
    assert answer(shown, "Charged").startswith("No.")


def test_what_was_withdrawn_says_why_in_clean_words() -> None:
    shown = card(TaskState.REFUSED, note="You withdrew it.\x1b[2J")
    assert (shown.title, shown.body) == ("It was not sent", "You withdrew it.␛[2J")
    assert card(TaskState.REFUSED).body == "It was withdrawn before it was sent."


@pytest.mark.parametrize("state", [TaskState.ABANDONED, TaskState.EXPIRED])
def test_what_was_given_up_may_still_have_been_paid(state: TaskState) -> None:
    assert answer(card(state, price=330.0), "Charged") == "Unknown. The price was 330 credits ($1.65)."
    assert answer(card(state), "Charged") == "Unknown."


@pytest.mark.parametrize("style", TONE_STYLES.values())
def test_every_tone_is_a_style_textual_reads(style: str) -> None:
    assert Content.styled("x", style).spans


def test_what_the_balance_says_stands_on_the_card_of_a_lost_send_alone() -> None:
    weighed: dict[str, Any] = {"balance_before": 5_000.0, "balance_after": 4_670.0, "price": 330.0}
    assert "from 5,000 to 4,670" in answer(card(TaskState.UNCONFIRMED, **weighed), "The balance")
    assert "The balance" not in dict(card(TaskState.UNCONFIRMED).rows)
    assert "The balance" not in dict(card(TaskState.SUCCESS, links=("https://files/1.mp4",), **weighed).rows)


def test_a_parked_task_says_how_it_is_asked_about_again() -> None:
    shown = card(TaskState.WAITING, eta=ETA, is_parked=True)
    assert shown.lead == "parked"
    assert answer(shown, "What next").startswith(key_name(BY_ID["park"].keys[0]))


def test_a_link_that_has_expired_is_not_offered() -> None:
    links = ("https://files/1.mp4",)
    fresh = card(TaskState.SUCCESS, links=links, credits=330.0, finished_at=NOW_MS - 13 * DAY)
    gone = card(TaskState.SUCCESS, links=links, credits=330.0, finished_at=NOW_MS - 14 * DAY)
    assert "Copy or open the link" in answer(fresh, "What next")
    assert "link is no more" in gone.title
    assert "330" in answer(gone, "Charged")
    assert "another one" in answer(gone, "What next")


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (500, "This model is temporarily paused"),
        (422, "The model name you specified is not supported"),
    ],
)
def test_a_model_that_cannot_be_had_names_the_key_for_another_one(code: int, text: str) -> None:
    card = card_for(a_task(state=TaskState.REFUSED, code=code, text=text), NOW_MS)
    assert dict(card.rows)["What next"].startswith("m makes it with another model")


SLOW = replace(ETA, slow=True)


@pytest.mark.parametrize(
    ("rate", "degraded", "words", "next_step"),
    [
        (99.0, False, "healthy, 99 % in the last hour, read 2 min ago.", "Wait: others get theirs"),
        (61.0, True, "degraded, 61 % in the last hour, read 2 min ago: others wait", "Wait: if it fails"),
        (None, False, "no traffic, read 2 min ago: nobody", "Wait, or look"),
    ],
)
def test_a_slow_task_says_how_its_model_fares_and_what_follows(
    rate: float | None, degraded: bool, words: str, next_step: str
) -> None:
    health = ModelHealth("m", (), NOW_MS - 120 * SECOND, rate, degraded)
    shown = card_for(a_task(state=TaskState.WAITING), NOW_MS, SLOW, health)
    assert answer(shown, "Model").startswith(words)
    assert answer(shown, "What next").startswith(next_step)
    assert [question for question, _ in shown.rows].count("What next") == 1


def test_only_a_slow_task_speaks_of_its_model() -> None:
    health = ModelHealth("m", (), NOW_MS, 99.0)
    for eta, is_parked in [(ETA, False), (None, False), (SLOW, True)]:
        shown = card_for(a_task(state=TaskState.WAITING, is_parked=is_parked), NOW_MS, eta, health)
        assert "Model" not in dict(shown.rows)
