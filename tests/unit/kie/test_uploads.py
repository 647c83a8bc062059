"""Files that go to the upload host: small ones as JSON, others in pieces, and none that changes on the way."""

from __future__ import annotations

import asyncio
import base64
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given

from sora_tui.kie.client import UPLOAD_URL, KieClient
from sora_tui.kie.envelope import MAX_ANSWER, read_answer
from sora_tui.kie.errors import AnswerLost, KieError, NotDelivered, Refused, UnreadableAnswer, UnusableFile
from sora_tui.kie.uploads import LARGEST_IN_JSON, UploadedFile, read_uploaded
from tests.unit.kie.any_json import outcome, unhurried, values
from tests.unit.kie.listener import RESET, Heard, Listener, a_closed_port, a_listener, whole
from tests.unit.kie.wire import KEY, Said, Service, enveloped
from tests.unit.studio.virtual_time import in_virtual_time

LINK = "https://files.example/boat.png"
TAKEN = enveloped({"success": True, "downloadUrl": LINK, "fileSize": 7, "mimeType": "image/png"})
SMALL = b"\x89PNG\r\n--\x00"
LARGE = bytes(range(256)) * (3 * 4096 + 1)
"""Twelve pieces and a bit."""


def client_of(listener: Listener, **choices: Any) -> KieClient:
    return KieClient(KEY, base_url="https://elsewhere.example", upload_url=listener.url, **choices)


@dataclass(frozen=True, slots=True)
class Part:
    headers: dict[str, str]
    content: bytes


def parts_of(heard: Heard) -> list[Part]:
    """The parts of a multipart body, as another reader than ours understands them."""
    head = heard.head.partition(b"\r\n")[2]
    message = message_from_bytes(head + heard.body)
    assert message.is_multipart()
    return [Part(dict(part.items()), part.get_payload(decode=True)) for part in message.get_payload()]  # type: ignore[union-attr, arg-type]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "boat.png"
    path.write_bytes(LARGE)
    return path


# What goes out


@pytest.mark.parametrize("as_file", [True, False])
async def test_a_small_file_goes_as_json(tmp_path: Path, as_file: bool) -> None:
    (tmp_path / "a").write_bytes(SMALL)
    told: list[tuple[int, int]] = []
    async with a_listener(whole(TAKEN)) as listener, client_of(listener) as client:
        found = await client.upload(
            tmp_path / "a" if as_file else SMALL,
            file_name="boat.png",
            media_type="image/png",
            on_progress=lambda *progress: told.append(progress),
        )
    assert found == UploadedFile(LINK, 7, "image/png")
    [heard] = listener.heard
    assert heard.head.startswith(b"POST /api/file-base64-upload HTTP/1.1\r\n")
    assert b"\r\nContent-Type: application/json\r\n" in heard.head
    assert f"\r\nAuthorization: Bearer {KEY}\r\n".encode() in heard.head
    assert json.loads(heard.body) == {
        "base64Data": f"data:image/png;base64,{base64.b64encode(SMALL).decode()}",
        "uploadPath": "sora-tui",
        "fileName": "boat.png",
    }
    assert told == [(0, len(SMALL)), (len(SMALL), len(SMALL))]


@pytest.mark.parametrize("as_file", [True, False])
async def test_a_larger_file_goes_in_pieces(file: Path, as_file: bool) -> None:
    told: list[tuple[int, int]] = []
    async with a_listener(whole(TAKEN)) as listener, client_of(listener) as client:
        found = await client.upload(
            file if as_file else LARGE,
            file_name="boat.png",
            media_type="image/png",
            on_progress=lambda *progress: told.append(progress),
        )
    assert found.link == LINK
    [heard] = listener.heard
    assert heard.head.startswith(b"POST /api/file-stream-upload HTTP/1.1\r\n")
    assert b"transfer-encoding" not in heard.head.lower()
    assert f"\r\nAuthorization: Bearer {KEY}\r\n".encode() in heard.head
    assert heard.head.lower().count(b"content-type:") == 1
    folder, name, content = parts_of(heard)
    assert folder == Part({"Content-Disposition": 'form-data; name="uploadPath"'}, b"sora-tui")
    assert name == Part({"Content-Disposition": 'form-data; name="fileName"'}, b"boat.png")
    assert content.headers == {
        "Content-Disposition": 'form-data; name="file"; filename="boat.png"',
        "Content-Type": "image/png",
    }
    assert heard.body.count(LARGE) == 1
    assert [size for _, size in told] == [len(LARGE)] * len(told)
    sent = [sent for sent, _ in told]
    assert (sent[0], sent[-1]) == (0, len(LARGE))
    assert len(sent) > 3
    assert sent == sorted(sent)


