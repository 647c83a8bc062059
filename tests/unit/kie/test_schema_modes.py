"""Several shapes of one input become modes: each with a short name that tells it apart, and what it needs."""

from __future__ import annotations

from typing import Any

import pytest

from sora_tui.kie.openapi import UnusableSchema
from sora_tui.kie.profiles import ModelProfile, check
from tests.unit.kie.test_schemas import described

PROMPT: dict[str, Any] = {"type": "string"}
LINK = {"type": "string", "format": "uri"}


def shape(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


TEXT = shape("prompt", prompt=PROMPT)
PICTURE = shape("prompt", "image_url", prompt=PROMPT, image_url=LINK)
FRAMES = shape("prompt", "first_frame_url", "last_frame_url", prompt=PROMPT, first_frame_url=LINK, last_frame_url=LINK)


def names(schema: Any, **components: Any) -> list[str]:
    return [mode.name for mode in described(schema, **components).modes]


def titled(title: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "title": title}


def kind(value: Any, **more: Any) -> dict[str, Any]:
    return shape("prompt", "kind", prompt=PROMPT, kind={"const": value}, **more)


@pytest.mark.parametrize(
    ("shapes", "wanted"),
    [
        ([TEXT, PICTURE, FRAMES], ["text", "image", "first frame and last frame"]),
        ([titled("From words", TEXT), titled("From a picture", PICTURE)], ["From words", "From a picture"]),
        ([titled("Words", TEXT), PICTURE], ["Words", "image"]),
        ([titled("Input", TEXT), titled("Input", PICTURE)], ["text", "image"]),
        ([titled("x" * 60, TEXT), PICTURE], ["x" * 31 + "…", "image"]),
        ([kind("TEXT_2_VIDEO"), kind("IMAGE_2_VIDEO", image_url=LINK)], ["Text to video", "Image to video"]),
        ([kind("std"), kind("pro")], ["std", "pro"]),
        ([kind(1), kind(2)], ["Kind 1", "Kind 2"]),
        ([TEXT, shape("prompt", prompt=PROMPT, seed={"type": "integer"})], ["text", "seed"]),
        (
            [shape(prompt=PROMPT, size={"enum": ["s"]}), shape(prompt=PROMPT, size={"enum": ["s", "l"]})],
            ["text", "text 2"],
        ),
    ],
)
@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
def test_a_mode_is_called_by_what_tells_it_apart(shapes: list[Any], wanted: list[str], keyword: str) -> None:
    assert names({keyword: shapes}) == wanted


@pytest.mark.parametrize(
    "schema",
    [
        TEXT,
        {"oneOf": [TEXT]},
        {"oneOf": [TEXT, TEXT]},
        {"oneOf": [titled("A", TEXT), {**titled("B", TEXT), "description": "Another"}]},
        {"anyOf": [TEXT, {"type": "null"}]},
        {"anyOf": [TEXT, {"type": "string"}]},
    ],
)
def test_shapes_that_cannot_be_told_apart_are_one(schema: dict[str, Any]) -> None:
    profile = described(schema)
    assert (profile.modes, profile.mode) == ((), "")


def test_modes_may_differ_only_in_what_is_required() -> None:
    common = shape(prompt=PROMPT, image_url=LINK, video_url=LINK)
    profile = described({**common, "anyOf": [{"required": ["image_url"]}, {"required": ["video_url"]}]})
    assert [mode.name for mode in profile.modes] == ["image", "video"]
    assert [[field.name for field in mode.fields if field.required] for mode in profile.modes] == [
        ["image_url"],
        ["video_url"],
    ]


def test_what_stands_beside_the_shapes_is_in_each() -> None:
    profile = described({**shape("seed", seed={"type": "integer"}), "oneOf": [TEXT, PICTURE]})
    assert [[field.name for field in mode.fields] for mode in profile.modes] == [["seed"], ["seed", "image_url"]]
    assert all(mode.fields[0].required for mode in profile.modes)


def test_shapes_in_shapes_are_all_there() -> None:
    assert names({"oneOf": [TEXT, {"oneOf": [PICTURE, FRAMES]}]}) == ["text", "image", "first frame and last frame"]
    two = {"allOf": [{"oneOf": [TEXT, PICTURE]}, {"oneOf": [kind("a"), kind("b")]}]}
    assert len(names(two)) == 4


def test_too_many_shapes_are_told() -> None:
    shapes = [kind(f"k{number}") for number in range(25)]
    with pytest.raises(UnusableSchema, match="too many shapes"):
        described({"oneOf": shapes})


def test_the_first_mode_is_the_one_that_demands_the_least_with_a_prompt() -> None:
    profile = described({"oneOf": [shape("image_url", image_url=LINK), FRAMES, TEXT, PICTURE]})
    assert profile.mode == "text"
    assert [mode.name for mode in profile.modes] == ["image", "first frame and last frame", "text", "image 2"]


def test_each_mode_has_its_own_prompt() -> None:
    short = shape("prompt", prompt={**PROMPT, "maxLength": 9, "minLength": 2})
    none = shape("image_url", image_url=LINK)
    maybe = shape("image_url", image_url=LINK, prompt=PROMPT)
    profile = described({"oneOf": [titled("short", short), titled("none", none), titled("maybe", maybe)]})

    def prompt_of(each: ModelProfile) -> tuple[int, bool, int]:
        return each.prompt_limit, each.prompt_required, each.prompt_min_length

    assert prompt_of(profile) == (9, True, 2)
    assert prompt_of(profile.in_mode("none")) == (0, False, 0)
    assert prompt_of(profile.in_mode("maybe")) == (10_000, False, 0)
    assert prompt_of(profile.in_mode("none").in_mode("short")) == (9, True, 2)


@pytest.mark.parametrize("mapping", [{"words": "#/components/schemas/Words%20"}, {"words": "Words"}, None])
def test_a_discriminator_sends_its_value(mapping: Any) -> None:
    words = {**kind("x"), "properties": {"prompt": PROMPT, "kind": {"type": "string"}}}
    schema = {
        "oneOf": [{"$ref": "#/components/schemas/Words%20"}, {"$ref": "#/components/schemas/Picture"}],
        "discriminator": {"propertyName": "kind", **({} if mapping is None else {"mapping": mapping})},
    }
    profile = described(schema, **{"Words ": words, "Picture": kind("picture", image_url=LINK)})
    value = "Words" if mapping is None else "words"
    assert profile.in_mode(profile.modes[0].name).defaults() == {"kind": value}
    assert profile.modes[1].name == "picture"


@pytest.mark.parametrize(
    "odd", [5, {}, {"propertyName": 5}, {"propertyName": "none"}, {"propertyName": "kind", "mapping": 5}]
)
def test_an_odd_discriminator_does_no_harm(odd: Any) -> None:
    assert names({"oneOf": [kind("a"), kind("b")], "discriminator": odd}) == ["a", "b"]


def test_a_value_that_tells_modes_apart_goes_out_though_nobody_said_constant() -> None:
    one = shape("prompt", prompt=PROMPT, mode={"type": "string", "enum": ["one"]})
    two = shape("prompt", prompt=PROMPT, mode={"type": "string", "enum": ["two"]})
    profile = described({"oneOf": [one, two]})
    assert profile.defaults() == {"mode": "one"}
    assert profile.in_mode("two").defaults() == {"mode": "two"}
    [error] = check(profile.in_mode("two"), "A", {"mode": "one"})
    assert error.message == 'Mode must be "two".'


def test_a_narrower_shape_keeps_what_is_said_of_the_field_at_large() -> None:
    common = shape("mode", prompt=PROMPT, mode={"enum": ["a", "b"], "description": "How it is made."})
    profile = described({**common, "oneOf": [shape(mode={"const": "a"}), shape(mode={"const": "b"})]})
    assert [
        [(each.value, field.help) for each in field.choices] for mode in profile.modes for field in mode.fields
    ] == [
        [("a", "How it is made.")],
        [("b", "How it is made.")],
    ]


def test_a_model_without_modes_has_none_to_fit() -> None:
    assert described(TEXT).mode_for({"anything": 1}, "A boat") == ""


@pytest.mark.parametrize(
    ("parameters", "prompt", "mode"),
    [
        ({}, "A boat", "text"),
        ({"image_url": "https://a.example/1.png"}, "A boat", "image"),
        ({"image_url": "~/1.png"}, "A boat", "image"),
        ({"image_url": 5}, "A boat", "image"),
        ({"last_frame_url": "~/1.png"}, "A boat", "first frame and last frame"),
        ({"image_url": "a", "unheard_of": 1}, "", "image"),
    ],
)
def test_a_request_finds_its_mode(parameters: dict[str, Any], prompt: str, mode: str) -> None:
    assert described({"oneOf": [TEXT, PICTURE, FRAMES]}).mode_for(parameters, prompt) == mode
