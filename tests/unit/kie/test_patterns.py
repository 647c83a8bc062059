"""A pattern from outside is run only if its cost is bounded by how it is built."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.kie.patterns import plain_pattern
from tests.unit.kie.any_json import unhurried


@pytest.mark.parametrize(
    ("pattern", "right", "wrong"),
    [
        ("^#[0-9A-Fa-f]{6}$", "#12abEF", "#12abEG"),
        ("^#[0-9A-Fa-f]{6}$", "#000000", "#000000\n"),
        (r"^\d{1,3}\.\d{2}%$", "12.50%", "12.5%"),
        ("^(https?|oss)://", "oss://a/b", "ftp://a/b"),
        ("^[a-z]+$", "abc", "abc1"),
        (r"^\d+$", "12", "١٢"),
        ("^v?[0-9]$", "v5", "vv5"),
        ("^a.c$", "abc", "ac"),
    ],
)
def test_a_plain_pattern_is_run(pattern: str, right: str, wrong: str) -> None:
    allowed = plain_pattern(pattern)
    assert allowed is not None
    assert allowed.match(right)
    assert not allowed.match(wrong)


@pytest.mark.parametrize(
    "pattern",
    [
        "^(a+)+$",
        "^(a|a)*$",
        "^.*.*x$",
        "^[a-z]+[a-z]+$",
        r"^.*\S.*$",
        r"^(a)\1$",
        "^(?=a)a$",
        "^" + "a?" * 7 + "$",
        "^" + "(a|a)" * 30 + "$",
        "^" + "(a?)" * 30 + "$",
        "^(ab)*$",
        "^[0-9]{0,99}[0-9]{0,99}$",
        "[0-9]",
        "^[",
        "^(",
        "^a{9999}$",
        "",
        "^" + "a" * 300,
    ],
)
def test_any_other_is_not(pattern: str) -> None:
    assert plain_pattern(pattern) is None


@unhurried
@given(st.text("^$()[]{}?*+|\\.ab01,-", max_size=30), st.text("ab01", max_size=50))
def test_a_pattern_that_may_be_run_ends(pattern: str, text: str) -> None:
    allowed = plain_pattern(pattern)
    if allowed is not None:
        allowed.match(text * 2_000)
