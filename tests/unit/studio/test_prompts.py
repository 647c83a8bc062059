"""What a prompt with braces stands for."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sora_tui.studio.prompts import DEEPEST, count_in_words, escape, parse

ANY = st.text(st.sampled_from("{}|= ab\n\\\ud800😀"), max_size=40) | st.text()


@pytest.mark.parametrize(
    ("text", "variants"),
    [
        ("", [""]),
        ("a boat", ["a boat"]),
        ("a | b", ["a | b"]),
        ("{dawn|dusk}", ["dawn", "dusk"]),
        ("at {dawn|dusk} by {sea|lake}", ["at dawn by sea", "at dawn by lake", "at dusk by sea", "at dusk by lake"]),
        ("{a {red|blue} boat|a kite}", ["a red boat", "a blue boat", "a kite"]),
        ("{a kite|a {red|blue}}", ["a kite", "a red", "a blue"]),
        ("{{red|blue} boat|kite}", ["red boat", "blue boat", "kite"]),
        ("boat{| at dusk}", ["boat", "boat at dusk"]),
        ("{a||b}", ["a", "", "b"]),
        ("{a|a}", ["a", "a"]),
        ("{{dawn|dusk}}", ["{dawn|dusk}"]),
        ("{{", ["{"]),
        ("}}", ["}"]),
        ("{{{a|b}}}", ["{a}", "{b}"]),
        ("{a {{x}}|b}", ["a {x}", "b"]),
        ("{b|{{x}}}", ["b", "{x}"]),
        ("{{{x}}|b}", ["{x}", "b"]),
        ("{a|b {{ c}", ["a", "b { c"]),
        ('{"scene": {"time": "dawn|dusk"}}', ['{"scene": {"time": "dawn|dusk"}}']),
    ],
)
def test_variants_come_in_reading_order(text: str, variants: list[str]) -> None:
    expansion = parse(text)
    assert expansion.problems == ()
    assert list(expansion.variants()) == variants
    assert expansion.count == len(variants)


@pytest.mark.parametrize(
    ("text", "position", "sentence"),
    [
        (
            "a {boat|kite",
            2,
            "The { at character 3 is never closed. Add the other one, or write {{ for",
        ),
        ("a\nbig boat}", 10, "The } at line 2, character 9 was never opened."),
        ("{a boat}", 0, "The { at character 1 holds no |. Write {a boat|…} for alternatives, {name} for a hole, or"),
        ("{}", 0, "The { at character 1 holds nothing."),
        ("{time={dawn|dusk}}", 0, "The { at character 1 has braces in what stands for time."),
        ("{" * 60 + "a|b" + "|c}" * 60, DEEPEST, f"The {{ at character {DEEPEST + 1} has more than {DEEPEST} braces"),
    ],
)
def test_what_cant_be_read_is_said_with_its_place(text: str, position: int, sentence: str) -> None:
    expansion = parse(text)
    assert [problem.position for problem in expansion.problems][:1] == [position]
    assert expansion.problems[0].sentence.startswith(sentence)
    assert list(expansion.variants()) == [text]


def test_holes_are_filled_with_values_that_mean_nothing_else() -> None:
    expansion = parse("a {colour=red} {thing} at {dawn|dusk}, {thing}")
    assert [(hole.name, hole.default) for hole in expansion.holes] == [("colour", "red"), ("thing", None)]
    assert (expansion.count, expansion.unfilled) == (2, ("thing",))
    assert next(expansion.variants()) == "a red {thing} at dawn, {thing}"
    filled = expansion.fill({"thing": "{a|b}", "other": "x"})
    assert filled.unfilled == ()
    assert list(filled.variants()) == ["a red {a|b} at dawn, {a|b}", "a red {a|b} at dusk, {a|b}"]
    assert filled.fill({"colour": ""}).variant(1) == "a  {a|b} at dusk, {a|b}"


def test_a_later_default_counts_for_the_first_of_its_name_too() -> None:
    assert parse("{a} {a=x}").variant(0) == "x x"


def test_counting_needs_no_expanding() -> None:
    expansion = parse("{0|1|2|3|4|5|6|7|8|9}" * 30)
    assert expansion.count == 10**30
    assert list(expansion.variants(2)) == ["0" * 30, "0" * 29 + "1"]
    assert expansion.variant(10**30 - 1) == "9" * 30
    with pytest.raises(IndexError):
        expansion.variant(10**30)
    assert count_in_words(expansion.count) == "about 10^30"
    assert count_in_words(1200) == "1,200"
    assert count_in_words(parse("{|}" * 40_000).count) == "about 10^12041"


@given(st.text().filter(lambda text: not set(text) & set("{}")))
@example("a | b\\ \0\ud800\r\n")
def test_a_prompt_without_braces_is_sent_byte_for_byte(text: str) -> None:
    expansion = parse(text)
    assert expansion.is_plain
    assert list(expansion.variants()) == [text]


@given(ANY)
def test_an_escaped_text_stands_for_itself(text: str) -> None:
    expansion = parse(escape(text))
    assert expansion.is_plain
    assert list(expansion.variants()) == [text]


@given(ANY)
def test_any_text_is_read(text: str) -> None:
    expansion = parse(text)
    assert len(list(expansion.variants(50))) == min(expansion.count, 50)
    if expansion.problems:
        assert expansion.count == 1
        assert all(0 <= problem.position < len(text) for problem in expansion.problems)


@given(
    st.dictionaries(st.text(max_size=4), st.recursive(st.text(), lambda v: st.lists(v) | st.dictionaries(st.text(), v)))
)
def test_a_json_prompt_stays_as_it_is(value: dict[str, object]) -> None:
    text = json.dumps(value)
    if value:
        assert list(parse(text).variants()) == [text]


Tree = str | list["Tree"] | tuple["Tree", ...]
"""A text, parts in a row, or alternatives."""
_LEAF = st.text("ab c", min_size=1, max_size=3) | st.just("{{x}}")
TREES: st.SearchStrategy[Tree] = st.recursive(
    _LEAF, lambda inner: st.lists(inner, max_size=3) | st.lists(inner, min_size=2, max_size=3).map(tuple), max_leaves=8
)


def _written(tree: Tree) -> str:
    if isinstance(tree, str):
        return tree
    if isinstance(tree, tuple):
        return "{" + "|".join(map(_written, tree)) + "}"
    return "".join(map(_written, tree))


def _meant(tree: Tree) -> list[str]:
    if isinstance(tree, str):
        return [tree.replace("{{", "{").replace("}}", "}")]
    if isinstance(tree, tuple):
        return [each for alternative in tree for each in _meant(alternative)]
    return ["".join(row) for row in itertools.product(*map(_meant, tree))]


@given(TREES)
def test_alternatives_nested_anyhow_are_read_as_meant(tree: Tree) -> None:
    expansion = parse(_written(tree))
    assert expansion.problems == ()
    assert list(expansion.variants()) == _meant(tree)
    assert expansion.count == len(_meant(tree))
