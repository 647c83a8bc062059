"""A value to begin with, from its schema."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.tui.json_template import template

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "properties", "items", "required", "enum", "oneOf", "default", "a", "minimum"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (
            {"type": "object", "properties": {"pan": {"type": "number"}, "on": {"type": "boolean"}}},
            {"pan": 0, "on": False},
        ),
        (
            {
                "type": "object",
                "required": ["text"],
                "properties": {"text": {"type": "string"}, "more": {"type": "string"}},
            },
            {"text": ""},
        ),
        ({"type": "array", "items": {"type": "object", "properties": {"n": {"enum": ["a", "b"]}}}}, [{"n": "a"}]),
        ({"oneOf": [{"type": "integer", "minimum": 3}, {"type": "string"}]}, 3),
        ({"type": ["string", "null"], "default": "x"}, "x"),
        ({}, None),
    ],
)
def test_it_has_what_is_needed_each_as_plain_as_can_be(schema: Any, value: Any) -> None:
    assert template(schema) == value


def test_a_schema_without_end_ends() -> None:
    endless: dict[str, Any] = {"type": "object", "properties": {}}
    endless["properties"]["again"] = endless
    assert json.dumps(template(endless)).count("again") == 5


@given(JSON)
def test_any_document_gives_something_that_is_json(schema: Any) -> None:
    json.dumps(template(schema))
