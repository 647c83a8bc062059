"""One look at a task, however oddly its fields are filled."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.kie.envelope import read_answer
from sora_tui.kie.errors import UnreadableAnswer
from sora_tui.kie.messages import EchoedRequest, TaskRecord, Verdict
from sora_tui.kie.results import MAX_LINKS
from sora_tui.simulator.odd_answers import ODD_ANSWERS
from tests.unit.kie.any_json import outcome, some_of, unhurried, values
from tests.unit.kie.wire import enveloped

ONE, TWO = (f"https://a.example/{number}.mp4" for number in (1, 2))


def record(**data: Any) -> TaskRecord:
    return TaskRecord.from_answer(read_answer(200, enveloped({"taskId": "t", **data})))


def request_in(**data: Any) -> EchoedRequest:
    request = record(**data).request
    assert request is not None
    return request


# Whose record it is


def test_an_answer_without_an_id_is_about_the_task_that_was_asked_for() -> None:
    answer = read_answer(203, enveloped({"state": "waiting"}))
    found = TaskRecord.from_answer(answer, task_id="t")
    assert (found.task_id, found.http_status, found.raw) == ("t", 203, answer.raw)
    with pytest.raises(UnreadableAnswer, match="no task"):
        TaskRecord.from_answer(answer)


@pytest.mark.parametrize("told", ["other", "T", "t2", 7])
def test_an_answer_about_another_task_is_not_believed(told: Any) -> None:
    answer = read_answer(200, enveloped({"taskId": told, "state": "success"}))
    with pytest.raises(UnreadableAnswer, match="another task") as error:
        TaskRecord.from_answer(answer, task_id="t")
    assert (error.value.code, error.value.raw) == (200, answer.raw)


# State


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        ("waiting", Verdict.RUNNING),
        ("queuing", Verdict.RUNNING),
        ("generating", Verdict.RUNNING),
        ("success", Verdict.SUCCESS),
        ("completed", Verdict.SUCCESS),
        (" Success ", Verdict.SUCCESS),
        ("fail", Verdict.FAIL),
        ("failed", Verdict.FAIL),
        ("FAILED", Verdict.FAIL),
        ("paused", Verdict.RUNNING),
        ("unsuccessful", Verdict.RUNNING),
        ("error", Verdict.RUNNING),
    ],
)
@pytest.mark.parametrize("flag", [None, 0, 1, 3])
def test_an_unknown_word_means_that_it_runs(state: str, verdict: Verdict, flag: int | None) -> None:
    found = record(state=state, successFlag=flag)
    assert (found.state, found.verdict) == (state.strip(), verdict)


@pytest.mark.parametrize(
    ("flag", "verdict"),
    [
        (0, Verdict.RUNNING),
        (1, Verdict.SUCCESS),
        ("1", Verdict.SUCCESS),
        (3, Verdict.FAIL),
        (3.0, Verdict.FAIL),
        (2, Verdict.RUNNING),
        (True, Verdict.RUNNING),
        ("yes", Verdict.RUNNING),
        (None, Verdict.RUNNING),
    ],
)
@pytest.mark.parametrize("state", [None, "", " ", True, {}, ["success"]])
def test_without_a_word_the_flag_speaks(state: Any, flag: Any, verdict: Verdict) -> None:
    found = record(state=state, successFlag=flag)
    assert (found.state, found.verdict) == ("", verdict)


# Failure


@pytest.mark.parametrize(
    ("told", "code", "word"),
    [
        (422, 422, ""),
        ("422", 422, ""),
        (422.0, 422, ""),
        ("SENSITIVE_CONTENT", None, "SENSITIVE_CONTENT"),
        ("200", None, "200"),
        (0, None, "0"),
        ("-5", None, "-5"),
        (10**9, None, str(10**9)),
        (None, None, ""),
        ("", None, ""),
        (True, None, ""),
        ({"a": 1}, None, ""),
    ],
)
def test_a_fail_code_is_a_number_or_a_word(told: Any, code: int | None, word: str) -> None:
    found = record(state="fail", failCode=told, failMsg=" no ")
    assert (found.fail_code, found.fail_word, found.fail_msg) == (code, word, "no")


@pytest.mark.parametrize("state", ["waiting", "success", "paused"])
def test_only_a_failed_task_has_a_fail_code(state: str) -> None:
    found = record(state=state, failCode="500", failMsg="old")
    assert (found.fail_code, found.fail_word) == (None, "")


# Links


@pytest.mark.parametrize(
    "result",
    [
        {"resultUrls": [ONE, TWO]},
        {"resultUrls": [ONE, TWO, ONE]},
        {"resultUrls": json.dumps([ONE, TWO])},
        {"resultUrls": f"\n {json.dumps([ONE, TWO])}"},
        {"resultUrls": [None, ONE, 7, "x", "http://a.example/1.mp4", TWO, {"url": 7}]},
    ],
)
@pytest.mark.parametrize("as_text", [True, False])
@pytest.mark.parametrize("place", ["resultJson", "response"])
def test_links_come_in_order_without_doubles(result: dict[str, Any], as_text: bool, place: str) -> None:
    found = record(state="success", **{place: json.dumps(result) if as_text else result})
    assert found.links == (ONE, TWO)
    assert found.watermark_links == ()


def test_a_bare_link_is_one() -> None:
    assert record(resultJson=json.dumps({"resultUrls": ONE})).links == (ONE,)


def test_links_with_a_watermark_are_kept_apart() -> None:
    found = record(resultJson=json.dumps({"resultUrls": [ONE], "resultWaterMarkUrls": [TWO]}))
    assert (found.links, found.watermark_links) == ((ONE,), (TWO,))


def test_the_first_place_with_a_link_counts() -> None:
    assert record(resultJson=json.dumps({"resultUrls": [ONE]}), response={"resultUrls": [TWO]}).links == (ONE,)
    for empty in ("", "{}", "not JSON", '{"resultUrls":[]}', '{"resultUrls":"[broken"}', '{"resultUrls":["x"]}', 5):
        assert record(resultJson=empty, response={"resultUrls": [TWO]}).links == (TWO,)


@pytest.mark.parametrize("result", ["", None, "{}", "not JSON", "[]", 3, '{"resultUrls":null}', "[" * 20_000])
def test_a_success_without_a_link_happens(result: Any) -> None:
    found = record(state="success", resultJson=result)
    assert (found.verdict, found.links) == (Verdict.SUCCESS, ())


def test_there_are_never_endless_links() -> None:
    urls = [f"https://a.example/{number}.mp4" for number in range(1000)]
    assert record(resultJson={"resultUrls": urls}).links == tuple(urls[:MAX_LINKS])


# Times and credits


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        (1777535159006, 1777535159006),
        ("1777535159006", 1777535159006),
        (1777535159006.0, 1777535159006),
        (1777535159, None),
        (1777535159006000, None),
        (0, None),
        (-1777535159006, None),
        ("2026-04-30T07:45:59Z", None),
        (True, None),
        (None, None),
    ],
)
def test_a_time_is_in_milliseconds_or_none(told: Any, moment: int | None) -> None:
    found = record(createTime=told, completeTime=told)
    assert (found.created_at_ms, found.completed_at_ms) == (moment, moment)


@pytest.mark.parametrize(
    ("told", "credits"),
    [(63.0, 63.0), (0, 0.0), ("63.5", 63.5), (-1, None), (10**12, None), ("many", None), (True, None), (None, None)],
)
def test_credits_are_a_number_or_none(told: Any, credits: float | None) -> None:
    assert record(creditsConsumed=told).credits_consumed == credits


# The request it echoes

INPUT = {"prompt": "A boat", "n_frames": "10", "seed": 7}


@pytest.mark.parametrize("inner", [INPUT, json.dumps(INPUT)])
@pytest.mark.parametrize("as_text", [True, False])
@pytest.mark.parametrize("place", ["param", "paramJson"])
def test_the_request_is_decoded_as_often_as_it_was_encoded(inner: Any, as_text: bool, place: str) -> None:
    param = {"model": "m", "input": inner, "callBackUrl": "https://a/1", "progressCallBackUrl": "https://a/2"}
    request = request_in(**{place: json.dumps(param) if as_text else param})
    assert (request.model, request.prompt, request.parameters) == ("m", "A boat", {"n_frames": "10", "seed": 7})
    assert (request.call_back_url, request.progress_call_back_url) == ("https://a/1", "https://a/2")


def test_the_second_place_is_read_where_the_first_says_nothing() -> None:
    readable = json.dumps({"input": json.dumps(INPUT)})
    for odd in ("", "(as above)", "{}", "[]", None, 7, json.dumps({"input": "{"}), "[" * 20_000):
        assert request_in(param=odd, paramJson=readable).prompt == "A boat"
        assert record(param=odd, paramJson=odd).request is None


@pytest.mark.parametrize("prompt", [None, 7, ["A boat"], {"text": "A boat"}])
def test_a_prompt_that_is_no_text_is_none(prompt: Any) -> None:
    assert request_in(param={"model": "m", "input": {"prompt": prompt}}).prompt == ""


# All together


@pytest.mark.parametrize("body", ODD_ANSWERS)
def test_the_simulators_odd_answers_are_lived_through(body: bytes) -> None:
    found = outcome(lambda: TaskRecord.from_answer(read_answer(200, body), task_id="odd"), UnreadableAnswer)
    assert found.raw == body.decode()


NAMES = ("taskId", "model", "state", "resultJson", "response", "param", "paramJson", "failCode", "failMsg")
NUMBERS = ("createTime", "completeTime", "creditsConsumed", "successFlag")
ANY = values("resultUrls", "resultWaterMarkUrls", "input", "prompt", "model")


@unhurried
@given(data=some_of(dict.fromkeys((*NAMES, *NUMBERS), ANY | ANY.map(json.dumps))), asked=st.none() | st.just("t"))
def test_no_data_breaks_a_record(data: dict[str, Any], asked: str | None) -> None:
    answer = read_answer(200, enveloped(data))
    found = outcome(lambda: TaskRecord.from_answer(answer, task_id=asked), UnreadableAnswer)
    assert found.raw == answer.raw
    if isinstance(found, TaskRecord):
        found.model_dump_json()
