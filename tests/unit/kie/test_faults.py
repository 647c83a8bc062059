"""Faults on the wire: `NotDelivered` only where it is certain that nothing was sent, and never a bare exception."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from sora_tui.kie.client import KieClient
from sora_tui.kie.envelope import MAX_ANSWER
from sora_tui.kie.errors import AnswerLost, KieError, NotDelivered, Refused, UnreadableAnswer
from sora_tui.kie.messages import CreateTask
from tests.unit.kie.listener import RESET, a_closed_port, a_listener, whole
from tests.unit.kie.wire import KEY, Said, Service, enveloped
from tests.unit.studio.virtual_time import in_virtual_time

BOAT = CreateTask(model="m", input={"prompt": "A paper boat"})
NOWHERE = "https://kie.invalid"
"""A name that no server will ever have."""


async def failed(client: KieClient) -> KieError:
    """How a create fails."""
    async with client:
        with pytest.raises(KieError) as error:
            await client.create_task(BOAT)
    return error.value


# With a function in place of the network


@pytest.mark.parametrize(
    "fault",
    [
        httpx.ConnectError("no route"),
        httpx.ConnectTimeout("no route"),
        httpx.PoolTimeout("busy"),
        httpx.ProxyError("403"),
        httpx.UnsupportedProtocol("ftp"),
    ],
    ids=repr,
)
async def test_what_fails_before_sending_was_not_delivered(fault: Exception) -> None:
    error = await failed(Service(fault).client())
    assert type(error) is NotDelivered
    assert (error.http_status, error.code, error.raw) == (None, None, "")


@pytest.mark.parametrize(
    "fault",
    [
        httpx.ReadTimeout("late"),
        httpx.WriteTimeout("late"),
        httpx.ReadError("reset"),
        httpx.WriteError("reset"),
        httpx.CloseError("odd"),
        httpx.RemoteProtocolError("closed"),
        httpx.LocalProtocolError("odd"),
        httpx.DecodingError("odd"),
        httpx.StreamConsumed(),
        httpx.InvalidURL("odd"),
        TimeoutError(),
        ConnectionResetError(),
        BrokenPipeError(),
        OSError("odd"),
        ValueError("odd"),
        UnicodeError("odd"),
    ],
    ids=repr,
)
async def test_what_may_have_been_sent_is_lost(fault: Exception) -> None:
    error = await failed(Service(fault).client())
    assert type(error) is AnswerLost
    assert type(fault).__name__ in str(error)


@in_virtual_time
async def test_a_silence_ends_by_itself() -> None:
    async def silence(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    client = KieClient(KEY, transport=httpx.MockTransport(silence), timeout=5.0)
    assert type(await failed(client)) is AnswerLost


@in_virtual_time
async def test_an_answer_that_drips_for_ever_ends_too_and_its_beginning_is_kept() -> None:
    class Drip(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            while True:
                yield b"["
                await asyncio.sleep(3.0)

    async def drip(_: httpx.Request) -> httpx.Response:
        return httpx.Response(203, stream=Drip())

    error = await failed(KieClient(KEY, transport=httpx.MockTransport(drip), timeout=5.0))
    assert type(error) is AnswerLost
    assert (error.http_status, error.raw) == (203, "[[[[")


async def test_an_answer_may_be_two_megabytes_and_no_more() -> None:
    room = MAX_ANSWER - len(enveloped(""))
    created = await Service(enveloped({"taskId": "t"}).ljust(MAX_ANSWER)).client().create_task(BOAT)
    assert created.task_id == "t"
    error = await failed(Service(Said(enveloped("a" * (room + 1)), 203)).client())
    assert type(error) is UnreadableAnswer
    assert (error.http_status, len(error.raw)) == (203, MAX_ANSWER)


@pytest.mark.parametrize("encoding", ["gzip", "br", " GZIP", "deflate, gzip", "unheard-of"])
async def test_a_compressed_answer_is_not_opened(encoding: str) -> None:
    bomb = gzip.compress(b"[" * 10_000_000)
    error = await failed(Service(Said(bomb, 200, {"Content-Encoding": encoding})).client())
    assert type(error) is UnreadableAnswer
    assert "compressed" in str(error)


@pytest.mark.parametrize("encoding", ["", "identity", "Identity"])
async def test_an_answer_that_says_it_is_plain_is_read(encoding: str) -> None:
    answer = Said(enveloped(5), 200, {"Content-Encoding": encoding})
    assert await Service(answer).client().credits() == 5


# On real connections


async def test_nobody_at_the_address_is_not_delivered() -> None:
    port = await a_closed_port()
    assert type(await failed(KieClient(KEY, base_url=f"http://127.0.0.1:{port}"))) is NotDelivered


async def test_a_server_without_tls_hears_nothing_of_the_request() -> None:
    async with a_listener(whole(b"")) as listener:
        error = await failed(KieClient(KEY, base_url=f"https://127.0.0.1:{listener.port}", timeout=5.0))
        assert listener.heard == []
    assert type(error) is NotDelivered


@pytest.mark.parametrize("answer", [RESET, b"", b"HTTP/1.1 200 OK\r\nConte", b"not HTTP at all\r\n\r\n"])
async def test_a_connection_that_ends_after_the_request_is_lost(answer: bytes) -> None:
    async with a_listener(answer) as listener:
        error = await failed(KieClient(KEY, base_url=listener.url))
        assert [heard.body for heard in listener.heard] == [BOAT.encoded()]
    assert type(error) is AnswerLost
    assert error.http_status is None


async def test_a_cut_answer_is_lost_but_what_came_is_kept() -> None:
    body = enveloped({"taskId": "t"})
    async with a_listener(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + body) as listener:
        error = await failed(KieClient(KEY, base_url=listener.url))
    assert type(error) is AnswerLost
    assert (error.http_status, error.raw) == (200, body.decode())


async def test_a_cut_answer_of_unknown_length_is_lost_too() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    async with a_listener(head + b'9\r\n{"code":2\r\n') as listener:
        error = await failed(KieClient(KEY, base_url=listener.url))
    assert type(error) is AnswerLost
    assert error.raw == '{"code":2'


async def test_an_answer_that_ends_with_its_connection_is_whole() -> None:
    answer = b"HTTP/1.1 200 OK\r\n\r\n" + enveloped(5)
    async with a_listener(answer) as listener, KieClient(KEY, base_url=listener.url) as client:
        assert await client.credits() == 5


# Proxies


async def test_a_proxy_that_opens_no_tunnel_never_sees_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_listener(whole(b"", status="502 Bad Gateway")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        error = await failed(KieClient(KEY, base_url=NOWHERE))
        [heard] = proxy.heard
    assert type(error) is NotDelivered
    assert heard.head.startswith(b"CONNECT kie.invalid:443 ")
    assert heard.body == b""
    assert KEY.encode() not in heard.head


async def test_a_tunnel_that_breaks_before_tls_is_not_delivered(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_listener(b"HTTP/1.1 200 OK\r\n\r\n") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        error = await failed(KieClient(KEY, base_url=NOWHERE))
        assert len(proxy.heard) == 1
    assert type(error) is NotDelivered


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"])
async def test_this_machine_is_never_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    async with a_listener(whole(enveloped(5))) as listener, a_listener(RESET) as proxy:
        monkeypatch.setenv(name, proxy.url)
        async with KieClient(KEY, base_url=listener.url) as client:
            assert await client.credits() == 5
        assert proxy.heard == []


@pytest.mark.parametrize("proxy", ["nonsense://127.0.0.1:1", "http://[::g", "socks9://127.0.0.1"])
async def test_proxy_settings_that_cannot_be_used_are_not_delivered(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    error = await failed(KieClient(KEY, base_url=NOWHERE))
    assert type(error) is NotDelivered
    assert "HTTPS_PROXY" in str(error)
    assert proxy not in str(error)


async def test_a_login_in_netrc_does_not_take_the_keys_place() -> None:
    (Path.home() / ".netrc").write_text("machine api.kie.ai login somebody password else\n")
    service = Service(enveloped(code=401))
    with pytest.raises(Refused):
        await service.client().credits()
    assert service.asked[0].headers["Authorization"] == f"Bearer {KEY}"
