"""JSON values that can be stored, shown and sent on; numbers that came as one or as text."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.kie.envelope import decode_json, real_number, whole_number
from tests.unit.kie.any_json import outcome, unhurried


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 41, "-" + "9" * 40])
def test_a_number_that_means_nothing_is_none(text: str) -> None:
    assert decode_json(f"[{text}]") == [None]


def test_long_numbers_that_can_be_held_are_held() -> None:
    assert decode_json("9" * 40) == int("9" * 40)


def test_a_cut_emoji_becomes_a_mark_in_texts_and_in_names() -> None:
    assert decode_json('{"a\\ud83d": ["b\\udc00", "\\ud83d\\ude00"]}') == {"a�": ["b�", "😀"]}


@pytest.mark.parametrize(("depth", "is_read"), [(60, True), (61, False), (1_000, False), (20_000, False)])
def test_nesting_ends_at_sixty(depth: int, is_read: bool) -> None:
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        text = opening * depth + ("" if opening == "[" else "1") + closing * depth
        if is_read:
            assert decode_json(text) is not None
        else:
            with pytest.raises(ValueError, match="nested too deep"):
                decode_json(text)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (7, 7),
        (-7, -7),
        (7.0, 7),
        ("7", 7),
        (" -7\n", -7),
        ("007", 7),
        (10**18 - 1, 10**18 - 1),
        ("9" * 18, 10**18 - 1),
        (0, 0),
        (10**18, None),
        ("9" * 19, None),
        (7.5, None),
        ("7.0", None),
        ("7e3", None),
        ("1_000", None),
        ("٧", None),
        ("+7", None),
        ("", None),
        (True, None),
        (None, None),
        ([7], None),
        (math.inf, None),
        (math.nan, None),
        (1e300, None),
    ],
)
def test_a_whole_number_is_one_or_its_digits(value: Any, number: int | None) -> None:
    found = whole_number(value)
    assert found == number
    assert found is None or type(found) is int


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5760.65, 5760.65),
        (0, 0.0),
        ("5760.65", 5760.65),
        (" 12 ", 12.0),
        ("-1.5", -1.5),
        ("NaN", None),
        ("inf", None),
        ("1e5", None),
        ("1.", None),
        (".5", None),
        ("1_0", None),
        ("٧", None),
        (True, None),
        (None, None),
        ({}, None),
        (math.nan, None),
        (math.inf, None),
    ],
)
def test_a_real_number_is_finite(value: Any, number: float | None) -> None:
    found = real_number(value)
    assert found == number
    assert found is None or type(found) is float


@unhurried
@given(st.text() | st.from_regex(r"[-+0-9.eEnaif_ ]*", fullmatch=True) | st.floats() | st.integers())
def test_no_value_breaks_the_numbers(value: Any) -> None:
    whole, real = whole_number(value), real_number(value if not isinstance(value, int) else value % 10**40)
    assert whole is None or abs(whole) < 10**18
    assert real is None or math.isfinite(real)


@unhurried
@given(st.text())
def test_a_text_is_a_value_that_can_be_sent_or_no_value(text: str) -> None:
    value = outcome(lambda: decode_json(text), ValueError)
    if not isinstance(value, ValueError):
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
