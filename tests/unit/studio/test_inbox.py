"""Told at once, believing only what is proved: what comes of callbacks in a studio at work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sora_tui.kie.messages import CreatedTask, EchoedRequest, TaskRecord
from sora_tui.settings import Settings
from sora_tui.studio.awaited import GRACE_MS
from sora_tui.studio.callback_addresses import TOKEN_FILE
from sora_tui.studio.callbacks import Callback, Kind
from sora_tui.studio.events import CallbackCame, InboxChanged, Notice
from sora_tui.studio.inbox import RETRY_S, Standing
from sora_tui.studio.receiving import listen
from sora_tui.studio.schedule import HURRIED_S, LONGEST_S
from sora_tui.studio.task import Task, TaskState
from tests.unit.studio.calls import KEY, request
from tests.unit.studio.scripted_service import (
    MODEL,
    Desk,
    a_desk,
    accepted,
    draft,
    put_in_store,
    running,
    settings_in,
    succeeded,
    waiting,
)
from tests.unit.studio.virtual_time import in_virtual_time

A_MOMENT_S = 0.5


def open_settings(folder: Path, **more: Any) -> Settings:
    return settings_in(folder, callback_port=0, callback_url="https://hooks.example", **more)


def at_work(folder: Path, **more: Any) -> AbstractAsyncContextManager[Desk]:
    return a_desk(folder, settings=open_settings(folder, **more))


def call(task: Task, *, kind: Kind = Kind.END, words: str = "", task_id: str | None = None) -> Callback:
    """A callback that was accepted."""
    return Callback(kind, task.ref, task_id or task.task_id or "", False, kind is Kind.END, words)


def standing(desk: Desk) -> Standing:
    return desk.studio.callbacks


def tell(desk: Desk, task: Task, **changes: Any) -> None:
    desk.studio._inbox._heard(call(task, **changes))


async def sent(desk: Desk) -> Task:
    """A task that the service has just taken."""
    task = await desk.studio.submit(draft())
    return await desk.studio.settled(task.ref)


async def proved(desk: Desk) -> None:
    """One task comes to its end and is told of."""
    desk.service.answer_look = succeeded
    task = await sent(desk)
    tell(desk, task)
    await desk.pass_s(A_MOMENT_S)
    assert desk.studio.tasks[task.ref].state is TaskState.SUCCESS
    desk.service.answer_look = running
    desk.service.looks.clear()


def ended_ago(ms: int, desk: Desk) -> Callable[[str], Awaitable[TaskRecord]]:
    async def answer(task_id: str) -> TaskRecord:
        record = await succeeded(task_id)
        return record.model_copy(update={"completed_at_ms": desk.clock.now_ms() - ms})

    return answer


@in_virtual_time
async def test_without_a_port_there_is_no_inbox_and_no_token(tmp_path: Path) -> None:
    async with a_desk(tmp_path, settings=settings_in(tmp_path, callback_url="https://mine.example/in")) as desk:
        await desk.pass_s(60)
        assert standing(desk) is Standing.OFF
        assert desk.studio.callback_address == "https://mine.example/in"
        assert not (desk.studio.settings.data_dir / TOKEN_FILE).exists()
        assert not desk.told(InboxChanged)


@in_virtual_time
async def test_a_callback_shows_the_end_within_half_a_second(tmp_path: Path) -> None:
    async with at_work(tmp_path) as desk:
        assert standing(desk) is Standing.CLOSED
        await desk.pass_s(0)
        await desk.pass_s(1)
        assert standing(desk) is Standing.OPEN
        await proved(desk)
        assert standing(desk) is Standing.PROVED
        assert [event.standing for event in desk.told(InboxChanged)] == ["open", "proved"]
        assert len(desk.told(CallbackCame)) == 1


@in_virtual_time
async def test_once_they_prove_to_come_what_is_sent_is_asked_about_at_the_floor_only(tmp_path: Path) -> None:
    async with at_work(tmp_path) as desk:
        await desk.pass_s(1)
        await proved(desk)
        task = await sent(desk)
        began = desk.clock.monotonic()
        await desk.pass_s(3 * LONGEST_S)
        looks = desk.service.looks_at(task.task_id)
        assert len(looks) == 3
        assert looks[0] - began >= 0.9 * LONGEST_S
        desk.service.answer_look = succeeded
        tell(desk, task)
        await desk.pass_s(A_MOMENT_S)
        assert desk.studio.tasks[task.ref].state is TaskState.SUCCESS


@in_virtual_time
async def test_before_that_and_for_what_was_sent_elsewhere_asking_goes_on_as_ever(tmp_path: Path) -> None:
    settings = open_settings(tmp_path)
    older = waiting(99, settings)
    put_in_store(settings, older)
    async with a_desk(tmp_path, settings=settings) as desk:
        await desk.pass_s(1)
        first = await sent(desk)
        await desk.pass_s(LONGEST_S)
        assert len(desk.service.looks_at(first.task_id)) > 3
        await proved(desk)
        await desk.pass_s(LONGEST_S)
        assert len(desk.service.looks_at(first.task_id)) <= 3, "one that was due by the law, then the floor"
        assert len(desk.service.looks_at("task-99")) > 3


@in_virtual_time
async def test_a_callback_that_comes_too_early_gives_the_task_back_to_the_law(tmp_path: Path) -> None:
    async with at_work(tmp_path) as desk:
        await desk.pass_s(1)
        await proved(desk)
        task = await sent(desk)
        tell(desk, task)
        await desk.pass_s(LONGEST_S)
        assert len(desk.service.looks_at(task.task_id)) > 3


@in_virtual_time
async def test_when_one_is_missed_everything_is_asked_about_as_ever(tmp_path: Path) -> None:
    async with at_work(tmp_path) as desk:
        await desk.pass_s(1)
        await proved(desk)
        missed = await sent(desk)
        await desk.pass_s(LONGEST_S / 2)
        other = await sent(desk)
        desk.service.answer_look = ended_ago(GRACE_MS + 1, desk)
        await desk.pass_s(LONGEST_S / 2)
        assert desk.studio.tasks[missed.ref].state is TaskState.SUCCESS, "never later than the floor"
        assert standing(desk) is Standing.OPEN
        assert desk.studio.tasks[other.ref].state is TaskState.SUCCESS, "long before its own turn"


@in_virtual_time
async def test_a_fault_of_the_inbox_gives_everything_back_to_the_law_and_it_opens_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cable: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    served = 0

    async def serve(*_: Any) -> None:
        nonlocal served
        served += 1
        await (cable if served == 1 else asyncio.Event().wait())

    monkeypatch.setattr("sora_tui.studio.receiving.serve", serve)
    faults: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: faults.append(context))
    async with at_work(tmp_path) as desk:
        await desk.pass_s(1)
        await proved(desk)
        task = await sent(desk)
        await desk.pass_s(100)
        assert not desk.service.looks
        cable.set_exception(OSError("the cable is pulled"))
        await desk.pass_s(0.1)
        assert standing(desk) is Standing.CLOSED
        await desk.pass_s(5)
        assert desk.service.looks_at(task.task_id), "at once, by the law"
        assert standing(desk) is Standing.PROVED, "it is open again"
        assert served == 2
    assert len(faults) == 1


@in_virtual_time
async def test_a_port_that_is_taken_is_said_once_and_tried_again(tmp_path: Path) -> None:
    taken = listen("127.0.0.1", 0)
    port = taken.getsockname()[1]
    async with a_desk(tmp_path, settings=settings_in(tmp_path, callback_port=port)) as desk:
        await desk.pass_s(1)
        assert standing(desk) is Standing.CLOSED
        [notice] = [event for event in desk.told(Notice) if event.topic == "inbox"]
        assert f"Port {port} is taken by another program" in notice.text
        assert "polling" in notice.text
        await desk.pass_s(5 * RETRY_S)
        assert len([event for event in desk.told(Notice) if event.topic == "inbox"]) == 1
        taken.close()
        await desk.pass_s(RETRY_S)
        assert standing(desk) is Standing.OPEN
        assert desk.told(InboxChanged)[-1].port == port


@in_virtual_time
async def test_of_two_programs_on_one_store_one_has_the_inbox_and_the_other_takes_over(tmp_path: Path) -> None:
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    listener.close()
    settings = settings_in(tmp_path, callback_port=port)
    async with a_desk(tmp_path, settings=settings) as first:
        await first.pass_s(1)
        assert standing(first) is Standing.OPEN
        async with a_desk(tmp_path, settings=settings, clock=first.clock) as second:
            await second.pass_s(1)
            assert standing(second) is Standing.ELSEWHERE
            assert not second.told(Notice), "there is nothing to be done about it"
            await first.studio.close()
            await second.pass_s(RETRY_S)
            assert standing(second) is Standing.OPEN


@in_virtual_time
async def test_a_token_that_cannot_be_kept_leaves_polling(tmp_path: Path) -> None:
    settings = open_settings(tmp_path)
    (settings.data_dir / TOKEN_FILE).mkdir(parents=True)
    async with a_desk(tmp_path, settings=settings) as desk:
        assert standing(desk) is Standing.OFF
        assert "token" in desk.told(Notice)[0].text
        assert (await sent(desk)).state is TaskState.WAITING


@in_virtual_time
async def test_a_callback_before_the_answer_to_the_create_becomes_the_same_row(tmp_path: Path) -> None:
    async with at_work(tmp_path) as desk:
        answered: asyncio.Future[CreatedTask] = asyncio.get_running_loop().create_future()

        async def create(_: str) -> CreatedTask:
            return await answered

        async def record(task_id: str) -> TaskRecord:
            request = EchoedRequest(model=MODEL, prompt="A paper boat", call_back_url=f"{address}/{task.ref}")
            return (await succeeded(task_id)).model_copy(update={"request": request})

        desk.service.answer_create, desk.service.answer_look = create, record
        await desk.pass_s(1)
        address = desk.studio.callback_address
        task = await desk.studio.submit(draft())
        await desk.pass_s(1)
        tell(desk, task, task_id="task-early")
        await desk.pass_s(A_MOMENT_S)
        assert desk.studio.tasks[task.ref].state is TaskState.SUCCESS
        answered.set_result(accepted("task-early"))
        await desk.pass_s(5)
        assert [(known.task_id, known.state) for known in desk.studio.tasks.values()] == [
            ("task-early", TaskState.SUCCESS)
        ]


@pytest.mark.parametrize("seed", range(5))
@in_virtual_time
async def test_pulling_the_cable_loses_nothing_and_delays_nothing_beyond_the_floor(tmp_path: Path, seed: int) -> None:
    """Callbacks stop at once and for good, and nobody says so: as when a tunnel ends."""
    chance = Random(seed)
    async with at_work(tmp_path) as desk:
        await desk.pass_s(1)
        await proved(desk)
        ends: dict[str, float] = {}
        seen: dict[str, float] = {}
        refs: dict[str, Task] = {}

        async def answer(task_id: str) -> TaskRecord:
            now = desk.clock.monotonic()
            if now < ends.get(task_id, now + 1):
                return await running(task_id)
            seen.setdefault(task_id, now)
            return await ended_ago(round((now - ends[task_id]) * 1000), desk)(task_id)

        desk.service.answer_look = answer
        for _ in range(60):
            task = await sent(desk)
            assert task.task_id is not None
            refs[task.task_id] = task
            ends[task.task_id] = desk.clock.monotonic() + chance.uniform(30, 900)
        pulled = desk.clock.monotonic() + chance.uniform(100, 600)
        for task_id, end in sorted(ends.items(), key=lambda item: item[1]):
            await desk.pass_s(max(0.0, end - desk.clock.monotonic()))
            if end < pulled:
                tell(desk, refs[task_id])
        await desk.pass_s(LONGEST_S + 10)
        assert {task.state for task in desk.studio.tasks.values()} == {TaskState.SUCCESS}
        delays = {task_id: seen[task_id] - end for task_id, end in ends.items()}
        assert max(delays[task_id] for task_id, end in ends.items() if end < pulled) <= A_MOMENT_S + HURRIED_S
        assert max(delays.values()) <= LONGEST_S


# Progress from the vendor


@in_virtual_time
async def test_progress_is_kept_while_the_task_runs_and_costs_no_look(tmp_path: Path) -> None:
    async with at_work(tmp_path) as desk:
        await desk.pass_s(1)
        await proved(desk)
        task = await sent(desk)
        for percent in (10, 45):
            tell(desk, task, kind=Kind.PROGRESS, words=f"{percent} %")
            await desk.pass_s(1)
        progress = desk.studio.progress_of(task.ref)
        assert progress is not None
        assert progress.words == "45 %"
        assert not desk.service.looks
        tell(desk, task, kind=Kind.PROGRESS)
        assert desk.studio.progress_of(task.ref) == progress, "a call without words says nothing new"
        desk.service.answer_look = succeeded
        tell(desk, task)
        await desk.pass_s(A_MOMENT_S)
        assert desk.studio.progress_of(task.ref) is None


@in_virtual_time
async def test_progress_of_another_id_under_our_ref_is_not_shown(tmp_path: Path) -> None:
    async with at_work(tmp_path) as desk:
        await desk.pass_s(1)
        task = await sent(desk)
        tell(desk, task, kind=Kind.PROGRESS, words="99 %", task_id="task-of-another")
        tell(desk, replace(task, ref="0" * 32), kind=Kind.PROGRESS, words="99 %")
        await desk.pass_s(1)
        assert desk.studio.progress_of(task.ref) is None
        assert desk.studio.progress_of("0" * 32) is None


@in_virtual_time
async def test_progress_that_says_the_end_is_followed_up(tmp_path: Path) -> None:
    async with at_work(tmp_path) as desk:
        await desk.pass_s(1)
        await proved(desk)
        task = await sent(desk)
        desk.service.answer_look = succeeded
        desk.studio._inbox._heard(replace(call(task, kind=Kind.PROGRESS, words="100 %"), is_last=True))
        await desk.pass_s(A_MOMENT_S)
        assert desk.studio.tasks[task.ref].state is TaskState.SUCCESS


# Over a real connection


async def test_the_inbox_of_a_studio_takes_signed_calls_at_its_address_and_lets_the_port_go(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, callback_port=0, webhook_key=f"old,{KEY}")
    settings = settings.model_copy(update={"base_url": "http://127.0.0.1:9"})
    opened = asyncio.Event()
    from sora_tui.studio.studio import Studio

    async with Studio(settings) as studio:
        came: asyncio.Future[Callback] = asyncio.get_running_loop().create_future()

        def heard(event: object) -> None:
            if isinstance(event, InboxChanged):
                opened.set()
            if isinstance(event, CallbackCame) and not came.done():
                came.set_result(event.callback)

        studio.subscribe(heard)
        studio.start()
        await opened.wait()
        address = studio.callback_address
        assert address is not None
        port = int(address.split(":")[2].split("/")[0])
        token = address.rpartition("/")[2]
        answers = []
        for path in (f"/{token}/{'0' * 32}", f"/{'x' * 43}/{'0' * 32}"):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request(path=path, at=None))
            answers.append((await reader.read())[9:12])
            writer.close()
        assert answers == [b"200", b"404"]
        assert (await came).is_signed
    listen("127.0.0.1", port).close()
