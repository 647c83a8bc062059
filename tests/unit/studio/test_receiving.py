"""The inbox over real connections: byte by byte, slow, silent, in crowds. No status but the six, and never stuck."""

from __future__ import annotations

import asyncio
import json
import logging
import random
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest

from sora_tui.studio.callbacks import MAX_BODY, Call, Callback, Judgement
from sora_tui.studio.receiving import Limits, create_app, listen, serve
from tests.unit.studio.calls import REF, TASK, TOKEN, a_body, judging, request

SOON = Limits(deadline_s=0.2, connections=8)
LATE = Limits(deadline_s=600.0, connections=8)
STATUSES = {200, 400, 401, 404, 405, 413}


@dataclass(slots=True)
class Inbox:
    port: int
    heard: list[Callback] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, callback: Callback) -> None:
        self.heard.append(callback)
        self.came.set()

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def ask(self, *pieces: bytes, finish: bool = False) -> tuple[int, dict[str, object]]:
        """Status and body of the answer to these bytes."""
        reader, writer = await self.connect()
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        if finish:
            writer.write_eof()
        head, _, body = (await reader.read()).rpartition(b"\r\n\r\n")
        writer.close()
        assert b"connection: close" in head.lower()
        final = head.rpartition(b"HTTP/1.1 ")[2]
        return int(final[:3]), json.loads(body) if body.startswith(b"{") else {}


@asynccontextmanager
async def an_inbox(
    limits: Limits = LATE, judge: Callable[[Call], Judgement] | None = None, keys: Iterable[str] = ()
) -> AsyncIterator[Inbox]:
    listener = listen("127.0.0.1", 0)
    inbox = Inbox(listener.getsockname()[1])
    app = create_app(judge or judging(tuple(keys) or ("webhook-key-of-a-test",)), inbox.hear)
    serving = asyncio.create_task(serve(app, listener, limits))
    await asyncio.sleep(0)
    try:
        yield inbox
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


