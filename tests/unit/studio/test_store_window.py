"""The right to send: taken once, by one program, and never more often than the account's window allows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sora_tui.studio.reader import NoSuchTask
from sora_tui.studio.schema import StoreBusy
from sora_tui.studio.store import OnHold, Store, WindowFull
from sora_tui.studio.task import Task, TaskState
from tests.unit.studio.stored import OWNER, path_in, put, queued, running
from tests.unit.studio.virtual_time import EPOCH_MS

LIMIT = 3
WINDOW_MS = 10_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(path_in(tmp_path))
    yield store
    store.close()


def claim(store: Store, number: int, at: int, *, owner: str = OWNER) -> Task | WindowFull | OnHold | None:
    ref = queued(number).ref
    return store.claim(ref, owner=owner, clock_ms=lambda: EPOCH_MS + at, limit=LIMIT, window_ms=WINDOW_MS)


def test_a_claimed_task_is_being_sent_from_now_on(store: Store) -> None:
    (before,) = put(store, queued(1, note="Sent again in 4 s.", attempts=1))
    claimed = claim(store, 1, 7)
    assert isinstance(claimed, Task)
    assert claimed == store.task(before.ref)
    assert (claimed.state, claimed.sent_at, claimed.attempts, claimed.note) == (
        TaskState.SENDING,
        EPOCH_MS + 7,
        2,
        "",
    )
    assert claimed.revision == before.revision + 1
    assert [step.state for step in store.history(before.ref)] == [TaskState.QUEUED, TaskState.SENDING]


def test_a_start_counts_from_when_no_other_program_is_in_the_way(store: Store) -> None:
    put(store, queued(1))
    with closing(Store(store.path, busy_timeout_s=0.0)) as other:

        def look_at_the_clock() -> int:
            with pytest.raises(StoreBusy):
                other.change(queued(1).ref, lambda task: task.moved(TaskState.REFUSED), at=0)
            return EPOCH_MS

        claimed = store.claim(queued(1).ref, owner=OWNER, clock_ms=look_at_the_clock, limit=LIMIT, window_ms=WINDOW_MS)
    assert isinstance(claimed, Task)
    assert claimed.sent_at == EPOCH_MS


def test_a_task_is_claimed_once(store: Store) -> None:
    put(store, queued(1))
    assert isinstance(claim(store, 1, 0), Task)
    assert claim(store, 1, 1) is None
    assert store.task(queued(1).ref).attempts == 1


def test_only_a_task_of_our_own_that_is_queued_can_be_claimed(store: Store) -> None:
    put(store, running(1), queued(2, state=TaskState.REFUSED))
    put(store, queued(3), owner="another program")
    assert [claim(store, number, 0) for number in (1, 2, 3, 4)] == [None] * 4
    assert store.task(queued(3).ref).state is TaskState.QUEUED
    with pytest.raises(NoSuchTask):
        store.task(queued(4).ref)


def test_one_more_than_the_window_holds_is_told_how_long_to_wait(store: Store) -> None:
    put(store, *(queued(number) for number in range(1, 6)))
    for number, at in ((1, 0), (2, 2_000), (3, 9_000)):
        assert isinstance(claim(store, number, at), Task)
    assert claim(store, 4, 9_500) == WindowFull(500)
    assert store.task(queued(4).ref).state is TaskState.QUEUED
    assert claim(store, 4, 9_999) == WindowFull(1)
    assert isinstance(claim(store, 4, 10_000), Task)
    assert claim(store, 5, 10_000) == WindowFull(2_000)


def test_in_a_window_fuller_than_the_limit_it_waits_until_there_is_room(store: Store) -> None:
    put(store, *(queued(number) for number in range(1, 5)))
    for number in (1, 2, 3):
        assert isinstance(claim(store, number, number * 1_000), Task)
    ref = queued(4).ref
    waits = store.claim(ref, owner=OWNER, clock_ms=lambda: EPOCH_MS + 3_000, limit=1, window_ms=WINDOW_MS)
    assert waits == WindowFull(10_000), "the last of the three counts, not the first"


def test_what_was_refused_or_lost_counts_in_the_window_like_any_other(store: Store) -> None:
    put(store, *(queued(number) for number in range(1, 5)))
    for number in (1, 2, 3):
        claim(store, number, 0)
        store.change(queued(number).ref, lambda task: task.moved(TaskState.REFUSED), at=EPOCH_MS)
    assert isinstance(claim(store, 4, 1), WindowFull)


def test_a_task_that_is_sent_again_counts_again(store: Store) -> None:
    put(store, queued(1), queued(2))
    for _ in range(LIMIT):
        assert isinstance(claim(store, 1, 0), Task)
        store.change(queued(1).ref, lambda task: task.moved(TaskState.QUEUED), at=EPOCH_MS)
    assert isinstance(claim(store, 2, 1), WindowFull)


def test_each_service_has_a_window_of_its_own(store: Store) -> None:
    put(store, *(queued(number) for number in (1, 2, 3)), queued(4, origin="demo"))
    for number in (1, 2, 3, 4):
        assert isinstance(claim(store, number, 0), Task)


def test_a_wall_clock_set_back_by_a_day_holds_nothing_up(store: Store) -> None:
    put(store, *(queued(number) for number in range(1, 6)))
    for number in (1, 2, 3):
        claim(store, number, 0)
    assert isinstance(claim(store, 4, -24 * 3_600_000), Task)


def test_a_wall_clock_set_back_a_little_neither_opens_the_window_nor_closes_it_for_longer(store: Store) -> None:
    put(store, *(queued(number) for number in range(1, 6)))
    for number in (1, 2, 3):
        claim(store, number, 0)
    waits = claim(store, 4, -5_000)
    assert isinstance(waits, WindowFull)
    assert 0 < waits.wait_ms <= WINDOW_MS


def test_old_starts_are_not_kept_for_ever(store: Store) -> None:
    hours = 3_600_000
    put(store, *(queued(number) for number in range(1, 6)))
    for number in range(1, 6):
        assert isinstance(claim(store, number, number * 2 * hours), Task)
    assert store._connection.execute("SELECT count(*) FROM sends").fetchone() == (1,)


@settings(max_examples=25, deadline=None)
@given(
    pauses=st.lists(st.integers(0, 6_000), min_size=1, max_size=25),
    turns=st.lists(st.integers(0, 2), min_size=25, max_size=25),
)
def test_no_window_ever_holds_more_than_the_limit_over_several_programs(pauses: list[int], turns: list[int]) -> None:
    with TemporaryDirectory() as folder:
        programs = [Store(path_in(Path(folder))) for _ in range(3)]
        starts: list[int] = []
        now = 0
        for number, pause in enumerate(pauses, 1):
            now += pause
            program = programs[turns[number - 1]]
            put(program, queued(number))
            claimed = claim(program, number, now)
            if isinstance(claimed, WindowFull):
                assert claimed.wait_ms > 0
                now += claimed.wait_ms
                claimed = claim(program, number, now)
            assert isinstance(claimed, Task), "after the wait it was told, it has its place"
            starts.append(now)
        for store in programs:
            store.close()
    assert all(later - first >= WINDOW_MS for first, later in zip(starts, starts[LIMIT:], strict=False))


def test_what_a_dead_program_had_queued_is_taken_over_and_only_then_ours_to_claim(store: Store) -> None:
    put(store, queued(2), queued(1), queued(3, state=TaskState.SENDING), queued(4, origin="demo"), owner="dead")
    put(store, queued(5), owner="alive")
    assert claim(store, 1, 0) is None
    assert store.take_over(queued(1).origin, ["dead"], OWNER) == [queued(2).ref, queued(1).ref]
    assert isinstance(claim(store, 1, 0), Task)
    assert store.take_over(queued(1).origin, ["dead"], "a third") == []
    assert claim(store, 5, 0) is None
    assert store.owners() == {"dead", "alive", OWNER}


def test_of_two_programs_that_take_over_one_gets_the_task(store: Store) -> None:
    put(store, queued(1), owner="dead")
    with closing(Store(store.path)) as other:
        assert other.take_over(queued(1).origin, ["dead"], "the other") == [queued(1).ref]
        assert store.take_over(queued(1).origin, ["dead"], OWNER) == []
        assert claim(store, 1, 0) is None
        assert isinstance(claim(other, 1, 0, owner="the other"), Task)


def test_the_tasks_a_program_holds_are_found_by_their_state_in_their_order(store: Store) -> None:
    put(store, queued(2, state=TaskState.SENDING), queued(1, state=TaskState.SENDING), queued(3), owner="dead")
    put(store, queued(4, state=TaskState.SENDING), owner="alive")
    assert store.held_by(["dead"], TaskState.SENDING) == [queued(2).ref, queued(1).ref]
    assert store.held_by([], TaskState.SENDING) == []
