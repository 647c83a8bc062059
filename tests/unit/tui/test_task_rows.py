"""The visible rows against a naive model: after anything that happens, all tasks filtered and sorted anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sora_tui.studio.orders import SortBy, sort_key
from sora_tui.studio.task import Task, TaskState
from sora_tui.tui.widgets.task_rows import Segment, TaskRows, segment_of
from tests.unit.tui.tasks import NOW_MS, a_task, any_task, filtered

FILTERS = st.sampled_from(["", "  ", "koi", "-koi", "state:run", "state:fail,done", "nothing says this"])

REFS = st.sampled_from("abcdefgh")


class RowsAgainstModel(RuleBasedStateMachine):
    """The model keeps the tasks in a dict and works everything else out whenever it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = TaskRows()
        self.tasks: dict[str, Task] = {}
        self.marks: set[str] = set()
        self.held: str | None = None
        self.segment = Segment.ALL
        self.filter = ""
        self.sort = (SortBy.NEWEST, False)

    def lets_through(self, task: Task) -> bool:
        in_tab = self.segment is Segment.ALL or segment_of(task.state) is self.segment
        return in_tab and filtered(self.filter).matches(task)

    def visible(self) -> list[Task]:
        shown = [task for task in self.tasks.values() if task.ref == self.held or self.lets_through(task)]
        upwards = sorted(shown, key=lambda task: sort_key(task, self.sort[0]))
        return upwards[::-1] if self.sort[1] else upwards

    @rule(tasks=st.lists(any_task(), max_size=8))
    def replace_all(self, tasks: list[Task]) -> None:
        self.rows.replace(tasks)
        self.tasks = {task.ref: task for task in tasks}
        self.marks &= self.tasks.keys()

    @rule(task=any_task())
    def put(self, task: Task) -> None:
        before = self.visible()
        changed = self.rows.put(task)
        self.tasks[task.ref] = task
        after = self.visible()
        places_changed = [task.ref for task in before] != [task.ref for task in after]
        assert changed or not places_changed  # more may be said to have changed than did, never less

    @precondition(lambda self: self.tasks)
    @rule(data=st.data(), state=st.sampled_from(TaskState), prompt=st.sampled_from(["koi", "rail"]))
    def change(self, data: st.DataObject, state: TaskState, prompt: str) -> None:
        ref = data.draw(st.sampled_from(sorted(self.tasks)))
        self.put(replace(self.tasks[ref], state=state, prompt=prompt))

    @precondition(lambda self: self.tasks)
    @rule(data=st.data())
    def put_the_same_again(self, data: st.DataObject) -> None:
        ref = data.draw(st.sampled_from(sorted(self.tasks)))
        assert not self.rows.put(self.tasks[ref])

    @rule(data=st.data())
    def hold(self, data: st.DataObject) -> None:
        before = {task.ref for task in self.visible()}
        ref = data.draw(st.sampled_from([None, *sorted(before)]))
        went = self.rows.hold(ref)
        self.held = ref
        assert went == (before != {task.ref for task in self.visible()})

    @rule(segment=st.sampled_from(Segment))
    def select(self, segment: Segment) -> None:
        self.rows.select(segment)
        self.segment, self.held = segment, None

    @rule(text=FILTERS)
    def narrow(self, text: str) -> None:
        self.rows.narrow(filtered(text))
        self.filter, self.held = text, None

    @rule(sort_by=st.sampled_from(SortBy), descending=st.booleans())
    def order(self, sort_by: SortBy, descending: bool) -> None:
        self.rows.order(sort_by, descending=descending)
        self.sort = (sort_by, descending)

    @rule(ref=REFS)
    def mark(self, ref: str) -> None:
        marked = self.rows.toggle_mark(ref)
        if ref in self.tasks:
            self.marks ^= {ref}
        assert marked == (ref in self.marks)

    @invariant()
    def shows_what_the_model_shows(self) -> None:
        visible = self.visible()
        assert [task.ref for task in self.rows] == [task.ref for task in visible]
        assert all(shown is task for shown, task in zip(self.rows, visible, strict=True))
        assert len(self.rows) == len(visible)
        assert self.rows.matching == sum(map(self.lets_through, self.tasks.values()))

    @invariant()
    def finds_every_row_where_it_is(self) -> None:
        visible = self.visible()
        for place, task in enumerate(visible):
            assert self.rows.index(task.ref) == place == self.rows.nearest(task.ref)
            assert self.rows.at(place) is task
        for ref in {*"abcdefgh"} - {task.ref for task in visible}:
            assert self.rows.index(ref) is None
            assert 0 <= self.rows.nearest(ref) <= max(0, len(visible) - 1)

    @invariant()
    def counts_what_there_is(self) -> None:
        assert self.rows.total == len(self.tasks) == self.rows.counts[Segment.ALL]
        for segment in set(Segment) - {Segment.ALL}:
            assert self.rows.counts[segment] == sum(segment_of(task.state) is segment for task in self.tasks.values())
        assert self.rows.marks == self.marks
        assert (self.rows.held, self.rows.segment, self.rows.sort) == (self.held, self.segment, self.sort)