@pytest.mark.parametrize(("size", "path"), [(0, "base64"), (1, "stream")])
async def test_one_byte_decides_how_it_goes(size: int, path: str) -> None:
    service = Service(TAKEN)
    await service.client().upload(b"a" * (LARGEST_IN_JSON + size), file_name="a", media_type="image/png")
    assert [request.url for request in service.asked] == [f"{UPLOAD_URL}/api/file-{path}-upload"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\boats\\boat.png", "boat.png"),
        ('a"\r\nX: 1\r\n\r\n.png', "a___X: 1____.png"),
        ("船 boat.png", "船 boat.png"),
        ("\ud83d.png", "_.png"),
        ("", "file"),
        ("a/", "file"),
        ("x" * 500 + ".png", "x" * 96 + ".png"),
    ],
)
@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
async def test_a_name_stays_a_name(name: str, kept: str, content: bytes) -> None:
    service = Service(TAKEN)
    await service.client().upload(content, file_name=name, media_type="image/png")
    [request] = service.asked
    if content is SMALL:
        assert json.loads(request.content)["fileName"] == kept
    else:
        assert f'filename="{kept}"\r\nContent-Type: image/png\r\n\r\n'.encode() in request.content


@pytest.mark.parametrize("media_type", ["", "image", "image/png\r\nX: 1", "image/png; a=b", "über/png"])
async def test_a_media_type_that_is_none_is_not_sent(media_type: str) -> None:
    service = Service(TAKEN)
    await service.client().upload(LARGE, file_name="a", media_type=media_type)
    assert b'filename="a"\r\nContent-Type: application/octet-stream\r\n\r\n' in service.asked[0].content


async def test_a_link_is_fetched_by_the_host_itself() -> None:
    service = Service(TAKEN)
    found = await service.client().upload_link("https://a.example/1.png", file_name="1.png")
    assert found.link == LINK
    [request] = service.asked
    assert request.url == f"{UPLOAD_URL}/api/file-url-upload"
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert json.loads(request.content) == {
        "fileUrl": "https://a.example/1.png",
        "uploadPath": "sora-tui",
        "fileName": "1.png",
    }


# A file in pieces


class Slow(httpx.AsyncBaseTransport):
    """A network that takes a piece, then rests; it keeps their lengths and forgets what they hold."""

    def __init__(self, rest_s: Callable[[int], float] = lambda number: 0.0) -> None:
        self._rest_s = rest_s
        self.lengths: list[int] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        async for piece in request.stream:
            self.lengths.append(len(piece))
            await asyncio.sleep(self._rest_s(len(self.lengths)))
        assert sum(self.lengths) == int(request.headers["Content-Length"])
        return Said(TAKEN).response()


async def test_a_film_is_never_whole_in_memory(tmp_path: Path) -> None:
    film, network = tmp_path / "film.mp4", Slow()
    with film.open("wb") as file:
        file.truncate(64 << 20)
    async with KieClient(KEY, transport=network) as client:
        await client.upload(film, file_name="film.mp4", media_type="video/mp4")
    assert sum(network.lengths) > 64 << 20
    assert max(network.lengths) <= LARGEST_IN_JSON


