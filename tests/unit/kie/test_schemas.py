"""From a published schema document to the fields of a model, and a plain word where there is no way."""

from __future__ import annotations

from typing import Any

import pytest

from sora_tui.kie.openapi import DEFAULT_PROMPT_LIMIT, UnusableSchema
from sora_tui.kie.profiles import Field, FieldKind, ModelProfile, check, profile_from_openapi
from tests.unit.kie.recorded import DATA, document, made

VEO = "endpoint__veo-3-1.schema"
KLING = "docs__kling__v2-1-master-text-to-video"
WAN = "docs__wan__2-7-text-to-video"
PUBLISHED = {
    "veo-3-1": VEO,
    "kling/v2-1-master-text-to-video": KLING,
    "wan/2-7-text-to-video": WAN,
    "sora-2-pro-text-to-video": "docs__sora-2-pro-text-to-video",
    "sora-2-text-to-video": "docs__sora-2-text-to-video",
}


def published(model: str) -> ModelProfile:
    return profile_from_openapi(model, document(PUBLISHED[model]))


def described(schema: Any, **components: Any) -> ModelProfile:
    """The profile of a model whose `input` is described so."""
    request = {"type": "object", "properties": {"model": {"type": "string"}, "input": schema}}
    body = {"content": {"application/json": {"schema": request}}}
    paths = {"/api/v1/jobs/createTask": {"post": {"requestBody": body}}}
    return profile_from_openapi("m", {"openapi": "3.1.0", "paths": paths, "components": {"schemas": components}})


def parameter(schema: dict[str, Any], **components: Any) -> Field:
    profile = described({"properties": {"prompt": {"type": "string"}, "a_field": schema}}, **components)
    [field] = profile.fields
    return field


def test_every_document_that_was_kept_is_read() -> None:
    kept = {path.stem for path in (DATA / "schemas").iterdir() if not path.stem.endswith(".sample")}
    assert kept == {*PUBLISHED.values(), *made()}


@pytest.mark.parametrize("model", PUBLISHED)
def test_what_nobody_chose_passes_the_check(model: str) -> None:
    profile = published(model)
    assert profile.model == model
    assert check(profile, "A paper boat", profile.defaults()) == []
    assert profile.price({}) is None
    assert all(field.label and field.help and "\n" not in field.help for field in profile.fields)


@pytest.mark.parametrize("model", [model for model in PUBLISHED if model != "veo-3-1"])
def test_the_published_example_passes_the_check(model: str) -> None:
    post = document(PUBLISHED[model])["openapi"]["paths"]["/api/v1/jobs/createTask"]["post"]
    example = post["requestBody"]["content"]["application/json"]["example"]["input"]
    prompt = example.pop("prompt")
    assert check(published(model), prompt, example) == []


def test_kling_has_a_number_and_texts_with_limits() -> None:
    profile = published("kling/v2-1-master-text-to-video")
    assert (profile.title, profile.prompt_limit) == ("Kling V2.1 Master Text to Video", 5000)
    assert [(field.name, field.kind) for field in profile.fields] == [
        ("duration", FieldKind.CHOICE),
        ("aspect_ratio", FieldKind.CHOICE),
        ("negative_prompt", FieldKind.TEXT),
        ("cfg_scale", FieldKind.NUMBER),
    ]
    assert profile.defaults() == {"duration": "5", "aspect_ratio": "16:9", "cfg_scale": 0.5}
    negative, scale = profile.field("negative_prompt"), profile.field("cfg_scale")
    assert negative is not None
    assert scale is not None
    assert (negative.max_length, scale.minimum, scale.maximum) == (500, 0, 1)


def test_wan_has_whole_numbers_and_flags() -> None:
    profile = published("wan/2-7-text-to-video")
    duration, extend = profile.field("duration"), profile.field("prompt_extend")
    assert duration is not None
    assert extend is not None
    assert (duration.kind, duration.minimum, duration.maximum, duration.default) == (FieldKind.INTEGER, 2, 15, 5)
    assert (extend.kind, extend.default, extend.label) == (FieldKind.FLAG, True, "Prompt extend")


def test_veo_leaves_out_what_is_deprecated_and_keeps_numbers_numbers() -> None:
    profile = published("veo-3-1")
    assert profile.field("enable_fallback") is None
    duration, images = profile.field("duration"), profile.field("image_urls")
    assert duration is not None
    assert images is not None
    assert [choice.value for choice in duration.choices] == [4, 6, 8]
    assert (duration.default, images.kind, profile.prompt_limit) == (8, FieldKind.LINK_LIST, DEFAULT_PROMPT_LIMIT)


def test_the_wrapping_does_not_matter() -> None:
    whole = document(VEO)
    profile = published("veo-3-1")
    for inner in (whole["data"], whole["data"]["openapi"]):
        assert profile_from_openapi("veo-3-1", inner) == profile


def test_the_schema_of_another_model_is_not_taken() -> None:
    for name in (VEO, KLING):
        with pytest.raises(UnusableSchema, match="another model"):
            profile_from_openapi("sora-2-pro-text-to-video", document(name))
    with pytest.raises(UnusableSchema, match="another model"):
        profile_from_openapi("sora-2-pro-text-to-video", document(KLING)["openapi"])


# References and shapes

