"""A draft is checked whole once, and then at each key only its prompt."""

from __future__ import annotations

from sora_tui.kie.profiles import SORA_2_PRO
from sora_tui.studio.matrix import Matrix, parse_matrix
from sora_tui.studio.task import Draft
from sora_tui.tui.draft_review import DraftReview
from tests.tui.pane_app import Knowing

MODEL = SORA_2_PRO.model


def test_a_change_of_the_prompt_asks_nothing_of_the_settings() -> None:
    adviser = Knowing(SORA_2_PRO)
    review = DraftReview(adviser)

    assert review.check(Draft("A koi", MODEL, {"n_frames": "99"}), Matrix(), {}) == ""
    assert "n_frames" in review.wrong_settings
    assert "characters" in review.check_prompt(Draft("x" * 10_001, MODEL, {"n_frames": "99"}), Matrix())

    assert adviser.checked[-1].parameters == {}
    assert "n_frames" in review.wrong_settings


def test_each_variant_is_priced_with_each_combination_of_settings() -> None:
    review = DraftReview(Knowing(SORA_2_PRO))
    draft, matrix = Draft("A {koi|carp}", MODEL), parse_matrix("n_frames=10,15 size=standard,high")
    review.check(draft, matrix, {})

    prices = [
        SORA_2_PRO.price({"n_frames": frames, "size": size}) for frames in ("10", "15") for size in ("standard", "high")
    ]

    assert review.combinations(draft, matrix).count == 8
    assert review.price(draft).price == 2 * sum(price for price in prices if price is not None)


def test_a_setting_that_the_model_does_not_take_is_said_of_the_matrix() -> None:
    review = DraftReview(Knowing(SORA_2_PRO))
    matrix = parse_matrix("colour=red,blue")
    review.check(Draft("A koi", MODEL), matrix, {})

    assert "no setting colour" in review.wrong_matrix(matrix)
    assert review.wrong_settings == {}


def test_what_can_not_be_read_stands_for_what_is_wrong_with_it() -> None:
    review = DraftReview(Knowing(SORA_2_PRO))
    errors = review.errors(Draft("", MODEL, {"n_frames": "99"}), Matrix(), {"n_frames": "This is no number."})

    assert [error.field for error in errors] == ["prompt", "n_frames"]
    assert errors[-1].message == "This is no number."
