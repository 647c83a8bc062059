"""What is wrong with a value, before it is billed: strict in type, and said in one sentence."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.kie.fields import Choice, Field, FieldKind, is_link
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
STEPS = Field("f", "F", FieldKind.NUMBER, above=0, below=2, multiple_of=0.1)
LONG = Field("f", "F", FieldKind.TEXT, min_length=3, pattern="^#[0-9a-f]+$")
TAGS = Field("f", "F", FieldKind.TEXT_LIST, choices=choice("a", "b").choices, min_items=1, unique_items=True)
LINK = Field("f", "F", FieldKind.LINK, max_length=30)
LINKS = Field("f", "F", FieldKind.LINK_LIST, min_items=2, max_items=3, pattern="^(https?|oss)://", required=True)
SHAPED = Field("f", "F", FieldKind.JSON, json_schema={"type": "array", "items": {"type": "integer"}})
ALL = [choice("10", 15), FLAG, TEXT, NEEDED_TEXT, WHOLE, REAL, TEXTS, NEEDED_TEXTS]
ALL += [JSON, STEPS, LONG, TAGS, LINK, LINKS, SHAPED]


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
        (STEPS, 0.3),
        (STEPS, 1),
        (Field("f", "F", FieldKind.INTEGER, multiple_of=16), 10**400 * 16),
        (LONG, "#ab"),
        (TAGS, ["a", "b"]),
        (LINK, "https://a.example/x.png"),
        (LINK, "asset://asset-1"),
        (LINKS, ["oss://a/b", "HTTPS://a.example".lower()]),
        (SHAPED, []),
        (SHAPED, [1, 2]),
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
        (Field("f", "F", FieldKind.INTEGER, maximum=2147483647), 2**31, "F must be at most 2,147,483,647."),
        (Field("f", "F", FieldKind.INTEGER, minimum=0, maximum=2**64), -1, f"F must be from 0 to {2**64:,}."),
        (WHOLE, 10**400, "F must be from 2 to 15."),
        (STEPS, 0, "F must be more than 0."),
        (STEPS, 2, "F must be less than 2."),
        (STEPS, 0.35, "F must be a multiple of 0.1."),
        (LONG, "#a", "F is 2 characters long, 1 under the least of 3: write more."),
        (LONG, "", "F is empty: write something."),
        (LONG, "blue", "F does not have the form this model asks for, ^#[0-9a-f]+$ as a pattern: change it."),
        (TAGS, [], "F takes at least 1, not 0: add some."),
        (TAGS, ["a", "a"], "F holds an entry twice: remove one."),
        (TAGS, ["c"], 'F takes only "a" or "b".'),
        (choice(*range(30)), 31, "F must be one of its 30 choices, such as 0, 1 or 2."),
        (choice("x" * 99), "y", f'F must be "{"x" * 59}…".'),
        (LINK, "a.png", "F must be a link (https://…) or a file of this machine."),
        (LINK, "", "F must be a link (https://…) or a file of this machine."),
        (LINK, "https://a b", "F must be a link (https://…) or a file of this machine."),
        (LINK, "file:///home/a.png", "F must be a link (https://…) or a file of this machine."),
        (LINK, "mailto:a@b.example", "F must be a link (https://…) or a file of this machine."),
        (LINK, 5, "F must be a text."),
        (LINK, "https://a.example/" + "x" * 13, "F is 31 characters long, 1 over the limit of 30: shorten it."),
        (LINKS, "https://a.example", "F must be a list of links."),
        (LINKS, [], "F is empty: add at least 2."),
        (LINKS, ["https://a.example"], "F takes at least 2, not 1: add some."),
        (
            LINKS,
            ["https://a.example", "b.png"],
            "F has an entry that is not a link (https://…) or a file of this machine: change it.",
        ),
        (
            LINKS,
            ["https://a.example", "ftp://b.example"],
            "F has an entry without the form that is asked for, ^(https?|oss):// as a pattern: change it.",
        ),
        (SHAPED, {}, "F must be a list in brackets."),
        (SHAPED, [1, "2"], "F, item 2: must be a whole number."),
        (JSON, math.nan, "F must be a JSON value."),
        (SHAPED, [math.inf], "F must be a JSON value."),
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
    field=st.sampled_from(ALL),
    value=SCALARS | values(),
)
def test_every_value_is_taken_or_has_one_sentence(field: Field, value: Any) -> None:
    problem = field.problem(value)
    assert not problem or (problem.startswith(("F ", "F, ")) and problem.endswith("."))
    assert not field.problem(value, with_files=True) or problem


@pytest.mark.parametrize(
    ("field", "value", "is_right"),
    [
        (LINK, "~/a picture.png", True),
        (LINK, "/tmp/a.png", True),
        (LINK, "/tmp/" + "long/" * 20, True),
        (LINK, "", True),
        (LINK, "https://a.example/" + "x" * 13, False),
        (LINK, "/tmp/\x00", False),
        (LINK, 5, False),
        (LINKS, ["a.png", "https://a.example"], True),
        (LINKS, ["a.png"], False),
        (LINKS, ["a.png", ""], False),
        (LINKS, ["a.png", "ftp://a.example"], False),
        (TEXT, "abcdef", False),
    ],
)
def test_before_the_upload_a_link_may_be_a_path(field: Field, value: Any, is_right: bool) -> None:
    assert (field.problem(value, with_files=True) == "") is is_right


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://a.example", True),
        ("S3://bucket/key", True),
        ("asset://x", True),
        ("https://", False),
        ("//a.example", False),
        ("a.example/x.png", False),
        ("C:/a.png", False),
        ("file:///a.png", False),
        ("FILE://a", False),
        (" https://a.example", False),
        ("https://a.example\n", False),
    ],
)
def test_a_link_has_a_scheme_and_no_blanks(text: str, is_one: bool) -> None:
    assert is_link(text) is is_one
