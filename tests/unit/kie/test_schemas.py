"""From a published schema document to the fields of a model, and a plain word where there is no way."""

from __future__ import annotations

import json
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


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "int"}, FieldKind.INTEGER),
        ({"type": "Float"}, FieldKind.NUMBER),
        ({"type": "bool"}, FieldKind.FLAG),
        ({"type": "str"}, FieldKind.TEXT),
        ({"type": "list", "items": {"type": "text"}}, FieldKind.TEXT_LIST),
        ({"type": ["integer", "number"]}, FieldKind.NUMBER),
        ({"anyOf": [{"type": "integer"}, {"type": "number"}]}, FieldKind.NUMBER),
        ({"anyOf": [{"type": "string"}, {"type": "string"}]}, FieldKind.TEXT),
        ({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}, FieldKind.TEXT_LIST),
        ({"type": ["string", "array"], "items": {"type": "string"}}, FieldKind.TEXT_LIST),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, FieldKind.JSON),
        ({"anyOf": [{"enum": ["auto"]}, {"type": "integer"}]}, FieldKind.JSON),
        ({"oneOf": [{"const": "a"}, {"const": "b"}]}, FieldKind.CHOICE),
        ({"anyOf": [{"enum": ["a"]}, {"enum": [1, 2]}, {"type": "null"}]}, FieldKind.CHOICE),
        ({"enum": [["a"], ["b"]]}, FieldKind.JSON),
        ({"enum": [True, False]}, FieldKind.FLAG),
        ({"items": {"enum": ["a", "b"], "type": "string"}}, FieldKind.TEXT_LIST),
        ({"type": "array", "items": {"type": "array", "items": {"type": "string"}}}, FieldKind.JSON),
        ({"type": "array", "prefixItems": [{"type": "string"}]}, FieldKind.JSON),
        ({"type": "array", "items": {"type": "string", "format": "uri"}}, FieldKind.LINK_LIST),
        ({"type": "array", "examples": [["https://a.example/x.png"]]}, FieldKind.LINK_LIST),
        ({"type": ["string", "null"], "format": "uri"}, FieldKind.LINK),
        ({"anyOf": [{"type": "string", "format": "uri"}, {"type": "string"}]}, FieldKind.LINK),
        ({"format": "uri"}, FieldKind.LINK),
        ({"maxLength": 5}, FieldKind.TEXT),
    ],
)
def test_the_kind_is_seen_through_every_way_of_writing_it(schema: dict[str, Any], kind: FieldKind) -> None:
    assert parameter(schema).kind is kind


@pytest.mark.parametrize(
    ("schema", "values"),
    [
        ({"type": "integer", "enum": ["4", "8"]}, [4, 8]),
        ({"type": "string", "enum": [5, 10]}, ["5", "10"]),
        ({"type": "string", "enum": ["5", 10]}, ["5", 10]),
        ({"type": "integer", "enum": ["4", "many"]}, ["4", "many"]),
        ({"type": "number", "enum": [0, 0.5, 1.0]}, [0, 0.5, 1.0]),
        ({"enum": ["a", 1, 2.5, None]}, ["a", 1, 2.5]),
        ({"const": 7}, [7]),
        ({"enum": ["a", "b"], "allOf": [{"enum": ["b", "c"]}]}, ["b"]),
    ],
)
def test_choices_go_out_as_the_schema_has_them(schema: dict[str, Any], values: list[Any]) -> None:
    found = [choice.value for choice in parameter(schema).choices]
    assert found == values
    assert list(map(type, found)) == list(map(type, values))


