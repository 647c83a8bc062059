"""Any model of the catalogue runs: checked by its own document, charged by its own price, kept as it came."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sora_tui.simulator.clock import ManualClock
from sora_tui.simulator.documents import Document
from sora_tui.simulator.makes import Makes
from sora_tui.simulator.model_files import MARKET, read_model
from sora_tui.simulator.server import Simulator
from tests.unit.simulator.conftest import HOUR, Caller

Running = Callable[..., Simulator]
PICTURE = "https://example.com/one.png"

WAN = "wan/2-7-text-to-video"
KLING = "kling/v2-1-master-text-to-video"
TIDELINE = "demo/tideline-image-to-video"
CHAMELEON = "demo/chameleon-video"
LUMEN = "demo/lumen-text-to-image"
UPSCALE = "demo/clarity-upscale-image"
SPEECH = "demo/aria-text-to-speech"
SEER = "demo/seer-image-to-text"
ENSEMBLE = "demo/ensemble-3-video"
UMBRA = "demo/umbra-text-to-video"

ELEMENT = {"name": "cat", "description": "a cat", "element_input_urls": [PICTURE, PICTURE]}

ACCEPTED = [
    ("sora-2-text-to-video", {"prompt": "x", "upload_method": "s3", "n_frames": "15"}, 35),
    ("veo-3-1", {"prompt": "x"}, 60),
    ("veo-3-1", {"prompt": "x", "resolution": "4k", "duration": 4}, 180),
    (WAN, {"prompt": "x"}, 24 * 5),
    (WAN, {"prompt": "x", "resolution": "720p", "duration": 15}, 16 * 15),
    (KLING, {"prompt": "x"}, 160),
    (KLING, {"prompt": "x", "duration": "10", "cfg_scale": 0.3}, 320),
    (TIDELINE, {"prompt": "x", "image_urls": [PICTURE], "motion_strength": 0.35}, 15 * 5),
    (CHAMELEON, {"mode": "text_to_video", "prompt": "x"}, 48),
    (CHAMELEON, {"mode": "image_to_video", "image_url": PICTURE, "seconds": "8"}, 96),
    (CHAMELEON, {"mode": "extend", "prompt": "x", "video_url": PICTURE, "seconds": "12"}, 216),
    (LUMEN, {"prompt": "a lantern", "resolution": "2K", "num_images": 3}, 21),
    (UPSCALE, {"image_url": PICTURE}, 5),
    (UPSCALE, {"image_url": PICTURE, "upscale_factor": "4"}, 10),
    (SPEECH, {"text": "x" * 500, "voice": "Yara"}, 6),
    (SEER, {"image_url": PICTURE}, 2),
    (ENSEMBLE, {"prompt": "x", "duration": "3", "mode": "std", "sound": True, "kling_elements": [ELEMENT]}, 60),
    (UMBRA, {"prompt": "x", "anything": {"goes": True}}, 50),
]

REFUSED = [
    (WAN, {}, "prompt is required"),
    (WAN, {"prompt": "  "}, "prompt is required"),
    (WAN, {"prompt": ["x"]}, "prompt is required"),
    (WAN, {"prompt": "x" * 5001}, "The text length cannot exceed the maximum limit"),
    (WAN, {"prompt": "x", "duration": 16}, "duration is not within the range of allowed options"),
    (WAN, {"prompt": "x", "duration": "5"}, "duration is not within the range of allowed options"),
    (WAN, {"prompt": "x", "duration": 5.5}, "duration is not within the range of allowed options"),
    (WAN, {"prompt": "x", "ratio": "2:1"}, "ratio is not within the range of allowed options"),
    (WAN, {"prompt": "x", "audio_url": "/home/me/a.wav"}, "audio_url is not within the range of allowed options"),
    (WAN, {"prompt": "x", "prompt_extend": 1}, "prompt_extend is not within the range of allowed options"),
    (KLING, {"prompt": "x", "duration": 5}, "duration is not within the range of allowed options"),
    (KLING, {"prompt": "x", "negative_prompt": "x" * 501}, "The text length cannot exceed the maximum limit"),
    ("veo-3-1", {"prompt": "x", "duration": 5}, "duration is not within the range of allowed options"),
    ("veo-3-1", {"prompt": "x", "image_urls": ["./a.png"]}, "image_urls is not within the range of allowed options"),
    (TIDELINE, {"prompt": "x"}, "This field is required"),
    (TIDELINE, {"prompt": "x", "image_urls": []}, "image_urls is not within the range of allowed options"),
    (TIDELINE, {"prompt": "x", "image_urls": [PICTURE] * 3}, "image_urls is not within the range of allowed options"),
    (TIDELINE, {"prompt": "x", "image_urls": PICTURE}, "image_urls is not within the range of allowed options"),
    (CHAMELEON, {"mode": "image_to_video"}, "This field is required"),
    (CHAMELEON, {"mode": "extend", "video_url": PICTURE}, "prompt is required"),
    (CHAMELEON, {"mode": "dance", "prompt": "x"}, "mode is not within the range of allowed options"),
    (CHAMELEON, {"mode": "text_to_video", "prompt": "x", "seconds": "5"}, "seconds is not within the range"),
    (UPSCALE, {}, "This field is required"),
    (UPSCALE, {"image_url": PICTURE, "upscale_factor": 2}, "upscale_factor is not within the range"),
    (SPEECH, {"voice": "Camille"}, "This field is required"),
    (SPEECH, {"text": " "}, "This field is required"),
    (SPEECH, {"text": "x", "voice": "Nobody"}, "voice is not within the range of allowed options"),
    (
        ENSEMBLE,
        {
            "prompt": "x",
            "duration": "3",
            "mode": "std",
            "kling_elements": [{**ELEMENT, "element_input_urls": [PICTURE]}],
        },
        "kling_elements.element_input_urls is not within the range of allowed options",
    ),
    (ENSEMBLE, {"prompt": "x", "duration": "3", "mode": "std", "kling_elements": [{}]}, "This field is required"),
    (UMBRA, "x", "This field is required"),
]


@pytest.fixture
def simulator(running: Running, tmp_path: Path, clock: ManualClock) -> Simulator:
    """Tasks take an hour; further models come from a folder."""
    return running(tmp_path / "server", clock=clock, catalogue=tmp_path / "more")


def create(caller: Caller, model: str, given: Any, **outside: Any) -> dict[str, Any]:
    return caller.create(body={"model": model, "input": given, **outside})


def finished(caller: Caller, simulator: Simulator, model: str, given: Any) -> dict[str, Any]:
    answer = create(caller, model, given)
    assert answer["code"] == 200, answer
    simulator.finish(answer["data"]["taskId"])
    return caller.record(answer["data"]["taskId"])


def test_every_model_of_the_package_can_be_asked_for(caller: Caller) -> None:
    shipped = {read_model(path).id for path in MARKET.glob("*.json")}
    tried = {model for model, _, _ in ACCEPTED}
    assert shipped - tried == {"sora-2-pro-text-to-video", "demo/afterimage-video-to-video"}  # elsewhere, and a twin


@pytest.mark.parametrize(("model", "given", "price"), ACCEPTED)
def test_what_fits_the_document_is_accepted_and_charged_by_the_prose(
    caller: Caller, model: str, given: Any, price: float
) -> None:
    answer = create(caller, model, given)
    assert answer["code"] == 200, answer
    assert caller.credit() == 10_000 - price
    assert caller.record(answer["data"]["taskId"])["creditsConsumed"] == price


@pytest.mark.parametrize(("model", "given", "text"), REFUSED)
def test_what_does_not_is_refused_in_the_services_words(caller: Caller, model: str, given: Any, text: str) -> None:
    answer = create(caller, model, given)
    assert (answer["code"], answer["data"]) == (500, None)
    assert text in answer["msg"]
    assert caller.credit() == 10_000


@pytest.mark.parametrize(
    ("model", "given"),
    [(model, given) for model, given, _ in ACCEPTED if model in (WAN, CHAMELEON, UPSCALE)],
)
def test_unknown_fields_are_ignored_and_billed(caller: Caller, model: str, given: dict[str, Any]) -> None:
    assert create(caller, model, {**given, "n_frame": "15"})["code"] == 200
    assert caller.credit() < 10_000


def test_a_create_can_be_read_exactly_as_it_came(caller: Caller, simulator: Simulator) -> None:
    given = {"prompt": "é \ud83d", "duration": 5.0, "extra": [None, {"a": 1}], "seed": None}
    body = {"model": WAN, "input": given, "callBackUrl": "http://127.0.0.1:9/x", "other": 1}
    accepted = caller.create(body=body, ref="mine")
    caller.create(body={"model": "none", "input": 7})
    caller.create(body=[])
    first, second, third = caller.http.get("/_simulator/creates").json()["creates"]
    assert first["body"] == body
    assert list(first["body"]["input"]) == list(given)
    assert (first["model"], first["input"], first["code"]) == (WAN, given, 200)
    assert first["task_id"] == accepted["data"]["taskId"]
    assert first["headers"]["x-request-id"] == first["ref"] == "mine"
    assert first["headers"]["user-agent"].startswith("python-httpx")
    assert "demo-tester" not in json.dumps(first)
    assert (second["model"], second["input"], second["code"], second["task_id"]) == ("none", 7, 422, None)
    assert (third["body"], third["model"]) == ([], None)
    assert [create.code for create in simulator.creates()] == [200, 422, 422]


def test_a_document_that_drops_in_is_what_its_creates_are_checked_by(caller: Caller, tmp_path: Path) -> None:
    fields = {
        "words": {"type": "string", "nullable": True, "maxLength": 5},
        "weight": {"type": "number", "minimum": 0, "exclusiveMinimum": True},
        "kind": {"$ref": "#/components/schemas/Kind%20Of%20Thing%20"},
        "lost": {"$ref": "#/components/schemas/Nowhere"},
        "odd": {"type": "file", "pattern": "(["},
    }
    schema = {"type": "object", "additionalProperties": False, "properties": fields, "required": ["words"]}
    body = {"properties": {"model": {"default": "acme/new"}, "input": {"$ref": "#/components/schemas/In"}}}
    openapi = {
        "openapi": "3.0.1",
        "paths": {"/api/v1/jobs/createTask": {"post": {"requestBody": {"$ref": "#/components/requestBodies/R"}}}},
        "components": {
            "requestBodies": {"R": {"content": {"application/json": {"schema": body}}}},
            "schemas": {"In": schema, "Kind Of Thing ": {"enum": ["a", "b"]}},
        },
    }
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "new.json").write_text(json.dumps({"openapi": openapi, "listing": {"price": 7}}), "utf-8")
    good = {"words": "abc", "weight": 0.1, "kind": "b", "lost": 1, "odd": "x", "unknown": True}
    assert create(caller, "acme/new", good)["code"] == 200
    assert caller.credit() == 10_000 - 7
    for field, value in [("words", "abcdef"), ("weight", 0), ("kind", "c"), ("words", None)]:
        assert create(caller, "acme/new", {**good, field: value})["code"] == 500, field


@pytest.mark.parametrize(
    "openapi",
    [
        {},
        {"paths": []},
        {"paths": {"/x": None}},
        {"paths": {"/x": {"post": {"requestBody": {"content": {"a": {"schema": {"allOf": [7, {}], "oneOf": {}}}}}}}}},
        {"paths": {"/x": {"post": {"requestBody": {"$ref": "#/paths/~1x/post/requestBody"}}}}},
        {
            "paths": {"/x": {"post": {"requestBody": {"content": {"a": {"schema": {"$ref": "#/components/A"}}}}}}},
            "components": {"A": {"allOf": [{"$ref": "#/components/A"}], "required": True, "properties": {"input": 1}}},
        },
    ],
)
def test_no_document_makes_it_fall_over(openapi: dict[str, Any]) -> None:
    document = Document(openapi)
    assert document.objection("x", {"prompt": "x"}) is None
    assert document.values({"a": 1}) == {"a": 1}
    assert (document.model, document.summary) == ("", "")


def test_what_was_withdrawn_is_neither_listed_nor_made(running: Running, tmp_path: Path, clock: ManualClock) -> None:
    simulator = running(tmp_path, clock=clock, withdrawn=["sora-2"], discoveries_per_second=0)
    caller = Caller(simulator.url)
    ids = [row["model"] for row in caller.http.get("/api/v1/models").json()["data"]["models"]]
    assert ids
    assert not any(model.startswith("sora-2") for model in ids)
    assert caller.http.get("/api/v1/models/sora-2-text-to-video/schema").json()["code"] == 404
    answer = caller.create()
    assert (answer["code"], "temporarily paused" in answer["msg"]) == (500, True)
    assert create(caller, WAN, {"prompt": "x"})["code"] == 200


def test_models_are_withdrawn_and_sold_again_while_it_runs(caller: Caller, simulator: Simulator) -> None:
    task_id = caller.task()
    switched = caller.http.post("/_simulator/models", json={"model": "sora-2*", "sold": False}).json()["models"]
    assert [row["model"] for row in switched if not row["sold"]] == ["sora-2-pro-text-to-video", "sora-2-text-to-video"]
    assert "temporarily paused" in caller.create()["msg"]
    simulator.finish(task_id)
    assert caller.record(task_id)["state"] == "success"  # what was begun goes on
    simulator.sell("sora-2-pro-text-to-video")
    assert caller.create()["code"] == 200
    assert "temporarily paused" in create(caller, "sora-2-text-to-video", {})["msg"]


def test_a_paused_model_is_listed_all_the_same(running: Running, tmp_path: Path) -> None:
    from sora_tui.simulator.options import Options

    simulator = running(tmp_path, options=Options(paused=frozenset({WAN})))
    caller = Caller(simulator.url)
    assert WAN in [row["model"] for row in caller.http.get("/api/v1/models").json()["data"]["models"]]
    assert "temporarily paused" in create(caller, WAN, {"prompt": "x"})["msg"]


def test_marks_stand_in_any_text_of_an_input(caller: Caller, simulator: Simulator) -> None:
    assert create(caller, SPEECH, {"text": "[sim:moderated] hello"})["code"] == 500
    assert create(caller, UPSCALE, {"image_url": "https://example.com/[sim:455].png"})["code"] == 455
    record = finished(caller, simulator, SPEECH, {"text": "[sim:fail]"})
    assert (record["state"], record["failCode"]) == ("fail", "501")
    assert caller.credit() == 10_000


def test_the_page_of_logs_lives_without_a_prompt(caller: Caller) -> None:
    create(caller, UPSCALE, {"image_url": PICTURE})
    create(caller, SPEECH, {"text": "Good morning"})
    spoken, enlarged = caller.http.get("/logs").text.splitlines()
    assert spoken.endswith('"Good morning"')
    assert enlarged.endswith('""')


def test_tasks_of_any_model_survive_a_restart(running: Running, tmp_path: Path, clock: ManualClock) -> None:
    more = tmp_path / "more"
    more.mkdir()
    (more / "acme__one.json").write_text('{"openapi": null, "listing": {"taskType": ["Text to Image"]}}', "utf-8")
    with Simulator(tmp_path / "a", clock=clock, durations=lambda: HOUR, small_clips=True, catalogue=more) as before:
        caller = Caller(before.url)
        first = create(caller, "acme/one", {"prompt": "x"})["data"]["taskId"]
        second = create(caller, SEER, {"image_url": PICTURE})["data"]["taskId"]
    (more / "acme__one.json").unlink()  # what was begun goes on
    after = running(tmp_path / "a", clock=clock, catalogue=more)
    caller = Caller(after.url)
    after.finish_all()
    assert caller.link(first).endswith(".png")
    assert caller.record(second)["response"]["resultObject"]["text"]
    assert caller.credit() == 10_000 - 42


def test_a_journal_of_before_there_were_other_models_is_read(running: Running, tmp_path: Path) -> None:
    with Simulator(tmp_path, durations=lambda: HOUR, small_clips=True) as before:
        task_id = Caller(before.url).task(remove_watermark=True)
    path = tmp_path / "journal.jsonl"
    lines = [json.loads(line) for line in path.read_text("ascii").splitlines()]
    for line in lines:
        for name in ("wishes", "answer", "is_marked"):
            line.get("task", {}).pop(name, None)
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "ascii")
    after = running(tmp_path)
    after.finish(task_id)
    result = Caller(after.url).record(task_id)["response"]
    assert result["resultUrls"][0].endswith(".mp4")
    assert result["resultWaterMarkUrls"] != result["resultUrls"]


@pytest.mark.parametrize(("word", "makes"), [("tts", Makes.AUDIO), ("image-to-text", Makes.TEXT), ("x", Makes.VIDEO)])
def test_what_a_model_makes_is_guessed_from_its_id(tmp_path: Path, word: str, makes: Makes) -> None:
    path = tmp_path / f"acme__{word}.json"
    path.write_text('{"openapi": null}', "utf-8")
    assert read_model(path).makes is makes