RowsAgainstModel.TestCase.settings = settings(deadline=None, max_examples=150, stateful_step_count=25)
TestRowsAgainstModel = RowsAgainstModel.TestCase


def rows_of(*tasks: Task) -> TaskRows:
    rows = TaskRows()
    rows.replace(tasks)
    return rows


@pytest.mark.parametrize("state", TaskState)
def test_every_state_has_one_tab_of_its_own(state: TaskState) -> None:
    segment = segment_of(state)
    assert segment is not Segment.ALL
    assert (segment is Segment.RUNNING) == state.is_running
    assert (segment is Segment.NEEDS_YOU) == state.needs_you
    assert (segment is Segment.DONE) == (state is TaskState.SUCCESS)


def test_there_is_no_row_before_the_first_or_after_the_last() -> None:
    rows = rows_of(a_task("a"))
    for index in (-1, 1):
        with pytest.raises(IndexError):
            rows.at(index)


def test_nothing_stands_nowhere() -> None:
    assert rows_of().nearest("a") == 0
    assert rows_of(a_task("a")).nearest(None) == 0
    assert rows_of(a_task("a")).index(None) is None


def test_a_hidden_task_is_nearest_to_where_it_would_stand() -> None:
    tasks = [
        a_task(ref, prompt=prompt, created_at=NOW_MS - 1000 * place)
        for place, (ref, prompt) in enumerate([("a", "koi"), ("b", "koi"), ("c", "boat"), ("d", "koi")])
    ]
    rows = rows_of(*tasks)
    rows.narrow(filtered("koi"))
    assert rows.at(rows.nearest("c")).ref == "d"
    rows.narrow(filtered("state:waiting -prompt"))
    assert rows.nearest("d") == 3


@pytest.mark.parametrize(
    ("change", "moved"),
    [({"asked_at": 1}, False), ({"prompt": "other"}, False), ({"state": TaskState.SUCCESS}, True)],
)
def test_only_what_moves_a_row_is_said_to_move_it(change: dict[str, Any], moved: bool) -> None:
    rows = rows_of(a_task("a"), a_task("b"))
    rows.select(Segment.RUNNING)
    assert rows.put(replace(a_task("a"), **change)) is moved


def test_a_held_row_stays_though_it_matches_no_longer_and_is_not_counted() -> None:
    rows = rows_of(a_task("a"), a_task("b"))
    rows.select(Segment.RUNNING)
    rows.hold("a")
    rows.put(a_task("a", TaskState.FAIL))
    assert [task.ref for task in rows] == ["a", "b"]
    assert rows.matching == 1
    assert not rows.hold("a")
    assert rows.index("a") == 0
    assert rows.hold("b")
    assert [task.ref for task in rows] == ["b"]


def test_an_unknown_task_cant_be_marked() -> None:
    rows = rows_of(a_task("a"))
    assert not rows.toggle_mark("z")
    assert rows.marks == set()
    assert "a" in rows
    assert "z" not in rows