@pytest.mark.parametrize(
    ("schema", "default"),
    [
        ({"type": "integer", "default": "5"}, 5),
        ({"type": "integer", "default": 5.0}, 5),
        ({"type": "boolean", "default": "true"}, True),
        ({"type": "string", "enum": ["5", "10"], "default": 5}, "5"),
        ({"type": "string", "default": ""}, None),
        ({"type": "string", "enum": ["", "a"], "default": ""}, ""),
        ({"type": "integer", "maximum": 3, "default": 5}, None),
        ({"type": "array", "items": {"type": "string"}, "default": []}, []),
        ({"type": "array", "items": {"type": "string"}, "minItems": 1, "default": []}, None),
        ({"type": "object", "properties": {"a": {"type": "integer"}}, "default": {"b": 1}}, None),
        ({"type": "object", "properties": {"a": {"type": "integer"}}, "default": {"a": 1}}, {"a": 1}),
        ({"type": "string", "format": "uri", "default": "none"}, None),
        ({"const": "v5"}, "v5"),
        ({"enum": ["v5"]}, None),
    ],
)
def test_a_default_is_what_the_field_takes(schema: dict[str, Any], default: Any) -> None:
    found = parameter(schema).default
    assert found == default
    assert type(found) is type(default)


@pytest.mark.parametrize(
    ("schema", "bounds"),
    [
        ({"minimum": 1, "maximum": 5}, (1, 5, None, None)),
        ({"minimum": 0, "exclusiveMinimum": True, "maximum": 1, "exclusiveMaximum": True}, (None, None, 0, 1)),
        ({"minimum": 0, "exclusiveMinimum": False}, (0, None, None, None)),
        ({"exclusiveMinimum": 0, "exclusiveMaximum": 1}, (None, None, 0, 1)),
        ({"description": "Min: 0, Max: 1"}, (0, 1, None, None)),
        ({"description": "Min: 0, Max: 1", "maximum": 9}, (None, 9, None, None)),
        ({"description": "Range: 1 to 9", "default": 0}, (None, None, None, None)),
        ({"minimum": "1", "maximum": True, "exclusiveMinimum": "x"}, (None, None, None, None)),
        ({"maximum": 18446744073709551615}, (None, 18446744073709551615, None, None)),
        ({"maximum": float("inf"), "minimum": float("nan")}, (None, None, None, None)),
    ],
)
def test_bounds_are_read_as_either_version_writes_them(
    schema: dict[str, Any], bounds: tuple[float | None, ...]
) -> None:
    field = parameter({"type": "number", **schema})
    assert (field.minimum, field.maximum, field.above, field.below) == bounds