@in_virtual_time
async def test_it_may_take_as_long_as_it_needs_while_pieces_go_out() -> None:
    network = Slow(lambda number: 50.0)
    async with KieClient(KEY, transport=network, timeout=30.0) as client:
        await client.upload(LARGE * 10, file_name="a", media_type="video/mp4")
    assert len(network.lengths) * 50.0 > 1_000


@pytest.mark.parametrize("stuck_at", [1, 5])
@in_virtual_time
async def test_it_is_given_up_once_none_goes_out(stuck_at: int) -> None:
    network = Slow(lambda number: 1e6 if number == stuck_at else 50.0)
    async with KieClient(KEY, transport=network, timeout=30.0) as client:
        with pytest.raises(AnswerLost, match="TimeoutError"):
            await client.upload(LARGE * 10, file_name="a", media_type="video/mp4")


@pytest.mark.parametrize(
    "change",
    [
        lambda path: os.truncate(path, len(LARGE) - 1),
        lambda path: os.truncate(path, 0),
        lambda path: path.write_bytes(LARGE + b"a"),
    ],
    ids=["shorter", "empty", "longer"],
)
async def test_a_file_that_changes_while_it_is_sent_does_not_arrive(file: Path, change: Callable[[Path], Any]) -> None:
    def progress(sent: int, size: int) -> None:
        if sent:
            change(file)

    async with a_listener(whole(TAKEN)) as listener, client_of(listener) as client:
        with pytest.raises(UnusableFile, match=r"boat\.png changed while it was sent: try again") as error:
            await client.upload(file, file_name="b.png", media_type="image/png", on_progress=progress)
        assert listener.heard == []
    homes = {frame.frame.f_globals["__name__"] for frame in error.traceback}
    assert not {home for home in homes if home.startswith(("httpx", "httpcore"))}


async def test_what_is_no_file_is_said_and_nothing_is_sent(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "empty").touch()
    service = Service(TAKEN)
    for name, words in (
        ("missing", r"missing can.t be read \(No such file or directory\): choose another file\."),
        ("pipe", "pipe is not a file: choose one"),
        (".", "is not a file"),
        ("empty", "empty is empty: choose another file"),
    ):
        with pytest.raises(UnusableFile, match=words):
            await service.client().upload(tmp_path / name, file_name=name, media_type="image/png")
    with pytest.raises(UnusableFile, match="a is empty"):
        await service.client().upload(b"", file_name="a", media_type="image/png")
    assert service.asked == []


async def test_a_file_that_is_gone_when_its_turn_comes_is_said(file: Path) -> None:
    async with a_listener(whole(TAKEN)) as listener, client_of(listener) as client:
        with pytest.raises(UnusableFile, match="No such file"):
            await client.upload(
                file, file_name="b.png", media_type="image/png", on_progress=lambda sent, size: file.unlink()
            )


@pytest.mark.parametrize("answer", [whole(TAKEN), RESET])
async def test_no_file_stays_open(file: Path, answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Any] = []
    really_open = Path.open

    def noted(path: Path, mode: str) -> Any:
        opened.append(really_open(path, mode))
        return opened[-1]

    monkeypatch.setattr(Path, "open", noted)
    async with a_listener(answer) as listener, client_of(listener) as client:
        uploading = asyncio.create_task(client.upload(file, file_name="b.png", media_type="image/png"))
        await asyncio.wait([uploading])
        assert (uploading.exception() is None) is (answer != RESET)
    listener.heard.clear()
    async with a_listener(answer) as listener, client_of(listener) as client:
        listener.may_answer.clear()
        uploading = asyncio.create_task(client.upload(file, file_name="b.png", media_type="image/png"))
        await listener.came.wait()
        uploading.cancel()
        await asyncio.wait([uploading])
        assert uploading.cancelled()
    assert [each.closed for each in opened] == [True, True]


