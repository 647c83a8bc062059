"""A price is what was really charged, what the model's table says, a bound, or not known; never a guess."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.kie.profiles import SORA_2_PRO
from sora_tui.studio.prices import MOST_KEPT, Basis, Charge, Charges, Quote, charge_of, quote_for
from tests.unit.tui.tasks import a_task

SETTINGS = {"size": "high", "n_frames": "10"}


def a_charge(ref: str, credits: float, at: int = 0, **parameters: Any) -> Charge:
    return Charge(ref, "m", parameters or SETTINGS, at, credits)


def quoted(*charges: Charge, **parameters: Any) -> Quote:
    kept = Charges()
    kept.learn(charges)
    return kept.quote("m", parameters or SETTINGS)


def test_the_same_settings_cost_what_they_cost_before() -> None:
    assert quoted(a_charge("a", 63), a_charge("b", 63, at=1)) == Quote(63, Basis.CHARGED, 2)
    assert quoted(a_charge("a", 63), size="standard", n_frames="10") == Quote()
    assert quoted() == Quote()


def test_a_new_price_counts_once_it_was_charged_twice() -> None:
    old = [a_charge(f"old{number}", 63, at=number) for number in range(5)]
    assert quoted(*old, a_charge("a", 84, at=10)) == Quote()
    assert quoted(*old, a_charge("a", 84, at=10), a_charge("b", 84, at=11)) == Quote(84, Basis.CHARGED, 2)


def test_a_task_that_is_told_twice_teaches_once() -> None:
    assert quoted(a_charge("a", 63), a_charge("a", 63)).charges == 1
    assert quoted(a_charge("a", 60), a_charge("a", 63)) == Quote(63, Basis.CHARGED, 1)


def test_words_seeds_and_links_are_no_settings_but_their_number_is() -> None:
    charged = a_charge("a", 63, image_urls=["https://a.example/1.png"], seed=1, negative_prompt="rain, fog and blur")
    same = {"image_urls": ["https://b.example/2.png"], "seed": 2, "negative_prompt": "people, cars and signs"}
    assert quoted(charged, **same).credits == 63
    assert quoted(charged, **{**same, "image_urls": ["https://b.example/2.png"] * 2}).credits is None
    assert quoted(charged, **{**same, "image_urls": []}).credits is None


@pytest.mark.parametrize(
    "place", ["~/a.png", "./a.png", "a.png", "https://a.example/a", "/tmp/my boat.png", "file:///a"]
)
def test_a_file_that_has_no_link_yet_is_one_like_any_other(place: str) -> None:
    charged = a_charge("a", 2, image_url="https://uploads.example/1.png", detail="brief")
    assert quoted(charged, image_url=place, detail="brief").credits == 2


@pytest.mark.parametrize("setting", ["16:9", "1080p", "4k", "0.5", "gpt-4.1", "pro"])
def test_a_setting_is_told_from_another(setting: str) -> None:
    assert quoted(a_charge("a", 2, size=setting), size=setting).credits == 2
    assert quoted(a_charge("a", 2, size=setting), size="other").credits is None


def test_only_what_the_service_took_is_a_charge() -> None:
    task = a_task("a")
    assert charge_of(replace(task, credits=None)) is None
    assert charge_of(replace(task, credits=0.0)) is None  # given back
    charge = charge_of(replace(task, credits=63.0))
    assert charge is not None
    assert (charge.ref, charge.credits) == (task.ref, 63.0)


def test_the_table_of_the_model_is_named_as_such_and_a_real_charge_beats_it() -> None:
    def of(charges: Charges) -> Quote:
        return quote_for(SORA_2_PRO, SORA_2_PRO.model, {}, charges=charges, pricing="")

    charges = Charges()
    assert of(charges) == Quote(330, Basis.LISTED)
    charges.learn([Charge("a", SORA_2_PRO.model, SORA_2_PRO.defaults(), 0, 330)])
    assert of(charges) == Quote(330, Basis.LISTED)
    charges.learn([Charge(ref, SORA_2_PRO.model, SORA_2_PRO.defaults(), 1, 400) for ref in "bc"])
    assert of(charges) == Quote(400, Basis.CHARGED, 2)


def test_of_an_unknown_model_nothing_is_known() -> None:
    assert quote_for(None, "m", {}, charges=Charges(), pricing="250 credits per video") == Quote()


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from([10.0, 20.0]), st.integers(0, 5))))
def test_what_is_quoted_was_charged_the_last_time_whatever_the_order(told: list[tuple[str, float, int]]) -> None:
    charges = [Charge(f"{ref}{at}{credits}", "m", SETTINGS, at, credits) for ref, credits, at in told]
    forwards, backwards = Charges(), Charges()
    forwards.learn(charges)
    backwards.learn(reversed(charges))
    quote = forwards.quote("m", SETTINGS)
    assert quote == backwards.quote("m", SETTINGS)
    if quote.credits is not None:
        newest = max(charges, key=lambda charge: (charge.at, charge.ref))
        assert quote.credits == newest.credits
        assert 1 <= quote.charges <= MOST_KEPT
