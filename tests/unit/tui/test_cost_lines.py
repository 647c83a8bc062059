"""The bill on the screen: what is unknown or was lost is never a nought, and lines keep to their width."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.studio.breakdown import Entry
from sora_tui.studio.caps import Caps
from sora_tui.studio.costs import Bill, By
from sora_tui.studio.ledger import Overview
from sora_tui.tui.cost_words import Account, account_lines, bill_words
from sora_tui.tui.screens.costs import Since, filter_for
from sora_tui.tui.widgets.entry_list import entry_line, head_line
from tests.unit.tui.tasks import ANY_TEXT, UNSHOWABLE

BILL = Bill(4, 1, 1, 2, keepers=1, charged=750.0, lost=420.0)
NOTHING = Bill()
OVERVIEW = Overview(BILL, NOTHING, BILL, Bill(2, in_flight=100.0), 850.0)
TODAY = date(2026, 11, 26)


def said(**known: Any) -> dict[str, str]:
    account = Account(OVERVIEW, 2480.0, Caps())
    return {line.label or "": line.value.plain for line in account_lines(replace(account, **known))}


def tone(label: str, **known: Any) -> str:
    account = replace(Account(OVERVIEW, 2480.0, Caps()), **known)
    line = next(line for line in account_lines(account) if line.label == label)
    return " ".join(str(span.style) for span in line.value.spans)


def test_a_bill_in_words_tells_free_failures_from_those_that_were_charged() -> None:
    assert bill_words(BILL).plain == "750 credits ($3.75) · 4 tasks · 1 failed free · 2 failed, charged 420"
    assert bill_words(NOTHING).plain == "nothing"


def test_the_account_says_what_was_spent_what_flies_and_what_is_left() -> None:
    assert said() == {
        "Today": "750 ($3.75) · 4 tasks",
        "Yesterday": "nothing",
        "This month": "750 ($3.75) · 4 tasks",
        "In flight": "100 ($0.50) · 2 tasks",
        "Balance": "2,480 ($12.40)",
        "Caps": "none is set (cap_task, cap_batch, cap_day)",
        "Keepers": "1 · 750 each",
        "Failed": "1 free · 2 charged 420",
    }


def test_what_nobody_has_said_is_said() -> None:
    assert said(balance=None)["Balance"] == "not read yet"
    assert said(overview=replace(OVERVIEW, month=replace(BILL, unknown=3)))["Not said"] == "what 3 tasks cost"
    assert said(overview=replace(OVERVIEW, month=replace(BILL, unknown=1)))["Not said"] == "what 1 task costs"


def test_caps_are_told_with_what_is_left_of_the_day() -> None:
    caps = said(caps=Caps(400.0, 900.0, 1000.0))
    assert caps["Cap of a day"].startswith("150 of 1,000 left")
    assert caps["Cap"] == "400 a task · 900 a send"
    assert "Caps" not in caps
    assert said(caps=Caps(day=500.0))["Cap of a day"].startswith("0 of 500 left")
    assert said(caps=Caps(day=0.0))["Cap of a day"].startswith("0 of 0 left")


@pytest.mark.parametrize(("warn_below", "warns"), [(None, False), (2480.0, False), (2481.0, True)])
def test_a_low_balance_is_a_warning(warn_below: float | None, warns: bool) -> None:
    assert ("warning" in tone("Balance", warn_below=warn_below)) is warns
    assert ("below 2,481" in said(warn_below=warn_below)["Balance"]) is warns


def test_a_cap_nearly_reached_is_a_warning() -> None:
    assert "warning" in tone("Cap of a day", caps=Caps(day=1000.0))
    assert "warning" not in tone("Cap of a day", caps=Caps(day=2000.0))


BILLS = st.builds(
    Bill,
    st.integers(0, 10**6), st.integers(0, 999), st.integers(0, 999), st.integers(0, 99), st.integers(0, 2),
    st.integers(0, 99), st.floats(0, 1e12), st.floats(0, 1e9), st.floats(0, 1e9),
)  # fmt: skip


@given(name=ANY_TEXT, key=st.sampled_from(["", "a"]), bill=BILLS, width=st.integers(40, 200))
def test_a_part_is_one_clean_line_of_its_width(name: str, key: str, bill: Bill, width: int) -> None:
    line = entry_line(Entry(key, name or "m", bill), width, 1e12)
    assert line.cell_length == width
    assert not UNSHOWABLE.search(line.plain)
    assert head_line("Thread", width).cell_length <= width


def test_a_sum_that_lacks_something_is_marked() -> None:
    entry = Entry("m", "m", replace(BILL, unknown=1))
    assert "750 +?" in entry_line(entry, 60, 750.0).plain
    assert "+?" not in entry_line(Entry("m", "m", BILL), 60, 750.0).plain


def test_a_free_failure_stands_apart_from_one_that_was_charged() -> None:
    head, line = head_line("Model", 120).plain, entry_line(Entry("m", "m", BILL), 120, 750.0).plain
    for heading, cell in (("Failed free", "1"), ("Failed, charged", "2 for 420"), ("Per keeper", "750")):
        end = head.index(heading) + len(heading)
        assert line[:end].endswith(f" {cell}")


@pytest.mark.parametrize(
    ("by", "key", "filter"),
    [
        (By.TAG, "boat", 'tag:"boat" after:2026-11-01'),
        (By.TAG, "", "tag:none after:2026-11-01"),
        (By.MODEL, "veo", 'model:"veo" after:2026-11-01'),
        (By.THREAD, "ab", 'thread:"ab" after:2026-11-01'),
        (By.BATCH, "", ""),
    ],
)
def test_a_part_is_found_in_the_table_by_a_filter(by: By, key: str, filter: str) -> None:
    assert filter_for(Entry(key, "", BILL), by, date(2026, 11, 1)) == filter
    assert filter_for(Entry(key, "", BILL), by, None) == filter.removesuffix(" after:2026-11-01")


def test_the_times_begin_with_a_day() -> None:
    found = [since.first_day(TODAY) for since in Since]
    assert found == [TODAY, date(2026, 11, 20), date(2026, 11, 1), None]
