"""What waits to be sent: written down whole, held, released, moved, dropped and paused, over all programs."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sora_tui.studio.caps import CapReached, Caps, PriceUnknown
from sora_tui.studio.errors import InvalidDraft, WrongState
from sora_tui.studio.events import OutboxChanged
from sora_tui.studio.holding import held, turn
from sora_tui.studio.store import OnHold, Store
from sora_tui.studio.task import IllegalTransition, Task, TaskState
from tests.unit.studio.scripted_service import Desk, ScriptedService, a_desk, draft
from tests.unit.studio.stored import ORIGIN, OWNER, path_in, put, queued, running
from tests.unit.studio.virtual_time import EPOCH_MS, VirtualClock, in_virtual_time

DIES_IN_A_BATCH = """
import os, signal, sys
from pathlib import Path
from sora_tui.studio.store import Store
from tests.unit.studio.stored import queued

store = Store(Path(sys.argv[1]))
store._connection.execute("PRAGMA cache_size = 1")  # so that half of it is on the disk already
store._connection.set_trace_callback(lambda sql: sql == "COMMIT" and os.kill(os.getpid(), signal.SIGKILL))
if sys.argv[2] == "insert":
    store.insert_all([queued(n, prompt="x" * 5000) for n in range(1, 60)], owner="a", at=1)
else:
    from sora_tui.studio.holding import held
    store.change_all([task.ref for task in store.tasks()], lambda task: held(task, False), at=1)