async def test_a_call_of_the_service_is_answered_as_it_expects_and_heard() -> None:
    async with an_inbox() as inbox:
        assert await inbox.ask(request()) == (200, {"code": 200, "msg": "success"})
        assert [(callback.ref, callback.task_id) for callback in inbox.heard] == [(REF, TASK)]
        assert await inbox.ask(request()) == (200, {"code": 200, "msg": "success"})
        assert len(inbox.heard) == 1, "a replay is answered and not followed up"


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (request(path="/"), 404),
        (request(path=f"/{'x' * 32}/{REF}"), 404),
        (request(path=f"/{TOKEN}/%ff%00{REF}"), 404),
        (request(path=f"/{TOKEN}/{REF}?x={'y' * 1000}"), 200),
        (request(method="GET"), 405),
        (request(method="OPTIONS"), 405),
        (request(key=None), 401),
        (request(key="another"), 401),
        (request(X_Webhook_Signature="\u00e9" * 44), 401),
        (request(Content_Type="text/plain"), 400),
        (request(b"[]"), 400),
        (request(b"[" * 60_000), 400),
        (request(b'{"taskId":"\xff"}'), 400),
        (request(b"{" + b" " * MAX_BODY), 413),
        (request(b"{" + b" " * 500_000), 413),
        (request(Upgrade="websocket", Connection="upgrade"), 200),
        (request(Expect="100-continue"), 200),
        (request(Connection="keep-alive"), 200),
        (request(Content_Length="x"), 400),
        (request(Content_Length="-1"), 400),
        (request(Host="a\r\nHost: b"), 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello\r\n\r\n", 400),
        (b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        (b"GET /" + b"a" * 100_000, 400),
        (b"CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 404),
    ],
    ids=lambda value: repr(value)[:40],
)
async def test_any_request_gets_one_of_six_statuses(sent: bytes, expected: int) -> None:
    async with an_inbox() as inbox:
        assert (await inbox.ask(sent))[0] == expected
        assert (await inbox.ask(request(a_body("t-2"), key=None)))[0] == 401, "it goes on"


async def test_a_head_request_gets_no_body() -> None:
    async with an_inbox() as inbox:
        assert await inbox.ask(request(method="HEAD")) == (405, {})


async def test_a_body_in_chunks_is_read_to_its_end_and_not_beyond_the_limit() -> None:
    head = request(b"").replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    async with an_inbox() as inbox:
        pieces = [b"%x\r\n%s\r\n" % (1, bytes([byte])) for byte in a_body()]
        assert (await inbox.ask(head, *pieces, b"0\r\n\r\n"))[0] == 200
        many = [b"%x\r\n%s\r\n" % (10_000, b" " * 10_000)] * 10
        assert (await inbox.ask(head, *many, b"0\r\n\r\n"))[0] == 413
        assert (await inbox.ask(head, b"zz\r\n"))[0] == 400
        assert len(inbox.heard) == 1


async def test_one_connection_carries_one_call() -> None:
    async with an_inbox() as inbox:
        assert (await inbox.ask(request() + request(a_body("t-2"))))[0] == 200
        assert len(inbox.heard) == 1


@pytest.mark.parametrize(
    "sent",
    [b"", b"P", b"POST / HTTP/1.1\r\nHost: x\r\n", request()[:-1], request(b"")[:-2] + b"X-Slow: "],
    ids=["silent", "one byte", "half a head", "all but one byte", "a head without end"],
)
async def test_who_does_not_finish_is_hung_up_on(sent: bytes) -> None:
    async with an_inbox(SOON) as inbox:
        reader, writer = await inbox.connect()
        writer.write(sent)
        with suppress(ConnectionResetError):
            assert await reader.read() == b""
        writer.close()
        assert not inbox.heard
        assert (await inbox.ask(request()))[0] == 200


async def test_who_drips_gets_no_more_time_than_others() -> None:
    async with an_inbox(SOON) as inbox:
        reader, writer = await inbox.connect()
        over = asyncio.ensure_future(reader.read())
        sent = 0
        while not over.done():  # each byte is a sign of life, and none buys time
            writer.write(b"X-Slow: 1\r\n" if sent else b"POST / HTTP/1.1\r\nHost: x\r\n")
            sent += 1
            await asyncio.wait({over}, timeout=0.01)
        with suppress(ConnectionResetError):
            assert over.result() == b""
        writer.close()
        assert sent > 1


async def test_who_leaves_in_the_middle_leaves_nothing_behind() -> None:
    async with an_inbox() as inbox:
        for cut in (0, 1, 50, len(request()) - 1):
            reader, writer = await inbox.connect()
            writer.write(request()[:cut])
            writer.write_eof()
            await reader.read()
            writer.close()
        assert (await inbox.ask(request()))[0] == 200
        assert len(inbox.heard) == 1


async def test_a_call_of_one_who_does_not_wait_for_the_answer_is_heard() -> None:
    async with an_inbox() as inbox:
        raw = socket.create_connection(("127.0.0.1", inbox.port))
        raw.sendall(request())
        raw.close()
        await inbox.came.wait()
        assert len(inbox.heard) == 1


async def test_of_many_calls_at_once_none_pushes_another_out() -> None:
    async with an_inbox(Limits()) as inbox:
        answers = await asyncio.gather(*(inbox.ask(request(a_body(f"t-{n}"), key=None)) for n in range(400)))
        assert {status for status, _ in answers} == {401}


async def test_a_thousand_silent_ones_keep_nobody_out() -> None:
    async with an_inbox(LATE) as inbox:
        crowd = [await inbox.connect() for _ in range(1_000)]
        assert (await inbox.ask(request()))[0] == 200
        ends = [asyncio.ensure_future(reader.read()) for reader, _ in crowd]
        oldest = ends[: len(crowd) - LATE.connections]
        await asyncio.gather(*oldest, return_exceptions=True)
        assert sum(not end.done() for end in ends) >= LATE.connections - 1, "the oldest gave way, and only they"
        for _, writer in crowd:
            writer.close()
        await asyncio.gather(*ends, return_exceptions=True)


async def test_when_it_ends_everyone_is_hung_up_on_and_the_port_is_free() -> None:
    async with an_inbox() as inbox:
        reader, _ = await inbox.connect()
        await asyncio.sleep(0)
    with suppress(ConnectionResetError):
        assert await reader.read() == b""
    listen("127.0.0.1", inbox.port).close()


def test_a_taken_port_is_said_at_once() -> None:
    taken = listen("127.0.0.1", 0)
    with pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", taken.getsockname()[1])
    taken.close()


async def test_nothing_of_a_call_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with an_inbox() as inbox:
            for sent in (request(), request(key=None), request(method="GET"), b"no HTTP\r\n\r\n"):
                await inbox.ask(sent)
    assert TOKEN not in caplog.text
    assert REF not in caplog.text


async def test_a_fault_in_what_hears_is_not_swallowed() -> None:
    fault_told: asyncio.Future[object] = asyncio.get_running_loop().create_future()

    def fault(_: Callback) -> None:
        raise ZeroDivisionError

    asyncio.get_running_loop().set_exception_handler(lambda _, context: fault_told.set_result(context.get("exception")))
    listener = listen("127.0.0.1", 0)
    inbox = Inbox(listener.getsockname()[1])
    serving = asyncio.create_task(serve(create_app(judging(), fault), listener, LATE))
    await asyncio.sleep(0)
    assert (await inbox.ask(request()))[0] == 200
    assert isinstance(await fault_told, ZeroDivisionError)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


CALLS, SEED = 1_000, 20_261_127


async def test_a_thousand_connections_of_any_bytes_get_one_of_six_statuses_or_nothing() -> None:
    chance = random.Random(SEED)
    crowded = Limits(deadline_s=600.0, connections=64)
    async with an_inbox(crowded) as inbox:

        async def one(number: int) -> None:
            sent = bytearray(request(a_body(f"t-{number}"), key=chance.choice((None, "webhook-key-of-a-test"))))
            for _ in range(chance.choice((0, 1, 2, 8))):
                place = chance.randrange(len(sent))
                sent[place : place + chance.randrange(4)] = chance.randbytes(chance.randrange(4))
            reader, writer = await inbox.connect()
            writer.write(sent[: chance.choice((len(sent), len(sent), chance.randrange(len(sent))))])
            with suppress(OSError):
                writer.write_eof()
            with suppress(ConnectionResetError):
                answer = await reader.read()
                assert not answer or int(answer[9:12]) in STATUSES, f"call {number} of seed {SEED}: {bytes(sent)!r}"
            writer.close()

        for start in range(0, CALLS, 20):
            await asyncio.gather(*(one(number) for number in range(start, start + 20)))
        assert (await inbox.ask(request()))[0] == 200
