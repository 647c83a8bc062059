"""The visible rows against a naive model: after anything that happens, all tasks filtered and sorted anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sora_tui.studio.collected import is_about_to_be_lost
from sora_tui.studio.orders import SortBy, sort_key
from sora_tui.studio.task import Task, TaskState
from sora_tui.tui.widgets.task_rows import HELD_TASKS, Found, Segment, TaskRows, by_segment, segment_of
from tests.unit.tui.rows import MemoryRows, RowsAtOnce
from tests.unit.tui.tasks import DAY, NOW_MS, a_task, any_task, filtered

FILTERS = st.sampled_from(["", "  ", "koi", "-koi", "state:run", "state:fail,done", "nothing says this"])
REFS = st.sampled_from("abcdefgh")


class RowsAgainstModel(RuleBasedStateMachine):
    """The model keeps the tasks in a dict and works everything else out whenever it is asked.

    What is wanted arrives later than it is asked for, found among the tasks as they were at some time between.
    """

    def __init__(self) -> None:
        super().__init__()
        self.rows = TaskRows()
        self.source = MemoryRows()
        self.marks: set[str] = set()
        self.held: str | None = None
        self.segment = Segment.ALL
        self.filter = ""
        self.sort = (SortBy.NEWEST, False)
        self.shown: tuple[Segment, str] = (Segment.ALL, "")
        self.on_its_way: Found | None = None

    @property
    def tasks(self) -> dict[str, Task]:
        return self.source.tasks

    def lets_through(self, task: Task) -> bool:
        in_tab = self.segment is Segment.ALL or segment_of(task.state) is self.segment
        in_tab |= self.segment is Segment.NEEDS_YOU and is_about_to_be_lost(task, NOW_MS)
        return in_tab and filtered(self.filter).matches(task)

    def visible(self) -> list[Task]:
        shown = [task for task in self.tasks.values() if task.ref == self.held or self.lets_through(task)]
        upwards = sorted(shown, key=lambda task: sort_key(task, self.sort[0]))
        return upwards[::-1] if self.sort[1] else upwards

    @rule(task=any_task())
    def put(self, task: Task) -> None:
        before = self.rows.refs(0, len(self.rows))
        changed = self.rows.put(task)
        self.tasks[task.ref] = task
        assert changed or self.rows.refs(0, len(self.rows)) == before  # more may be said to have changed, never less

    @precondition(lambda self: self.tasks)
    @rule(data=st.data(), state=st.sampled_from(TaskState), prompt=st.sampled_from(["koi", "rail"]))
    def change(self, data: st.DataObject, state: TaskState, prompt: str) -> None:
        ref = data.draw(st.sampled_from(sorted(self.tasks)))
        self.put(replace(self.tasks[ref], state=state, prompt=prompt))

    @precondition(lambda self: self.tasks and not self.rows.is_awaited)
    @rule(data=st.data())
    def put_the_same_again(self, data: st.DataObject) -> None:
        ref = data.draw(st.sampled_from(sorted(self.tasks)))
        assert not self.rows.put(self.tasks[ref])

    @precondition(lambda self: not self.rows.is_awaited)
    @rule(data=st.data())
    def hold(self, data: st.DataObject) -> None:
        self.rows.load(self.tasks.values())
        before = {task.ref for task in self.visible()}
        ref = data.draw(st.sampled_from([None, *sorted(before)]))
        went = self.rows.hold(ref)
        self.held = ref
        assert went == (before != {task.ref for task in self.visible()})

    @rule(segment=st.sampled_from(Segment))
    def select(self, segment: Segment) -> None:
        self.rows.select(segment, now_ms=NOW_MS)
        self.segment = segment

    @rule(text=FILTERS)
    def narrow(self, text: str) -> None:
        self.rows.narrow(filtered(text))
        self.filter = text

    @rule(sort_by=st.sampled_from(SortBy), descending=st.booleans())
    def order(self, sort_by: SortBy, descending: bool) -> None:
        self.rows.order(sort_by, descending=descending)
        self.sort = (sort_by, descending)

    @precondition(lambda self: self.rows.is_awaited)
    @rule(first=st.integers(0, 5))
    def find(self, first: int) -> None:
        found = self.source.found(self.rows.wanted)
        if first < len(found.keys):
            assert self.rows.arrive(Found.of(found.view, found.keys[:first], is_complete=False))
            assert self.rows.is_awaited
            self.arrived()
        self.on_its_way = found

    @precondition(lambda self: self.on_its_way is not None)
    @rule()
    def arrive(self) -> None:
        found, self.on_its_way = self.on_its_way, None
        assert found is not None
        if self.rows.is_awaited and self.rows.arrive(found):
            assert not self.rows.is_awaited
            self.arrived()

    def arrived(self) -> None:
        if self.shown != (self.segment, self.filter):
            self.held = None
        self.shown = (self.segment, self.filter)

    @rule(ref=REFS)
    def mark(self, ref: str) -> None:
        self.marks ^= {ref}
        assert self.rows.toggle_mark(ref) == (ref in self.marks)

    @precondition(lambda self: not self.rows.is_awaited)
    @invariant()
    def shows_what_the_model_shows(self) -> None:
        visible = [task.ref for task in self.visible()]
        assert self.rows.refs(0, len(self.rows)) == visible
        assert len(self.rows) == len(visible)
        assert self.rows.matching == sum(map(self.lets_through, self.tasks.values()))

    @precondition(lambda self: not self.rows.is_awaited)
    @invariant()
    def finds_every_row_where_it_is(self) -> None:
        self.rows.load([self.tasks[ref] for ref in self.rows.missing(0, len(self.rows))])
        visible = self.visible()
        for place, task in enumerate(visible):
            assert self.rows.index(task.ref) == place == self.rows.nearest(task.ref)
            assert (self.rows.ref_at(place), self.rows.at(place)) == (task.ref, task)
            assert self.rows.refs(place, place + 2) == [each.ref for each in visible[place : place + 2]]
        for ref in {*"abcdefgh"} - {task.ref for task in visible}:
            assert self.rows.index(ref) is None
            assert 0 <= self.rows.nearest(ref) <= max(0, len(visible) - 1)

    @invariant()
    def knows_what_is_wanted(self) -> None:
        assert self.rows.marks == self.marks
        assert (self.rows.held, self.rows.segment, self.rows.sort) == (self.held, self.segment, self.sort)
        assert self.rows.filter.text == self.filter


RowsAgainstModel.TestCase.settings = settings(deadline=None, max_examples=150, stateful_step_count=25)
TestRowsAgainstModel = RowsAgainstModel.TestCase


@pytest.mark.parametrize("state", TaskState)
def test_every_state_has_one_tab_of_its_own(state: TaskState) -> None:
    segment = segment_of(state)
    assert segment is not Segment.ALL
    assert (segment is Segment.RUNNING) == state.is_running
    assert (segment is Segment.NEEDS_YOU) == state.needs_you
    assert (segment is Segment.DONE) == (state is TaskState.SUCCESS)


def test_there_is_no_row_before_the_first_or_after_the_last() -> None:
    rows = RowsAtOnce(a_task("a"))
    for index in (-1, 1):
        with pytest.raises(IndexError):
            rows.at(index)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("count", [1, 4, 200])
def test_few_refs_and_many_are_put_in_order_alike(count: int, descending: bool) -> None:
    rows = RowsAtOnce(*(a_task(f"r{place:03}", created_at=NOW_MS - place) for place in range(200)))
    rows.order(SortBy.NEWEST, descending=descending)
    seen = [f"r{place:03}" for place in range(200)][: count * 50 : 50 if count < 200 else 1]
    assert rows.in_order({"gone", "away", *seen}) == [*(seen[::-1] if descending else seen), "away", "gone"]


def test_nothing_stands_nowhere() -> None:
    assert RowsAtOnce().nearest("a") == 0
    assert RowsAtOnce(a_task("a")).nearest(None) == 0
    assert RowsAtOnce(a_task("a")).index(None) is None


def test_a_hidden_task_is_nearest_to_where_it_would_stand() -> None:
    tasks = [
        a_task(ref, prompt=prompt, created_at=NOW_MS - 1000 * place)
        for place, (ref, prompt) in enumerate([("a", "koi"), ("b", "koi"), ("c", "boat"), ("d", "koi")])
    ]
    rows = RowsAtOnce(*tasks)
    rows.narrow(filtered("koi"))
    assert rows.ref_at(rows.nearest("c")) == "d"
    rows.narrow(filtered("state:waiting -prompt"))
    assert rows.nearest("d") == 3


@pytest.mark.parametrize(
    ("change", "moved"),
    [({"asked_at": 1}, False), ({"prompt": "other"}, False), ({"state": TaskState.SUCCESS}, True)],
)
def test_only_what_moves_a_row_is_said_to_move_it(change: dict[str, Any], moved: bool) -> None:
    rows = RowsAtOnce(a_task("a"), a_task("b"))
    rows.select(Segment.RUNNING)
    assert rows.put(replace(a_task("a"), **change)) is moved


def test_a_held_row_stays_though_it_matches_no_longer_and_is_not_counted() -> None:
    rows = RowsAtOnce(a_task("a"), a_task("b"))
    rows.select(Segment.RUNNING)
    rows.hold("a")
    rows.put(a_task("a", TaskState.FAIL))
    assert [task.ref for task in rows] == ["a", "b"]
    assert rows.matching == 1
    assert not rows.hold("a")
    assert rows.index("a") == 0
    assert rows.hold("b")
    assert [task.ref for task in rows] == ["b"]


def test_the_tabs_count_every_state() -> None:
    counts = by_segment({TaskState.WAITING: 2, TaskState.QUEUED: 1, TaskState.SUCCESS: 5, TaskState.UNCONFIRMED: 1})
    assert counts == {
        Segment.ALL: 9,
        Segment.RUNNING: 3,
        Segment.DONE: 5,
        Segment.FAILED: 0,
        Segment.NEEDS_YOU: 1,
    }
    assert by_segment({TaskState.SUCCESS: 5}, expiring=2)[Segment.NEEDS_YOU] == 2


def test_what_will_soon_be_lost_needs_you_whatever_else_it_is() -> None:
    lost = a_task("a", TaskState.SUCCESS, links=("https://files.example/1.mp4",), finished_at=NOW_MS - 12 * DAY)
    kept = replace(lost, ref="b", files=("/videos/1.mp4",))
    fresh = replace(lost, ref="c", finished_at=NOW_MS)
    unsure = a_task("d", TaskState.UNCONFIRMED)
    rows = RowsAtOnce(lost, kept, fresh, unsure)
    rows.select(Segment.NEEDS_YOU)
    assert {task.ref for task in rows} == {"a", "d"}
    assert rows.counts[Segment.NEEDS_YOU] == 2
    rows.put(replace(lost, files=("/videos/1.mp4",)))
    assert {task.ref for task in rows} == {"d"}
    rows.select(Segment.DONE)
    assert {task.ref for task in rows} == {"a", "b", "c"}


def test_rows_that_nobody_wants_any_more_do_not_arrive() -> None:
    rows = RowsAtOnce(a_task("a"))
    late = rows.source.found(rows.wanted)
    rows.narrow(filtered("boat"))
    assert not rows.arrive(late)
    assert len(rows) == 0


def test_what_is_not_loaded_has_a_place_and_no_task() -> None:
    rows = TaskRows()
    source = MemoryRows(a_task(ref) for ref in "abc")
    rows.arrive(source.found(rows.wanted))
    assert (rows.ref_at(1), rows.at(1), rows.index("b")) == ("b", None, 1)
    assert rows.missing(-5, 99) == ["a", "b", "c"]
    rows.load([source.tasks["b"]])
    assert rows.at(1) is source.tasks["b"]
    assert rows.missing(0, 2) == ["a"]


def test_what_is_loaded_late_does_not_replace_what_came_meanwhile() -> None:
    rows = RowsAtOnce(a_task("a", prompt="old"))
    rows.put(a_task("a", prompt="new"))
    rows.load([a_task("a", prompt="old")])
    task = rows.at(0)
    assert task is not None
    assert task.prompt == "new"


def test_the_rows_looked_at_last_stay_loaded_however_many_change_elsewhere() -> None:
    tasks = [a_task(f"r{number:05}", created_at=NOW_MS - number) for number in range(HELD_TASKS + 10)]
    rows = TaskRows()
    rows.arrive(MemoryRows(tasks).found(rows.wanted))
    rows.load(tasks[:5])
    rows.hold("r00004")
    for task in tasks:
        rows.put(task)
    assert rows.missing(0, 5) == []
    rows.load(tasks[10:])
    assert rows.at(4) is tasks[4]
    assert rows.missing(0, 5) == ["r00000", "r00001", "r00002", "r00003"]
