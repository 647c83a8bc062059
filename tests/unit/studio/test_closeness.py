"""How close a prompt is to one that was refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.studio.closeness import CLOSE, RefusedPrompts, said_words

ACCEPTED = [
    "a paper boat drifts on a koi pond at dawn, soft light",
    "a red kite over a hill at dusk, slow dolly, soft light",
    "neon koi in the rain, handheld camera, shallow focus",
    "a lantern on a harbour at dawn, slow dolly",
    "a city street in the rain at dusk, wide shot, soft light",
    "a forest in fog at dawn, wide shot, slow dolly",
    "a horse runs on a beach at dusk, tracking shot",
    "a glass mountain at dawn, soft light, wide shot",
]
BRAWL = "a bloody brawl between two drunk sailors at dawn, slow dolly, soft light"
REFUSED = [BRAWL, "a famous president dances with a zombie", "裸の女性が海辺に立つ"]


def memory() -> RefusedPrompts:
    return RefusedPrompts(REFUSED, ACCEPTED)


@pytest.mark.parametrize(
    ("prompt", "index", "words"),
    [
        (BRAWL, 0, {"bloody", "brawl", "between", "two", "drunk", "sailors"}),
        (BRAWL.upper(), 0, {"bloody", "brawl", "between", "two", "drunk", "sailors"}),
        ("at dusk, two drunk sailors in a bloody brawl, wide shot", 0, {"bloody", "brawl", "two", "drunk", "sailors"}),
        ("a bloody brawl between three drunk sailors", 0, {"bloody", "brawl", "between", "drunk", "sailors"}),
        ("a zombie dances with a famous president, in fog", 1, {"zombie", "dances", "famous", "president"}),
    ],
)
def test_a_small_edit_or_another_order_stays_close(prompt: str, index: int, words: set[str]) -> None:
    nearest = memory().nearest(prompt)
    assert nearest is not None
    assert (nearest.index, nearest.is_close) == (index, True)
    assert nearest.similarity >= CLOSE
    assert set(nearest.words) == words


def test_a_script_without_blanks_is_close_too() -> None:
    nearest = memory().nearest("裸の女性が川辺に立つ")
    assert nearest is not None
    assert nearest.index == 2
    assert nearest.similarity > 0.5


@pytest.mark.parametrize(
    "prompt",
    [
        "a red balloon over a lake at dawn, slow dolly, soft light",
        "the sailors of a harbour at dawn, slow dolly, soft light",
        "a president at a desk",
        "a kite with a tail",
        "",
        "...",
    ],
)
def test_common_words_alone_make_no_closeness(prompt: str) -> None:
    nearest = memory().nearest(prompt)
    assert nearest is None or not nearest.is_close


def test_what_goes_through_weighs_less_and_is_no_reason_told() -> None:
    prompts = RefusedPrompts(["a bloody sunset over the sea"])
    before = prompts.nearest("a bloody sunset, close up")
    for _ in range(20):
        prompts.accept("a sunset on the plain")
    after = prompts.nearest("a bloody sunset, close up")
    assert before is not None
    assert after is not None
    assert set(before.words) == {"bloody", "sunset"}
    assert after.words == ("bloody",)
    assert prompts.similarity("a sunset", "sunset plain") < 1


def test_nothing_is_near_where_nothing_was_refused() -> None:
    assert RefusedPrompts((), ACCEPTED).nearest(ACCEPTED[0]) is None


def test_of_several_the_newest_is_told() -> None:
    nearest = RefusedPrompts(["a zombie", "a boat", "zombie"]).nearest("zombie")
    assert nearest is not None
    assert (nearest.index, nearest.prompt) == (2, "zombie")


WORDS = ["a", "the", "zombie", "boat", "dawn", "soft", "light", "red", "裸", "の", "舟"]
PROMPT = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)


@given(PROMPT | st.text(), PROMPT | st.text())
def test_similarity_is_a_share_and_the_same_from_both_sides(one: str, other: str) -> None:
    prompts = memory()
    assert 0 <= prompts.similarity(one, other) <= 1
    assert prompts.similarity(one, other) == prompts.similarity(other, one)
    assert prompts.similarity(one, one) == pytest.approx(1 if said_words(one) else 0)


@given(st.permutations(BRAWL.split()))
def test_the_order_of_words_does_not_matter(words: list[str]) -> None:
    assert memory().similarity(" ".join(words), BRAWL) == pytest.approx(1)


@given(st.lists(PROMPT, max_size=6), PROMPT)
def test_the_nearest_is_the_most_alike(refused: list[str], prompt: str) -> None:
    prompts = RefusedPrompts(refused, ACCEPTED)
    nearest = prompts.nearest(prompt)
    alike = [prompts.similarity(prompt, each) for each in refused]
    if nearest is None:
        assert all(not said_words(prompt) & said_words(each) - {"a", "the"} for each in refused)
    else:
        assert nearest.similarity == pytest.approx(max(alike))
        assert nearest.similarity == pytest.approx(alike[nearest.index])
        assert set(nearest.words) <= said_words(prompt) & said_words(refused[nearest.index])
