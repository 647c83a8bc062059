"""The questions that cost nothing: how each is put, and what is made of odd answers to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from sora_tui import __version__
from sora_tui.kie.client import KieClient
from sora_tui.kie.errors import AnswerLost, NotDelivered, Refused, UnreadableAnswer
from sora_tui.kie.limits import SlidingWindow
from tests.unit.kie.listener import a_listener, whole
from tests.unit.kie.wire import KEY, Said, Service, enveloped

Question = Callable[[KieClient], Awaitable[Any]]

QUESTIONS: dict[str, tuple[Question, str, str]] = {
    "read_task": (lambda client: client.read_task("a"), "GET", "/api/v1/jobs/recordInfo?taskId=a"),
    "credits": (lambda client: client.credits(), "GET", "/api/v1/chat/credit"),
    "download_url": (lambda client: client.download_url("https://a/b"), "POST", "/api/v1/common/download-url"),
    "models": (lambda client: client.models(), "GET", "/api/v1/models"),
    "schema": (lambda client: client.schema("a/b"), "GET", "/api/v1/models/a/b/schema"),
    "price": (lambda client: client.price("a/b"), "GET", "/api/v1/models/a/b/price"),
    "success_rate": (lambda client: client.success_rate("a/b"), "GET", "/api/v1/models/a/b/success-rate"),
}
READABLE: list[tuple[str, Any]] = [("models", ["x"]), ("success_rate", ["x"]), ("price", "x")]
"""What is odd for all others but one of them can read."""

ASKED = pytest.mark.parametrize("name", QUESTIONS)


@ASKED
async def test_each_is_one_request_to_its_address_with_the_headers_all_need(name: str) -> None:
    question, method, path = QUESTIONS[name]
    service = Service(enveloped(code=500))
    with pytest.raises(Refused):
        await question(service.client())
    [asked] = service.asked
    assert (asked.method, str(asked.url)) == (method, f"https://api.kie.ai{path}")
    assert asked.headers["Authorization"] == f"Bearer {KEY}"
    assert asked.headers["Content-Type"] == "application/json"
    assert asked.headers["Accept-Encoding"] == "identity"
    assert asked.headers["User-Agent"].startswith(f"sora-tui/{__version__} (+https://")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        *[(name, data) for name in QUESTIONS for data in (None, True, "", ["x"], "x") if (name, data) not in READABLE],
        ("read_task", {"taskId": "another"}),
        ("credits", {"credits": 5}),
        ("download_url", {"url": "https://a.example/b"}),
        ("models", {"models": {"veo-3-1": {}}}),
        ("schema", {"model": "another", "openapi": {}}),
        ("price", {"pricingDesc": None}),
        ("success_rate", {"points": 5}),
    ],
)
async def test_an_odd_payload_is_unreadable_and_kept(name: str, data: Any) -> None:
    body = enveloped(data)
    with pytest.raises(UnreadableAnswer) as error:
        await QUESTIONS[name][0](Service(Said(body, 203)).client())
    assert (error.value.raw, error.value.http_status, error.value.code) == (body.decode(), 203, 200)


@ASKED
@pytest.mark.parametrize("status", [301, 307, 308])
async def test_no_question_follows_a_redirect(name: str, status: int) -> None:
    question, _, _ = QUESTIONS[name]
    service = Service(Said(b"", status, {"Location": "https://elsewhere.example/"}))
    with pytest.raises(UnreadableAnswer):
        await question(service.client())
    assert len(service.asked) == 1


async def test_how_we_introduce_ourselves_can_be_changed() -> None:
    service = Service(enveloped(5))
    await service.client(user_agent="another/1").credits()
    assert service.asked[0].headers["User-Agent"] == "another/1"


async def test_a_reseller_below_a_path_is_asked_there() -> None:
    service = Service(enveloped(5))
    client = service.client(base_url="https://reseller.example/kie/")
    assert client.base_url == "https://reseller.example/kie"
    await client.credits()
    assert service.asked[0].url == "https://reseller.example/kie/api/v1/chat/credit"


@pytest.mark.parametrize(
    ("task_id", "query"),
    [
        ("task_sora-2_17", b"taskId=task_sora-2_17"),
        ("a&taskId=b#c", b"taskId=a%26taskId%3Db%23c"),
        ("a b\r\nX: 1", b"taskId=a+b%0D%0AX%3A+1"),
        ("é", b"taskId=%C3%A9"),
        ("\ud83d", b"taskId=%3F"),
    ],
)
async def test_an_id_stays_inside_its_parameter(task_id: str, query: bytes) -> None:
    service = Service(enveloped(code=422))
    with pytest.raises(Refused):
        await service.client().read_task(task_id)
    assert service.asked[0].url.query.replace(b"%20", b"+") == query


async def test_only_what_was_asked_for_goes_to_the_list_of_models() -> None:
    service = Service(enveloped([]))
    client = service.client()
    await client.models(task_type="Text to Video", query="")
    await client.models(provider="Google", query="veo")
    assert dict(service.asked[0].url.params) == {"taskType": "Text to Video", "q": ""}
    assert dict(service.asked[1].url.params) == {"provider": "Google", "q": "veo"}


@pytest.mark.parametrize(("data", "credits"), [(0, 0.0), (5760.65, 5760.65), ("12.5", 12.5), (-3, -3.0)])
async def test_credits_may_come_as_text(data: Any, credits: float) -> None:
    assert await Service(enveloped(data)).client().credits() == credits


async def test_a_download_link_is_one_that_may_be_opened() -> None:
    service = Service(enveloped(" https://tempfile.aiquickdraw.com/a.mp4?sig=1 "))
    client = service.client()
    assert await client.download_url("https://a/ä") == "https://tempfile.aiquickdraw.com/a.mp4?sig=1"
    assert service.asked[0].content == '{"url":"https://a/ä"}'.encode()
    for link in ("http://a.example/b", "javascript:alert(1)", "https://u:p@a.example/", "https://a.example/b c"):
        with pytest.raises(UnreadableAnswer):
            await Service(enveloped(link)).client().download_url("https://a/b")


async def test_the_four_questions_about_models_share_one_limit() -> None:
    pauses: list[float] = []
    now = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal now
        pauses.append(seconds)
        now += seconds

    service = Service(enveloped(code=500))
    client = service.client(discovery=SlidingWindow(1, 1.0, lambda: now, sleep=sleep))
    for name in ("models", "schema", "price", "success_rate"):
        with pytest.raises(Refused):
            await QUESTIONS[name][0](client)
    assert pauses == [1.0, 1.0, 1.0]
    for name in ("credits", "read_task", "download_url"):
        with pytest.raises(Refused):
            await QUESTIONS[name][0](client)
    assert len(pauses) == 3


# Connections


async def test_the_connection_is_kept_until_it_is_dropped() -> None:
    async with a_listener(whole(enveloped(5))) as listener, KieClient(KEY, base_url=listener.url) as client:
        await client.credits()
        await client.credits()
        await client.drop_connections()
        await client.credits()
        assert [heard.connection for heard in listener.heard] == [1, 1, 2]


async def test_a_question_under_way_when_connections_are_dropped_is_lost() -> None:
    async with a_listener(whole(enveloped(5))) as listener, KieClient(KEY, base_url=listener.url) as client:
        listener.may_answer.clear()
        asking = asyncio.create_task(client.credits())
        await listener.came.wait()
        await client.drop_connections()
        with pytest.raises(AnswerLost):
            await asking
        listener.may_answer.set()
        assert await client.credits() == 5


async def test_a_closed_client_is_not_used_again() -> None:
    service = Service(enveloped(5))
    client = service.client()
    async with client:
        await client.credits()
    with pytest.raises(RuntimeError, match="closed"):
        await client.credits()
    assert len(service.asked) == 1


@pytest.mark.parametrize("base_url", ["https://[v1.x]", "https://xn--.example"])
async def test_an_address_that_cannot_be_dialled_is_not_delivered(base_url: str) -> None:
    service = Service(enveloped(5))
    with pytest.raises(NotDelivered):
        await service.client(base_url=base_url).credits()
    assert service.asked == []
