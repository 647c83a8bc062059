"""What is wrong with a JSON value: strict in type, the first thing only, with its place, in plain words."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.kie.json_schema import strict_schema
from sora_tui.kie.json_values import first_problem
from sora_tui.kie.schema_shapes import Document
from tests.unit.kie.any_json import unhurried, values


def problem(schema: Any, value: Any, **components: Any) -> str:
    document = Document({"components": {"schemas": components}})
    return first_problem(strict_schema(document, schema), value)


def strict(schema: Any, **components: Any) -> dict[str, Any]:
    return strict_schema(Document({"components": {"schemas": components}}), schema)


PAIR = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}, "required": ["a"]}
STRANGER = ' has no parameter "c", and would bill it unread: it takes "a" or "b".'
NO_STRANGER = ' has no parameter "c", and would bill it unread: it takes none.'
THIRD_STRANGER = ' has no parameter "d", and would bill it unread: it takes "a", "b" or "c".'


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({}, {"anything": [None, 1.5]}),
        (True, 5),
        (PAIR, {"a": 1}),
        (PAIR, {"a": 1, "b": ""}),
        ({**PAIR, "additionalProperties": True}, {"a": 1, "c": 2}),
        ({**PAIR, "additionalProperties": {"type": "string"}}, {"a": 1, "c": "x"}),
        (
            {**PAIR, "patternProperties": {"^(a+)+$": {}}},
            {"a": 1, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!": 2},
        ),
        ({"type": "object"}, {"free": True}),
        ({"allOf": [PAIR, {"properties": {"c": {"type": "boolean"}}}]}, {"a": 1, "b": "x", "c": True}),
        ({"type": ["string", "null"]}, None),
        ({"type": "string", "nullable": True}, None),
        ({"enum": ["a", "b"], "nullable": True}, None),
        ({"oneOf": [{"type": "integer"}, {"type": "number"}]}, 1),
        ({"type": "number"}, 1),
        ({"type": "number", "multipleOf": 0.1}, 0.3),
        ({"type": "number", "minimum": 0, "exclusiveMinimum": False}, 0),
        ({"const": [1]}, [1]),
        ({"type": "string", "pattern": "^(a+)+$"}, "a" * 40 + "!"),
        ({"items": [{"type": "string"}, {"type": "integer"}]}, ["a", 1]),
        ({"prefixItems": [{"type": "string"}], "items": {"type": "integer"}}, ["a", 1, 2]),
        ({"minimum": "low", "maxLength": -1, "required": "a", "type": "unheard-of", "enum": []}, {"x": 1}),
        ({"$ref": "https://elsewhere.example/schema"}, 5),
        ({"properties": {"a": {"$ref": "#/nowhere"}}}, {"a": 5}),
        ({"properties": {"a": {"type": "string", "format": "uri"}}}, {"a": "https://a.example"}),
    ],
)
def test_what_the_schema_allows_is_taken(schema: Any, value: Any) -> None:
    assert problem(schema, value) == ""


@pytest.mark.parametrize(
    ("schema", "value", "said"),
    [
        (PAIR, [], " must be an object in braces."),
        (PAIR, {}, ' needs "a": add it.'),
        (PAIR, {"a": "1"}, ", a: must be a whole number."),
        (PAIR, {"a": True}, ", a: must be a whole number."),
        (PAIR, {"a": 1.0}, ", a: must be a whole number."),
        (PAIR, {"a": 1, "c": 2}, STRANGER),
        (PAIR, {"a": 1, "b": "x\x00"}, ", b: holds a NUL character: remove it."),
        ({**PAIR, "additionalProperties": False}, {"a": 1, "c": 2}, STRANGER),
        ({"properties": {}, "additionalProperties": False}, {"c": 2}, NO_STRANGER),
        ({"allOf": [PAIR, {"properties": {"c": {}}}]}, {"a": 1, "d": 1}, THIRD_STRANGER),
        ({"type": "array", "items": PAIR}, [{"a": 1}, {"a": None}], ", item 2, a: must be a whole number."),
        ({"type": ["string", "null"]}, 5, " must be a text in quotes or null."),
        ({"anyOf": [{"type": "string"}, {"type": "boolean"}]}, 5, " must be a text in quotes or true or false."),
        ({"enum": [1, 2]}, True, " must be 1 or 2."),
        ({"enum": [1, 2]}, 1.0, " must be 1 or 2."),
        ({"enum": ["1"]}, 1, ' must be "1".'),
        ({"enum": [True, None]}, 1, " must be true or null."),
        ({"const": {"a": 1}}, {"a": True}, ' must be {"a": 1}.'),
        ({"type": "number", "minimum": 0, "exclusiveMinimum": True}, 0, " must be more than 0."),
        ({"type": "number", "exclusiveMaximum": 1}, 1, " must be less than 1."),
        ({"type": "integer", "maximum": 2147483647}, 2**31, " must be at most 2,147,483,647."),
        ({"type": "number", "multipleOf": 0.1}, 0.35, " must be a multiple of 0.1."),
        ({"type": "string", "minLength": 1}, "", " is empty: write something."),
        ({"type": "string", "maxLength": 2}, "abc", " is 3 characters long, 1 over the limit of 2: shorten it."),
        ({"type": "string", "format": "uri"}, "a.png", " must be a link (https://…)."),
        ({"items": {}, "maxItems": 1}, [1, 2], " takes at most 1, not 2: remove some."),
        ({"items": {}, "uniqueItems": True}, [1, 1], " holds an entry twice: remove one."),
        ({"items": [{"type": "string"}]}, ["a", 1], " has more than 1 entries: remove some."),
    ],
)
def test_what_it_does_not_allow_is_said(schema: Any, value: Any, said: str) -> None:
    assert problem(schema, value) == said


MODES = {
    "oneOf": [
        {"type": "object", "properties": {"kind": {"const": "dot"}, "size": {"type": "integer"}}, "required": ["kind"]},
        {"type": "object", "properties": {"kind": {"const": "line"}, "to": {"type": "string"}}, "required": ["kind"]},
    ]
}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"kind": "line", "to": 5}, ", to: must be a text in quotes."),
        ({"kind": "dot", "size": "5"}, ", size: must be a whole number."),
        ({"kind": "dot", "to": "x"}, ' has no parameter "to", and would bill it unread: it takes "kind" or "size".'),
        ("dot", " must be an object in braces."),
    ],
)
def test_of_several_shapes_the_nearest_speaks(value: Any, said: str) -> None:
    assert problem(MODES, value) == said


def test_what_all_shapes_have_in_common_is_no_stranger_in_one() -> None:
    schema = {"properties": {"id": {"type": "string"}}, **MODES}
    assert problem(schema, {"id": "x", "kind": "dot", "size": 1}) == ""


def test_a_circle_ends() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}}}
    schema = strict({"$ref": "#/components/schemas/Node"}, Node=node)
    for _ in range(3):
        assert schema["additionalProperties"] is False
        schema = schema["properties"]["next"]
    assert schema == {}


def test_a_schema_that_multiplies_itself_ends() -> None:
    levels = {
        f"L{level}": {"properties": {f"p{each}": {"$ref": f"#/components/schemas/L{level + 1}"} for each in range(50)}}
        for level in range(15)
    }
    schema = strict({"$ref": "#/components/schemas/L0"}, **levels, L15={"type": "string"})
    assert str(schema).count("additionalProperties") <= 1_500


def test_a_value_that_is_endless_is_refused_and_not_followed() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert problem({}, deep) == " is nested too deep: make it flatter."


@unhurried
@given(
    values("type", "items", "properties", "required", "oneOf", "allOf", "enum", "minimum", "maxLength", "const", "a"),
    values("a", "b"),
)
def test_any_schema_and_any_value_end_in_a_sentence(schema: Any, value: Any) -> None:
    said = problem(schema, value)
    assert not said or (said[0] in " ," and said.endswith("."))


@unhurried
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=8))
def test_a_constant_takes_itself(value: Any) -> None:
    assert problem({"const": value}, value) == problem({}, value)  # which may refuse a NUL


def test_the_library_for_it_is_not_loaded_before_it_is_needed() -> None:
    code = (
        "import sys; from sora_tui.kie.profiles import SORA_2_PRO, check;"
        "check(SORA_2_PRO, 'A', SORA_2_PRO.defaults());"
        "print([name for name in ('jsonschema', 'sora_tui.kie.openapi') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
