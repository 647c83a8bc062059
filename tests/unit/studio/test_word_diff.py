"""What changed between two prompts and between two tasks' settings."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.studio.word_diff import ABSENT, ChangedSetting, RunKind, changed_settings, word_diff
from sora_tui.studio.word_pieces import pieces

_SIGNS = {RunKind.KEPT: "=", RunKind.ADDED: "+", RunKind.REMOVED: "-"}


def shown(before: str, after: str) -> list[str]:
    return [_SIGNS[run.kind] + run.text for run in word_diff(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "runs"),
    [
        ("", "", []),
        ("a boat", "a boat", ["=a boat"]),
        ("", "a boat", ["+a boat"]),
        ("a boat", "", ["-a boat"]),
        ("a red boat at dawn", "a blue boat at dusk", ["=a ", "-red", "+blue", "= boat at ", "-dawn", "+dusk"]),
        ("red boat", "blue kite", ["-red boat", "+blue kite"]),
        ("a boat, slowly", "a boat slowly,", ["=a boat", "-,", "= slowly", "+,"]),
        ("a boat", "a  boat", ["=a", "- ", "+  ", "=boat"]),
        ("a boat", "a boat\n", ["=a boat", "+\n"]),
        ("don't stop", "don't start", ["=don't ", "-stop", "+start"]),
        ("紙の舟", "木の舟", ["-紙", "+木", "=の舟"]),
        ("👩‍🚀 runs", "👨‍🚀 runs", ["-👩‍🚀", "+👨‍🚀", "= runs"]),
        ("👍🏽", "👍🏿", ["-👍🏽", "+👍🏿"]),
        ("🇩🇪🇫🇷", "🇩🇪🇮🇹", ["=🇩🇪", "-🇫🇷", "+🇮🇹"]),
        ("cafe\u0301", "cafe", ["-cafe\u0301", "+cafe"]),
        ("한국 배", "한국 새", ["=한국 ", "-배", "+새"]),
    ],
)
def test_the_words_that_changed_are_told(before: str, after: str, runs: list[str]) -> None:
    assert shown(before, after) == runs


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("it’s l'été 1️⃣ 3.5s", ["it’s", " ", "l'été", " ", "1️⃣", " ", "3", ".", "5s"]),
        ("ที่นี่", ["ที่", "นี่"]),
        ("é\u200d", ["é\u200d"]),
        ("\u0301a", ["\u0301", "a"]),
    ],
)
def test_pieces_are_words_blanks_and_signs(text: str, parts: list[str]) -> None:
    assert pieces(text) == parts


PARTS = ["a", "b", " ", "  ", ", ", "舟", "👩‍🚀", "\n", "\u0301", "'s", "\ud800"]
TEXT = st.lists(st.sampled_from(PARTS), max_size=14).map("".join) | st.text(max_size=20)


@given(TEXT)
def test_pieces_join_to_the_text(text: str) -> None:
    assert "".join(pieces(text)) == text
    assert all(pieces(text))


@given(TEXT, TEXT)
def test_the_runs_give_both_texts_back(before: str, after: str) -> None:
    check_runs(before, after)


def check_runs(before: str, after: str) -> None:
    runs = word_diff(before, after)
    assert "".join(run.text for run in runs if run.kind is not RunKind.ADDED) == before
    assert "".join(run.text for run in runs if run.kind is not RunKind.REMOVED) == after
    assert all(run.text for run in runs)
    assert all(one.kind is not other.kind for one, other in itertools.pairwise(runs))


@given(st.text("abc.", max_size=12), st.text("abc.", max_size=12))
def test_as_many_words_are_kept_as_can_be(before: str, after: str) -> None:
    # Signs alone, so that each character is a piece and no blank is given to a change.
    before, after = before.translate(_AS_SIGNS), after.translate(_AS_SIGNS)
    kept = sum(len(run.text) for run in word_diff(before, after) if run.kind is RunKind.KEPT)
    assert kept == _common(before, after)


_AS_SIGNS = str.maketrans("abc", "+-*")


def _common(one: str, other: str) -> int:
    table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            table[i + 1][j + 1] = table[i][j] + 1 if a == b else max(table[i][j + 1], table[i + 1][j])
    return table[-1][-1]


@pytest.mark.parametrize(
    ("before", "after"),
    [("+" * 10_000, "-" * 10_000), ("+-" * 5_000, "-+" * 5_000), ("+" * 9_000, "+" * 10_000)],
)
def test_a_hostile_text_is_told_as_exactly(before: str, after: str) -> None:
    check_runs(before, after)


def test_two_endless_texts_are_not_compared_but_told() -> None:
    assert shown("+" * 30_000, "-" * 30_000 + "+-") == ["-" + "+" * 30_000, "+" + "-" * 30_000 + "+-"]


def test_settings_that_differ_are_told_with_both_values() -> None:
    before = {"duration": 5, "sound": True, "seed": None, "size": "hd", "refs": ["a", {"n": 1}]}
    after = {"duration": 5.0, "sound": 1, "size": "4k", "refs": ["a", {"n": True}], "fps": 24}
    assert changed_settings(before, after) == [
        ChangedSetting("sound", True, 1),
        ChangedSetting("seed", None, ABSENT),
        ChangedSetting("size", "hd", "4k"),
        ChangedSetting("refs", ["a", {"n": 1}], ["a", {"n": True}]),
        ChangedSetting("fps", ABSENT, 24),
    ]
    assert changed_settings(before, dict(before)) == []
