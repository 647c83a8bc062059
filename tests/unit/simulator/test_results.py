"""What comes out of each kind of model: real files of their kind, in the shape that the input asks for."""

from __future__ import annotations

import io
import json
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image, ImageStat

from sora_tui.film.inspect import check_boxes, probe
from sora_tui.simulator.cinema import MAX_BYTES, make, make_small
from sora_tui.simulator.cinema.canvas import Canvas, planes
from sora_tui.simulator.makes import Makes
from sora_tui.simulator.server import Simulator
from sora_tui.simulator.wishes import LONGEST_S, Wish, answer, said, wishes
from tests.unit.simulator.conftest import Caller

Running = Callable[..., Simulator]
PICTURE = "https://example.com/one.png"


def finished(caller: Caller, simulator: Simulator, model: str, given: Any) -> dict[str, Any]:
    made = caller.create(body={"model": model, "input": given})
    assert made["code"] == 200, made
    simulator.finish(made["data"]["taskId"])
    record = caller.record(made["data"]["taskId"])
    assert record["state"] == "success", record
    assert json.loads(record["resultJson"]) == record["response"]
    result: dict[str, Any] = record["response"]
    return result


def test_a_video_of_another_model_has_one_link_and_its_shape(
    caller: Caller, simulator: Simulator, tmp_path: Path
) -> None:
    result = finished(caller, simulator, "wan/2-7-text-to-video", {"prompt": "x", "ratio": "9:16"})
    assert result.keys() == {"resultUrls"}
    (link,) = result["resultUrls"]
    got = httpx.get(link)
    assert got.headers["content-type"] == "video/mp4"
    (tmp_path / "clip.mp4").write_bytes(got.content)
    check_boxes(tmp_path / "clip.mp4")
    assert (probe(tmp_path / "clip.mp4").width, probe(tmp_path / "clip.mp4").height) == (90, 160)


def test_pictures_come_in_their_number_each_another_one(caller: Caller, simulator: Simulator) -> None:
    given = {"prompt": "a lantern", "num_images": 3, "aspect_ratio": "3:2"}
    links = finished(caller, simulator, "demo/lumen-text-to-image", given)["resultUrls"]
    assert len(links) == 3
    assert all(link.endswith(".png") for link in links)
    answers = [httpx.get(link) for link in links]
    assert {each.headers["content-type"] for each in answers} == {"image/png"}
    assert len({each.content for each in answers}) == 3
    assert len({each.headers["etag"] for each in answers}) == 3
    assert {Image.open(io.BytesIO(each.content)).size for each in answers} == {(160, 106)}


def test_speech_is_a_sound(caller: Caller, simulator: Simulator) -> None:
    (link,) = finished(caller, simulator, "demo/aria-text-to-speech", {"text": "Good morning"})["resultUrls"]
    assert link.endswith(".wav")
    got = httpx.get(link)
    assert got.headers["content-type"] == "audio/wav"
    with wave.open(io.BytesIO(got.content)) as sound:
        assert sound.getnframes() == sound.getframerate()
    part = httpx.get(link, headers={"Range": "bytes=4-", "If-Range": got.headers["etag"]})
    assert (part.status_code, part.content) == (206, got.content[4:])
    signed = caller.http.post("/api/v1/common/download-url", json={"url": link}).json()["data"]
    assert httpx.get(signed).content == got.content
    assert httpx.head(link).headers["etag"] == got.headers["etag"]


def test_an_answer_in_words_has_no_link(caller: Caller, simulator: Simulator) -> None:
    result = finished(caller, simulator, "demo/seer-image-to-text", {"image_url": PICTURE, "prompt": "the light"})
    assert result.keys() == {"resultObject"}
    assert "the light" in result["resultObject"]["text"]
    assert result["resultObject"]["words"] == len(result["resultObject"]["text"].split())


def test_a_model_without_a_prompt_makes_something_all_the_same(caller: Caller, simulator: Simulator) -> None:
    results = [
        finished(caller, simulator, "demo/clarity-upscale-image", {"image_url": link})
        for link in (PICTURE, "https://example.com/other.png")
    ]
    assert len({httpx.get(result["resultUrls"][0]).content for result in results}) == 2
    (link,) = finished(caller, simulator, "demo/afterimage-video-to-video", {"video_url": PICTURE})["resultUrls"]
    assert httpx.get(link).headers["content-type"] == "video/mp4"


@pytest.mark.parametrize("kind", ["changed_file", "truncated", "gone"])
def test_faults_befall_pictures_as_they_do_videos(caller: Caller, simulator: Simulator, kind: str) -> None:
    (link,) = finished(caller, simulator, "demo/lumen-text-to-image", {"prompt": "a lantern"})["resultUrls"]
    whole = httpx.get(link)
    simulator.fault("files", kind)
    try:
        other = httpx.get(link)
    except httpx.RemoteProtocolError:
        assert kind == "truncated"
        return
    assert other.content != whole.content
    if kind == "changed_file":
        assert (len(other.content), other.headers["content-type"]) == (len(whole.content), "image/png")


