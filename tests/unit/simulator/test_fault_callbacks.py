"""Faults of the calls that the simulator makes, each seen from the side of whoever is called."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from sora_tui.simulator.clock import ManualClock
from sora_tui.simulator.faults.script import read_file
from sora_tui.simulator.server import Simulator
from tests.unit.simulator.conftest import HOUR, WEBHOOK_KEY, Caller
from tests.unit.simulator.inbox import Came, Inbox
from tests.unit.simulator.test_callbacks import let_pass, statuses


class Called:
    """A signing simulator, whoever sends to it, and the inbox that it calls."""

    def __init__(self, simulator: Simulator, inbox: Inbox, clock: ManualClock) -> None:
        self.simulator, self.inbox, self.clock = simulator, inbox, clock
        self.caller = Caller(simulator.url)

    def task(self, **more: Any) -> str:
        return self.caller.task(callBackUrl=f"{self.inbox.url}/end", **more)

    def finished(self, kind: str, **more: Any) -> str:
        """The id of a task that ended with this fault of its callback."""
        self.simulator.fault("callback", kind, **more)
        task_id = self.task()
        self.simulator.finish(task_id)
        return task_id

    def let_pass(self, seconds: float) -> None:
        let_pass(self.caller, self.clock, seconds)

    def verifies(self, came: Came, task_id: str) -> bool:
        return came.verifies(WEBHOOK_KEY, task_id, self.clock.now())

    def faults(self) -> list[str | None]:
        return [each.fault for each in self.simulator.callbacks()]


@pytest.fixture
def called(signing: Simulator, inbox: Inbox, clock: ManualClock) -> Called:
    return Called(signing, inbox, clock)


def test_late(called: Called) -> None:
    task_id = called.finished("late", seconds=400)
    called.simulator.finish(other := called.task())
    assert called.inbox.next().data["taskId"] == other
    called.let_pass(400)
    came = called.inbox.next()
    assert called.verifies(came, task_id)
    assert came.data["completeTime"] < called.clock.now() * 1000 - 399_000


def test_twice(called: Called) -> None:
    task_id = called.finished("twice")
    first, second = called.inbox.next_ones(2)
    assert called.verifies(first, task_id)
    assert called.verifies(second, task_id)
    assert statuses(called.simulator, 2) == [200, 200]


def test_progress_that_its_own_completion_overtakes(called: Called) -> None:
    task_id = called.task(progressCallBackUrl=f"{called.inbox.url}/progress")
    called.simulator.fault("progress", "overtaken", only=task_id)
    called.let_pass(HOUR / 5)
    called.simulator.finish(task_id)
    first, second = called.inbox.next_ones(2)
    assert (first.path, first.data["state"]) == ("/end", "success")
    assert (second.path, second.data["state"], second.data["progress"]) == ("/progress", "waiting", 20)


def test_a_call_waits_for_as_many_as_it_is_told(called: Called) -> None:
    first = called.finished("overtaken", behind=2)
    second, third = called.task(), called.task()
    called.simulator.finish(second)
    assert called.inbox.next().data["taskId"] == second
    called.simulator.finish(third)
    assert [came.data["taskId"] for came in called.inbox.next_ones(2)] == [third, first]


def test_what_was_under_way_before_overtakes_nothing(called: Called) -> None:
    arrived, may_go_on = threading.Event(), threading.Event()

    def hold_up(came: Came) -> None:
        if not arrived.is_set():
            arrived.set()
            may_go_on.wait()

    called.inbox.on_call = hold_up
    called.simulator.fail(first := called.task())
    arrived.wait()
    second = called.finished("overtaken")
    may_go_on.set()
    assert called.inbox.next().data["taskId"] == first
    assert statuses(called.simulator, 1) == [200]
    called.simulator.fail(third := called.task())
    assert [came.data["taskId"] for came in called.inbox.next_ones(2)] == [third, second]


def test_never(called: Called) -> None:
    called.finished("never")
    called.simulator.finish(other := called.task())
    assert called.inbox.next().data["taskId"] == other
    called.let_pass(HOUR)
    assert statuses(called.simulator, 1) == [200]


def test_forged(called: Called) -> None:
    task_id = called.finished("forged")
    came = called.inbox.next()
    assert came.is_signed
    assert not called.verifies(came, task_id)
    assert came.data["taskId"] == task_id


def test_a_forger_needs_no_webhook_key(caller: Caller, simulator: Simulator, inbox: Inbox) -> None:
    simulator.fault("callback", "forged")
    simulator.finish(caller.task(callBackUrl=inbox.url))
    assert inbox.next().is_signed


def test_unsigned(called: Called) -> None:
    called.finished("unsigned")
    assert not called.inbox.next().is_signed


@pytest.mark.parametrize(("seconds", "fits"), [(1, True), (301, False)])
def test_replayed_inside_and_outside_the_time_that_is_tolerated(called: Called, seconds: int, fits: bool) -> None:
    task_id = called.finished("replayed", seconds=seconds)
    first = called.inbox.next()
    assert called.verifies(first, task_id)
    statuses(called.simulator, 1)
    called.let_pass(seconds)
    again = called.inbox.next()
    assert (again.content, again.headers) == (first.content, first.headers)
    assert called.verifies(again, task_id) is fits
    assert statuses(called.simulator, 2) == [200, 200]
    assert called.faults() == ["replayed", "replayed"]


def test_what_is_tried_again_is_still_replayed_once(called: Called) -> None:
    called.inbox.statuses = [500]
    called.finished("replayed", seconds=5)
    for number, seconds in ((1, 5), (2, 5), (3, HOUR)):
        called.inbox.next()
        statuses(called.simulator, number)
        called.let_pass(seconds)
    assert [each.attempt for each in called.simulator.callbacks()] == [1, 1, 2]


def test_a_body_swapped_under_a_valid_signature(called: Called) -> None:
    task_id = called.finished("swapped_body")
    came = called.inbox.next()
    assert called.verifies(came, task_id)
    assert "not-yours" in came.data["resultJson"]
    assert came.data["resultJson"] != called.caller.record(task_id)["resultJson"]


def test_the_body_that_is_swapped_in_can_be_chosen(called: Called) -> None:
    task_id = called.finished("swapped_body", data={"state": "fail", "failMsg": "[/red]\x1b[2J"})
    came = called.inbox.next()
    assert (came.data["state"], came.data["failMsg"]) == ("fail", "[/red]\x1b[2J")
    assert called.verifies(came, task_id)


def test_an_id_under_its_other_name(called: Called) -> None:
    task_id = called.finished("snake_id")
    came = called.inbox.next()
    assert came.data["task_id"] == task_id
    assert "taskId" not in came.data
    assert called.verifies(came, task_id)


@pytest.mark.parametrize(("more", "other"), [({}, "f" * 32), ({"value": None}, "f" * 32), ({"value": 7}, 7)])
def test_two_ids_that_differ(called: Called, more: dict[str, Any], other: object) -> None:
    task_id = called.finished("two_ids", **more)
    came = called.inbox.next()
    assert (came.data["taskId"], came.data["task_id"]) == (task_id, other)
    assert called.verifies(came, task_id)


def test_a_callback_before_the_answer_to_its_create(called: Called) -> None:
    order: list[str] = []

    def look(came: Came) -> None:
        assert called.caller.record(came.data["taskId"])["state"] == "success"
        order.append("called")

    called.inbox.on_call = look
    called.simulator.fault("createTask", "called_back_first")
    task_id = called.task()
    order.append("answered")
    assert order == ["called", "answered"]
    assert called.inbox.next().data["taskId"] == task_id
    assert called.faults() == [None]


def test_a_refused_create_is_called_back_by_nobody(called: Called) -> None:
    called.simulator.fault("createTask", "called_back_first")
    assert called.caller.create("[sim:402]", callBackUrl=called.inbox.url)["code"] == 402
    assert called.simulator.callbacks() == ()


def test_when_and_how_often_go_by_the_script(called: Called) -> None:
    called.simulator.fault("callback", "unsigned", skip=1, times=2)
    signed = []
    for _ in range(4):
        called.simulator.finish(called.task())
        signed.append(called.inbox.next().is_signed)
    assert signed == [True, False, False, True]


def test_only_the_calls_of_one_task_or_address(called: Called) -> None:
    first, second = called.task(), called.task()
    called.simulator.fault("callback", "unsigned", only=second, times=0)
    called.simulator.fault("callback", "snake_id", only="/end")
    for task_id in (second, first):
        called.simulator.finish(task_id)
    calls = called.inbox.next_ones(2)
    told = {came.data.get("taskId", came.data.get("task_id")): came for came in calls}
    assert not told[second].is_signed
    assert "task_id" in told[first].data


def test_a_script_from_a_file_knows_the_calls(tmp_path: Path) -> None:
    script = tmp_path / "faults.toml"
    script.write_text('[[fault]]\nroute = "progress"\nfault = "late"\nseconds = 5\nfor_s = 60\n', "utf-8")
    (fault,) = read_file(script)
    assert (fault.route, fault.fault, fault.seconds) == ("progress", "late", 5)
