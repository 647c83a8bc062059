"""What fits what was typed, how well, and in which order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.studio import fuzzy_search
from sora_tui.studio.fuzzy import WIDEST, folded, match
from sora_tui.studio.fuzzy_search import Candidates, FuzzySearch, best

PROMPTS = [
    "A red boat at dawn",
    "a paper boat drifts on a koi pond",
    "Neon koi in the rain, slow dolly",
    "Boatyard in fog",
    "the about page of a book",
]


def found(query: str, texts: list[str], limit: int = 10) -> list[str]:
    return [texts[hit.index] for hit in best(query, texts, limit)]


def marked(query: str, text: str) -> str:
    fits = match(query, text)
    assert fits is not None
    for start, end in reversed(fits.ranges):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return text


@pytest.mark.parametrize(
    ("query", "text", "shown"),
    [
        ("boat", "about a boat", "about a [boat]"),
        ("koi paper", "a paper boat on a koi pond", "a [paper] boat on a [koi] pond"),
        ("nkoi", "Neon koi", "[N]eon [koi]"),
        ("bt", "a boat", "a [b]oa[t]"),
        ("BOAT", "a boat, a BOAT", "a boat, a [BOAT]"),
        ("舟", "紙の舟", "紙の[舟]"),
        ("i", "İi", "İ[i]"),
        ("a boat", "a\nboat", "[a]\n[boat]"),
        ("boat oat", "boat", "[boat]"),
    ],
)
def test_what_was_typed_is_marked(query: str, text: str, shown: str) -> None:
    assert marked(query, text) == shown


def test_letters_that_stand_too_far_apart_fit_not() -> None:
    assert match("bt", "b" + "-" * (WIDEST - 2) + "t") is not None
    assert match("bt", "b" + "-" * (WIDEST - 1) + "t") is None


def test_words_as_they_stand_come_first_and_word_starts_before_the_rest() -> None:
    assert found("boat", PROMPTS) == [PROMPTS[1], PROMPTS[0], PROMPTS[3]]
    assert found("bout", PROMPTS)[0] == PROMPTS[4]
    assert found("koi neon", PROMPTS) == [PROMPTS[2]]
    assert found("ptboat", PROMPTS) == []
    assert found("pprboat", PROMPTS) == [PROMPTS[1]]


def test_of_equally_good_texts_the_newest_comes_first() -> None:
    assert [hit.index for hit in best("boat", ["a boat", "a boat", "a kite", "a boat"])] == [3, 1, 0]
    assert [hit.index for hit in best("", ["a", "b", "c"], 2)] == [2, 1]


def test_what_is_added_is_found() -> None:
    candidates = Candidates(["a boat"])
    search = FuzzySearch(candidates)
    assert [hit.index for hit in search.find("bo").hits] == [0]
    candidates.add("a boat too")
    assert {hit.index for hit in search.find("boa").hits} == {0, 1}


def test_an_answer_comes_in_steps_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzzy_search, "BLOCK", 2)
    monkeypatch.setattr(fuzzy_search, "STEP", 1)
    search = FuzzySearch(Candidates(["b-o-a-t", "x", "boat", "x", "x", "b.oat"]))
    first = search.find("boat")
    assert ([hit.index for hit in first.hits], first.is_complete) == ([2, 5], False)
    hits = first
    while not hits.is_complete:
        hits = search.more()
    assert [hit.index for hit in hits.hits] == [2, 5, 0]
    assert search.more() == hits


def test_a_prompt_equal_to_the_query_is_found_among_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzzy_search, "MOST_WEIGHED", 3)
    texts = ["a boat", *(f"a boat {number}" for number in range(20))]
    assert found("A  boat", texts)[0] == "a boat"


WORD = st.text("abB İ舟-", min_size=1, max_size=6)
TEXTS = st.lists(st.text("abB İ舟-\n", max_size=20) | st.text(max_size=10), max_size=8)


@given(WORD.filter(lambda word: len(word.split()) == 1), st.text("abB İ舟-\n", max_size=60))
def test_the_ranges_of_a_word_spell_it(query: str, text: str) -> None:
    fits = match(query, text)
    letters, left = folded(query).split()[0], iter(folded(text))
    if fits is None:
        assert letters not in folded(text)
    else:
        assert "".join(folded(text)[start:end] for start, end in fits.ranges) == letters
        assert all(letter in left for letter in letters)
        assert fits.is_literal == (letters in folded(text))


@given(WORD, st.text(max_size=30))
def test_ranges_lie_apart_in_the_text(query: str, text: str) -> None:
    fits = match(query, text)
    places = [place for pair in fits.ranges for place in pair] if fits else []
    assert places == sorted(set(places))
    assert all(0 <= place <= len(text) for place in places)


@given(st.text(max_size=30))
def test_folding_keeps_every_character_in_its_place(text: str) -> None:
    assert len(folded(text)) == len(text)


@given(WORD, TEXTS)
def test_the_best_are_those_that_fit_one_by_one(query: str, texts: list[str]) -> None:
    fitting = [(fits.score, index) for index, text in enumerate(texts) if (fits := match(query, text)) is not None]
    hits = best(query, texts, 20)
    assert [(hit.match.score, hit.index) for hit in hits] == sorted(fitting, reverse=True)
    assert all(hit.match == match(query, texts[hit.index]) for hit in hits)


@given(WORD, TEXTS, st.data())
def test_a_prompt_equal_to_the_query_comes_first(query: str, texts: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(texts)))
    texts = [*texts[:place], query, *texts[place:]]
    if query.split():
        assert folded(found(query, texts)[0]).split() == folded(query).split()


@given(st.lists(st.text("abB -", min_size=1, max_size=3), min_size=1, max_size=4), TEXTS)
def test_typing_on_finds_what_a_new_search_finds(typed: list[str], texts: list[str]) -> None:
    candidates, query = Candidates(texts), ""
    search = FuzzySearch(candidates)
    for more in typed:
        query += more
        hits = search.find(query)
        while not hits.is_complete:
            hits = search.more()
        assert list(hits.hits) == best(query, candidates)
