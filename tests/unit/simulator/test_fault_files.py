"""Faults of the result files, seen on the wire; beside them stands what an honest server does (`test_files.py`)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from sora_tui.film.inspect import NotAVideo, check_boxes
from sora_tui.simulator.server import Simulator
from tests.unit.simulator.conftest import Caller, Wire


@pytest.fixture
def link(caller: Caller, simulator: Simulator) -> str:
    task_id = caller.task()
    simulator.finish(task_id)
    return caller.link(task_id)


@pytest.fixture
def film(link: str) -> httpx.Response:
    return httpx.get(link)


@pytest.fixture
def wire(connect: Callable[[], Wire]) -> Wire:
    return connect()


def rest(link: str, start: int, etag: str | None = None) -> httpx.Response:
    lines = {"If-Range": etag} if etag else {}
    return httpx.get(link, headers={"Range": f"bytes={start}-", **lines})


@pytest.mark.parametrize(("at", "share"), [(0.25, 0.25), (1000, None)])
def test_a_file_is_cut_and_can_be_continued(
    link: str, film: httpx.Response, simulator: Simulator, wire: Wire, at: float, share: float | None
) -> None:
    simulator.fault("files", "truncated", at=at)
    wire.send("GET", urlsplit(link).path)
    status, headers = wire.head()
    part = wire.rest()
    assert (status, headers["content-length"]) == (200, str(len(film.content)))
    assert headers["etag"] == film.headers["etag"]
    assert len(part) == (1000 if share is None else int(share * len(film.content)))
    more = rest(link, len(part), headers["etag"])
    assert more.status_code == 206
    assert part + more.content == film.content


def test_the_rest_can_be_cut_too(link: str, film: httpx.Response, simulator: Simulator, wire: Wire) -> None:
    simulator.fault("files", "truncated", at=7)
    wire.send("GET", urlsplit(link).path, Range="bytes=100-")
    status, headers = wire.head()
    assert (status, wire.rest()) == (206, film.content[100:107])
    assert headers["content-range"] == f"bytes 100-{len(film.content) - 1}/{len(film.content)}"


def test_no_etag_and_a_weak_one(link: str, film: httpx.Response, simulator: Simulator) -> None:
    simulator.fault("files", "headers", without=["ETag", "last-modified"])
    simulator.fault("files", "headers", headers={"ETag": 'W/"1"'})
    none, weak = httpx.get(link), httpx.get(link)
    assert not {"etag", "last-modified"} & set(none.headers)
    assert weak.headers["etag"] == 'W/"1"'
    assert none.content == weak.content == film.content


def test_a_cut_without_an_etag(link: str, simulator: Simulator, wire: Wire) -> None:
    simulator.fault("files", "truncated", at=100, without=["etag"])
    wire.send("GET", urlsplit(link).path)
    assert "etag" not in wire.head()[1]
    assert len(wire.rest()) == 100


def test_a_cut_nobody_can_tell(link: str, film: httpx.Response, simulator: Simulator, tmp_path: Path) -> None:
    simulator.fault("files", "unframed", at=0.5)
    answer = httpx.get(link)
    assert (answer.status_code, "content-length" in answer.headers) == (200, False)
    assert answer.content == film.content[: len(film.content) // 2]
    (tmp_path / "half.mp4").write_bytes(answer.content)
    with pytest.raises(NotAVideo):
        check_boxes(tmp_path / "half.mp4")


def test_chunks_that_are_cut(link: str, simulator: Simulator) -> None:
    simulator.fault("files", "truncated", without=["content-length"])
    with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
        httpx.get(link)


def test_a_range_is_ignored(link: str, film: httpx.Response, simulator: Simulator) -> None:
    simulator.fault("files", "ignored_range")
    answer = rest(link, 100, film.headers["etag"])
    assert (answer.status_code, "content-range" in answer.headers) == (200, False)
    assert answer.content == film.content


@pytest.mark.parametrize(("at", "start"), [(None, 0), (90, 90)])
def test_another_range_than_was_asked_for(
    link: str, film: httpx.Response, simulator: Simulator, at: int | None, start: int
) -> None:
    simulator.fault("files", "wrong_range", **({} if at is None else {"at": at}))
    answer = rest(link, 100, film.headers["etag"])
    size = len(film.content)
    assert (answer.status_code, answer.headers["content-range"]) == (206, f"bytes {start}-{size - 1}/{size}")
    assert answer.content == film.content[start:]


def test_a_content_range_that_lies(link: str, film: httpx.Response, simulator: Simulator) -> None:
    simulator.fault("files", "headers", headers={"Content-Range": "bytes 0-9/10"})
    answer = rest(link, 100)
    assert (answer.status_code, answer.headers["content-range"]) == (206, "bytes 0-9/10")
    assert answer.content == film.content[100:]


def test_416_for_a_range_that_could_be_had(link: str, film: httpx.Response, simulator: Simulator) -> None:
    simulator.fault("files", "unsatisfiable")
    answer = rest(link, 100, film.headers["etag"])
    assert (answer.status_code, answer.content) == (416, b"")
    assert answer.headers["content-range"] == f"bytes */{len(film.content)}"


def test_a_changed_file_is_another_file_as_whole(
    link: str, film: httpx.Response, simulator: Simulator, tmp_path: Path
) -> None:
    simulator.fault("files", "changed_file", times=2)
    simulator.fault("files", "changed_file", version=2)
    changed, again, second = httpx.get(link), httpx.get(link), httpx.get(link)
    assert changed.content == again.content
    assert changed.headers["etag"] == again.headers["etag"]
    assert len({film.content, changed.content, second.content}) == 3
    assert len({film.headers["etag"], changed.headers["etag"], second.headers["etag"]}) == 3
    assert len(changed.content) == len(film.content)
    (tmp_path / "changed.mp4").write_bytes(changed.content)
    check_boxes(tmp_path / "changed.mp4")
    assert httpx.get(link).content == film.content


def test_a_changed_file_honours_its_own_etag_only(link: str, film: httpx.Response, simulator: Simulator) -> None:
    simulator.fault("files", "changed_file", times=0)
    changed = httpx.get(link)
    restarted = rest(link, 100, film.headers["etag"])
    assert (restarted.status_code, restarted.content) == (200, changed.content)
    continued = rest(link, 100, changed.headers["etag"])
    assert (continued.status_code, continued.content) == (206, changed.content[100:])
    assert httpx.head(link).headers["etag"] == changed.headers["etag"]


def test_other_bytes_under_the_same_etag(link: str, film: httpx.Response, simulator: Simulator) -> None:
    simulator.fault("files", "changed_file", same_etag=True)
    continued = rest(link, 100, film.headers["etag"])
    assert (continued.status_code, continued.headers["etag"]) == (206, film.headers["etag"])
    assert continued.headers["last-modified"] == film.headers["last-modified"]
    assert len(continued.content) == len(film.content) - 100
    assert continued.content != film.content[100:]


def test_a_packed_file_nobody_asked_for(link: str, film: httpx.Response, simulator: Simulator, wire: Wire) -> None:
    simulator.fault("files", "gzip")
    wire.send("GET", urlsplit(link).path)
    _, headers, body = wire.answer()
    assert (headers["content-encoding"], headers["content-type"]) == ("gzip", "video/mp4")
    assert gzip.decompress(body) == film.content


def test_a_page_and_an_error_that_call_themselves_a_video(link: str, simulator: Simulator) -> None:
    simulator.fault("files", "html", status=200, headers={"Content-Type": "video/mp4"})
    simulator.fault("files", "code", code=500, text="oops", headers={"Content-Type": "video/mp4"})
    page, error = httpx.get(link), httpx.get(link)
    assert [(answer.status_code, answer.headers["content-type"]) for answer in (page, error)] == [
        (200, "video/mp4"),
        (200, "video/mp4"),
    ]
    assert page.text.startswith("<html>")
    assert json.loads(error.content)["code"] == 500


def test_an_expired_link_is_replaced_by_a_new_one(
    link: str, film: httpx.Response, caller: Caller, simulator: Simulator
) -> None:
    simulator.fault("files", "expired")
    answer = httpx.get(link)
    assert (answer.status_code, answer.text) == (403, "This link has expired.")
    renewed = caller.http.post("/api/v1/common/download-url", json={"url": link}).json()["data"]
    continued = rest(renewed, 100, film.headers["etag"])
    assert (continued.status_code, continued.content) == (206, film.content[100:])


def test_a_file_that_is_gone(link: str, simulator: Simulator) -> None:
    simulator.fault("files", "gone", times=0)
    assert [(answer.status_code, answer.text) for answer in (httpx.get(link), httpx.get(link))] == [
        (404, "There is no such file.")
    ] * 2


@pytest.mark.parametrize("location", ["http://localhost:1/a.mp4", "ftp://elsewhere/a.mp4", "file:///etc/passwd"])
def test_a_redirect_to_elsewhere(link: str, simulator: Simulator, location: str) -> None:
    simulator.fault("files", "redirect", status=302, location=location)
    answer = httpx.get(link)
    assert (answer.status_code, answer.headers["location"]) == (302, location)


def test_a_redirect_to_itself_keeps_the_query(link: str, caller: Caller, simulator: Simulator) -> None:
    signed = caller.http.post("/api/v1/common/download-url", json={"url": link}).json()["data"]
    simulator.fault("files", "redirect", status=308)
    assert simulator.url + httpx.get(signed).headers["location"] == signed


@pytest.mark.parametrize("kind", ["wrong_range", "changed_file", "headers", "truncated", "ignored_range"])
def test_head_tells_of_the_fault_without_a_body(
    link: str, film: httpx.Response, simulator: Simulator, wire: Wire, kind: str
) -> None:
    simulator.fault("files", kind)
    wire.send("HEAD", urlsplit(link).path, Connection="close")
    assert wire.head()[1]["content-length"] == str(len(film.content))
    assert wire.rest() == b""


def test_head_of_an_unframed_file_has_no_body(link: str, simulator: Simulator, wire: Wire) -> None:
    simulator.fault("files", "unframed")
    wire.send("HEAD", urlsplit(link).path)
    assert wire.head()[0] == 200
    assert wire.rest() == b""


def test_a_file_that_does_not_exist_does_not_change(simulator: Simulator) -> None:
    for kind in ("changed_file", "wrong_range"):
        simulator.fault("files", kind)
        assert httpx.get(f"{simulator.url}/files/none.mp4").status_code == 404
