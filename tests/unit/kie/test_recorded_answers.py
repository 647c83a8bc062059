"""Every answer that was ever recorded is understood, down to the prompt inside the JSON inside the JSON."""

from __future__ import annotations

import json

import pytest

from sora_tui.kie.codes import Cause, explain_error
from sora_tui.kie.envelope import Answer, read_answer
from sora_tui.kie.errors import Refused
from sora_tui.kie.messages import CreateTask, TaskRecord, Verdict
from tests.unit.kie.recorded import DATA, RECORDED, document, recorded
from tests.unit.kie.wire import Service

BOAT = (
    "A paper boat drifts down a gentle stream through a mossy forest while the camera glides alongside in one "
    "continuous shot."
)
CITY = (
    "A miniature city built from cardboard and bottle caps comes to life at night. A cardboard train slowly "
    "passes through, with small lights dotting the scene and illuminating the way ahead."
)
TASKS = [name for name in RECORDED if "recordInfo" in name]


def as_sent(name: str) -> bytes:
    return json.dumps(recorded(name), ensure_ascii=False).encode()


def answer_of(name: str) -> Answer:
    return read_answer(200, as_sent(name))


def record_of(name: str) -> TaskRecord:
    return TaskRecord.from_answer(answer_of(name))


def test_no_recorded_answer_is_left_out_here() -> None:
    assert sorted(RECORDED) == [
        "2026-04 createTask",
        "2026-04 credit",
        "2026-04 download_url_external",
        "2026-04 recordInfo_generating",
        "2026-04 recordInfo_success",
        "2026-04 recordInfo_waiting",
        "2026-09 createTask",
        "2026-09 recordInfo_success",
        "2026-09 recordInfo_waiting",
    ]
    assert {path.stem for path in (DATA / "captures").iterdir()} == {"captures-2026-04", "captures-2026-09"}


@pytest.mark.parametrize("name", ["2026-04 createTask", "2026-09 createTask"])
async def test_a_created_task_is_named(name: str) -> None:
    client = Service(as_sent(name)).client()
    created = await client.create_task(CreateTask(model="m", input={}))
    expected = recorded(name)["data"]
    assert (created.task_id, created.record_id) == (expected["taskId"], expected["recordId"])
    assert created.http_status == 200
    assert json.loads(created.raw) == recorded(name)


async def test_the_credits_are_a_number_with_a_fraction() -> None:
    assert await Service(as_sent("2026-04 credit")).client().credits() == 5760.65


async def test_a_foreign_link_is_refused_in_the_services_words() -> None:
    with pytest.raises(Refused) as refusal:
        await Service(as_sent("2026-04 download_url_external")).client().download_url("https://a.example/b.mp4")
    assert (refusal.value.code, refusal.value.http_status, refusal.value.text) == (422, 200, "url is wrong")
    assert explain_error(refusal.value).cause is Cause.BAD_LINK


@pytest.mark.parametrize("name", TASKS)
async def test_every_recorded_task_is_read_by_its_id(name: str) -> None:
    data = recorded(name)["data"]
    record = await Service(as_sent(name)).client().read_task(data["taskId"])
    assert record == record_of(name)
    assert (record.task_id, record.model, record.state) == (data["taskId"], data["model"], data["state"])
    assert (record.created_at_ms, record.completed_at_ms) == (data["createTime"], data["completeTime"])
    assert record.verdict is (Verdict.SUCCESS if data["state"] == "success" else Verdict.RUNNING)
    assert (record.fail_code, record.fail_word, record.fail_msg) == (None, "", "")
    assert json.loads(record.raw) == recorded(name)


@pytest.mark.parametrize("name", ["2026-04 recordInfo_waiting", "2026-04 recordInfo_success"])
def test_prompt_and_settings_come_back_from_a_task(name: str) -> None:
    request = record_of(name).request
    assert request is not None
    assert (request.model, request.prompt) == ("happyhorse/text-to-video", CITY)
    assert request.parameters == {"duration": 3, "aspect_ratio": "16:9", "seed": 1622429582, "resolution": "720p"}
    assert (request.call_back_url, request.progress_call_back_url) == (None, None)


