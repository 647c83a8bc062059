"""When a sending is asked about first, and what the question says."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sora_tui.studio.prices import Basis, Quote
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
    assert (question.title, question.text) == ("Send 2 prompts?", "2 tasks will be made.")
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


@pytest.mark.parametrize(
    ("price", "balance", "words"),
    [
        (230.0, 2480.0, "2,480 → at least 2,250"),
        (230.0, 230.0, "230 → at least 0"),
        (230.0, 200.0, "200, may not cover it"),
    ],
)
def test_of_a_bound_the_least_that_is_left_is_said(price: float, balance: float, words: str) -> None:
    cost = Bill(price, balance, is_bound=True)
    assert cost.balance_words == words
    assert not cost.short
    assert cost.may_be_short is (price > balance)


@pytest.mark.parametrize(
    ("cost", "words"),
    [
        (Bill(330.0, None), "330 credits ($1.65)"),
        (Bill(230.0, None, is_bound=True), "at most 230 credits ($1.15)"),
        (Bill(63.0, None, is_remembered=True), "63 credits ($0.32), as charged before"),
        (Bill(None, 300), "price not known"),
    ],
)
def test_a_price_says_how_it_is_known(cost: Bill, words: str) -> None:
    assert cost.words == words


def test_a_bound_over_the_balance_is_no_certain_shortage(caution: Caution) -> None:
    question = caution.question([KOI], Bill(600, 330, is_bound=True))
    assert question is not None
    assert "may not cover it" in question.text
    assert not question.warning


def test_a_bound_over_the_sum_is_asked_about_as_what_it_is(caution: Caution) -> None:
    question = caution.question([KOI], Bill(501, 1000, is_bound=True))
    assert question is not None
    assert question.text == "This may cost more than 500 credits."


QUOTES = st.one_of(
    st.just(Quote()),
    st.builds(
        Quote,
        st.integers(0, 1000).map(float),
        st.sampled_from([Basis.LISTED, Basis.CHARGED, Basis.AT_MOST]),
        st.integers(0, 3),
    ),
)


@settings(deadline=None)
@given(st.lists(QUOTES, max_size=5))
def test_a_bill_knows_no_more_than_its_least_known_price(quotes: list[Quote]) -> None:
    drafts = [Draft(str(place), "m") for place in range(len(quotes))]
    total = bill(drafts, lambda draft: quotes[int(draft.prompt)], None)
    bases = {quote.basis for quote in quotes}
    if Basis.UNKNOWN in bases:
        assert (total.price, total.words) == (None, "price not known")
    else:
        assert total.price == sum(quote.credits or 0 for quote in quotes)
        assert total.is_bound == (Basis.AT_MOST in bases)
        assert ("as charged before" in total.words) == (Basis.CHARGED in bases and not total.is_bound)


def test_a_wish_without_a_prompt_is_quoted_by_what_stands_for_it() -> None:
    upscale = Draft("", "topaz/image-upscale", {"image_url": "https://files.example/in/koi%20pond.png"})
    question = retry_question([upscale], CHEAP)
    assert question.quotes == ["koi pond.png"]


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
