"""Settings to go through, and the tasks they make with the variants of a prompt."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.studio.matrix import MOST, Combinations, parse_matrix
from sora_tui.studio.prompts import parse


def test_every_setting_comes_with_every_other() -> None:
    matrix = parse_matrix("  aspect_ratio=16:9,9:16\tmodel=veo-3-1,wan/2-7 ")
    assert matrix.axes == (("aspect_ratio", ("16:9", "9:16")), ("model", ("veo-3-1", "wan/2-7")))
    assert [matrix.combination(index) for index in range(matrix.count)] == [
        {"aspect_ratio": "16:9", "model": "veo-3-1"},
        {"aspect_ratio": "16:9", "model": "wan/2-7"},
        {"aspect_ratio": "9:16", "model": "veo-3-1"},
        {"aspect_ratio": "9:16", "model": "wan/2-7"},
    ]


def test_nothing_is_one_combination_of_nothing() -> None:
    assert (parse_matrix(" ").count, parse_matrix("").combination(0)) == (1, {})


def test_quotes_keep_a_value_together() -> None:
    matrix = parse_matrix('style="soft, warm","",a=b size="the ""big"" one"')
    assert matrix.problems == ()
    assert matrix.axes == (("style", ("soft, warm", "", "a=b")), ("size", ('the "big" one',)))


@pytest.mark.parametrize(
    ("text", "position", "sentence"),
    [
        ("a=1 duration", 4, "duration is no setting. Write it as NAME=VALUE,VALUE, without blanks"),
        ("=5", 0, "=5 is no setting."),
        ("duration=", 0, 'duration= has no value. Write one, or "" for an empty one.'),
        ("duration=5,,10", 0, "duration has an empty value between its commas."),
        ("duration=5, 10", 0, "duration has an empty value between its commas."),
        ("duration=5,5", 0, "duration has 5 twice, which would be paid twice."),
        ("duration=5 duration=10", 11, "duration is there twice. Write all its values behind one duration="),
        ('style="soft', 0, 'A quote in style="soft is never closed.'),
        ('style=a"b"', 0, "The quotes of style must stand around a whole value"),
    ],
)
def test_what_cant_be_read_is_said(text: str, position: int, sentence: str) -> None:
    problem = parse_matrix(text).problems[0]
    assert problem.position == position
    assert problem.sentence.startswith(sentence)


def test_prompts_and_settings_are_multiplied_in_the_order_asked_for() -> None:
    prompt, matrix = parse("{dawn|dusk}"), parse_matrix("model=a,b duration=5")
    by_prompt = Combinations(prompt, matrix, "own")
    assert [(each.prompt, each.model) for each in by_prompt] == [
        ("dawn", "a"),
        ("dawn", "b"),
        ("dusk", "a"),
        ("dusk", "b"),
    ]
    by_setting = Combinations(prompt, matrix, "own", is_by_prompt=False)
    assert [(each.model, each.prompt) for each in by_setting] == [
        ("a", "dawn"),
        ("a", "dusk"),
        ("b", "dawn"),
        ("b", "dusk"),
    ]
    assert [each.parameters for each in by_prompt] == [{"duration": "5"}] * 4
    assert Combinations(prompt, parse_matrix(""), "own").at(1).model == "own"


def test_what_cant_be_sent_is_said() -> None:
    assert Combinations(parse("a"), parse_matrix(""), "m").problem is None
    assert Combinations(parse("{0|1|2|3|4|5|6|7|8|9}" * 3), parse_matrix(""), "m").problem is None
    many = Combinations(parse("{0|1|2|3|4|5|6|7|8|9}" * 3), parse_matrix("d=5,10"), "m")
    assert many.problem == (
        f"These are 2,000 tasks, and {MOST:,} can be made at once. Take out alternatives or settings."
    )
    assert next(iter(Combinations(parse("{0|1}" * 100), parse_matrix(""), "m"))).prompt == "0" * 100
    unfilled = Combinations(parse("a {thing}"), parse_matrix(""), "m").problem
    assert unfilled == "{thing} must be filled in first. Write {{thing}} where the braces themselves are meant."
    assert "never closed" in (Combinations(parse("{a|"), parse_matrix(""), "m").problem or "")
    assert "no setting" in (Combinations(parse("a"), parse_matrix("x"), "m").problem or "")


VALUE = st.text(st.characters(codec="utf-8"), max_size=5)
AXES = st.dictionaries(
    st.text("abc_", min_size=1, max_size=3),
    st.lists(VALUE, min_size=1, max_size=3, unique=True),
    max_size=3,
)


@given(AXES)
def test_what_is_written_in_quotes_is_read_as_it_was(axes: dict[str, list[str]]) -> None:
    def quoted(value: str) -> str:
        return '"' + value.replace('"', '""') + '"'

    matrix = parse_matrix(" ".join(f"{name}={','.join(map(quoted, values))}" for name, values in axes.items()))
    assert matrix.problems == ()
    assert {name: list(values) for name, values in matrix.axes} == axes
    expected = [dict(zip(axes, row, strict=True)) for row in itertools.product(*axes.values())]
    assert [matrix.combination(index) for index in range(matrix.count)] == expected


@given(st.text(st.sampled_from('a=," \n'), max_size=30) | st.text())
def test_any_text_is_read(text: str) -> None:
    matrix = parse_matrix(text)
    assert matrix.count >= 1
    assert len(matrix.combination(matrix.count - 1)) == len(matrix.axes)
