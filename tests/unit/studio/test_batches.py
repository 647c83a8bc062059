"""Rows of a batch: every variant with every setting, typed by the model's fields; what can't be made says why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sora_tui.kie.profiles import SORA_2_PRO, FieldError, ModelProfile
from sora_tui.studio.batch_files import read_batch
from sora_tui.studio.batches import (
    models_of,
    pacing,
    rows_of,
    rows_of_file,
    settings_apart,
    settings_of,
    with_settings,
)
from sora_tui.studio.drafting import errors_in
from sora_tui.studio.matrix import Combinations, parse_matrix
from sora_tui.studio.prompts import parse
from sora_tui.studio.task import Draft

BASE = Draft("A {red|blue} boat", SORA_2_PRO.model, {"size": "standard"})


def known(model: str, _mode: str) -> ModelProfile | None:
    return SORA_2_PRO if model == SORA_2_PRO.model else None


def check(draft: Draft) -> list[FieldError]:
    return errors_in(draft, known(draft.model, ""))


def combinations(prompt: str, matrix: str = "") -> Combinations:
    return Combinations(parse(prompt), parse_matrix(matrix), SORA_2_PRO.model)


def test_every_variant_comes_with_every_setting_and_keeps_the_draft_s_own() -> None:
    rows = rows_of(combinations(BASE.prompt, "n_frames=10,15"), BASE, known, check)
    assert [(row.draft.prompt, row.draft.parameters) for row in rows] == [
        ("A red boat", {"size": "standard", "n_frames": "10"}),
        ("A red boat", {"size": "standard", "n_frames": "15"}),
        ("A blue boat", {"size": "standard", "n_frames": "10"}),
        ("A blue boat", {"size": "standard", "n_frames": "15"}),
    ]
    assert not any(row.problem for row in rows)


def test_values_are_typed_as_the_fields_take_them() -> None:
    assert with_settings(BASE, "", {"remove_watermark": "no"}, known).draft.parameters["remove_watermark"] is False


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        ("lenght=10", "has no setting lenght"),
        ("sizes=high", "Did you mean size?"),
        ("size=huge", '"standard" or "high"'),
        ("model=nobody", "What nobody takes is not known"),
    ],
)
def test_a_row_that_cant_be_made_stays_and_says_why(matrix: str, words: str) -> None:
    (row, other) = rows_of(combinations(BASE.prompt, matrix), BASE, known, check)
    assert words in row.problem
    assert words in other.problem


def test_a_matrix_tells_its_models() -> None:
    assert models_of(parse_matrix("size=high model=a,b")) == ("a", "b")
    assert models_of(parse_matrix("size=high")) == ()


def test_rows_of_a_file_keep_its_order_with_those_that_cant_be_read_among_them() -> None:
    file = read_batch(b"prompt,size\nA boat,high\n,high\nA {red|blue} koi,huge\nA rail,\n", ".csv")
    rows = rows_of_file(file, BASE, known, check)
    assert [row.line for row in rows] == [2, 3, 4, 5]
    assert [bool(row.problem) for row in rows] == [False, True, True, False]
    assert rows[2].draft.prompt == "A {red|blue} koi"  # a file means what it says
    assert rows[3].draft == Draft("A rail", SORA_2_PRO.model, {"size": "standard"})


def test_what_differs_is_told_apart_from_what_all_share() -> None:
    drafts = [row.draft for row in settings_of(BASE, parse_matrix("n_frames=10,15"), known)]
    assert settings_apart(drafts) == [{"n_frames": "10"}, {"n_frames": "15"}]
    assert settings_apart([BASE]) == [{}]
    assert settings_apart([]) == []


@pytest.mark.parametrize(("count", "seconds"), [(0, 0), (1, 0), (20, 0), (21, 10), (100, 40)])
def test_twenty_go_at_once_and_the_rest_in_steps_of_ten_seconds(count: int, seconds: float) -> None:
    assert pacing(count) == pytest.approx(seconds, rel=0.05)
    assert pacing(count, waiting=20) >= pacing(count)


@given(some.lists(some.lists(some.text("ab ", max_size=5), min_size=1, max_size=4), max_size=4))
def test_the_longest_variant_is_the_longest_of_all(groups: list[list[str]]) -> None:
    expansion = parse("x".join("{" + "|".join([*group, ""]) + "}" for group in groups))
    assert len(expansion.longest()) == max(len(each) for each in expansion.variants())
    assert expansion.longest() in set(expansion.variants())