# What comes back


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({"downloadUrl": LINK}, UploadedFile(LINK)),
        ({"fileUrl": LINK}, UploadedFile(LINK)),
        ({"url": f" {LINK} "}, UploadedFile(LINK)),
        (LINK, UploadedFile(LINK)),
        ({"downloadUrl": "", "fileUrl": None, "url": LINK}, UploadedFile(LINK)),
        ({"downloadUrl": LINK, "fileUrl": "https://files.example/2"}, UploadedFile(LINK)),
        ({"downloadUrl": LINK, "fileSize": "7", "mimeType": 7}, UploadedFile(LINK, 7)),
        ({"downloadUrl": LINK, "fileSize": {}, "mimeType": "\x1b[2J"}, UploadedFile(LINK)),
        ({"downloadUrl": "http://127.0.0.1:8400/1.png"}, UploadedFile("http://127.0.0.1:8400/1.png")),
    ],
)
def test_the_link_goes_by_several_names(data: Any, found: UploadedFile) -> None:
    assert read_uploaded(read_answer(200, enveloped(data))) == found


@pytest.mark.parametrize("data", [None, {}, "", "x", {"downloadUrl": "http://a.example/1"}, {"url": "file:///etc"}, []])
async def test_without_a_link_that_can_be_fetched_nothing_was_uploaded(data: Any) -> None:
    with pytest.raises(UnreadableAnswer, match="named no link") as error:
        await Service(enveloped(data)).client().upload(SMALL, file_name="a", media_type="image/png")
    assert error.value.raw == enveloped(data).decode()


async def test_a_refusal_under_the_code_of_a_success_is_one() -> None:
    answer = enveloped({"success": False, "msg": "too large", "downloadUrl": LINK})
    with pytest.raises(Refused, match="did not take the file: too large") as error:
        await Service(answer).client().upload(SMALL, file_name="a", media_type="image/png")
    assert error.value.text == "too large"


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (whole(enveloped(code=401, msg="no")), Refused, "401: no"),
        (whole(b"<html>", status="413 Too Large"), UnreadableAnswer, r"a web page \(HTTP 413\)"),
        (
            whole(b"", status="307 Moved", headers="Location: https://elsewhere.example/\r\n"),
            UnreadableAnswer,
            "pointed",
        ),
        (whole(b" " * (MAX_ANSWER + 1)), UnreadableAnswer, "larger than"),
        (RESET, AnswerLost, "before an answer came"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", AnswerLost, "in the middle"),
    ],
)
@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
async def test_every_end_is_an_error_of_the_fitting_kind(
    answer: bytes, kind: type[KieError], words: str, content: bytes
) -> None:
    async with a_listener(answer) as listener, client_of(listener) as client:
        with pytest.raises(kind, match=words) as error:
            await client.upload(content, file_name="a", media_type="image/png")
        assert len(listener.heard) == 1
    assert KEY not in repr(error.value) + error.value.raw


async def test_a_host_that_is_not_there_was_sent_nothing() -> None:
    async with KieClient(KEY, upload_url=f"http://127.0.0.1:{await a_closed_port()}") as client:
        with pytest.raises(NotDelivered):
            await client.upload(LARGE, file_name="a", media_type="image/png")


async def test_an_upload_goes_on_when_connections_are_dropped() -> None:
    async with a_listener(whole(TAKEN)) as listener, client_of(listener) as client:
        listener.may_answer.clear()
        uploading = asyncio.create_task(client.upload(LARGE, file_name="a", media_type="image/png"))
        await listener.came.wait()
        await client.drop_connections()
        listener.may_answer.set()
        assert (await uploading).link == LINK


async def test_a_closed_client_uploads_nothing() -> None:
    client = Service(TAKEN).client()
    await client.aclose()
    with pytest.raises(RuntimeError, match="closed"):
        await client.upload(SMALL, file_name="a", media_type="image/png")


@unhurried
@given(values("downloadUrl", "fileUrl", "url", "success", "fileSize", "mimeType", "msg"))
def test_no_answer_breaks_the_reading(data: Any) -> None:
    given = read_answer(200, json.dumps({"code": 200, "data": data}).encode())
    assert isinstance(outcome(lambda: read_uploaded(given), KieError), UploadedFile | KieError)
