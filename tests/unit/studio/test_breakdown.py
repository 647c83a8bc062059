"""A bill taken apart: nothing gets lost, the dearest first, and each part under a name."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sora_tui.studio import spending
from sora_tui.studio.breakdown import NAMELESS, day_rows, dearest, unknown_words
from sora_tui.studio.costs import Bill, By, Day
from sora_tui.studio.store import Store
from tests.unit.studio.stored import path_in, put, queued

AMOUNTS = st.floats(0, 1e6)
BILLS = st.builds(Bill, tasks=st.integers(1, 99), charged=AMOUNTS, in_flight=AMOUNTS)


@given(found=st.dictionaries(st.text("ab", max_size=3), BILLS), by=st.sampled_from(By))
def test_every_part_is_there_once_the_dearest_first(found: dict[str, Bill], by: By) -> None:
    entries = dearest(found, by, {"a": "A boat"})
    assert {entry.key: entry.bill for entry in entries} == found
    assert [entry.spent for entry in entries] == sorted((entry.spent for entry in entries), reverse=True)
    assert all(entry.name for entry in entries)
    names = {entry.key: entry.name for entry in entries}
    assert names.get("a", "A boat") == "A boat"
    assert names.get("", NAMELESS[by]) == NAMELESS[by]


def test_threads_and_batches_are_known_by_their_first_prompt(tmp_path: Path) -> None:
    store = Store(path_in(tmp_path))
    (boat,) = put(store, queued(1, prompt="boat", batch_ref="b"))
    put(store, queued(2, prompt="boat at dusk", parent_ref=boat.ref, batch_ref="b"), queued(3, prompt="koi"))
    assert store.ask(lambda db: spending.beginnings(db, By.THREAD, [boat.thread_ref])) == {boat.ref: "boat"}
    assert store.ask(lambda db: spending.beginnings(db, By.BATCH, ["b", ""])) == {"b": "boat"}
    assert store.ask(lambda db: spending.beginnings(db, By.MODEL, ["m"])) == {}
    store.close()


def test_what_nobody_has_said_is_no_nought() -> None:
    assert unknown_words(Bill(5)) == ""
    assert unknown_words(Bill(5, unknown=1)) == "1 task has not said what it costs. It is in no sum."
    assert unknown_words(Bill(5, unknown=3)) == "3 tasks have not said what they cost. They are in no sum."


def test_days_are_lines_in_their_order() -> None:
    days = [Day(date(2026, 11, 18), Bill(2, 1, charged=330.0), 120.5), Day(date(2026, 11, 19), Bill())]
    head, first, second = day_rows(days)
    assert (head[0], head[1], head[-1]) == ("day", "tasks", "median_s")
    assert dict(zip(head, first, strict=True)) | {"charged": "330"} == dict(zip(head, first, strict=True))
    assert (first[0], first[-1]) == ("2026-11-18", "120.5")
    assert second == ("2026-11-19", *["0"] * 9, "")
