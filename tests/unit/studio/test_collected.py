"""Which results are on this machine, and how long the others can still be had."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.studio.collected import (
    DAY_MS,
    file_of,
    is_about_to_be_lost,
    is_collected,
    is_to_be_collected,
    uncollected,
    with_file,
)
from sora_tui.studio.task import Task, TaskState
from tests.unit.studio.stored import running

ENDED = 1_000 * DAY_MS


def ended(links: int = 2, **changes: object) -> Task:
    made = tuple(f"https://files.example/{number}.mp4" for number in range(links))
    task = running(1, state=TaskState.SUCCESS, finished_at=ENDED, links=made)
    return replace(task, **changes)  # type: ignore[arg-type]


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["", "/a", "/b"])), max_size=12))
def test_the_files_are_those_put_last_and_nothing_empty_trails(puts: list[tuple[int, str]]) -> None:
    task = ended(5)
    for number, path in puts:
        task = with_file(task, number, path)
    last = dict(puts)
    assert [file_of(task, number) for number in range(5)] == [last.get(number, "") for number in range(5)]
    assert not task.files or task.files[-1]
    assert uncollected(task) == [number for number in range(5) if not last.get(number)]
    assert is_collected(task) is all(last.get(number) for number in range(5))


def test_nothing_is_collected_of_what_has_no_links() -> None:
    assert not is_collected(ended(0))


@pytest.mark.parametrize(
    ("task", "age_d", "wanted", "soon"),
    [
        (ended(), 0, True, False),
        (ended(), 10.9, True, False),
        (ended(), 11, True, True),
        (ended(), 13.9, True, True),
        (ended(), 14, False, False),
        (ended(files=("/a",)), 12, True, True),
        (ended(files=("/a", "/b")), 12, False, False),
        (ended(is_discarded=True), 12, False, False),
        (ended(files_note="Gone."), 12, False, False),
        (ended(0), 12, False, False),
        (ended(state=TaskState.FAIL), 12, False, False),
        (ended(finished_at=None), 12, False, False),
    ],
)
def test_what_is_to_be_collected_and_what_is_about_to_be_lost(
    task: Task, age_d: float, wanted: bool, soon: bool
) -> None:
    now = ENDED + round(age_d * DAY_MS)
    assert (is_to_be_collected(task, now), is_about_to_be_lost(task, now)) == (wanted, soon)