def test_settings_keep_their_types() -> None:
    request = record_of("2026-09 recordInfo_waiting").request
    assert request is not None
    assert (request.model, request.prompt) == ("google/gemini-omni-flash-1-1", BOAT)
    assert request.parameters == {"duration": "4", "aspect_ratio": "16:9", "resolution": "720p"}


def test_settings_that_are_lists_of_objects_come_back_too() -> None:
    request = record_of("2026-04 recordInfo_generating").request
    assert request is not None
    assert request.prompt.startswith("On a sandy beach with the ocean behind, [blue_suit_man] sits")
    assert sorted(request.parameters) == [
        "aspect_ratio",
        "duration",
        "image_urls",
        "kling_elements",
        "mode",
        "multi_shots",
        "sound",
    ]
    assert request.parameters["sound"] is False
    assert [each["name"] for each in request.parameters["kling_elements"]] == ["white_cat", "blue_suit_man"]
    assert len(request.parameters["kling_elements"][0]["element_input_urls"]) == 2


def test_a_param_that_cannot_be_read_leaves_the_rest_of_the_task() -> None:
    record = record_of("2026-09 recordInfo_success")
    assert recorded("2026-09 recordInfo_success")["data"]["param"] == "(as above)"
    assert record.request is None
    assert record.verdict is Verdict.SUCCESS


@pytest.mark.parametrize(
    ("name", "link"),
    [
        (
            "2026-04 recordInfo_success",
            "https://tempfile.aiquickdraw.com/happyhorse-v1_0/1777535237282-rmhp2dyqljb.mp4",
        ),
        (
            "2026-09 recordInfo_success",
            "https://tempfile.aiquickdraw.com/v/e8644341781e5ecd0b8a8bb7594f8da9_1789127081.mp4",
        ),
    ],
)
def test_a_finished_task_has_its_link_once(name: str, link: str) -> None:
    record = record_of(name)
    assert record.links == (link,)
    assert record.watermark_links == ()


@pytest.mark.parametrize("name", [name for name in TASKS if "success" not in name])
def test_a_running_task_has_no_link(name: str) -> None:
    assert record_of(name).links == ()


def test_the_credits_are_known_while_a_task_still_waits() -> None:
    assert record_of("2026-09 recordInfo_waiting").credits_consumed == 63.0
    assert record_of("2026-04 recordInfo_waiting").credits_consumed is None


async def test_the_recorded_list_of_models_is_read() -> None:
    body = json.dumps(document("endpoint__models.sample")).encode()
    listed = await Service(body).client().models()
    assert [each.model for each in listed] == [
        "veo-3-1",
        "bytedance/seedance-1.5-pro",
        "kling-3.0-omni/text-to-video",
        "google/gemini-omni-flash-1-1",
    ]
    assert listed[0].task_types == ("Text to Video", "Image to Video")
    assert (listed[0].title, listed[0].provider, listed[0].description) == ("Veo 3.1", "Google", "")
    assert listed[0].pricing.startswith("Lite mode")


async def test_the_recorded_success_of_a_model_is_read() -> None:
    body = json.dumps(document("endpoint__success-rate.sample")).encode()
    points = await Service(body).client().success_rate("veo-3-1")
    assert [(each.start, each.success_rate, each.error_rate, each.is_normal) for each in points] == [
        ("2026-10-02T04:40:00Z", 99.0, 1.0, True),
        ("2026-10-02T04:50:00Z", 100.0, 0.0, True),
    ]


async def test_the_recorded_schema_of_a_model_is_read() -> None:
    body = json.dumps(document("endpoint__veo-3-1.schema")).encode()
    schema = await Service(body).client().schema("veo-3-1")
    assert schema.model == "veo-3-1"
    assert schema.openapi == document("endpoint__veo-3-1.schema")["data"]["openapi"]
