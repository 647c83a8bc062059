"""What a part of a bill was worth, in words."""

from __future__ import annotations

import pytest

from sora_tui.studio.costs import Bill
from sora_tui.tui.cost_words import kept_words


@pytest.mark.parametrize(
    ("bill", "wide", "words"),
    [
        (Bill(tasks=12, keepers=3, charged=1320.0), False, "3 of 12 kept · 440 credits a keeper"),
        (
            Bill(tasks=12, keepers=3, charged=1320.0),
            True,
            "3 of 12 kept · 440 credits a keeper · 2.3 keepers for 1,000 credits",
        ),
        (
            Bill(tasks=2, keepers=1, charged=1000.0),
            True,
            "1 of 2 kept · 1,000 credits a keeper · 1 keeper for 1,000 credits",
        ),
        (Bill(tasks=12, charged=1320.0), True, "0 of 12 kept"),
        (Bill(tasks=1, keepers=1), True, "1 of 1 kept"),
    ],
)
def test_what_a_part_was_worth_is_said_both_ways(bill: Bill, wide: bool, words: str) -> None:
    assert kept_words(bill, wide=wide) == words