"""


def sent(desk: Desk) -> list[str]:
    return [create.about for create in desk.service.creates]


def dies(path: Path, act: str) -> None:
    ended = subprocess.run([sys.executable, "-c", DIES_IN_A_BATCH, str(path), act], check=False)
    assert ended.returncode == -signal.SIGKILL


@in_virtual_time
async def test_a_batch_is_written_whole_and_sent_in_its_order(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        tasks = await desk.studio.submit_all([draft(f"Boat {number}") for number in range(5)])
        assert len({task.batch_ref for task in tasks}) == 1
        assert tasks[0].batch_ref
        await desk.pass_s(1)
        assert sent(desk) == [task.ref for task in tasks]
        single = await desk.studio.submit(draft("Boat"))
        assert single.batch_ref == ""


@in_virtual_time
async def test_of_a_batch_with_a_bad_draft_nothing_is_written(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        with pytest.raises(InvalidDraft):
            await desk.studio.submit_all([draft("Boat"), draft("")])
        await desk.pass_s(60)
        assert not desk.studio.tasks
        assert not sent(desk)
        assert await desk.studio.submit_all([]) == []


@in_virtual_time
async def test_what_is_held_is_sent_when_it_is_released_and_not_before(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        tasks = await desk.studio.submit_all([draft(f"Boat {number}") for number in range(3)], is_held=True)
        await desk.pass_s(3600)
        assert not sent(desk)
        assert desk.studio.outbox.tasks == tasks
        await desk.studio.outbox.release([tasks[1].ref])
        await desk.pass_s(1)
        assert sent(desk) == [tasks[1].ref]
        await desk.studio.outbox.release_batch(tasks[0].batch_ref)
        await desk.pass_s(1)
        assert sent(desk) == [tasks[1].ref, tasks[0].ref, tasks[2].ref]


@in_virtual_time
async def test_what_is_held_stays_so_after_a_new_start(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        (task,) = await desk.studio.submit_all([draft("Boat")], is_held=True)
    async with a_desk(tmp_path) as desk:
        await desk.pass_s(60)
        assert not sent(desk)
        await desk.studio.outbox.release([task.ref])
        await desk.pass_s(1)
        assert sent(desk) == [task.ref]


@in_virtual_time
async def test_another_program_holds_releases_and_pauses_too(tmp_path: Path) -> None:
    clock = VirtualClock()
    service = ScriptedService(clock)
    async with (
        a_desk(tmp_path, clock=clock, service=service) as ours,
        a_desk(tmp_path, clock=clock, service=service) as theirs,
    ):
        await theirs.studio.outbox.pause()
        await ours.pass_s(1)
        assert "paused" in ours.studio.paused
        assert ours.told(OutboxChanged)[-1].paused
        one, other = await ours.studio.submit_all([draft("Boat 1"), draft("Boat 2")])
        await ours.pass_s(60)
        assert not service.creates
        assert await theirs.studio.outbox.hold([one.ref])
        await theirs.studio.outbox.resume()
        await ours.pass_s(5)
        assert [create.about for create in service.creates] == [other.ref]
        assert not ours.studio.paused
        await theirs.studio.outbox.release([one.ref])
        await ours.pass_s(5)
        assert [create.about for create in service.creates] == [other.ref, one.ref]


@in_virtual_time
async def test_a_pause_outlives_the_program(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.studio.outbox.pause()
        task = await desk.studio.submit(draft("Boat"))
    async with a_desk(tmp_path) as desk:
        await desk.pass_s(60)
        assert not sent(desk)
        assert desk.studio.outbox.paused == desk.studio.paused != ""
        await desk.studio.outbox.resume()
        await desk.pass_s(1)
        assert sent(desk) == [task.ref]


@in_virtual_time
async def test_the_order_can_be_changed_and_what_is_dropped_is_never_sent(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        outbox = desk.studio.outbox
        await outbox.pause()
        one, two, three, four = await desk.studio.submit_all([draft(f"Boat {number}") for number in range(4)])
        await outbox.move(four.ref, one.ref)
        await outbox.move(one.ref)
        await outbox.move(two.ref, two.ref)
        assert [task.ref for task in outbox.tasks] == [four.ref, two.ref, three.ref, one.ref]
        dropped = await outbox.drop([three.ref])
        assert [task.state for task in dropped] == [TaskState.REFUSED]
        assert dropped[0].charge == 0
        await outbox.resume()
        await desk.pass_s(1)
        assert sent(desk) == [four.ref, two.ref, one.ref]
        assert await outbox.drop([four.ref]) == [], "it is on its way"
        with pytest.raises(WrongState):
            await outbox.move(four.ref, one.ref)


@pytest.mark.parametrize("keep", ["held", "paused"])
def test_the_store_itself_lets_nothing_go_that_is_kept(tmp_path: Path, keep: str) -> None:
    with closing(Store(path_in(tmp_path))) as store:
        (task,) = put(store, queued(1, is_held=keep == "held"))
        if keep == "paused":
            store.pause(ORIGIN, at=1)
            store.pause(ORIGIN, at=2)

        def claim() -> object:
            return store.claim(task.ref, owner=OWNER, clock_ms=lambda: EPOCH_MS, limit=9, window_ms=10_000)

        assert claim() is (OnHold.HELD if keep == "held" else OnHold.PAUSED)
        assert store.task(task.ref) == task
        store.resume(ORIGIN)
        store.change(task.ref, lambda task: held(task, False), at=1)
        assert isinstance(claim(), Task)


def test_only_what_waits_can_be_held(tmp_path: Path) -> None:
    assert held(running(1)) == running(1)


def test_a_batch_that_is_killed_while_it_is_written_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    Store(path_in(tmp_path)).close()
    dies(path_in(tmp_path), "insert")
    with closing(Store(path_in(tmp_path))) as store:
        assert store.tasks() == []
        store.insert_all([queued(number, is_held=True, prompt="x" * 5_000) for number in range(1, 60)], owner="a", at=1)
    dies(path_in(tmp_path), "release")
    with closing(Store(path_in(tmp_path))) as store:
        assert {task.is_held for task in store.tasks()} == {True}
        assert len(store.tasks()) == 59


@settings(max_examples=30, deadline=None)
@given(moves=st.lists(st.tuples(st.integers(0, 4), st.none() | st.integers(0, 4)), max_size=80))
def test_any_moves_give_the_order_that_a_list_has(
    tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[int, int | None]]
) -> None:
    with closing(Store(path_in(tmp_path_factory.mktemp("moves")))) as store:
        store._connection.execute("PRAGMA synchronous = OFF")
        order = [task.ref for task in put(store, *(queued(number) for number in range(1, 6)))]
        for place, before in moves:
            ref = queued(place + 1).ref
            other = None if before is None else queued(before + 1).ref
            if ref == other:
                with pytest.raises(IllegalTransition):
                    store.move(ref, other, at=1)
                continue
            store.move(ref, other, at=1)
            order.remove(ref)
            order.insert(len(order) if other is None else order.index(other), ref)
        assert [task.ref for task in sorted(store.tasks(), key=turn)] == order


def test_there_is_always_room_between_two(tmp_path: Path) -> None:
    with closing(Store(path_in(tmp_path))) as store:
        store._connection.execute("PRAGMA synchronous = OFF")
        first, second, third = put(store, *(queued(number) for number in (1, 2, 3)))
        for _ in range(80):
            store.move(third.ref, second.ref, at=1)
            second, third = third, second
        ordered = [task.ref for task in sorted(store.tasks(), key=turn)]
        assert ordered[0] == first.ref
        assert ordered[1:] == [second.ref, third.ref]
        store.change(first.ref, lambda task: task.moved(TaskState.SENDING), at=1)
        with pytest.raises(IllegalTransition):
            store.move(second.ref, first.ref, at=1)


# Caps


def capped(desk: Desk, **caps: float) -> None:
    desk.studio.outbox.caps = Caps(**caps)


async def price_of_one(desk: Desk) -> float:
    price = desk.studio.quote(draft("Boat")).expected
    assert price
    return price


@in_virtual_time
async def test_what_passes_a_cap_is_not_written_and_the_sentence_has_the_figures(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        price = await price_of_one(desk)
        both = [draft("Boat 1"), draft("Boat 2")]
        capped(desk, task=price - 1)
        with pytest.raises(CapReached, match=rf"costs {price:g} credits, and one task may cost {price - 1:g} at most"):
            await desk.studio.submit(draft("Boat"))
        capped(desk, batch=2 * price - 1)
        with pytest.raises(CapReached, match="cap_batch"):
            await desk.studio.submit_all(both)
        capped(desk, day=2 * price - 1)
        with pytest.raises(CapReached, match="cap_day"):
            await desk.studio.submit_all(both)
        assert not desk.studio.tasks
        capped(desk, task=price, batch=2 * price, day=2 * price)
        assert len(await desk.studio.submit_all(both)) == 2
        with pytest.raises(CapReached, match=rf"Today {2 * price:g} credits are spent or on their way") as reached:
            await desk.studio.submit(draft("Boat"))
        assert (reached.value.cap, reached.value.limit) == ("cap_day", 2 * price)


def admitted(store: Store, *tasks: Task, day_from: int = EPOCH_MS, accepts: bool = False, **caps: float) -> int:
    from sora_tui.studio.caps import Admission

    admission = Admission(Caps(**caps), ORIGIN, day_from, accepts)
    return len(store.insert_all(tasks, owner=OWNER, at=EPOCH_MS, admission=admission))


def test_a_day_counts_what_was_charged_on_it_and_all_that_is_on_its_way(tmp_path: Path) -> None:
    yesterday = EPOCH_MS - 1
    with closing(Store(path_in(tmp_path))) as store:
        put(
            store,
            running(1, state=TaskState.SUCCESS, sent_at=EPOCH_MS, credits=100.0, price=500.0),
            running(2, state=TaskState.SUCCESS, sent_at=yesterday, credits=1_000.0),
            running(3, state=TaskState.FAIL, sent_at=EPOCH_MS, price=1_000.0),
            running(4, state=TaskState.FAIL, sent_at=EPOCH_MS, credits=10.0),
            running(5, sent_at=yesterday, price=20.0),
            queued(6, is_held=True, created_at=yesterday, price_bound=3.0),
            running(7, state=TaskState.UNCONFIRMED, task_id=None, sent_at=yesterday, price=4.0),
            running(8, origin="demo", price=1_000.0),
        )
        committed = 100 + 10 + 20 + 3 + 4
        with pytest.raises(CapReached, match=f"Today {committed} credits"):
            admitted(store, queued(9, price=1.0), day=committed)
        assert admitted(store, queued(9, price=1.0), day=committed + 1) == 1


def test_a_bound_counts_whole_and_what_has_no_price_needs_the_users_word(tmp_path: Path) -> None:
    with closing(Store(path_in(tmp_path))) as store:
        with pytest.raises(CapReached, match="costs 400 credits"):
            admitted(store, queued(1, price_bound=400.0), task=399)
        for unknown in (None, float("nan")):
            with pytest.raises(CapReached):
                admitted(store, queued(1, price=unknown), day=10_000)
        with pytest.raises(PriceUnknown, match="price of 1 of the 2 tasks is not known"):
            admitted(store, queued(1, price=1.0), queued(2), batch=5)
        assert store.tasks() == []
        assert admitted(store, queued(1, price=1.0), queued(2), batch=5, accepts=True) == 2
        assert admitted(store, queued(3)) == 1, "without a cap no price need be known"


def test_two_programs_never_pass_a_cap_together(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    Store(path_in(tmp_path)).close()

    def send(program: int) -> int:
        written = 0
        with closing(Store(path_in(tmp_path), busy_timeout_s=60.0)) as store:
            for number in range(1, 16):
                try:
                    written += admitted(store, queued(program * 100 + number, price=10.0), day=100.0)
                except CapReached:
                    continue
        return written

    with ThreadPoolExecutor(3) as programs:
        assert sum(programs.map(send, range(3))) == 10
    with closing(Store(path_in(tmp_path))) as store:
        assert len(store.tasks()) == 10


@in_virtual_time
async def test_what_a_cap_would_forbid_is_foreseen_without_writing_anything(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        outbox = desk.studio.outbox
        assert await outbox.foresee([1e9, None]) is None, "without caps nothing is forbidden"
        sent_before = await desk.studio.submit(draft("Boat"))
        price = sent_before.price or 0.0
        capped(desk, day=3 * price)
        assert await outbox.foresee([price]) == price
        assert await outbox.foresee([price, None]) == price, "whether an unknown price may pass only the user can say"
        with pytest.raises(CapReached, match="cap_day"):
            await outbox.foresee([price, price, 1.0])
        capped(desk, task=price - 1)
        with pytest.raises(CapReached, match="cap_task"):
            await outbox.foresee([price])
        assert len(desk.studio.tasks) == 1
