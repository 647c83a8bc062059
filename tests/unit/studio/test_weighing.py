"""The balance as evidence for a lost send: only where nothing else moved it, and never more than a hint."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sora_tui.kie.errors import AnswerLost, NotDelivered
from sora_tui.kie.messages import CreatedTask
from sora_tui.studio.events import Notice
from sora_tui.studio.task import Task, TaskState
from sora_tui.studio.weighing import Weight, can_be_weighed, costs_otherwise, moves_credits, weigh, weighed
from sora_tui.studio.weighing import what_the_balance_says as said
from tests.unit.studio.scripted_service import Desk, ScriptedService, a_desk, draft, raising
from tests.unit.studio.stored import queued
from tests.unit.studio.virtual_time import EPOCH_MS, VirtualClock, in_virtual_time

PRICE = 150.0


def lost(number: int = 1, **changes: Any) -> Task:
    told: dict[str, Any] = {"state": TaskState.UNCONFIRMED, "sent_at": EPOCH_MS, "price": PRICE, "attempts": 1}
    return queued(number, **{**told, "balance_before": 5_000.0, **changes})


@pytest.mark.parametrize(
    ("before", "after", "price", "weight"),
    [
        (5_000.0, 4_850.0, PRICE, Weight.MADE),
        (5_000.0, 5_000.0, PRICE, Weight.NOT_MADE),
        (5_000.0, 4_700.0, PRICE, Weight.UNCLEAR),
        (5_000.0, 5_150.0, PRICE, Weight.UNCLEAR),
        (5_000.0, 4_850.0, None, Weight.UNCLEAR),
        (0.1 + 0.2, 0.3, PRICE, Weight.NOT_MADE),
        (None, 4_850.0, PRICE, None),
        (5_000.0, None, PRICE, None),
    ],
)
def test_only_a_fall_by_just_the_price_speaks_for_a_task(
    before: float | None, after: float | None, price: float | None, weight: Weight | None
) -> None:
    assert weigh(lost(balance_before=before, balance_after=after, price=price)) is weight


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (4_850.0, "from 5,000 to 4,850"),
        (5_000.0, "5,000 as before"),
        (1_234_567.25, "1,234,567.25"),
        (None, "can't tell"),
    ],
)
def test_what_it_speaks_for_is_said_with_its_figures(after: float | None, words: str) -> None:
    assert words in said(lost(balance_after=after))


@pytest.mark.parametrize("state", [TaskState.WAITING, TaskState.SUCCESS, TaskState.REFUSED, TaskState.QUEUED])
def test_a_task_that_is_certain_needs_no_evidence(state: TaskState) -> None:
    assert said(lost(state=state, balance_after=4_850.0)) == ""


@pytest.mark.parametrize(
    ("other", "is_clear"),
    [
        ({"state": TaskState.SUCCESS, "sent_at": EPOCH_MS - 1}, True),
        ({"state": TaskState.FAIL, "sent_at": EPOCH_MS - 2, "finished_at": EPOCH_MS - 1}, True),
        ({"state": TaskState.QUEUED, "sent_at": EPOCH_MS + 1}, True),
        ({"state": TaskState.REFUSED, "sent_at": EPOCH_MS + 1, "finished_at": EPOCH_MS + 2}, True),
        ({"state": TaskState.SUCCESS, "sent_at": EPOCH_MS + 1}, False),
        ({"state": TaskState.UNCONFIRMED, "sent_at": EPOCH_MS}, False),
        ({"state": TaskState.FAIL, "sent_at": EPOCH_MS - 2, "finished_at": EPOCH_MS + 1}, False),
        ({"state": TaskState.FAIL, "sent_at": EPOCH_MS - 2, "finished_at": None}, False),
        ({"state": TaskState.SENDING, "sent_at": EPOCH_MS - 1}, False),
        ({"state": TaskState.WAITING, "sent_at": EPOCH_MS - 1}, False),
        ({"state": TaskState.WAITING, "sent_at": EPOCH_MS - 1, "origin": "https://elsewhere.example"}, True),
    ],
)
def test_whatever_else_may_have_moved_credits_spoils_the_evidence(other: dict[str, Any], is_clear: bool) -> None:
    assert can_be_weighed(lost(), [lost(), queued(2, **other)]) is is_clear


@pytest.mark.parametrize(
    "changes",
    [{"balance_before": None}, {"balance_after": 1.0}, {"state": TaskState.WAITING}, {"state": TaskState.FAIL}],
)
def test_what_was_not_read_before_or_is_weighed_already_is_not_weighed(changes: dict[str, Any]) -> None:
    assert not can_be_weighed(lost(**changes), [])


def test_a_task_that_was_settled_meanwhile_is_left_as_it_is() -> None:
    for settled in (lost(state=TaskState.WAITING), lost(balance_after=4_000.0)):
        assert weighed(settled, 4_850.0) is settled
    assert weighed(lost(), 4_850.0).balance_after == 4_850.0


@pytest.mark.parametrize(
    ("before", "after", "moves"),
    [
        (None, TaskState.QUEUED, False),
        (TaskState.QUEUED, TaskState.SENDING, True),
        (TaskState.SENDING, TaskState.REFUSED, True),
        (TaskState.SENDING, TaskState.QUEUED, True),
        (TaskState.QUEUED, TaskState.WAITING, True),  # seen late: another program sent it
        (TaskState.QUEUED, TaskState.REFUSED, False),
        (TaskState.WAITING, TaskState.SUCCESS, False),
        (TaskState.WAITING, TaskState.FAIL, True),
        (TaskState.WAITING, TaskState.WAITING, False),
        (TaskState.UNCONFIRMED, TaskState.ABANDONED, False),
    ],
)
def test_sends_and_failures_move_credits(before: TaskState | None, after: TaskState, moves: bool) -> None:
    previous = None if before is None else queued(1, state=before)
    assert moves_credits(queued(1, state=after), previous) is moves


class Account:
    """A purse that a create is taken from, whether or not its answer arrives."""

    def __init__(self, service: ScriptedService, *, makes_it: bool) -> None:
        self.credits = 5_000.0
        self._makes_it = makes_it
        service.answer_create = self._charge_and_lose
        service.answer_credits = self._read

    async def _charge_and_lose(self, _: str) -> CreatedTask:
        self.credits -= PRICE if self._makes_it else 0.0
        raise AnswerLost("The connection was lost.")

    async def _read(self) -> float:
        return self.credits


async def one_lost_send(desk: Desk) -> Task:
    task = await desk.studio.submit(draft())
    await desk.studio.settled(task.ref)
    await desk.pass_s(5)
    return desk.studio.tasks[task.ref]


@pytest.mark.parametrize(("makes_it", "weight"), [(True, Weight.MADE), (False, Weight.NOT_MADE)])
@in_virtual_time
async def test_a_lost_send_is_weighed_by_itself_and_stays_unconfirmed(
    tmp_path: Path, makes_it: bool, weight: Weight
) -> None:
    async with a_desk(tmp_path) as desk:
        Account(desk.service, makes_it=makes_it)
        task = await one_lost_send(desk)
        assert (task.state, weigh(task)) == (TaskState.UNCONFIRMED, weight)
        assert len(desk.service.creates) == 1


@in_virtual_time
async def test_two_sends_at_once_are_no_evidence_for_either(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        Account(desk.service, makes_it=True)
        for _ in range(2):
            await desk.studio.submit(draft())
        await desk.pass_s(10)
        assert [task.state for task in desk.studio.tasks.values()] == [TaskState.UNCONFIRMED] * 2
        assert [weigh(task) for task in desk.studio.tasks.values()] == [None, None]


@in_virtual_time
async def test_a_send_that_a_dead_program_left_behind_is_weighed_at_the_next_start(tmp_path: Path) -> None:
    clock = VirtualClock()
    service = ScriptedService(clock)
    account = Account(service, makes_it=True)
    async with a_desk(tmp_path, service=service, clock=clock) as desk:

        async def refuse_to_be_read() -> float:
            raise NotDelivered("no connection")

        await desk.pass_s(2)
        service.answer_credits = refuse_to_be_read
        task = await one_lost_send(desk)
        assert (task.balance_before, weigh(task)) == (5_000.0, None)
    service.answer_credits = account._read
    async with a_desk(tmp_path, service=service, clock=clock) as desk:
        await desk.pass_s(5)
        assert weigh(desk.studio.tasks[task.ref]) is Weight.MADE


@in_virtual_time
async def test_the_first_send_waits_for_the_balance_but_not_for_long(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:

        async def slow() -> float:
            await desk.clock.sleep(60)
            return 5_000.0

        desk.service.answer_credits = slow
        desk.service.answer_create = raising(AnswerLost("lost"))
        began = desk.clock.monotonic()
        task = await desk.studio.submit(draft())
        await desk.studio.settled(task.ref)
        assert desk.service.creates[0].at - began == pytest.approx(1.0)
        assert desk.studio.tasks[task.ref].balance_before is None


def test_other_credits_than_the_price_are_noticed_while_they_are_paid() -> None:
    assert costs_otherwise(lost(state=TaskState.SUCCESS, credits=160.0))
    assert not costs_otherwise(lost(state=TaskState.SUCCESS, credits=PRICE))
    assert not costs_otherwise(lost(state=TaskState.FAIL, credits=0.0))
    assert not costs_otherwise(lost(state=TaskState.SUCCESS, credits=None))
    assert not costs_otherwise(lost(state=TaskState.SUCCESS, credits=160.0, price=None))


@in_virtual_time
async def test_a_task_that_costs_otherwise_is_said_once(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        from sora_tui.kie.messages import TaskRecord

        async def dearer(task_id: str) -> TaskRecord:
            return TaskRecord(task_id=task_id, state="generating", credits_consumed=PRICE + 10)

        desk.service.answer_look = dearer
        await desk.studio.submit(draft())
        await desk.pass_s(60)
        [notice] = [notice for notice in desk.told(Notice) if notice.topic == "price"]
        assert "160 credits where 150 were expected" in notice.text
