"""Files from links: whole or the rest of them, what is no such thing told apart, and never the key."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from sora_tui.kie.fetching import BadDelivery, Fetcher, FetchError, LinkDead, NotThere, Unreachable
from tests.unit.kie.listener import RESET, Listener, a_closed_port, a_listener, whole

FILE = bytes(range(256)) * 40
TAG = '"v1"'


def partly(start: int, *, total: int = len(FILE), tag: str = TAG, said: str = "") -> bytes:
    said = said or f"bytes {start}-{total - 1}/{total}"
    return whole(FILE[start:], status="206 Partial Content", headers=f"ETag: {tag}\r\nContent-Range: {said}\r\n")


async def fetched(fetcher: Fetcher, link: str, **asked: object) -> tuple[int, int | None, str, bytes]:
    async with fetcher.fetch(link, **asked) as delivery:  # type: ignore[arg-type]
        body = b"".join([piece async for piece in delivery.pieces])
        return delivery.start, delivery.total, delivery.etag, body


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    made = Fetcher()
    yield made
    await made.aclose()


def asked(listener: Listener) -> str:
    return listener.heard[-1].head.decode().lower()


async def test_a_whole_file_comes_with_its_size_and_strong_tag(fetcher: Fetcher) -> None:
    async with a_listener(whole(FILE, headers=f"ETag: {TAG}\r\n")) as listener:
        assert await fetched(fetcher, f"{listener.url}/1.mp4") == (0, len(FILE), TAG, FILE)
        head = asked(listener)
        assert "accept-encoding: identity" in head
        assert not any(word in head for word in ("authorization", "cookie", "range"))


@pytest.mark.parametrize("tag", ['W/"v1"', "v1", '"a b"', f'"{"x" * 300}"'])
async def test_a_tag_that_proves_nothing_is_none(fetcher: Fetcher, tag: str) -> None:
    async with a_listener(whole(FILE, headers=f"ETag: {tag}\r\n")) as listener:
        assert (await fetched(fetcher, listener.url))[2] == ""


async def test_the_rest_is_asked_for_with_the_tag_of_the_beginning(fetcher: Fetcher) -> None:
    async with a_listener(partly(1_000)) as listener:
        found = await fetched(fetcher, listener.url, start=1_000, etag=TAG)
        assert found == (1_000, len(FILE), TAG, FILE[1_000:])
        assert "range: bytes=1000-" in asked(listener)
        assert f"if-range: {TAG}" in asked(listener)


async def test_without_a_tag_the_whole_is_asked_for(fetcher: Fetcher) -> None:
    async with a_listener(whole(FILE)) as listener:
        assert (await fetched(fetcher, listener.url, start=1_000))[0] == 0
        assert "range" not in asked(listener)


async def test_a_changed_file_comes_whole(fetcher: Fetcher) -> None:
    async with a_listener(whole(FILE, headers='ETag: "v2"\r\n')) as listener:
        assert await fetched(fetcher, listener.url, start=1_000, etag=TAG) == (0, len(FILE), '"v2"', FILE)


@pytest.mark.parametrize(
    "answer",
    [
        partly(1_000, said=f"bytes 999-{len(FILE) - 1}/{len(FILE)}"),
        partly(1_000, said=f"bytes 1000-2000/{len(FILE)}"),
        partly(1_000, said=f"bytes 1000-999/{len(FILE)}"),
        partly(1_000, said="bytes */9"),
        partly(1_000, said="lines 1000-1001/1002"),
        partly(1_000, tag='"v2"'),
        whole(FILE, status="206 Partial Content"),
        whole(FILE, headers="Content-Encoding: gzip\r\n"),
        whole(b"", status="204 No Content"),
        whole(b"", status="418 Teapot"),
        whole(b"", status="302 Found"),
        whole(b"", status="302 Found", headers="Location: http://files.example/\r\n"),
        whole(b"", status="302 Found", headers="Location: file:///etc/passwd\r\n"),
        whole(b"", status="302 Found", headers="Location: https://me:secret@files.example/\r\n"),
    ],
)
async def test_what_was_not_asked_for_is_refused(fetcher: Fetcher, answer: bytes) -> None:
    async with a_listener(answer) as listener:
        with pytest.raises(BadDelivery) as error:
            await fetched(fetcher, listener.url, start=1_000, etag=TAG)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_a_dead_link_is_told_apart(fetcher: Fetcher, status: int) -> None:
    async with a_listener(whole(b"", status=f"{status} No")) as listener:
        with pytest.raises(LinkDead) as error:
            await fetched(fetcher, listener.url)
    assert error.value.status == status


@pytest.mark.parametrize(("said", "total"), [("bytes */77", 77), ("bytes */x", None), ("", None)])
async def test_a_piece_that_is_not_there_tells_the_size(fetcher: Fetcher, said: str, total: int | None) -> None:
    headers = f"Content-Range: {said}\r\n" if said else ""
    async with a_listener(whole(b"", status="416 No", headers=headers)) as listener:
        with pytest.raises(NotThere) as error:
            await fetched(fetcher, listener.url, start=1_000, etag=TAG)
    assert error.value.total == total


@pytest.mark.parametrize(
    "answer",
    [
        whole(b"", status="503 Busy"),
        whole(b"", status="429 Slow"),
        whole(FILE)[:-1],
        whole(FILE)[:20],
        b"",
        RESET,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    ],
)
async def test_a_way_that_is_cut_may_be_whole_again(fetcher: Fetcher, answer: bytes) -> None:
    async with a_listener(answer) as listener:
        with pytest.raises(Unreachable):
            await fetched(fetcher, listener.url)


async def test_nobody_there(fetcher: Fetcher) -> None:
    with pytest.raises(Unreachable):
        await fetched(fetcher, f"http://127.0.0.1:{await a_closed_port()}/1.mp4")


async def test_redirects_are_followed_and_not_for_ever(fetcher: Fetcher) -> None:
    async with a_listener(whole(FILE)) as other:
        moved = whole(b"", status="302 Found", headers=f"Location: {other.url}/there?signed=1\r\n")
        async with a_listener(moved) as listener:
            assert (await fetched(fetcher, listener.url))[3] == FILE
            assert "get /there?signed=1" in asked(other)
    loop = whole(b"", status="307 Moved", headers="Location: /again\r\n")
    async with a_listener(loop) as listener:
        with pytest.raises(BadDelivery, match="more than 5"):
            await fetched(fetcher, listener.url)
        assert len(listener.heard) == 6


async def test_from_https_nothing_leads_on_to_plain_http() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"Location": "http://127.0.0.1:1/"})

    fetcher = Fetcher(network=httpx.MockTransport(answer))
    with pytest.raises(BadDelivery):
        await fetched(fetcher, "https://files.example/1.mp4")
    await fetcher.aclose()


@pytest.mark.parametrize(
    "link", ["http://files.example/1.mp4", "file:///etc/passwd", "https://a:b@c.example/", "", "x y"]
)
async def test_only_https_is_fetched(fetcher: Fetcher, link: str) -> None:
    with pytest.raises(FetchError):
        await fetched(fetcher, link)


async def test_a_proxy_that_cant_be_used_is_said(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "nonsense://secret@x y")
    with pytest.raises(Unreachable) as error:
        await fetched(fetcher, "https://files.example/1.mp4")
    assert "secret" not in str(error.value)
