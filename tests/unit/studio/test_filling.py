"""Templates whose holes are filled: what is filled in is text, and everything else of the template stays."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sora_tui.studio.filling import fill_in
from sora_tui.studio.prompts import parse


@pytest.mark.parametrize(
    ("template", "values", "filled"),
    [
        ("a {thing} at {dawn|dusk}", {"thing": "boat"}, "a boat at {dawn|dusk}"),
        ("{thing}, {thing}", {"thing": "koi"}, "koi, koi"),
        ("{thing=boat} in {place}", {"place": "ice"}, "{thing=boat} in ice"),
        ("{ thing = boat }", {"thing": "koi"}, "koi"),
        ("{{x}} {thing}", {"thing": "{y}"}, "{{x}} {{y}}"),
        ("a {thing}", {"thing": "x|{y|z}"}, "a x|{{y|z}}"),
        ("a {thing}", {"other": "x"}, "a {thing}"),
        ("a {thing}", {"thing": ""}, "a "),
        ("{one|{thing}}", {"thing": "boat"}, "{one|boat}"),
        ("a {broken", {"broken": "x"}, "a {broken"),
        ('{"scene": "{thing}"}', {"thing": "x"}, '{"scene": "{thing}"}'),
    ],
)
def test_values_take_the_places_of_their_holes(template: str, values: dict[str, str], filled: str) -> None:
    assert fill_in(template, values) == filled


def test_a_bar_can_t_stand_among_alternatives() -> None:
    assert fill_in("{one|{thing}}", {"thing": "x|y"}) is None


def test_a_text_that_can_t_be_read_means_another_thing_than_its_words() -> None:
    assert not parse("a {b").means(parse("a {{b"))
    assert parse("a {b").means(parse("a {b"))


PIECES = ("a", " ", "{x}", "{y=1}", "{a|b}", "{a|{x}}", "{{", "}}", "|", "{|c{y}}")


@given(
    st.lists(st.sampled_from(PIECES), max_size=6).map("".join),
    st.dictionaries(st.sampled_from(["x", "y"]), st.text('ab{}|=" ', max_size=5)),
)
@example("{a|{x}}", {"x": "}"})
@example("{{{x}}}", {"x": "{"})
def test_what_is_filled_means_the_same_as_the_template_with_its_values(template: str, values: dict[str, str]) -> None:
    filled, meant = fill_in(template, values), parse(template).fill(values)
    if filled is None:
        assert any(set(value) & set("{}|") for value in values.values())
        return
    read = parse(filled)
    assert (read.count, read.unfilled) == (meant.count, meant.unfilled)
    assert list(read.variants(50)) == list(meant.variants(50))