def test_a_whole_number_beyond_a_bound_is_the_next_one() -> None:
    field = parameter({"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 7, "multipleOf": 1})
    assert (field.minimum, field.maximum, field.above, field.below, field.multiple_of) == (1, 6, None, None, None)
    field = parameter({"type": "integer", "minimum": 0.5, "maximum": 6.5})
    assert (field.minimum, field.maximum) == (1, 6)


def test_what_is_read_only_or_out_of_use_is_left_out() -> None:
    schema = {"prompt": {}, "a": {"readOnly": True}, "b": {"deprecated": True}, "c": {"readOnly": True}}
    assert [field.name for field in described({"properties": schema, "required": ["c"]}).fields] == ["c"]


def test_what_nobody_can_read_and_nobody_needs_is_left_out() -> None:
    schema = {"prompt": {}, "a": 5, "b": {"$ref": "#/nowhere"}, "c": False, "d": {"type": "integer"}}
    assert [field.name for field in described({"properties": schema}).fields] == ["d"]


def test_a_need_may_stand_at_the_parameter_itself() -> None:
    field = parameter({"type": "integer", "required": True})
    assert field.required


def test_a_blank_at_the_end_of_a_name_does_not_go_out() -> None:
    schema = {"prompt ": {"maxLength": 7}, "image_urls ": {"type": "array", "items": {"type": "string"}}}
    profile = described({"properties": schema, "required": ["image_urls ", "prompt"]})
    assert [(field.name, field.label, field.required) for field in profile.fields] == [("image_urls", "Images", True)]
    assert (profile.prompt_limit, profile.prompt_required) == (7, True)


def test_two_fields_are_never_called_the_same() -> None:
    schema = {"prompt": {}, "image": {"type": "string"}, "image_url": {"type": "string"}}
    assert [field.label for field in described({"properties": schema}).fields] == ["image", "image url"]


def test_definitions_inside_a_schema_are_found() -> None:
    shot = {"type": "integer", "minimum": 1}
    schema = {"properties": {"prompt": {}, "shot": {"$ref": "#/$defs/Shot"}}, "$defs": {"Shot": shot}}
    [field] = described(schema).fields
    assert (field.kind, field.minimum) == (FieldKind.INTEGER, 1)


def test_what_stands_beside_a_reference_goes_over_it() -> None:
    field = parameter(
        {"$ref": "#/components/schemas/Size", "description": "How big.", "default": "s"},
        Size={"type": "string", "enum": ["s", "l"], "default": "l", "description": "A size."},
    )
    assert (field.default, field.help, len(field.choices)) == ("s", "How big.", 2)


# The prompt


@pytest.mark.parametrize(
    ("properties", "required", "wanted"),
    [
        ({"prompt": {}}, ["prompt"], (10_000, True, 0)),
        ({"prompt": {}}, [], (10_000, True, 0)),
        ({"prompt": {}, "seed": {"type": "integer"}}, [], (10_000, True, 0)),
        ({"prompt": {}, "image_url": {"type": "string"}}, [], (10_000, False, 0)),
        ({"prompt": {}, "task_id": {"type": "string"}}, ["task_id"], (10_000, False, 0)),
        ({"prompt": {"minLength": 3, "maxLength": 9}, "image": {"type": "string"}}, ["prompt"], (9, True, 3)),
        ({"prompt": {"minLength": 3}, "image": {"type": "string"}}, [], (10_000, False, 3)),
        ({"prompt": {"type": ["string", "null"], "minLength": 20, "maxLength": 9}}, ["prompt"], (9, True, 9)),
        ({"image_url": {"type": "string"}}, ["image_url"], (0, False, 0)),
    ],
)
def test_a_prompt_is_needed_where_nothing_else_is_there_to_begin_with(
    properties: dict[str, Any], required: list[str], wanted: tuple[int, bool, int]
) -> None:
    profile = described({"properties": properties, "required": required})
    assert (profile.prompt_limit, profile.prompt_required, profile.prompt_min_length) == wanted


# The document around


def whole(request: Any, media: str = "application/json", **components: Any) -> dict[str, Any]:
    body = {"content": {media: {"schema": request}}}
    paths = {"/api/v1/jobs/createTask": {"post": {"summary": " A\n title ", "requestBody": body}}}
    return {"openapi": "3.1.0", "paths": paths, "components": {"schemas": components}}


REQUEST = {"properties": {"model": {"type": "string"}, "input": PICTURE}}


@pytest.mark.parametrize(
    "media", ["application/json", "application/json; charset=utf-8", "Application/JSON", "application/x+json", "*/*"]
)
def test_whatever_the_media_type_says_beside_json(media: str) -> None:
    profile = profile_from_openapi("m", whole(REQUEST, media))
    assert [field.name for field in profile.fields] == ["image"]
    assert profile.title == "A title"


def test_a_document_of_several_models_is_read_for_the_one_that_is_asked() -> None:
    def of(model: str, name: str) -> dict[str, Any]:
        inputs = {"properties": {"prompt": {}, name: {"type": "integer"}}}
        return {"properties": {"model": {"const": model}, "input": inputs}}

    document = whole({"oneOf": [of("a", "one"), of("b", "two")]})
    assert [field.name for field in profile_from_openapi("b", document).fields] == ["two"]
    with pytest.raises(UnusableSchema, match="another model"):
        profile_from_openapi("c", document)


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"properties": {"model": {}, "prompt": {}}}, "outside of"),
        ({"properties": {"model": {}}}, "does not say what"),
        ({}, "does not say what"),
        ({**REQUEST, "required": ["model", "input", "project"]}, 'needs "project" beside'),
    ],
)
def test_what_cannot_be_sent_is_told(request_: Any, words: str) -> None:
    with pytest.raises(UnusableSchema, match=words):
        profile_from_openapi("m", whole(request_))


def test_a_form_is_no_json() -> None:
    with pytest.raises(UnusableSchema, match="does not take JSON"):
        profile_from_openapi("m", whole(REQUEST, "multipart/form-data"))


def test_a_document_as_a_text_is_read() -> None:
    assert profile_from_openapi("m", {"model": "m", "openapi": json.dumps(whole(REQUEST))}).field("image")
