"""The upload host: three ways in, 24 hours of life, and what is made of the pictures."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from sora_tui.simulator.clock import ManualClock
from sora_tui.simulator.multipart import parts
from sora_tui.simulator.options import Options
from sora_tui.simulator.server import Simulator
from sora_tui.simulator.uploads import mime_of
from tests.unit.simulator.conftest import HOUR, KEY, Caller

Running = Callable[..., Simulator]
UPSCALE = "demo/clarity-upscale-image"


def picture(size: tuple[int, int] = (40, 30), colour: tuple[int, int, int] = (200, 30, 60)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


PICTURE = picture()
DATA = {"base64Data": "data:image/png;base64," + base64.b64encode(PICTURE).decode(), "uploadPath": "images"}


def send(url: str, content: bytes = PICTURE, kind: str = "image/png", key: str = KEY, **fields: str) -> httpx.Response:
    form = {"uploadPath": "images/mine", "fileName": "a cat.png", **fields}
    return httpx.post(
        f"{url}/api/file-stream-upload",
        headers={"Authorization": f"Bearer {key}"},
        data={name: text for name, text in form.items() if text},
        files={"file": ("cat.png", content, kind)},
        timeout=20,
    )


def link_to(simulator: Simulator, content: bytes = PICTURE) -> str:
    link: str = send(simulator.url, content).json()["data"]["downloadUrl"]
    return link


def test_a_form_is_answered_as_the_vendor_does(simulator: Simulator, clock: ManualClock) -> None:
    answer = send(simulator.url)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["success"], told["code"], told["msg"]) == (True, 200, "File uploaded successfully")
    data = told["data"]
    assert data.keys() == {
        "success",
        "fileName",
        "filePath",
        "downloadUrl",
        "fileSize",
        "mimeType",
        "uploadedAt",
    }
    assert (data["fileName"], data["fileSize"], data["mimeType"]) == ("a-cat.png", len(PICTURE), "image/png")
    assert data["filePath"].startswith("images/mine/")
    assert data["downloadUrl"] == f"{simulator.url}/uploads/{data['filePath']}"
    got = httpx.get(data["downloadUrl"])
    assert (got.content, got.headers["content-type"]) == (PICTURE, "image/png")
    part = httpx.get(data["downloadUrl"], headers={"Range": "bytes=5-9", "If-Range": got.headers["etag"]})
    assert (part.status_code, part.content) == (206, PICTURE[5:10])


def test_base64_comes_as_a_data_url_or_bare(caller: Caller) -> None:
    for data in (DATA["base64Data"], DATA["base64Data"].partition(",")[2]):
        answer = caller.http.post("/api/file-base64-upload", json={**DATA, "base64Data": data}).json()
        assert answer["code"] == 200
        assert httpx.get(answer["data"]["downloadUrl"]).content == PICTURE


def test_a_link_of_ours_can_be_uploaded_and_no_other(caller: Caller, simulator: Simulator) -> None:
    body = {"fileUrl": link_to(simulator), "uploadPath": "again", "fileName": "b.png"}
    answer = caller.http.post("/api/file-url-upload", json=body).json()
    assert (answer["code"], answer["data"]["fileName"]) == (200, "b.png")
    assert httpx.get(answer["data"]["downloadUrl"]).content == PICTURE
    task_id = caller.task()
    simulator.finish(task_id)
    answer = caller.http.post("/api/file-url-upload", json={**body, "fileUrl": caller.link(task_id)}).json()
    assert answer["data"]["mimeType"] == "video/mp4"
    for url in ("https://example.com/a.png", f"{simulator.url}/uploads/none.png", "x"):
        answer = caller.http.post("/api/file-url-upload", json={**body, "fileUrl": url}).json()
        assert (answer["success"], answer["code"]) == (False, 500)


def test_the_ledger_tells_what_came_how_often(caller: Caller, simulator: Simulator) -> None:
    send(simulator.url)
    other = picture(colour=(1, 2, 3))
    send(simulator.url, other)
    caller.http.post("/api/file-base64-upload", json={**DATA, "fileName": "c.png"})
    uploads = caller.http.get("/_simulator/ledger").json()["uploads"]
    assert [(upload["name"], upload["route"], upload["bytes"]) for upload in uploads] == [
        ("a-cat.png", "file-stream-upload", len(PICTURE)),
        ("a-cat.png", "file-stream-upload", len(other)),
        ("c.png", "file-base64-upload", len(PICTURE)),
    ]
    assert [upload.sha256 for upload in simulator.uploads()] == [upload["sha256"] for upload in uploads]
    assert uploads[0]["sha256"] == uploads[2]["sha256"] == hashlib.sha256(PICTURE).hexdigest()
    assert uploads[1]["sha256"] != uploads[0]["sha256"]
    assert KEY not in json.dumps(uploads)
    assert simulator.requests()["file-stream-upload 200"] == 2


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF-1.7", b"hello", b"<svg></svg>"])
def test_what_is_no_image_video_or_sound_is_refused(simulator: Simulator, content: bytes) -> None:
    answer = send(simulator.url, content).json()
    assert (answer["success"], answer["code"], answer["data"]) == (False, 400, None)
    assert "only images, videos and audio" in answer["msg"]
    assert simulator.uploads() == ()


def test_a_picture_that_says_it_is_text_is_refused(simulator: Simulator) -> None:
    assert send(simulator.url, kind="text/plain").json()["code"] == 400
    assert send(simulator.url, kind="application/octet-stream").json()["code"] == 200


def test_a_file_beyond_the_limit_is_refused_once_it_has_come(running: Running, tmp_path: Path) -> None:
    simulator = running(tmp_path, options=Options(upload_bytes=1_000_000))
    caller = Caller(simulator.url)
    large = PICTURE + bytes(1_000_000)
    answer = send(simulator.url, large).json()
    assert (answer["code"], answer["msg"]) == (400, "File size exceeds the maximum limit of 1MB")
    answer = send(simulator.url, large + bytes(5_000_000)).json()
    assert answer["code"] == 400
    coded = base64.b64encode(large).decode()
    answer = caller.http.post("/api/file-base64-upload", json={**DATA, "base64Data": coded}).json()
    assert "maximum limit" in answer["msg"]
    assert send(simulator.url, PICTURE + bytes(1_000_000 - len(PICTURE))).json()["code"] == 200


@pytest.mark.parametrize(
    ("route", "body", "text"),
    [
        ("file-base64-upload", {**DATA, "uploadPath": ""}, "uploadPath is required"),
        ("file-base64-upload", {**DATA, "base64Data": "data:image/png;base64,***"}, "File is required"),
        ("file-base64-upload", {"uploadPath": "x"}, "File is required"),
        ("file-base64-upload", [], "File is required"),
        ("file-url-upload", {"uploadPath": "x"}, "File is required"),
        ("file-stream-upload", {"uploadPath": "x"}, "File is required"),
    ],
)
def test_what_is_missing_is_said(caller: Caller, route: str, body: Any, text: str) -> None:
    answer = caller.http.post(f"/api/{route}", json=body).json()
    assert answer["code"] == 400
    assert text in answer["msg"]


def test_a_key_is_asked_for(simulator: Simulator) -> None:
    assert send(simulator.url, key="sk-real").json()["code"] == 401


def test_a_path_leads_nowhere_else(simulator: Simulator) -> None:
    link = send(simulator.url, uploadPath="../../x/..", fileName="../../journal.jsonl").json()["data"]["downloadUrl"]
    assert "/../" not in link
    assert link.endswith("-journal.jsonl")
    for name in ("journal.jsonl", "../journal.jsonl", "%2e%2e/journal.jsonl", hashlib.sha256(PICTURE).hexdigest()):
        assert httpx.get(f"{simulator.url}/uploads/{name}").status_code == 404


def test_an_upload_lives_for_a_day_and_over_a_restart(running: Running, tmp_path: Path, clock: ManualClock) -> None:
    with Simulator(tmp_path, clock=clock, small_clips=True) as before:
        link = link_to(before)
        uploads = before.uploads()
    after = running(tmp_path, clock=clock)
    assert after.uploads() == uploads
    assert httpx.get(link).content == PICTURE
    clock.advance(24 * HOUR)
    assert httpx.head(link).status_code == 200
    clock.advance(1)
    assert httpx.get(link).status_code == 404
    after.stop()
    running(tmp_path, clock=clock)
    assert list((tmp_path / "uploads").iterdir()) == []


def create(caller: Caller, model: str, given: Any) -> str:
    answer = caller.create(body={"model": model, "input": given})
    assert answer["code"] == 200, answer
    task_id: str = answer["data"]["taskId"]
    return task_id


@pytest.mark.parametrize("name", ["expired", "never there"])
def test_a_link_to_an_upload_that_is_gone_fails_the_task(
    caller: Caller, simulator: Simulator, clock: ManualClock, name: str
) -> None:
    link = link_to(simulator) if name == "expired" else f"{simulator.url}/uploads/images/x.png"
    clock.advance(24 * HOUR + 1)
    task_id = create(caller, "demo/tideline-image-to-video", {"prompt": "x", "image_urls": [link]})
    assert caller.record(task_id)["state"] == "waiting"
    simulator.finish(task_id)
    record = caller.record(task_id)
    assert (record["state"], record["failCode"]) == ("fail", "500")
    assert "The image could not be downloaded" in record["failMsg"]
    assert caller.credit() == 10_000


def test_an_upscaler_answers_the_given_picture_larger(caller: Caller, simulator: Simulator) -> None:
    task_id = create(caller, UPSCALE, {"image_url": link_to(simulator), "upscale_factor": "4"})
    simulator.finish(task_id)
    answer = httpx.get(caller.link(task_id))
    assert answer.headers["content-type"] == "image/png"
    made = Image.open(io.BytesIO(answer.content)).convert("RGB")
    assert made.size == (160, 120)
    assert made.getpixel((80, 60)) == (200, 30, 60)


def test_a_picture_that_a_task_made_can_be_the_next_ones(caller: Caller, simulator: Simulator) -> None:
    first = create(caller, "demo/lumen-text-to-image", {"prompt": "a lantern", "aspect_ratio": "3:2"})
    simulator.finish(first)
    second = create(caller, UPSCALE, {"image_url": caller.link(first), "upscale_factor": "2"})
    simulator.finish(second)
    small, large = (Image.open(io.BytesIO(httpx.get(caller.link(task_id)).content)) for task_id in (first, second))
    assert large.size == (small.width * 2, small.height * 2)


def test_a_restart_makes_what_was_begun_with_a_picture(running: Running, tmp_path: Path, clock: ManualClock) -> None:
    with Simulator(tmp_path, clock=clock, durations=lambda: HOUR, small_clips=True) as before:
        caller = Caller(before.url)
        task_id = create(caller, UPSCALE, {"image_url": link_to(before)})
    after = running(tmp_path, clock=clock)
    after.finish_all()
    made = Image.open(io.BytesIO(httpx.get(Caller(after.url).link(task_id)).content))
    assert made.size == (80, 60)


def test_a_picture_that_cannot_be_read_fails_its_task(caller: Caller, simulator: Simulator) -> None:
    task_id = create(caller, UPSCALE, {"image_url": link_to(simulator, PICTURE[:20])})
    simulator.finish(task_id)
    assert caller.record(task_id)["state"] == "fail"


@pytest.mark.parametrize("route", ["file-stream-upload", "file-base64-upload", "file-url-upload"])
def test_an_upload_can_be_refused_by_a_fault(caller: Caller, simulator: Simulator, route: str) -> None:
    simulator.fault(route, "code", code=500, text="Internal Error", status=500)
    answer = caller.http.post(f"/api/{route}", json=DATA)
    assert (answer.status_code, answer.json()["code"]) == (500, 500)


def test_the_reading_of_a_body_can_stall_and_go_on(simulator: Simulator) -> None:
    simulator.fault("file-stream-upload", "stall_while_reading", seconds=0.1, at=0.3)
    content = PICTURE + bytes(3_000_000)
    answer = send(simulator.url, content).json()
    assert answer["data"]["fileSize"] == len(content)


def test_the_reading_of_a_body_can_stall_for_ever(simulator: Simulator) -> None:
    simulator.fault("file-stream-upload", "stall_while_reading")
    with pytest.raises(httpx.TimeoutException):
        httpx.post(
            f"{simulator.url}/api/file-stream-upload",
            headers={"Authorization": f"Bearer {KEY}"},
            files={"file": ("cat.png", PICTURE, "image/png")},
            timeout=0.3,
        )
    assert simulator.uploads() == ()
    assert send(simulator.url).json()["code"] == 200


def test_the_connection_can_close_in_the_middle_of_a_body(simulator: Simulator) -> None:
    simulator.fault("file-stream-upload", "close_while_reading")
    with pytest.raises(httpx.TransportError):
        send(simulator.url, PICTURE + bytes(3_000_000))
    assert simulator.uploads() == ()
    simulator.fault("createTask", "close_while_reading", at=0)
    with pytest.raises(httpx.TransportError):
        Caller(simulator.url).create()
    assert simulator.ledger() == ()


def test_what_is_served_can_go_wrong_too(simulator: Simulator) -> None:
    link = link_to(simulator)
    simulator.fault("uploads", "html")
    assert httpx.get(link).status_code == 502
    assert httpx.get(link).status_code == 200


def test_a_form_is_taken_apart_whatever_its_files_hold() -> None:
    content = b"\r\n--x\r\n\r\n--y--"
    body = (
        b'--xy\r\nContent-Disposition: form-data; name="uploadPath"\r\n\r\na/b\r\n'
        b'--xy\r\nContent-Disposition: form-data; name="file"; filename="a \\"b\\".png"\r\n'
        b"Content-Type: image/png\r\n\r\n" + content + b"\r\n--xy--\r\n"
    )
    form = parts(body, 'multipart/form-data; boundary="xy"')
    assert form is not None
    assert form["uploadPath"].text == "a/b"
    file = form["file"]
    assert (file.file_name, file.content_type, file.content) == ('a "b".png', "image/png", content)


@pytest.mark.parametrize("kind", ["", "application/json", "multipart/form-data", "multipart/form-data; boundary=z"])
def test_what_is_no_whole_form_is_none(kind: str) -> None:
    assert parts(b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n', kind) is None


@pytest.mark.parametrize(
    ("start", "mime"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF0000WEBPVP8 ", "image/webp"),
        (b"RIFF0000WAVEfmt ", "audio/wav"),
        (b"\x00\x00\x00\x18ftypisom", "video/mp4"),
        (b"\x00\x00\x00\x18ftypqt  ", "video/quicktime"),
        (b"\x00\x00\x00\x18ftypM4A ", "audio/mp4"),
        (b"\xff\xfb\x90", "audio/mpeg"),
        (b"RIFF0000XXXX", None),
        (b"\xff", None),
    ],
)
def test_the_first_bytes_say_what_a_file_is(start: bytes, mime: str | None) -> None:
    assert mime_of(start) == mime
