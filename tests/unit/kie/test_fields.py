"""What is wrong with a value, before it is billed: strict in type, and said in one sentence."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.kie.fields import Choice, Field, FieldKind
from tests.unit.kie.any_json import SCALARS, unhurried, values


def choice(*allowed: Any) -> Field:
    return Field("f", "F", FieldKind.CHOICE, choices=tuple(Choice(value, str(value)) for value in allowed))


FLAG = Field("f", "F", FieldKind.FLAG)
TEXT = Field("f", "F", FieldKind.TEXT, max_length=5)
NEEDED_TEXT = Field("f", "F", FieldKind.TEXT, required=True)
WHOLE = Field("f", "F", FieldKind.INTEGER, minimum=2, maximum=15)
REAL = Field("f", "F", FieldKind.NUMBER, minimum=0, maximum=1)
TEXTS = Field("f", "F", FieldKind.TEXT_LIST, max_items=2, max_length=3)
NEEDED_TEXTS = Field("f", "F", FieldKind.TEXT_LIST, required=True)
JSON = Field("f", "F", FieldKind.JSON)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (choice("10", "15"), "15"),
        (choice(4, 6, 8), 6),
        (FLAG, True),
        (FLAG, False),
        (TEXT, ""),
        (TEXT, "abcde"),
        (TEXT, "船船船船船"),
        (NEEDED_TEXT, " a "),
        (NEEDED_TEXT, "a" * 1_000_000),
        (WHOLE, 2),
        (WHOLE, 15),
        (REAL, 0),
        (REAL, 0.5),
        (REAL, 1.0),
        (TEXTS, []),
        (TEXTS, ["abc", "d"]),
        (TEXTS, ("abc",)),
        (NEEDED_TEXTS, ["a"]),
        (JSON, None),
        (JSON, {"a": [1, "é", None]}),
    ],
)
def test_what_the_service_takes_is_taken(field: Field, value: Any) -> None:
    assert field.problem(value) == ""


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        (choice("10", "15"), 10, 'F must be "10" or "15".'),
        (choice("10", "15"), "10 ", 'F must be "10" or "15".'),
        (choice("a", "b", "c"), None, 'F must be "a", "b" or "c".'),
        (choice("a"), "A", 'F must be "a".'),
        (choice(1, 2), True, "F must be 1 or 2."),
        (choice(1, 2), 1.0, "F must be 1 or 2."),
        (choice(1, 2), "1", "F must be 1 or 2."),
        (choice("a"), ["a"], 'F must be "a".'),
        (FLAG, 1, "F is either on or off."),
        (FLAG, "true", "F is either on or off."),
        (FLAG, None, "F is either on or off."),
        (TEXT, 5, "F must be a text."),
        (TEXT, None, "F must be a text."),
        (TEXT, "abcdef", "F is 6 characters long, 1 over the limit of 5: shorten it."),
        (TEXT, "a\x00", "F holds a NUL character: remove it."),
        (TEXT, "a\ud83d", "F holds half of a character (often a cut emoji): type it again."),
        (NEEDED_TEXT, " \n", "F is empty: write something."),
        (WHOLE, 1, "F must be from 2 to 15."),
        (WHOLE, 16, "F must be from 2 to 15."),
        (WHOLE, 5.0, "F must be a whole number."),
        (WHOLE, "5", "F must be a whole number."),
        (WHOLE, True, "F must be a whole number."),
        (REAL, -0.1, "F must be from 0 to 1."),
        (REAL, math.nan, "F must be a number."),
        (REAL, math.inf, "F must be a number."),
        (REAL, True, "F must be a number."),
        (REAL, "0.5", "F must be a number."),
        (Field("f", "F", FieldKind.NUMBER, minimum=1.5), 1, "F must be at least 1.5."),
        (Field("f", "F", FieldKind.NUMBER, maximum=1.5), 2, "F must be at most 1.5."),
        (TEXTS, "abc", "F must be a list of texts."),
        (TEXTS, ["a", 5], "F must be a list of texts."),
        (TEXTS, {"a": "b"}, "F must be a list of texts."),
        (TEXTS, ["a", " "], "F holds an empty entry: remove it."),
        (TEXTS, ["a", "b", "c"], "F takes at most 2, not 3: remove some."),
        (TEXTS, ["abcd"], "F has an entry that is 4 characters long, 1 over the limit of 3: shorten it."),
        (TEXTS, ["\udc00"], "F holds half of a character (often a cut emoji): type it again."),
        (NEEDED_TEXTS, [], "F is empty: add at least one."),
        (JSON, math.nan, "F must be a JSON value."),
        (JSON, object(), "F must be a JSON value."),
        (JSON, "\ud83d", "F must be a JSON value."),
    ],
    ids=lambda value: None if isinstance(value, Field) else ascii(value).split(" at 0x")[0][:40],
)
def test_what_it_does_not_take_is_said(field: Field, value: Any, sentence: str) -> None:
    assert field.problem(value) == sentence


def test_a_circle_is_no_json_value() -> None:
    circle: list[Any] = []
    circle.append(circle)
    assert JSON.problem(circle)


@unhurried
@given(
    field=st.sampled_from([choice("10", 15), FLAG, TEXT, NEEDED_TEXT, WHOLE, REAL, TEXTS, NEEDED_TEXTS, JSON]),
    value=SCALARS | values(),
)
def test_every_value_is_taken_or_has_one_sentence(field: Field, value: Any) -> None:
    problem = field.problem(value)
    assert not problem or (problem.startswith("F ") and problem.endswith("."))
