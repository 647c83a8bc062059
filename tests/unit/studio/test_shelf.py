"""Finding models: words in any order, kinds and providers with their counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.kie.catalogue import ModelListing
from sora_tui.kie.kinds import ModelKind
from sora_tui.studio.shelf import Item, Shelf, Wish
from tests.unit.tui.fake_market import many_listings

ITEMS = [Item.of(listing) for listing in many_listings(60)]
SHELF = Shelf(ITEMS)
WISHES = st.builds(
    Wish,
    st.sampled_from(["", "veo", "model text", "0", "nothing like this"]),
    st.none() | st.sampled_from(ModelKind),
    st.sampled_from(["", "Google", "Kling"]),
)


@pytest.mark.parametrize(
    "words", ["veo", "3.1 veo", "GOOGLE veo", "veo-3-1", "veo31", "veo  3", "text 3.0 kling", "omni 3.0", "kling30"]
)
def test_words_are_found_in_any_order_in_title_id_and_provider(words: str) -> None:
    found = [item.model for item in SHELF.matching(Wish(words))]
    assert found == ["veo-3-1" if "veo" in words.lower() else "kling-3.0-omni/text-to-video"]


def test_each_word_must_be_found() -> None:
    assert SHELF.matching(Wish("veo kling")) == []


def test_a_sign_alone_is_not_found_everywhere() -> None:
    assert SHELF.matching(Wish("§")) == []


def test_what_is_not_listed_stands_first_and_then_the_titles() -> None:
    shelf = Shelf([*ITEMS, Item.unlisted("sora-2-pro-text-to-video", "Sora 2 Pro")])
    titles = [item.title for item in shelf.items]
    assert titles[0] == "Sora 2 Pro"
    assert titles[1:] == sorted(titles[1:], key=str.casefold)


def test_a_title_that_begins_so_comes_before_one_that_has_it_elsewhere() -> None:
    shelf = Shelf(
        Item.of(ModelListing(model=model, title=title))
        for model, title in [("a", "Able veo"), ("z", "Veo 3.1"), ("veo-x", "Upscale")]
    )
    assert [item.title for item in shelf.matching(Wish("veo"))] == ["Veo 3.1", "Able veo", "Upscale"]


@given(WISHES)
def test_a_count_is_what_choosing_it_would_leave(wish: Wish) -> None:
    for kind, count in SHELF.kinds(wish):
        assert count == len(SHELF.matching(Wish(wish.words, kind, wish.provider)))
    for provider, count in SHELF.providers(wish):
        assert count == len(SHELF.matching(Wish(wish.words, wish.kind, provider)))


@given(WISHES)
def test_a_wish_only_takes_away(wish: Wish) -> None:
    found = SHELF.matching(wish)
    assert {item.model for item in found} <= {item.model for item in SHELF.items}
    assert all(wish.kind in item.kinds for item in found if wish.kind)
    assert all(item.provider == wish.provider for item in found if wish.provider)


def test_what_a_model_does_is_said_in_few_words() -> None:
    kinds = frozenset({ModelKind.TEXT_TO_VIDEO, ModelKind.IMAGE_TO_VIDEO, ModelKind.TEXT_TO_IMAGE, ModelKind.AUDIO})
    assert Item("m", "M", kinds=kinds).kind_words == "text, image to video · text to image · audio"
    assert Item("m", "M", kinds=frozenset({ModelKind.OTHER})).kind_words == "other"
    assert Item("m", "M").kind_words == ""
