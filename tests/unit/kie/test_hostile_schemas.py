"""A schema document is believed in nothing: it becomes a profile or an `UnusableSchema`, whatever it holds."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.kie.openapi import UnusableSchema
from sora_tui.kie.profiles import FieldKind, ModelProfile, check, profile_from_openapi
from tests.unit.kie.any_json import outcome, unhurried, values
from tests.unit.kie.recorded import document, made

MODELS = {
    "docs__kling__v2-1-master-text-to-video": "kling/v2-1-master-text-to-video",
    "docs__wan__2-7-text-to-video": "wan/2-7-text-to-video",
    "docs__sora-2-pro-text-to-video": "sora-2-pro-text-to-video",
    "endpoint__veo-3-1.schema": "veo-3-1",
}
PUBLISHED = [(model, document(name)) for name, model in MODELS.items()]
MADE = [(model, document(name)) for name, model in made().items()]
KEYWORDS = ("$ref", "oneOf", "anyOf", "allOf", "type", "enum", "default", "required", "properties", "items")
LIMITS = ("maxLength", "minLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
MORE_KEYWORDS = ("maxItems", "minItems", "uniqueItems", "description", "const", "deprecated", "prompt", "pattern")
LAST_KEYWORDS = ("format", "nullable", "readOnly", "additionalProperties", "prefixItems", "discriminator", "examples")
ALL_KEYWORDS = KEYWORDS + LIMITS + MORE_KEYWORDS + LAST_KEYWORDS
REFERENCES = st.sampled_from(["#", "#/", "#/paths", "#/components/schemas", "#/components/schemas/Nothing"])
TYPES = st.sampled_from(["null", "string", "array", "object", "integer", ["string", "null"], {"type": "null"}])
NUMBERS = st.sampled_from([0, 1, -1, 0.1, 1e308, -1e308, 5e-324, 10**400, float("nan"), float("inf"), True])
TEXTS = st.sampled_from(["uri", "^(a+)+$", "^a{2}$", "(", "^[", "#", "\ud800", "\x00", "image_url", "5", "1e999"])
ODD = values(*ALL_KEYWORDS) | REFERENCES | REFERENCES.map(lambda to: {"$ref": to}) | TYPES | NUMBERS | TEXTS


def with_input(schema: Any, **components: Any) -> dict[str, Any]:
    body = {"content": {"application/json": {"schema": {"properties": {"input": schema}}}}}
    paths = {"/api/v1/jobs/createTask": {"post": {"requestBody": body}}}
    return {"paths": paths, "components": {"schemas": components}}


def nested(keyword: str, depth: int) -> Any:
    schema: Any = {"properties": {"prompt": {}}}
    for _ in range(depth):
        schema = {keyword: [schema]}
    return schema


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (None, "not an OpenAPI document"),
        ([], "not an OpenAPI document"),
        ("{", "not an OpenAPI document"),
        ("[" * 100_000, "not an OpenAPI document"),
        ("{}", "not made through the jobs API"),
        ({"code": 200, "data": {"model": "m", "openapi": None}}, "publishes no schema"),
        ({"model": "m", "openapi": []}, "not an OpenAPI document"),
        ({}, "not made through the jobs API"),
        ({"paths": []}, "not made through the jobs API"),
        ({"paths": {"/api/v1/veo/generate": {"post": {}}}}, "not made through the jobs API"),
        ({"paths": {"/api/v1/jobs/createTask": {"get": {}}}}, "a hole"),
        (with_input(None), "a hole"),
        (with_input({"properties": {}}), "does not say what this model takes"),
        (with_input({"type": "string"}), "does not say what this model takes"),
        (with_input({"properties": {"prompt": None}}), "a hole"),
        (with_input({"properties": {"prompt": {"type": "array"}}}), "prompt in a form"),
        (with_input({"properties": {"prompt": {}, "a": 5}, "required": ["a"]}), "a hole"),
        (with_input({"oneOf": []}), "does not say what this model takes"),
        (with_input({"oneOf": [None]}), "a hole"),
        (with_input({"$ref": "https://elsewhere.example/schema"}), "another document"),
        (with_input({"$ref": "other.json#/a"}), "another document"),
        (with_input({"$ref": "#/components/schemas/Nothing"}), "not there"),
        (with_input({"$ref": "#/paths/x/y"}), "not there"),
        (with_input({"$ref": "#/components/schemas/A"}, A={"$ref": "#/components/schemas/A"}), "in a circle"),
        (
            with_input(
                {"$ref": "#/components/schemas/A"},
                A={"$ref": "#/components/schemas/B"},
                B={"$ref": "#/components/schemas/A"},
            ),
            "in a circle",
        ),
        (
            with_input({"$ref": "#/components/schemas/A"}, A={"allOf": [{"$ref": "#/components/schemas/A"}]}),
            "nested too deep",
        ),
        (with_input(nested("allOf", 100)), "nested too deep"),
        (with_input(nested("oneOf", 100)), "nested too deep"),
    ],
)
def test_a_document_that_cannot_be_used_says_why(schema: Any, words: str) -> None:
    with pytest.raises(UnusableSchema, match=words) as caught:
        profile_from_openapi("m", schema)
    assert re.fullmatch(r"[A-Z][^.]*: choose another model, or see this one's page at the vendor\.", str(caught.value))


@pytest.mark.parametrize("keyword", ["allOf", "oneOf", "anyOf"])
def test_a_document_that_multiplies_itself_ends(keyword: str) -> None:
    levels = {f"L{number}": {keyword: [{"$ref": f"#/components/schemas/L{number + 1}"}] * 50} for number in range(15)}
    levels["L15"] = {"properties": {"prompt": {}}}  # type: ignore[dict-item]
    found = outcome(
        lambda: profile_from_openapi("m", with_input({"$ref": "#/components/schemas/L0"}, **levels)), UnusableSchema
    )
    assert isinstance(found, ModelProfile | UnusableSchema)


@pytest.mark.parametrize("nest", ["items", "properties", "anyOf"])
def test_a_parameter_that_multiplies_itself_ends(nest: str) -> None:
    def around(inner: Any) -> Any:
        if nest == "anyOf":
            return {"anyOf": [inner, {**inner, "title": "other"}, {"type": "integer"}]}
        inside = inner if nest == "items" else {f"p{number}": inner for number in range(50)}
        return {"type": "array" if nest == "items" else "object", nest: inside}

    levels = {f"L{number}": around({"$ref": f"#/components/schemas/L{number + 1}"}) for number in range(15)}
    schema = {"properties": {"prompt": {}, "a": {"$ref": "#/components/schemas/L0"}}}
    found = outcome(lambda: profile_from_openapi("m", with_input(schema, **levels, L15={})), UnusableSchema)
    if isinstance(found, ModelProfile):
        assert found.fields[0].problem("x") or nest == "anyOf"


def test_more_fields_than_anyone_can_fill_in_are_told() -> None:
    with pytest.raises(UnusableSchema, match="too many fields"):
        profile_from_openapi("m", with_input({"properties": {f"f{number}": {} for number in range(100_000)}}))


def places(value: Any, so_far: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [so_far] if so_far else []
    for name, each in inner:
        found += places(each, (*so_far, name))
    return found


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[str, Any]:
    """A document with something else in one to three of its places."""
    model, whole = draw(st.sampled_from(PUBLISHED + MADE))
    whole = json.loads(json.dumps(whole))
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from([place for place in places(whole) if "responses" not in place]))
        around = whole
        for step in way:
            around = around[step]
        if isinstance(around[last], dict) and draw(st.booleans()):
            around[last][draw(st.sampled_from(ALL_KEYWORDS))] = deepcopy(draw(ODD))
        else:
            around[last] = deepcopy(draw(ODD))  # the next place may lie inside, and what is drawn is drawn again
    return model, whole


def is_sound(profile: ModelProfile) -> None:
    """Whatever a profile came from, it can be used: it says what it lacks and takes what it offers."""
    names = [mode.name for mode in profile.modes]
    assert len(names) != 1
    assert len(set(names)) == len(names)
    assert all(0 < len(name) <= 32 for name in names)
    assert profile.mode in (names or [""])
    for each in [profile.in_mode(name) for name in names] or [profile]:
        prompt = "A paper boat" * (1 + each.prompt_min_length) if each.takes_prompt else ""
        wrong = {error.field for error in check(each, prompt[: each.prompt_limit], each.defaults())}
        assert wrong == {field.name for field in each.fields if field.required and field.default is None}
        assert each.mode_for(each.defaults(), prompt) in (names or [""])
        for field in each.fields:
            assert field.label
            assert len(field.help) <= 240
            for choice in field.choices:
                assert field.kind is FieldKind.TEXT_LIST or field.problem(choice.value) == ""


@unhurried
@given(spoilt())
def test_a_spoilt_document_is_a_profile_or_unusable(spoilt: tuple[str, Any]) -> None:
    model, whole = spoilt
    profile = outcome(lambda: profile_from_openapi(model, whole), UnusableSchema)
    if isinstance(profile, ModelProfile):
        is_sound(profile)
    else:
        assert str(profile).endswith("at the vendor.")


@unhurried
@given(spoilt(), st.data())
def test_any_value_of_a_spoilt_document_is_taken_or_has_one_sentence(
    spoilt: tuple[str, Any], data: st.DataObject
) -> None:
    model, whole = spoilt
    profile = outcome(lambda: profile_from_openapi(model, whole), UnusableSchema)
    if isinstance(profile, ModelProfile) and profile.fields:
        field = data.draw(st.sampled_from(profile.fields))
        problem = field.problem(data.draw(ODD))
        assert not problem or (problem.startswith(field.label) and problem.endswith("."))


@unhurried
@given(ODD)
def test_any_input_is_a_profile_or_unusable(schema: Any) -> None:
    found = outcome(lambda: profile_from_openapi("m", with_input(schema)), UnusableSchema)
    if isinstance(found, ModelProfile):
        is_sound(found)


@unhurried
@given(values("paths", "openapi", "data", "/api/v1/jobs/createTask", "post", "requestBody", "content") | ODD)
def test_any_document_is_unusable(document: Any) -> None:
    assert isinstance(outcome(lambda: profile_from_openapi("m", document), UnusableSchema), UnusableSchema)
