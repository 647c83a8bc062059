"""Sora 2 Pro as the contract has it: fields, defaults, prices, and what is checked before paying."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from sora_tui.kie.messages import CreateTask
from sora_tui.kie.profiles import (
    BUILT_IN,
    CREDIT_USD,
    SORA_2,
    SORA_2_PRO,
    Field,
    FieldError,
    FieldKind,
    ModelProfile,
    check,
    profile_for,
    profile_from_openapi,
)
from tests.unit.kie.recorded import document

BOAT = "A paper boat"
COMPLETE = SORA_2_PRO.defaults()


def errors(prompt: Any = BOAT, **changed: Any) -> list[tuple[str, str]]:
    return [(error.field, error.message) for error in check(SORA_2_PRO, prompt, {**COMPLETE, **changed})]


def test_the_profile_is_found_by_its_id_only() -> None:
    assert profile_for("sora-2-pro-text-to-video") is SORA_2_PRO
    assert profile_for("sora-2-text-to-video") is SORA_2
    for other in ("sora-2-image-to-video", "Sora-2-Pro-text-to-video", "veo-3-1", ""):
        assert profile_for(other) is None


def test_the_defaults_are_those_of_the_contract() -> None:
    assert COMPLETE == {
        "aspect_ratio": "landscape",
        "n_frames": "10",
        "size": "high",
        "remove_watermark": True,
        "upload_method": "s3",
    }
    assert errors() == []


def test_defaults_are_fresh_each_time() -> None:
    shared: list[str] = ["a"]
    profile = ModelProfile("m", "M", (Field("f", "F", FieldKind.TEXT_LIST, default=shared),), 10)
    profile.defaults()["f"].append("b")
    assert profile.defaults() == {"f": ["a"]}


def test_what_was_chosen_goes_over_the_defaults() -> None:
    assert SORA_2_PRO.completed({"size": "standard", "character_id_list": ["c"]}) == {
        **COMPLETE,
        "size": "standard",
        "character_id_list": ["c"],
    }


@pytest.mark.parametrize("built_in", BUILT_IN, ids=lambda each: each.model)
def test_the_profile_agrees_with_the_published_schema(built_in: ModelProfile) -> None:
    published = profile_from_openapi(built_in.model, document(f"docs__{built_in.model}"))
    assert published.prompt_limit == built_in.prompt_limit == 10_000
    assert published.prompt_required is built_in.prompt_required is True
    assert [each.name for each in published.fields] == [each.name for each in built_in.fields]
    for ours, theirs in zip(built_in.fields, published.fields, strict=True):
        assert (ours.kind, ours.required, ours.max_items) == (theirs.kind, theirs.required, theirs.max_items)
        assert {each.value for each in ours.choices} == {each.value for each in theirs.choices}
        # the schema has no default for the watermark
        assert ours.default == theirs.default or ours.name == "remove_watermark"


def test_the_published_example_passes_and_is_sent_as_it_is() -> None:
    published = document("docs__sora-2-pro-text-to-video")["openapi"]["paths"]["/api/v1/jobs/createTask"]["post"]
    example = published["requestBody"]["content"]["application/json"]["example"]
    prompt = example["input"].pop("prompt")
    assert check(SORA_2_PRO, prompt, example["input"]) == []
    request = CreateTask(model=example["model"], input={"prompt": prompt, **example["input"]})
    assert request.wire()["input"]["n_frames"] == "10"


# Prices


@pytest.mark.parametrize(
    ("size", "seconds", "credits"),
    [("standard", "10", 150), ("standard", "15", 270), ("high", "10", 330), ("high", "15", 630)],
)
def test_the_price_is_that_of_size_and_length(size: str, seconds: str, credits: float) -> None:
    assert SORA_2_PRO.price({"size": size, "n_frames": seconds, "aspect_ratio": "portrait"}) == credits


def test_every_choice_that_decides_the_price_has_one() -> None:
    deciding = [SORA_2_PRO.field(name) for name in SORA_2_PRO.priced_by]
    values = [[each.value for each in field.choices] for field in deciding if field is not None]
    assert set(SORA_2_PRO.prices) == set(product(*values))


def test_without_a_choice_the_price_is_that_of_the_defaults() -> None:
    assert SORA_2_PRO.price({}) == 330.0
    assert pytest.approx(1.65) == 330 * CREDIT_USD


@pytest.mark.parametrize("odd", [10, None, "10 ", "12", ["10"], {"a": []}])
def test_a_price_that_is_not_known_is_none(odd: Any) -> None:
    assert SORA_2_PRO.price({"n_frames": odd}) is None


# The check


@pytest.mark.parametrize(
    ("prompt", "sentence"),
    [
        ("", "The prompt is empty: describe the video."),
        (" \n\t\u3000", "The prompt is empty: describe the video."),
        (None, "The prompt must be a text."),
        (["A boat"], "The prompt must be a text."),
        ("a\x00b", "The prompt holds a NUL character: remove it."),
        ("a\ud83d", "The prompt holds half of a character (often a cut emoji): type it again."),
        ("a" * 12_345, "The prompt is 12,345 characters long, 2,345 over the limit of 10,000: shorten it."),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_a_prompt_that_would_be_refused_is_not_sent(prompt: Any, sentence: str) -> None:
    assert errors(prompt) == [("prompt", sentence)]


@pytest.mark.parametrize("prompt", ["a" * 10_000, "😀" * 10_000, "a\nb\t\u202e", "0"])
def test_a_prompt_of_any_characters_up_to_the_limit_is_sent(prompt: str) -> None:
    assert errors(prompt) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("aspect_ratio", "16:9"),
        ("aspect_ratio", None),
        ("n_frames", 10),
        ("n_frames", "20"),
        ("size", "High"),
        ("remove_watermark", "yes"),
        ("character_id_list", ["a", "b", "c", "d", "e", "f"]),
        ("character_id_list", "a"),
        ("upload_method", ""),
    ],
)
def test_a_value_the_model_does_not_take_is_not_sent(name: str, value: Any) -> None:
    [(field, sentence)] = errors(**{name: value})
    assert field == name
    assert sentence


@pytest.mark.parametrize("ids", [[], ["a"], ["a", "b", "c", "d", "e"]])
def test_up_to_five_characters_may_play(ids: list[str]) -> None:
    assert errors(character_id_list=ids) == []


def test_a_parameter_the_model_does_not_know_would_be_billed_unread() -> None:
    assert errors(nframes="10") == [
        ("nframes", 'Sora 2 Pro has no parameter "nframes", and would bill it unread: did you mean "n_frames"?')
    ]
    [(_, sentence)] = errors(zoom=2)
    assert sentence.endswith("remove it.")


def test_the_prompt_is_not_among_the_parameters() -> None:
    [error] = check(SORA_2_PRO, BOAT, {**COMPLETE, "prompt": BOAT})
    assert error.field == "prompt"
    assert "on its own" in error.message


def test_a_needed_parameter_must_be_there() -> None:
    assert check(SORA_2_PRO, BOAT, {}) == [
        FieldError("upload_method", "Upload to is needed by this model: choose a value.")
    ]


@pytest.mark.parametrize(
    ("field", "what_to_do"),
    [
        (Field("f", "F", FieldKind.CHOICE, required=True), "choose a value"),
        (Field("f", "F", FieldKind.FLAG, required=True), "turn it on or off"),
        (Field("f", "F", FieldKind.TEXT, required=True), "write something"),
        (Field("f", "F", FieldKind.INTEGER, required=True), "give a number"),
        (Field("f", "F", FieldKind.LINK, required=True), "give a link or a file"),
        (Field("f", "F", FieldKind.LINK_LIST, required=True), "add a link or a file"),
        (Field("f", "F", FieldKind.JSON, required=True), "write it as JSON"),
    ],
)
def test_what_is_needed_is_said_with_what_to_do(field: Field, what_to_do: str) -> None:
    [error] = check(ModelProfile("m", "M", (field,), 10), BOAT[:9], {})
    assert error == FieldError("f", f"F is needed by this model: {what_to_do}.")


@pytest.mark.parametrize(
    ("profile", "prompt", "sentence"),
    [
        (ModelProfile("m", "M", (), 0), "", ""),
        (ModelProfile("m", "M", (), 0), " \n", ""),
        (ModelProfile("m", "M", (), 0), "A boat", "M takes no prompt: clear it."),
        (ModelProfile("m", "M", (), 9, prompt_required=False), "", ""),
        (ModelProfile("m", "M", (), 9, prompt_required=False), "A boat", ""),
        (
            ModelProfile("m", "M", (), 9, prompt_required=False),
            "A paper boat",
            "The prompt is 12 characters long, 3 over the limit of 9: shorten it.",
        ),
        (
            ModelProfile("m", "M", (), 9, prompt_min_length=3),
            "A",
            "The prompt is 1 character long, 2 under the least of 3: say more.",
        ),
        (ModelProfile("m", "M", (), 9, prompt_min_length=3), "", "The prompt is empty: describe the video."),
        (ModelProfile("m", "M", (), 9, prompt_required=False, prompt_min_length=3), "", ""),
    ],
)
def test_the_prompt_is_what_the_model_makes_of_it(profile: ModelProfile, prompt: str, sentence: str) -> None:
    assert [error.message for error in check(profile, prompt, {})] == ([sentence] if sentence else [])


def test_a_file_is_right_until_it_has_to_go_out() -> None:
    profile = ModelProfile("m", "M", (Field("image", "Image", FieldKind.LINK),), 10)
    assert check(profile, "A boat", {"image": "~/boat.png"}, with_files=True) == []
    [error] = check(profile, "A boat", {"image": "~/boat.png"})
    assert error.message == "Image must be a link (https://…) or a file of this machine."


def test_the_family_is_built_in_and_only_what_has_a_price_is_priced() -> None:
    assert [profile.model for profile in BUILT_IN] == ["sora-2-pro-text-to-video", "sora-2-text-to-video"]
    assert all(profile_for(profile.model) is profile for profile in BUILT_IN)
    assert SORA_2.price({}) is None
    assert SORA_2.field("size") is None
    assert check(SORA_2, BOAT, SORA_2.defaults()) == []


def test_all_that_is_wrong_is_said_at_once_the_prompt_first() -> None:
    found = check(SORA_2_PRO, "", {"zoom": 2, "size": "big", "aspect_ratio": "round"})
    assert [error.field for error in found] == ["prompt", "aspect_ratio", "size", "upload_method", "zoom"]
