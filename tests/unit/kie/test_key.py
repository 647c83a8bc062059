"""The key: stripped, refused without being shown where it cannot be one, sent to one address and seen nowhere."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from sora_tui.kie.client import KieClient
from sora_tui.kie.credentials import Key
from sora_tui.kie.envelope import MAX_ANSWER
from sora_tui.kie.errors import InvalidKey, KieError
from sora_tui.kie.messages import CreateTask
from tests.unit.kie.listener import RESET, a_listener, whole
from tests.unit.kie.wire import KEY, Said, Service, enveloped


@pytest.mark.parametrize("key", [KEY, f"  {KEY}", f"{KEY}\n", f"\t{KEY}\r\n", f"\u00a0{KEY}\u2003"])
@pytest.mark.parametrize("wrap", [str, SecretStr])
async def test_blanks_around_it_are_dropped(key: str, wrap: type[str] | type[SecretStr]) -> None:
    service = Service(enveloped(5))
    await service.client(wrap(key)).credits()  # type: ignore[arg-type]
    assert service.asked[0].headers["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("key", ["", " ", "\r\n\t", "\u00a0"])
def test_an_empty_one_is_refused(key: str) -> None:
    with pytest.raises(InvalidKey, match="empty"):
        KieClient(key)


@pytest.mark.parametrize(
    "odd", ["\n", "\r", "\r\nX-Other: 1", " ", "\t", "\x00", "\x1b[31m", "\x7f", "é", "ключ", "–", "\u200b", "\ud83d"]
)
@pytest.mark.parametrize("wrap", [str, SecretStr])
def test_one_with_a_line_break_or_beyond_ascii_is_refused_unshown(odd: str, wrap: type[str] | type[SecretStr]) -> None:
    with pytest.raises(InvalidKey) as error:
        KieClient(wrap(f"canary{odd}canary"))
    assert "copy it again" in str(error.value)
    assert "canary" not in str(error.value) + repr(error.value)
    assert error.value.__context__ is None


def test_no_representation_shows_it() -> None:
    key = Key(KEY)
    client = KieClient(KEY)
    assert KEY not in repr(key) + str(key) + repr(client) + str(client) + repr(vars(key)) + repr(vars(client))


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize(
    "answer",
    [
        RESET,
        b"",
        b"not HTTP\r\n\r\n",
        whole(enveloped(code=401, msg="no")),
        whole(b"<html>", status="502 Bad Gateway"),
        whole(b"", status="307 Moved", headers="Location: https://elsewhere.example/\r\n"),
    ],
)
async def test_no_error_drags_it_along(answer: bytes) -> None:
    async with a_listener(answer) as listener, KieClient(KEY, base_url=listener.url) as client:
        with pytest.raises(KieError) as error:
            await client.create_task(CreateTask(model="m", input={}))
        assert f"Bearer {KEY}".encode() in listener.heard[0].head
    homes = {type(each).__module__.split(".")[0] for each in chain(error.value)}
    assert not homes & {"httpx", "httpcore", "anyio", "h11"}
    for each in chain(error.value):
        frames = [frame for frame, _ in traceback.walk_tb(each.__traceback__) if frame.f_code.co_filename != __file__]
        assert KEY not in repr(each) + repr([frame.f_locals for frame in frames])


@pytest.mark.parametrize("status", [200, 401, 302])
async def test_a_service_that_repeats_it_is_not_quoted(status: int) -> None:
    body = enveloped({"taskId": f"Bearer {KEY}"}, code=401, msg=f"{KEY} is unknown")
    with pytest.raises(KieError) as error:
        await Service(Said(body, status)).client().credits()
    assert "[key]" in error.value.raw
    assert "[key] is unknown" in (error.value.text or "[key] is unknown")
    assert KEY not in str(error.value) + error.value.text + error.value.raw


@pytest.mark.parametrize(
    "answer",
    [
        Said(KEY.encode() + b" " * MAX_ANSWER),
        Said(KEY.encode(), headers={"Content-Encoding": "gzip"}),
    ],
    ids=["too long", "compressed"],
)
async def test_an_answer_that_is_not_read_to_its_end_does_not_quote_it(answer: Said) -> None:
    with pytest.raises(KieError) as error:
        await Service(answer).client().credits()
    assert KEY not in str(error.value) + error.value.text + error.value.raw


async def test_an_answer_that_is_cut_does_not_quote_it() -> None:
    cut = b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + KEY.encode()
    async with a_listener(cut) as listener, KieClient(KEY, base_url=listener.url) as client:
        with pytest.raises(KieError) as error:
            await client.credits()
    assert error.value.raw == "[key]"


async def test_an_answer_without_the_key_keeps_every_byte() -> None:
    body = enveloped(code=401, msg="demo is unknown")
    with pytest.raises(KieError) as error:
        await Service(body).client("demo").credits()
    assert error.value.raw == body.decode()


async def test_a_redirect_elsewhere_does_not_take_it_along() -> None:
    async with a_listener(whole(b"")) as other:
        moved = whole(b"", status="307 Moved", headers=f"Location: {other.url}/\r\n")
        async with a_listener(moved) as listener, KieClient(KEY, base_url=listener.url) as client:
            with pytest.raises(KieError):
                await client.credits()
        assert other.heard == []


def test_one_module_sends_it_and_those_without_it_look_who_is_there_and_fetch_results() -> None:
    folder = Path(__file__).parents[3] / "sora_tui" / "kie"
    speakers = {path.name for path in folder.glob("*.py") if re.search("^import httpx", path.read_text(), re.MULTILINE)}
    keyless = {"probing.py", "fetching.py"}
    assert speakers == {"transport.py", *keyless}
    for name in keyless:
        text = (folder / name).read_text()
        assert "Authorization" not in text
        assert "credentials" not in text
