"""Laying JSON out changes no character of it, and nothing an answer holds can break it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sora_tui.tui.raw_json import Kind, Laid, Piece, is_json_like, lay_out, opened

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)
JSON_LIKE = st.text(st.sampled_from('{}[],: \n"\\abc019.-+eé\x1b'), max_size=60)


def text_of(laid: Laid) -> str:
    return "\n".join("".join(piece.text for piece in line) for line in laid.lines)


def exactly(text: str) -> Any:
    """What a JSON text says, with each number as it is written and each key as often as it stands there."""
    return json.loads(text, parse_int=str, parse_float=str, object_pairs_hook=list)


def without_space(text: str) -> str:
    return re.sub("[ \t\r\n]", "", text)


@settings(deadline=None, max_examples=300)
@given(ANY_JSON, st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_it_says_the_same_as_before(value: Any, ascii_only: bool, indent: int | str | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    assert exactly(text_of(lay_out(text))) == exactly(text)


@settings(deadline=None, max_examples=250)
@given(JSON_LIKE | st.text(max_size=40))
@example('{"a":1')
@example(']]]"')
@example('{"a" "b\\')
def test_of_any_text_only_space_is_changed(text: str) -> None:
    assert without_space(text_of(lay_out(text))) == without_space(text)


@settings(deadline=None)
@given(ANY_JSON)
def test_laying_out_twice_changes_nothing_more(value: Any) -> None:
    once = text_of(lay_out(json.dumps(value)))
    assert text_of(lay_out(once)) == once


def test_no_number_is_rounded_and_no_key_is_dropped() -> None:
    text = '{"n": 12345678901234567890.1234567890e+0, "a": 1, "a": 2}'
    assert text_of(lay_out(text)) == '{\n  "n": 12345678901234567890.1234567890e+0,\n  "a": 1,\n  "a": 2\n}'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("{}", "{}"),
        ("[ ]", "[]"),
        ('{"a":[]}', '{\n  "a": []\n}'),
        ("[1,[2]]", "[\n  1,\n  [\n    2\n  ]\n]"),
        ('"a, {b: c}"', '"a, {b: c}"'),
        ("<html>", "<html>"),
        ('{"a": "cut', '{\n  "a": "cut'),
    ],
)
def test_every_entry_has_a_line_of_its_own(text: str, shown: str) -> None:
    assert text_of(lay_out(text)) == shown


def test_every_piece_says_what_it_is() -> None:
    kinds = {piece.text: piece.kind for line in lay_out('{"k": ["s", -1.5e3, null, true]}').lines for piece in line}
    assert kinds['"k"'] is Kind.KEY
    assert kinds['"s"'] is Kind.STRING
    assert kinds["-1.5e3"] is Kind.NUMBER
    assert kinds["null"] is kinds["true"] is Kind.WORD
    assert kinds["{"] is kinds[": "] is Kind.MARK


def test_what_is_no_token_is_left_as_it_is() -> None:
    assert lay_out("1 ☀ 2").lines[-1][-1] == Piece("☀ 2", Kind.PLAIN)


def test_a_hundred_thousand_brackets_move_to_the_right_only_so_far() -> None:
    laid = lay_out("[" * 100_000)
    assert len(laid.lines) == 100_001
    assert max(len("".join(piece.text for piece in line)) for line in laid.lines) <= 100


def test_more_closing_than_opening_brackets_do_no_harm() -> None:
    assert text_of(lay_out("]]1")) == "]\n]1"


def test_a_closing_bracket_ends_its_level() -> None:
    assert text_of(lay_out("[[1],2]")) == "[\n  [\n    1\n  ],\n  2\n]"


def test_json_inside_a_string_is_opened_under_its_key() -> None:
    inner = json.dumps({"urls": ["https://files/1.mp4"]})
    laid = lay_out(json.dumps({"code": 200, "resultJson": inner}))
    assert laid.opened == [("resultJson", inner)]
    [(key, shown)] = opened(laid)
    assert key == "resultJson"
    assert text_of(shown) == '{\n  "urls": [\n    "https://files/1.mp4"\n  ]\n}'


def test_what_stands_inside_of_that_is_opened_next_and_named_by_its_way() -> None:
    deepest = json.dumps({"x": 1})
    laid = lay_out(json.dumps({"param": json.dumps({"input": deepest}), "result": "[2]"}))
    assert [key for key, _ in opened(laid)] == ["param", "param.input", "result"]


def test_strings_within_strings_end_after_twenty() -> None:
    text = "[1]"
    for _ in range(6):
        text = json.dumps([text, text])
    assert len(list(opened(lay_out(text)))) == 20
    assert len(lay_out(json.dumps(["[1]"] * 50)).opened) == 20


@pytest.mark.parametrize("token", ['"[broken \\u00"', '"plain"', '"1"', '""', '"\\"[1]\\""'])
def test_a_string_without_json_in_it_is_just_a_string(token: str) -> None:
    assert lay_out(f'{{"a": {token}}}').opened == []


def test_an_object_or_a_list_looks_like_json_and_a_page_does_not() -> None:
    assert is_json_like(' \n{"a"')
    assert is_json_like("[")
    assert not any(map(is_json_like, ("", "  ", "<html>", '"a"', "17")))
