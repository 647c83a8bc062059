"""Result files: real videos, Range and If-Range, ETag, links that expire."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from sora_tui.film.inspect import check_boxes, probe
from sora_tui.simulator.clock import ManualClock
from sora_tui.simulator.server import Simulator
from tests.unit.simulator.conftest import Caller


@pytest.fixture
def task_id(caller: Caller, simulator: Simulator) -> str:
    task_id = caller.task()
    simulator.finish(task_id)
    return task_id


@pytest.fixture
def link(caller: Caller, task_id: str) -> str:
    return caller.link(task_id)


def test_a_link_leads_to_a_video_without_a_key(link: str, tmp_path: Path) -> None:
    answer = httpx.get(link)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "video/mp4")
    assert int(answer.headers["content-length"]) == len(answer.content)
    (tmp_path / "clip.mp4").write_bytes(answer.content)
    check_boxes(tmp_path / "clip.mp4")
    info = probe(tmp_path / "clip.mp4")
    assert (info.width, info.height, info.video_codec, info.audio_codec) == (160, 90, "h264", "aac")


def test_head_says_what_get_gives(link: str) -> None:
    head, whole = httpx.head(link), httpx.get(link)
    assert head.content == b""
    for name in ("content-length", "etag", "accept-ranges", "content-type"):
        assert head.headers[name] == whole.headers[name]


def test_the_etag_is_strong_and_follows_the_content(
    link: str, caller: Caller, simulator: Simulator, tmp_path: Path
) -> None:
    etag = httpx.head(link).headers["etag"]
    assert etag.startswith('"')
    (film,) = (tmp_path / "films").glob("*.mp4")
    film.unlink()
    assert httpx.head(link).headers["etag"] == etag  # made again, the same
    film.write_bytes(b"something else")
    assert httpx.head(link).headers["etag"] != etag


def test_a_range_continues_a_download(link: str) -> None:
    whole = httpx.get(link)
    part = httpx.get(link, headers={"Range": "bytes=100-"})
    assert part.status_code == 206
    assert part.headers["content-range"] == f"bytes 100-{len(whole.content) - 1}/{len(whole.content)}"
    assert whole.content[:100] + part.content == whole.content


@pytest.mark.parametrize(("validator", "status"), [("same", 206), ('"other"', 200), ("weak", 200)])
def test_if_range_gives_the_whole_file_when_it_changed(link: str, validator: str, status: int) -> None:
    whole = httpx.get(link)
    etag = whole.headers["etag"]
    value = {"same": etag, "weak": f"W/{etag}"}.get(validator, validator)
    part = httpx.get(link, headers={"Range": "bytes=10-19", "If-Range": value})
    assert part.status_code == status
    assert part.content == (whole.content[10:20] if status == 206 else whole.content)


def test_a_range_beyond_the_end_is_416(link: str) -> None:
    size = len(httpx.get(link).content)
    answer = httpx.get(link, headers={"Range": f"bytes={size}-"})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{size}"


def test_a_download_url_is_a_bare_link_for_twenty_minutes(link: str, caller: Caller, clock: ManualClock) -> None:
    answer = caller.http.post("/api/v1/common/download-url", json={"url": link}).json()
    assert answer["code"] == 200
    signed = answer["data"]
    assert signed.startswith(link)
    assert httpx.get(signed).content == httpx.get(link).content
    assert httpx.get(signed.replace("expires=1", "expires=2")).status_code == 403
    clock.advance(20 * 60)
    assert httpx.head(signed).status_code == 200
    clock.advance(2)
    assert httpx.head(signed).status_code == 403
    assert httpx.head(link).status_code == 200


@pytest.mark.parametrize(
    "url",
    ["https://cdn.kie.ai/files/sample.mp4", "http://[::1", "", None, 7, "http://127.0.0.1/files/../x.mp4"],
)
def test_a_foreign_url_is_wrong(caller: Caller, url: object) -> None:
    answer = caller.http.post("/api/v1/common/download-url", json={"url": url}).json()
    assert answer == {"code": 422, "msg": "url is wrong", "data": None}


def test_files_are_kept_for_fourteen_days(link: str, clock: ManualClock) -> None:
    clock.advance(14 * 24 * 3600 - 1)
    assert httpx.head(link).status_code == 200
    clock.advance(2)
    assert httpx.head(link).status_code == 404


def test_there_is_no_way_to_other_files(simulator: Simulator, link: str) -> None:
    for name in ("journal.jsonl", "%2e%2e%2fjournal.jsonl", "..%2fjournal.jsonl", "x.mp4"):
        assert httpx.get(f"{simulator.url}/files/{name}").status_code == 404


def test_the_version_with_a_watermark_is_made_when_it_is_asked_for(
    caller: Caller, simulator: Simulator, tmp_path: Path
) -> None:
    task_id = caller.task(remove_watermark=True)
    simulator.finish(task_id)
    result = caller.record(task_id)["response"]
    assert len(list((tmp_path / "films").glob("*.mp4"))) == 1
    clean, marked = (httpx.get(result[name][0]) for name in ("resultUrls", "resultWaterMarkUrls"))
    assert clean.content != marked.content
    assert len(list((tmp_path / "films").glob("*.mp4"))) == 2


def test_the_same_wish_shares_one_file(caller: Caller, simulator: Simulator, tmp_path: Path) -> None:
    for _ in range(3):
        caller.task("the same", n_frames="15")
    simulator.finish_all()
    assert len(list((tmp_path / "films").glob("*.mp4"))) == 1
    assert len({httpx.head(caller.link(task.task_id)).headers["etag"] for task in simulator.tasks()}) == 1
