"""When a sending is asked about first, and what the question says."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sora_tui.studio.task import Draft, TaskState
from sora_tui.tui.caution import (
    REPEAT_SECONDS,
    Bill,
    Caution,
    abandon_question,
    bill,
    may_pay_twice,
    retry_question,
)
from tests.unit.tui.tasks import a_task

KOI = Draft("koi", "m", {"size": "high", "ids": ["a"]})
BOAT = Draft("boat", "m", {"size": "high"})
CHEAP = Bill(10, 1000)


class Watch:
    """Seconds that pass when a test says so."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def caution(watch: Watch) -> Caution:
    return Caution(watch, above=500)


def test_one_cheap_prompt_is_sent_without_a_question(caution: Caution) -> None:
    assert caution.question([KOI], CHEAP) is None


def test_an_unknown_price_alone_is_no_reason_to_ask(caution: Caution) -> None:
    assert caution.question([KOI], Bill(None, 5)) is None


def test_exactly_the_sum_is_not_over_it(caution: Caution) -> None:
    assert caution.question([KOI], Bill(500, 1000)) is None
    question = caution.question([KOI], Bill(501, 1000))
    assert question is not None
    assert question.text == "This costs more than 500 credits."
    assert not question.warning


def test_the_same_again_at_once_is_asked_about(caution: Caution, watch: Watch) -> None:
    caution.sent([KOI])
    watch.now += REPEAT_SECONDS - 0.01
    question = caution.question([KOI], CHEAP)
    assert question is not None
    assert question.title == "Send it again?"
    assert question.warning
    assert "sent a moment ago" in question.text


def test_the_same_again_after_a_while_is_not(caution: Caution, watch: Watch) -> None:
    caution.sent([KOI])
    watch.now += REPEAT_SECONDS
    assert caution.question([KOI], CHEAP) is None


@pytest.mark.parametrize(
    "other",
    [
        Draft("koi!", "m", {"size": "high", "ids": ["a"]}),
        Draft("koi", "other", {"size": "high", "ids": ["a"]}),
        Draft("koi", "m", {"size": "standard", "ids": ["a"]}),
        Draft("koi", "m", {"size": "high"}),
    ],
)
def test_another_wording_model_or_parameter_is_not_the_same(caution: Caution, other: Draft) -> None:
    caution.sent([KOI])
    assert caution.question([other], CHEAP) is None


@pytest.mark.parametrize(
    "same", [Draft("koi", "m", {"ids": ("a",), "size": "high"}), Draft("koi", "m", KOI.parameters, parent_ref="p")]
)
def test_where_it_was_edited_from_does_not_make_it_another(caution: Caution, same: Draft) -> None:
    caution.sent([KOI])
    assert caution.question([same], CHEAP) is not None


def test_one_repeated_among_several_is_enough(caution: Caution) -> None:
    caution.sent([BOAT])
    question = caution.question([KOI, BOAT], CHEAP)
    assert question is not None
    assert question.title == "Send it again?"
    assert question.yes == "Send 2"


def test_each_sending_starts_the_time_anew(caution: Caution, watch: Watch) -> None:
    caution.sent([KOI])
    watch.now += 4
    caution.sent([KOI])
    watch.now += 4
    assert caution.question([KOI], CHEAP) is not None


def test_several_prompts_are_asked_about_even_when_cheap(caution: Caution) -> None:
    question = caution.question([KOI, BOAT], CHEAP)
    assert question is not None
    assert (question.title, question.text) == ("Send 2 prompts?", "2 videos will be made.")
    assert question.quotes == ["koi", "boat"]
    assert "Parameters" not in dict(question.facts)


def test_a_balance_that_does_not_cover_it_is_said_instead_of_the_sum(caution: Caution) -> None:
    question = caution.question([KOI], Bill(600, 330))
    assert question is not None
    assert "does not cover it" in question.text
    assert "more than" not in question.text
    assert question.warning


def test_the_question_shows_what_would_be_sent_and_what_it_costs(caution: Caution) -> None:
    question = caution.question([KOI], Bill(600, 2480))
    assert question is not None
    assert question.quotes == ["koi"]
    assert list(question.facts) == [
        ("Parameters", "high · ids a"),
        ("Price", "600 credits ($3.00)"),
        ("Balance", "2,480 → 1,880"),
    ]


@pytest.mark.parametrize(
    ("price", "balance", "words"),
    [
        (330.0, 2480.0, "2,480 → 2,150"),
        (330.0, 330.0, "330 → 0"),
        (330.0, 300.0, "300, 30 too few"),
        (None, 300.0, "300"),
        (330.0, None, ""),
        (None, None, ""),
    ],
)
def test_the_balance_is_said_before_and_after(price: float | None, balance: float | None, words: str) -> None:
    assert Bill(price, balance).balance_words == words


def test_an_unknown_price_is_never_shown_as_nothing() -> None:
    assert Bill(None, 300).words == "price not known"
    assert bill([KOI, BOAT], lambda draft: 330.0 if draft is KOI else None, 10).price is None


@settings(deadline=None)
@given(st.lists(st.none() | st.integers(0, 1000).map(float), max_size=5))
def test_a_bill_is_the_sum_or_unknown_as_soon_as_one_price_is(prices: list[float | None]) -> None:
    drafts = [Draft(str(place), "m") for place in range(len(prices))]
    total = bill(drafts, lambda draft: prices[int(draft.prompt)], None).price
    assert total == (None if None in prices else sum(price for price in prices if price is not None))


def test_only_an_unheard_answer_can_make_it_pay_twice() -> None:
    assert {state for state in TaskState if may_pay_twice(a_task(state=state))} == {
        TaskState.UNCONFIRMED,
        TaskState.EXPIRED,
    }


def test_sending_a_lost_one_again_warns_that_it_may_pay_twice() -> None:
    question = retry_question([KOI], CHEAP)
    assert question.warning
    assert "may pay twice" in question.text


def test_the_warning_counts_what_was_sent_again_before_and_shows_the_evidence() -> None:
    assert "already" not in retry_question([KOI], CHEAP).text
    assert "This was done once already." in retry_question([KOI], CHEAP, retried=1).text
    question = retry_question([KOI], CHEAP, retried=2, evidence="It fell.")
    assert "This was done 2 times already." in question.text
    assert ("The balance says", "It fell.") in question.facts


def test_of_several_only_the_lost_ones_are_counted() -> None:
    lost = Draft("koi", "m", retry_of="r")
    question = retry_question([lost, BOAT, lost], CHEAP)
    assert question.title == "Send 3 prompts once more?"
    assert question.text.startswith("The answer to 2 of them was lost")


def test_letting_go_is_asked_for_one_or_for_many() -> None:
    one, many = abandon_question([a_task("a")]), abandon_question([a_task("a"), a_task("b")])
    assert (one.title, one.yes) == ("Let it go?", "It does not exist")
    assert (many.title, many.yes) == ("Let 2 go?", "They do not exist")
    assert many.quotes == ["prompt a", "prompt b"]
    assert one.warning