@pytest.mark.parametrize(
    ("given", "aspect"),
    [
        ({}, 16 / 9),
        ({"aspect_ratio": "portrait"}, 9 / 16),
        ({"aspect_ratio": "landscape"}, 16 / 9),
        ({"ratio": "4:3"}, 4 / 3),
        ({"aspect": "21:9"}, 21 / 9),
        ({"image_size": "portrait_16_9"}, 9 / 16),
        ({"image_size": "square_hd"}, 1.0),
        ({"size": "1024x768"}, 4 / 3),
        ({"aspect_ratio": "Auto"}, 16 / 9),
        ({"aspect_ratio": "1:0"}, 16 / 9),
        ({"aspect_ratio": "100:1"}, 4.0),
        ({"aspect_ratio": 7}, 16 / 9),
    ],
)
def test_the_shape_is_read_whatever_its_field_is_called(given: dict[str, Any], aspect: float) -> None:
    (wish,) = wishes(Makes.VIDEO, {"prompt": "x", **given})
    assert wish.aspect == pytest.approx(aspect)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ({}, 5),
        ({"duration": 8}, 8),
        ({"n_frames": "10"}, 10),
        ({"seconds": "4s"}, 4),
        ({"duration": 600}, LONGEST_S),
        ({"duration": 0.2}, 1),
        ({"duration": "long"}, 5),
        ({"duration": True}, 5),
    ],
)
def test_the_length_is_read_and_bounded(given: dict[str, Any], seconds: float) -> None:
    (wish,) = wishes(Makes.VIDEO, {"prompt": "x", **given})
    assert wish.seconds == seconds


@pytest.mark.parametrize(
    ("given", "side"),
    [
        ({}, 720),
        ({"resolution": "480p"}, 480),
        ({"resolution": "1080p"}, 864),
        ({"resolution": "4K"}, 1024),
        ({"size": "high"}, 864),
        ({"quality": "standard"}, 720),
        ({"resolution": "1"}, 720),
    ],
)
def test_the_size_is_read_and_bounded(given: dict[str, Any], side: int) -> None:
    assert wishes(Makes.IMAGE, {"prompt": "x", **given})[0].side == side


def test_a_watermark_is_asked_for_or_not_removed() -> None:
    marks: list[dict[str, Any]] = [
        {},
        {"watermark": True},
        {"watermark": "MyBrand"},
        {"remove_watermark": True},
        {"remove_watermark": False},
    ]
    assert [wishes(Makes.VIDEO, given)[0].watermark for given in marks] == [False, True, True, False, True]


def test_words_are_found_under_several_names() -> None:
    assert said({"prompt": " ", "text": "hello"}) == "hello"
    assert said({"prompt": 7, "image_url": "x"}) == ""
    assert answer({"a": 1}) == answer({"a": 1})


def test_the_largest_sound_and_picture_stay_within_bounds(tmp_path: Path) -> None:
    (wish,) = wishes(Makes.AUDIO, {"text": "x" * 100_000})
    make(wish, tmp_path / "a.wav")
    assert (tmp_path / "a.wav").stat().st_size <= MAX_BYTES
    noisy = Image.effect_noise((1500, 1500), 120).convert("RGB")
    noisy.save(tmp_path / "noise.png")
    make(Wish(Makes.IMAGE, picture=str(tmp_path / "noise.png"), factor=8), tmp_path / "b.png")
    assert (tmp_path / "b.png").stat().st_size <= MAX_BYTES


def test_a_video_begins_with_the_given_picture(tmp_path: Path) -> None:
    Image.new("RGB", (30, 40), (220, 20, 20)).save(tmp_path / "red.png")
    make_small(Wish(Makes.VIDEO, "", aspect=0.0, seconds=5, picture=str(tmp_path / "red.png")), tmp_path / "a.mp4")
    info = probe(tmp_path / "a.mp4")
    assert (info.width, info.height) == (120, 160)
    make_small(Wish(Makes.IMAGE, "x", aspect=0.0, picture=str(tmp_path / "red.png")), tmp_path / "a.png")
    red, green, blue = ImageStat.Stat(Image.open(tmp_path / "a.png")).mean
    assert red > 190
    assert max(green, blue) < 60


def test_a_canvas_is_a_picture_again() -> None:
    canvas = Canvas(8, 6, (16, 8))
    for colour in ((255, 0, 0), (10, 200, 90), (255, 255, 255), (0, 0, 0)):
        canvas.backdrop(planes(Image.new("RGB", (8, 6), colour)))
        picture = canvas.picture()
        assert picture.size == (8, 6)
        assert picture.getpixel((3, 3)) == pytest.approx(colour, abs=4)