PROMPT = {"properties": {"prompt": {"type": "string"}}, "required": ["prompt"]}
PICTURE = {"properties": {"prompt": {}, "image": {"type": "string"}}, "required": ["prompt", "image"]}


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("Input", "Input"),
        ("Input ", "Input%20"),
        ("Input ", "Input "),
        ("Input ", "Input"),
        ("Input", "Input%20"),
        ("输入", "%E8%BE%93%E5%85%A5"),
        ("a/b", "a~1b"),
        ("a~b", "a~0b"),
    ],
)
def test_a_reference_is_found_however_it_is_written(name: str, reference: str) -> None:
    assert described({"$ref": f"#/components/schemas/{reference}"}, **{name: PICTURE}).field("image")


def test_a_parameter_may_be_a_reference_too() -> None:
    field = parameter(
        {"$ref": "#/components/schemas/Size"}, Size={"type": "string", "enum": ["s", "l"], "default": "l"}
    )
    assert (field.kind, field.default) == (FieldKind.CHOICE, "l")


@pytest.mark.parametrize("shape", ["oneOf", "anyOf"])
@pytest.mark.parametrize("order", [1, -1])
def test_of_several_shapes_the_one_that_demands_the_least_is_taken(shape: str, order: int) -> None:
    profile = described({shape: [{"properties": {"image": {}}}, PROMPT, PICTURE][::order]})
    assert profile.fields == ()


def test_parts_are_put_together() -> None:
    common = {"properties": {"seed": {"type": "integer"}}, "required": ["seed"]}
    profile = described({"allOf": [{"$ref": "#/components/schemas/Common"}, PROMPT]}, Common=common)
    [field] = profile.fields
    assert (field.name, field.kind, field.required) == ("seed", FieldKind.INTEGER, True)


def test_parts_of_parts_are_put_together() -> None:
    seeds = [{"properties": {name: {"type": "integer"}}, "required": [name]} for name in ("seed", "take")]
    profile = described({"allOf": [PROMPT, *[{"allOf": [each]} for each in seeds]]})
    assert {(field.name, field.required) for field in profile.fields} == {("seed", True), ("take", True)}


def test_the_only_shape_may_be_made_of_parts() -> None:
    profile = described({"oneOf": [{"allOf": [PROMPT, {"properties": {"seed": {"type": "integer"}}}]}]})
    assert [field.name for field in profile.fields] == ["seed"]


@pytest.mark.parametrize("schema", [{"type": ["integer", "null"]}, {"anyOf": [{"type": "integer"}, {"type": "null"}]}])
def test_a_value_or_null_is_the_value(schema: dict[str, Any]) -> None:
    assert parameter(schema).kind is FieldKind.INTEGER


# Parameters


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "boolean"}, FieldKind.FLAG),
        ({"type": "boolean", "enum": [True, False]}, FieldKind.FLAG),
        ({"type": "boolean", "enum": [True]}, FieldKind.CHOICE),
        ({"type": "string"}, FieldKind.TEXT),
        ({"type": "string", "enum": []}, FieldKind.TEXT),
        ({"type": "string", "enum": ["a"]}, FieldKind.CHOICE),
        ({"const": "a"}, FieldKind.CHOICE),
        ({"type": "integer"}, FieldKind.INTEGER),
        ({"type": "number"}, FieldKind.NUMBER),
        ({"type": "array", "items": {"type": "string"}}, FieldKind.TEXT_LIST),
        ({"type": "array", "items": {"type": "object"}}, FieldKind.JSON),
        ({"type": "array"}, FieldKind.JSON),
        ({"type": "object"}, FieldKind.JSON),
        ({"type": ["string", "integer"]}, FieldKind.JSON),
        ({"type": "unheard-of"}, FieldKind.JSON),
        ({}, FieldKind.JSON),
    ],
)
def test_the_kind_follows_from_the_schema(schema: dict[str, Any], kind: FieldKind) -> None:
    assert parameter(schema).kind is kind


def test_choices_come_once_and_plain() -> None:
    field = parameter({"enum": ["a", True, "a", 1, 1.0, None, False, {"b": 1}, ["c"]]})
    assert [choice.value for choice in field.choices] == ["a", True, 1, False]


@pytest.mark.parametrize("default", ["c", 1, None, ["a"]])
def test_a_default_the_field_does_not_take_is_none(default: Any) -> None:
    assert parameter({"enum": ["a", "b"], "default": default}).default is None


@pytest.mark.parametrize(
    ("schema", "limit"),
    [
        ({"maxLength": 7}, 7),
        ({"maxLength": 7, "description": "Max length: 9"}, 7),
        ({"description": "Negative prompt (Max length: 5,000 characters)"}, 5000),
        ({"description": "Maximum length: `2500`."}, 2500),
        ({"maxLength": True}, None),
        ({"maxLength": -1}, None),
        ({"maxLength": "9"}, None),
        ({"description": "As long as you like"}, None),
    ],
)
def test_a_limit_may_only_be_in_the_prose(schema: dict[str, Any], limit: int | None) -> None:
    assert parameter({"type": "string", **schema}).max_length == limit
    prompt = described({"properties": {"prompt": {"type": "string", **schema}}})
    assert prompt.prompt_limit == (limit or DEFAULT_PROMPT_LIMIT)


def test_the_help_is_the_first_paragraph_on_one_line_and_not_endless() -> None:
    assert parameter({"description": " One\n two.\n\n- three"}).help == "One two."
    assert len(parameter({"description": "word " * 1000}).help) <= 240


def test_a_deprecated_parameter_that_is_needed_stays() -> None:
    schema = {"properties": {"prompt": {}, "old": {"deprecated": True}, "older": {"deprecated": True}}}
    assert [field.name for field in described({**schema, "required": ["old"]}).fields] == ["old"]
