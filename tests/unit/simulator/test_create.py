"""What `createTask` accepts and refuses, in the service's words."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sora_tui.simulator.clock import ManualClock
from sora_tui.simulator.server import Simulator
from tests.unit.simulator.conftest import KEY, MODEL, Caller

FIELD_REQUIRED = "This field is required"


def test_a_create_answers_a_task_id_twice(caller: Caller) -> None:
    answer = caller.create()
    assert (answer["code"], answer["msg"]) == (200, "success")
    assert answer["data"]["taskId"] == answer["data"]["recordId"]
    assert len(bytes.fromhex(answer["data"]["taskId"])) == 16


@pytest.mark.parametrize(
    ("body", "code", "text"),
    [
        ({"model": "sora-9", "input": {"prompt": "x"}}, 422, "The model name you specified is not supported"),
        ({"input": {"prompt": "x"}}, 422, "The model name you specified is not supported"),
        ([], 422, "The model name you specified is not supported"),
        ({"model": "sora-2-characters", "input": {"prompt": "x"}}, 500, "temporarily paused"),
        ({"model": MODEL}, 500, FIELD_REQUIRED),
        ({"model": MODEL, "input": "x"}, 500, FIELD_REQUIRED),
        ({"model": MODEL, "input": {"prompt": "x"}}, 500, FIELD_REQUIRED),
        ({"model": MODEL, "input": {}}, 500, "prompt is required"),
        ({"model": MODEL, "input": {"prompt": " "}}, 500, "prompt is required"),
        ({"model": MODEL, "input": {"prompt": 7}}, 500, "prompt is required"),
        ({"model": MODEL, "input": {"prompt": "x" * 10_001}}, 500, "text length cannot exceed"),
    ],
)
def test_refusals_come_in_the_services_words_and_cost_nothing(
    caller: Caller, simulator: Simulator, body: Any, code: int, text: str
) -> None:
    answer = caller.create(body=body)
    assert answer["code"] == code
    assert text in answer["msg"]
    assert answer["data"] is None
    assert caller.credit() == 10_000
    assert simulator.ledger() == ()
    assert [refusal.code for refusal in simulator.refusals()] == [code]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("aspect_ratio", "16:9"),
        ("n_frames", 10),
        ("n_frames", "12"),
        ("size", "medium"),
        ("remove_watermark", "true"),
        ("remove_watermark", 1),
        ("character_id_list", "abc"),
        ("character_id_list", ["a"] * 6),
        ("character_id_list", [1]),
        ("upload_method", "ftp"),
    ],
)
def test_a_value_outside_the_options_is_named(caller: Caller, field: str, value: Any) -> None:
    answer = caller.create(**{field: value})
    assert answer["code"] == 500
    assert answer["msg"] == f"{field} is not within the range of allowed options"


def test_a_prompt_of_exactly_the_limit_is_accepted(caller: Caller) -> None:
    assert caller.create("x" * 10_000)["code"] == 200


def test_unknown_fields_are_ignored_and_billed(caller: Caller) -> None:
    task_id = caller.task(resolution="8k", n_frame="15")
    assert '\\"resolution\\":\\"8k\\"' in caller.record(task_id)["param"]
    assert caller.credit() == 10_000 - 330


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 30_000, b"\xff\xfe"])
def test_a_body_that_is_no_json_is_refused(caller: Caller, content: bytes) -> None:
    answer = caller.http.post("/api/v1/jobs/createTask", content=content)
    assert (answer.status_code, answer.json()["code"]) == (200, 422)


@pytest.mark.parametrize("route", ["/api/v1/jobs/recordInfo?taskId=x", "/api/v1/chat/credit"])
@pytest.mark.parametrize(
    ("headers", "text"),
    [
        ({"Content-Type": "application/json"}, "access permissions"),
        ({"Content-Type": "application/json", "Authorization": "Bearer sk-real"}, "access permissions"),
        ({"Content-Type": "application/json", "Authorization": f"Basic {KEY}"}, "access permissions"),
        ({"Authorization": f"Bearer {KEY}"}, "Authentication failed"),
    ],
)
def test_a_key_and_a_content_type_are_asked_for_even_by_get(
    simulator: Simulator, route: str, headers: dict[str, str], text: str
) -> None:
    answer = httpx.get(simulator.url + route, headers=headers)
    assert answer.status_code == 200
    assert answer.json()["code"] == 401
    assert text in answer.json()["msg"]


def test_another_path_is_not_found_in_an_envelope(caller: Caller) -> None:
    answer = caller.http.get("/api/v1/jobs/list")
    assert (answer.status_code, answer.json()["code"]) == (404, 404)


def test_twenty_creates_in_ten_seconds_and_not_one_more(
    caller: Caller, simulator: Simulator, clock: ManualClock
) -> None:
    simulator.set_credits(KEY, 100_000)
    for _ in range(20):
        caller.task()
    clock.advance(9.9)
    answer = caller.create()
    assert answer["code"] == 429
    assert "call frequency is too high" in answer["msg"]
    assert len(simulator.ledger()) == 20
    assert Caller(simulator.url, "demo-other").create()["code"] == 200
    clock.advance(0.2)
    assert caller.create()["code"] == 200


def test_a_task_may_be_read_ten_times_a_second(caller: Caller, clock: ManualClock) -> None:
    first, second = caller.task(), caller.task()
    assert {caller.read(first)["code"] for _ in range(10)} == {200}
    assert caller.read(first)["code"] == 429
    assert caller.read(second)["code"] == 200
    clock.advance(1.01)
    assert caller.read(first)["code"] == 200


def test_the_ref_is_taken_from_the_header_else_from_the_callback(caller: Caller, simulator: Simulator) -> None:
    ref = "0123456789abcdef0123456789abcdef"
    caller.task(ref="mine")
    caller.task(callBackUrl=f"https://example.com/hook/{ref}")
    caller.task(callBackUrl="https://example.com/hook")
    caller.task()
    assert [charge.ref for charge in simulator.ledger()] == ["mine", ref, None, None]
    assert simulator.tasks()[1].call_back_url == f"https://example.com/hook/{ref}"
