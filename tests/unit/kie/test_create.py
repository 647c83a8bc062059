"""Creating a task costs money: sent once, exactly, alone on its connection, and never past a redirect."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from sora_tui.kie.client import KieClient
from sora_tui.kie.errors import AnswerLost, KieError, Refused, UnreadableAnswer
from sora_tui.kie.messages import CreateTask
from tests.unit.kie.listener import RESET, Listener, a_listener, whole
from tests.unit.kie.wire import KEY, Said, Service, enveloped

CREATED = enveloped({"taskId": "t-1", "recordId": "r-1"})
BOAT = CreateTask(model="sora-2-pro-text-to-video", input={"prompt": "A paper boat", "n_frames": "10"})


# The body


async def test_the_body_is_the_request_and_nothing_else() -> None:
    request = CreateTask(
        model="sora-2-pro-text-to-video",
        input={
            "prompt": 'Ein Boot – 纸船 😀 "quoted"\n\ttabbed',
            "n_frames": "15",
            "remove_watermark": True,
            "character_id_list": [],
            "seed": None,
            "cfg_scale": 0.5,
        },
        call_back_url="https://a.example/end",
        progress_call_back_url="https://a.example/progress",
    )
    service = Service(CREATED)
    await service.client().create_task(request)
    [asked] = service.asked
    assert (asked.method, str(asked.url)) == ("POST", "https://api.kie.ai/api/v1/jobs/createTask")
    assert asked.content == request.encoded()
    assert asked.headers["Content-Length"] == str(len(request.encoded()))
    assert asked.headers["Content-Type"] == "application/json"
    assert json.loads(asked.content) == {
        "model": "sora-2-pro-text-to-video",
        "callBackUrl": "https://a.example/end",
        "progressCallBackUrl": "https://a.example/progress",
        "input": dict(request.input),
    }
    assert "纸船 😀".encode() in asked.content


def test_what_was_not_given_is_not_sent() -> None:
    assert BOAT.wire() == {
        "model": "sora-2-pro-text-to-video",
        "input": {"prompt": "A paper boat", "n_frames": "10"},
    }
    assert b"allBack" not in BOAT.encoded()


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), "half \ud83d", {"a": [1, float("nan")]}, {1, 2}, 1j, b"bytes"],
    ids=repr,
)
def test_what_cannot_be_sent_is_no_request(value: Any) -> None:
    with pytest.raises(ValidationError):
        CreateTask(model="m", input={"prompt": value})


def test_a_circle_and_an_abyss_are_no_request() -> None:
    circle: list[Any] = []
    circle.append(circle)
    abyss: list[Any] = []
    for _ in range(20_000):
        abyss = [abyss]
    for value in (circle, abyss):
        with pytest.raises(ValidationError):
            CreateTask(model="m", input={"prompt": value})


def test_a_request_needs_a_model() -> None:
    with pytest.raises(ValidationError):
        CreateTask(model="", input={})


# The reference


async def test_our_reference_goes_along_as_a_header() -> None:
    service = Service(CREATED)
    client = service.client()
    await client.create_task(BOAT, ref="0a_B-9")
    await client.create_task(BOAT)
    assert service.asked[0].headers["X-Request-Id"] == "0a_B-9"
    assert "X-Request-Id" not in service.asked[1].headers


@pytest.mark.parametrize("ref", ["", "a b", "a\r\nX-Other: 1", "a\n", "é", "a" * 129, "a.b"])
async def test_a_reference_that_is_no_header_sends_nothing(ref: str) -> None:
    service = Service(CREATED)
    with pytest.raises(ValueError, match="ref"):
        await service.client().create_task(BOAT, ref=ref)
    assert service.asked == []


# The answer


async def test_the_created_task_carries_its_ids_and_the_raw_answer() -> None:
    created = await Service(Said(CREATED, 201)).client().create_task(BOAT)
    assert (created.task_id, created.record_id, created.http_status) == ("t-1", "r-1", 201)
    assert created.raw == CREATED.decode()


@pytest.mark.parametrize("task_id", ["task_sora-2-pro_1765183463848", "!", "~" * 256])
async def test_an_id_is_opaque(task_id: str) -> None:
    created = await Service(enveloped({"taskId": task_id})).client().create_task(BOAT)
    assert (created.task_id, created.record_id) == (task_id, None)


@pytest.mark.parametrize(
    "data",
    [None, [], {}, "t-1", {"taskId": None}, {"taskId": ""}, {"taskId": 7}, {"taskId": ["t"]}, {"taskid": "t"}]
    + [{"taskId": odd} for odd in ("a b", "a\n", "a\x1b[31m", "é", "a" * 257, "\ud83d")],
    ids=lambda data: repr(data)[:24],
)
async def test_an_accepted_request_without_an_id_to_ask_for_is_unreadable(data: Any) -> None:
    body = enveloped(data)
    with pytest.raises(UnreadableAnswer) as error:
        await Service(body).client().create_task(BOAT)
    assert (error.value.code, error.value.http_status, error.value.raw) == (200, 200, body.decode())


async def test_a_refusal_is_one() -> None:
    service = Service(enveloped(code=402, msg="Credits insufficient"))
    with pytest.raises(Refused) as error:
        await service.client().create_task(BOAT)
    assert (error.value.code, error.value.text) == (402, "Credits insufficient")
    assert len(service.asked) == 1


async def test_a_refusal_that_names_a_task_is_not_believed() -> None:
    body = enveloped({"taskId": "t-1"}, code=422, msg="no")
    with pytest.raises(UnreadableAnswer) as error:
        await Service(Said(body, 200)).client().create_task(BOAT)
    assert (error.value.code, error.value.text, error.value.raw) == (422, "no", body.decode())


# Once


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_is_followed(status: int) -> None:
    service = Service(Said(CREATED, status, {"Location": "/api/v1/jobs/createTask"}))
    with pytest.raises(UnreadableAnswer) as error:
        await service.client().create_task(BOAT)
    assert error.value.http_status == status
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Said(enveloped(code=429), 429, {"Retry-After": "0"}),
        Said(b"", 503, {"Retry-After": "0"}),
        Said(enveloped(code=401), 401, {"WWW-Authenticate": "Bearer"}),
        Said(b"<html>", 502),
        httpx.ReadTimeout("late"),
        httpx.ConnectError("no"),
        httpx.RemoteProtocolError("gone"),
    ],
    ids=repr,
)
async def test_nothing_is_ever_sent_twice(answer: Said | Exception) -> None:
    service = Service(answer, CREATED)
    with pytest.raises(KieError):
        await service.client().create_task(BOAT)
    assert len(service.asked) == 1


@pytest.mark.parametrize("broken", [RESET, b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"])
async def test_a_broken_connection_is_not_tried_again(broken: bytes) -> None:
    async with a_listener(broken, whole(CREATED)) as listener, speaking_to(listener) as client:
        with pytest.raises(AnswerLost):
            await client.create_task(BOAT)
        assert len(listener.heard) == 1


# The connection


def speaking_to(listener: Listener) -> KieClient:
    return KieClient(KEY, base_url=listener.url)


async def test_every_create_has_a_connection_of_its_own() -> None:
    async with a_listener(whole(CREATED)) as listener, speaking_to(listener) as client:
        for _ in range(3):
            await client.create_task(BOAT)
        assert [heard.connection for heard in listener.heard] == [1, 2, 3]
        assert all(b"\r\nconnection: close\r\n" in heard.head.lower() for heard in listener.heard)
        assert {heard.body for heard in listener.heard} == {BOAT.encoded()}


async def test_a_create_never_takes_a_kept_connection_and_leaves_it_open() -> None:
    credit = whole(enveloped(5.0))
    async with a_listener(credit, whole(CREATED), credit) as listener, speaking_to(listener) as client:
        await client.credits()
        await client.create_task(BOAT)
        await client.credits()
        assert [heard.connection for heard in listener.heard] == [1, 2, 1]


async def test_dropping_the_kept_connections_leaves_a_create_alone() -> None:
    async with a_listener(whole(CREATED)) as listener, speaking_to(listener) as client:
        listener.may_answer.clear()
        creating = asyncio.create_task(client.create_task(BOAT))
        await listener.came.wait()
        await client.drop_connections()
        listener.may_answer.set()
        assert (await creating).task_id == "t-1"
