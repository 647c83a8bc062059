"""What acts apply to: the task under the cursor or the marked ones, those of the history after they are read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import cast

import pytest

from sora_tui.studio.studio import Studio
from sora_tui.studio.task import Task, TaskState
from sora_tui.tui.selection import Selection
from sora_tui.tui.widgets.task_table import TaskTable
from tests.unit.tui.tasks import a_task


class Desk:
    """Stands in for both: `tasks` are in memory, `shown` on screen, `stored` on the disk."""

    def __init__(self) -> None:
        self.tasks: dict[str, Task] = {}
        self.shown: dict[str, Task] = {}
        self.stored: dict[str, Task] = {}
        self.loaded: list[list[str]] = []
        self.cursor_ref: str | None = None
        self.marked: frozenset[str] = frozenset()
        self.selection = Selection(cast(Studio, self), cast(TaskTable, self))

    @property
    def chosen_refs(self) -> list[str]:
        return sorted(self.marked, reverse=True) or ([self.cursor_ref] if self.cursor_ref else [])

    def task_of(self, ref: str | None) -> Task | None:
        return self.shown.get(ref or "")

    async def load(self, refs: Iterable[str]) -> list[Task]:
        self.loaded.append(list(refs))
        return [self.stored[ref] for ref in self.loaded[-1]]

    def mark(self, *refs: str) -> None:
        self.marked = frozenset(refs)
        self.selection.changed()


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_without_cursor_and_marks_nothing_is_chosen(desk: Desk) -> None:
    assert (desk.selection.at_hand, desk.selection.chosen, desk.selection.in_order()) == (None, (), ())
    assert desk.selection.is_read


def test_without_marks_it_is_the_task_under_the_cursor_as_the_studio_knows_it(desk: Desk) -> None:
    desk.cursor_ref = "a"
    desk.shown["a"] = a_task("a")
    assert desk.selection.chosen == (desk.shown["a"],)
    desk.tasks["a"] = a_task("a", TaskState.SUCCESS)
    assert desk.selection.at_hand is desk.tasks["a"]
    assert desk.selection.in_order() == (desk.tasks["a"],)


async def test_marked_tasks_of_the_history_are_read_once(desk: Desk) -> None:
    desk.tasks["a"], desk.shown["b"] = a_task("a"), a_task("b")
    desk.stored = {"c": a_task("c"), "d": a_task("d")}
    desk.mark("a", "b", "c")
    assert not desk.selection.is_read
    assert {task.ref for task in desk.selection.chosen} == {"a", "b"}
    await desk.selection.read()
    assert desk.selection.is_read
    assert [task.ref for task in desk.selection.in_order()] == ["c", "b", "a"]
    desk.mark("c", "d")
    await desk.selection.read()
    assert desk.loaded == [["c"], ["d"]]


async def test_what_is_marked_no_longer_is_not_kept(desk: Desk) -> None:
    desk.stored = {"c": a_task("c")}
    desk.mark("c")
    await desk.selection.read()
    desk.mark()
    await desk.selection.read()
    desk.mark("c")
    assert not desk.selection.is_read


async def test_a_marked_task_that_changed_is_the_changed_one(desk: Desk) -> None:
    desk.stored = {"c": a_task("c", TaskState.SUCCESS)}
    desk.mark("c")
    await desk.selection.read()
    assert desk.selection.chosen == (desk.stored["c"],)
    desk.tasks["c"] = replace(desk.stored["c"], note="another")
    desk.selection.changed()
    assert desk.selection.chosen == desk.selection.in_order() == (desk.tasks["c"],)
