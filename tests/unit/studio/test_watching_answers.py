"""What an answer about a running task does to its row: odd ones, late ones, ones that do not know it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from sora_tui.kie.client import KieClient
from sora_tui.kie.errors import Refused, UnreadableAnswer
from sora_tui.kie.messages import TaskRecord, Verdict
from sora_tui.settings import Settings
from sora_tui.studio.events import Notice, TaskChanged
from sora_tui.studio.reading import NO_RESULT, UNKNOWN_ID, UNREADABLE
from sora_tui.studio.task import Task, TaskState
from tests.unit.studio.scripted_service import (
    a_desk,
    in_turn,
    raising,
    running,
    succeeded,
)
from tests.unit.studio.virtual_time import in_virtual_time

Answer = Callable[[str], Awaitable[TaskRecord]]
HOUR = 3600.0
LINK = "https://files.example/boat.mp4"


def in_state(word: str) -> Answer:
    async def answer(task_id: str) -> TaskRecord:
        return TaskRecord(task_id=task_id, state=word)

    return answer


async def never(_: str) -> TaskRecord:
    await asyncio.Event().wait()
    raise AssertionError


@in_virtual_time
async def test_a_task_is_asked_about_until_it_ends_and_no_longer(tmp_path: Path, task: Task) -> None:
    async with a_desk(tmp_path) as desk:
        desk.service.answer_look = in_turn(running, running, succeeded)
        [ended] = await desk.studio.wait([task.ref])
        await desk.pass_s(HOUR)
        assert await desk.studio.raw(task.ref) == '{"state":"success"}'
    assert (ended.state, ended.links) == (TaskState.SUCCESS, ("https://files.example/task-1.mp4",))
    assert len(desk.service.looks) == 3


def told(data: Any, **around: Any) -> bytes:
    return json.dumps({"code": 200, "msg": "success", "data": data, **around}).encode()


GOOD = told({"taskId": "task-1", "state": "success", "resultJson": json.dumps({"resultUrls": [LINK]})})


def unread(body: bytes) -> httpx.Response:
    """An answer as the wire gives it: httpx takes a body given as `content` for read."""
    return httpx.Response(200, stream=httpx.ByteStream(body))


RUNS = {"taskId": "task-1", "state": "generating"}


@pytest.mark.parametrize(
    "odd",
    [
        b"",
        b"null",
        b"[]",
        b"17",
        b"{",
        b"\xff\xfe\x00",
        b"<html><body>502 Bad Gateway</body></html>",
        b"[" * 20_000,
        told(None),
        told([]),
        told("generating"),
        told({}),
        told({"taskId": "task-2", "state": "success"}),
        told({"taskId": "task-1", "state": None}),
        told({"taskId": "task-1", "state": {"word": "success"}}),
        told(RUNS, code="200"),
        told(RUNS, code=None),
        told({**RUNS, "resultJson": "not JSON", "createTime": "yesterday"}),
        told({**RUNS, "resultJson": '{"resultUrls": null}', "failCode": [], "creditsConsumed": "NaN"}),
        told({**RUNS, "resultJson": '{"resultUrls": "javascript:alert(1)"}', "param": "[" * 20_000}),
    ],
)
@in_virtual_time
async def test_an_odd_answer_leaves_the_state_and_is_asked_again(tmp_path: Path, task: Task, odd: bytes) -> None:
    answers = [odd] * 4

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("recordInfo"):
            return unread(answers.pop() if answers else GOOD)
        return unread(told(1))

    def connect(settings: Settings) -> KieClient:
        assert settings.api_key is not None
        return KieClient(settings.api_key, base_url=settings.base_url, transport=httpx.MockTransport(answer))

    async with a_desk(tmp_path, connect=connect) as desk:
        [ended] = await desk.studio.wait([task.ref])
        states = [event.task.state for event in desk.told(TaskChanged)]
    assert set(states[:-1]) <= {TaskState.WAITING}
    assert (ended.state, ended.links, ended.note) == (TaskState.SUCCESS, (LINK,), "")
    assert not answers
    assert not desk.told(Notice)


@in_virtual_time
async def test_an_unreadable_answer_is_said_on_the_row_until_one_is_readable(tmp_path: Path, task: Task) -> None:
    async with a_desk(tmp_path) as desk:
        html = raising(UnreadableAnswer("html", http_status=502, raw="<html>"))
        desk.service.answer_look = in_turn(html, html, running)
        await desk.pass_s(6)
        assert desk.studio.tasks[task.ref].note == UNREADABLE
        assert await desk.studio.raw(task.ref) == "<html>"
        await desk.pass_s(60)
        assert (desk.studio.tasks[task.ref].note, desk.studio.tasks[task.ref].state) == ("", TaskState.WAITING)


@in_virtual_time
async def test_an_unknown_state_word_is_kept_as_it_came_and_asked_on(tmp_path: Path, task: Task) -> None:
    async with a_desk(tmp_path) as desk:
        desk.service.answer_look = in_state("paused")
        await desk.pass_s(60)
        looked_at = desk.studio.tasks[task.ref]
        assert (looked_at.state, looked_at.vendor_state) == (TaskState.WAITING, "paused")
        desk.service.answer_look = succeeded
        await desk.studio.wait([task.ref])


@in_virtual_time
async def test_an_answer_overtaken_by_a_later_one_is_dropped(tmp_path: Path, task: Task) -> None:
    released = asyncio.Event()

    async def late(task_id: str) -> TaskRecord:
        await released.wait()
        return await in_state("queuing")(task_id)

    async with a_desk(tmp_path) as desk:
        desk.service.answer_look = in_turn(late, in_state("generating"), never)
        await desk.pass_s(6)
        await desk.studio.poll_now(task.ref)
        assert desk.studio.tasks[task.ref].vendor_state == "generating"
        released.set()
        await desk.pass_s(1)
        assert desk.studio.tasks[task.ref].vendor_state == "generating"


@in_virtual_time
async def test_a_late_answer_never_brings_an_ended_task_back(tmp_path: Path, task: Task) -> None:
    released = asyncio.Event()

    async def late(task_id: str) -> TaskRecord:
        await released.wait()
        return TaskRecord(task_id=task_id, state="fail", verdict=Verdict.FAIL, fail_code=501)

    async with a_desk(tmp_path) as desk:
        desk.service.answer_look = in_turn(succeeded, late)
        looks = [asyncio.create_task(desk.studio.poll_now(task.ref)) for _ in range(2)]
        await desk.studio.wait([task.ref])
        ended = desk.studio.tasks[task.ref]
        released.set()
        await asyncio.gather(*looks)
        still = desk.studio.tasks[task.ref]
        assert (still.state, still.links, still.revision) == (TaskState.SUCCESS, ended.links, ended.revision)


@in_virtual_time
async def test_a_success_without_a_link_ends_and_says_so(tmp_path: Path, task: Task) -> None:
    async def without_links(task_id: str) -> TaskRecord:
        return TaskRecord(task_id=task_id, state="success", verdict=Verdict.SUCCESS)

    async with a_desk(tmp_path) as desk:
        desk.service.answer_look = without_links
        [ended] = await desk.studio.wait([task.ref])
    assert (ended.state, ended.links, ended.note) == (TaskState.SUCCESS, (), NO_RESULT)


@in_virtual_time
async def test_a_success_with_words_alone_has_its_result(tmp_path: Path, task: Task) -> None:
    async def in_words(task_id: str) -> TaskRecord:
        return TaskRecord(task_id=task_id, state="success", verdict=Verdict.SUCCESS, result_text="A boat, said aloud")

    async with a_desk(tmp_path) as desk:
        desk.service.answer_look = in_words
        [ended] = await desk.studio.wait([task.ref])
    assert (ended.state, ended.links, ended.note) == (TaskState.SUCCESS, (), "")
    assert ended.result_text == "A boat, said aloud"


@pytest.mark.parametrize("code", [404, 422])
@in_virtual_time
async def test_an_id_unknown_just_after_the_create_is_given_time(tmp_path: Path, task: Task, code: int) -> None:
    async with a_desk(tmp_path) as desk:
        unknown = Refused("unknown", code=code, text="recordInfo is null", http_status=200)
        desk.service.answer_look = raising(unknown)
        await desk.pass_s(59)
        assert len(desk.service.looks) >= 2
        assert desk.studio.tasks[task.ref].note == ""
        await desk.pass_s(60)
        assert desk.studio.tasks[task.ref].note == UNKNOWN_ID
        assert desk.studio.tasks[task.ref].state is TaskState.WAITING
        desk.service.answer_look = running
        await desk.pass_s(HOUR)
        assert desk.studio.tasks[task.ref].note == ""
