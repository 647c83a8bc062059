"""Whatever the bytes of an answer are: an answer or a typed error that keeps them, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sora_tui.kie.envelope import Answer, read_answer
from sora_tui.kie.errors import KieError, Refused, UnreadableAnswer
from tests.unit.kie.any_json import outcome, some_of, unhurried, values
from tests.unit.kie.wire import enveloped

DEEP = 20_000
HTML = b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"


def unreadable(body: bytes, http_status: int = 200) -> UnreadableAnswer:
    with pytest.raises(UnreadableAnswer) as error:
        read_answer(http_status, body, retry_after=7.0)
    assert error.value.http_status == http_status
    assert error.value.retry_after == 7.0
    return error.value


def refused(body: bytes, http_status: int = 200) -> Refused:
    with pytest.raises(Refused) as error:
        read_answer(http_status, body, retry_after=7.0)
    assert error.value.http_status == http_status
    assert error.value.retry_after == 7.0
    return error.value


@pytest.mark.parametrize("http_status", [200, 401, 429, 502])
@pytest.mark.parametrize(
    ("body", "words"),
    [
        (HTML, "a web page"),
        (b"\n  <html>", "a web page"),
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b'{"code":200,"msg":"success","data":{"taskId":"ab', "not JSON"),
        (b'{"code":200}{"code":200}', "not JSON"),
        (b"upstream connect error", "not JSON"),
        (b"\x1f\x8b\x08\x00", "not JSON"),
        (b"[" * DEEP, "not JSON"),
        (b"[" * DEEP + b"]" * DEEP, "not JSON"),
        (b'{"code":200,"data":' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}", "not JSON"),
        (b'{"code":200,"data":' + b"[" * 100 + b"]" * 100 + b"}", "not JSON"),
        (b"[]", "not an object"),
        (b"null", "not an object"),
        (b'"success"', "not an object"),
        (b"200", "not an object"),
        (b"{}", "no response code"),
        (b'{"data":{"taskId":"a"}}', "no response code"),
        (b'{"code":null}', "no response code"),
        (b'{"code":true}', "no response code"),
        (b'{"code":"OK"}', "no response code"),
        (b'{"code":200.5}', "no response code"),
        (b'{"code":[200]}', "no response code"),
        (b'{"code":NaN}', "no response code"),
        (b'{"code":' + b"2" * 10_000 + b"}", "no response code"),
    ],
    ids=lambda value: value[:24] if isinstance(value, bytes) else value,
)
def test_what_is_not_an_envelope_is_unreadable_and_kept(body: bytes, words: str, http_status: int) -> None:
    error = unreadable(body, http_status)
    assert words in str(error)
    assert f"HTTP {http_status}" in str(error)
    assert error.code is None
    assert error.raw == body.decode("utf-8", "replace")


@pytest.mark.parametrize("http_status", [300, 301, 302, 307, 308, 399])
def test_a_redirect_is_never_an_answer(http_status: int) -> None:
    error = unreadable(enveloped({"taskId": "a"}), http_status)
    assert "another address" in str(error)
    assert "taskId" in error.raw


@pytest.mark.parametrize("code", [200, "200", " 200 ", 200.0])
def test_a_code_may_come_as_text(code: Any) -> None:
    assert read_answer(200, enveloped(5, code=code)).data == 5


@pytest.mark.parametrize("code", [402, "402", 402.0])
def test_a_refusing_code_may_come_as_text(code: Any) -> None:
    assert refused(enveloped(code=code)).code == 402


@pytest.mark.parametrize("code", [0, -1, 1, 199, 201, 400, 401, 429, 500, 999, 10**17])
def test_every_code_but_200_is_a_refusal(code: int) -> None:
    error = refused(enveloped({"taskId": "a"}, code=code, msg="no"))
    assert (error.code, error.text) == (code, "no")
    assert f"{code}: no" in str(error)
    assert error.raw == enveloped({"taskId": "a"}, code=code, msg="no").decode()


@pytest.mark.parametrize("http_status", [401, 404, 429, 500, 503])
def test_the_bodys_code_counts_before_the_http_status(http_status: int) -> None:
    answer = read_answer(http_status, enveloped(5))
    assert (answer.http_status, answer.data) == (http_status, 5)
    assert refused(enveloped(code=422), http_status).code == 422
    assert refused(enveloped(code=http_status), 200).code == http_status


@pytest.mark.parametrize(
    ("body_code", "http_status", "is_throttled"),
    [(429, 200, True), (429, 500, True), (500, 429, False), (500, 200, False)],
)
def test_a_429_is_one_in_the_body_first(body_code: int, http_status: int, is_throttled: bool) -> None:
    assert refused(enveloped(code=body_code), http_status).is_throttled is is_throttled


def test_a_429_of_the_edge_is_a_throttle_too() -> None:
    assert unreadable(HTML, 429).is_throttled
    assert not unreadable(HTML, 503).is_throttled


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({"msg": "one"}, "one"),
        ({"message": "two"}, "two"),
        ({"msg": "one", "message": "two"}, "one"),
        ({"msg": "", "message": "two"}, "two"),
        ({"msg": None, "message": " two\n"}, "two"),
        ({"msg": {"a": 1}, "message": ["x"], "error": "three"}, "three"),
        ({"msg": 7}, ""),
        ({}, ""),
    ],
)
def test_the_services_words_are_in_msg_or_message(words: dict[str, Any], text: str) -> None:
    error = refused(json.dumps({"code": 500, **words}).encode())
    assert error.text == text
    assert (text or "no reason given") in str(error)


def test_the_words_of_an_envelope_without_a_code_are_kept() -> None:
    error = unreadable(b'{"message":"Invalid authentication credentials"}', 401)
    assert error.text == "Invalid authentication credentials"


def test_endless_words_are_kept_but_not_in_the_sentence() -> None:
    error = refused(enveloped(code=500, msg="a" * 100_000))
    assert len(error.text) == 100_000
    assert len(str(error)) < 400


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read_answer(200, b"\xef\xbb\xbf" + enveloped(5)).data == 5


def test_what_is_not_utf8_is_marked_and_the_rest_read() -> None:
    answer = read_answer(200, b'{"code":200,"data":"caf\xe9"}')
    assert answer.data == "caf�"
    assert answer.raw == '{"code":200,"data":"caf�"}'


@pytest.mark.parametrize("data", [None, [], {}, "success", 0, False])
def test_any_data_is_an_answer_as_it_came(data: Any) -> None:
    assert read_answer(200, enveloped(data)).data == data


def test_no_data_is_none() -> None:
    assert read_answer(200, b'{"code":200}').data is None


def test_an_answer_does_not_spill_into_a_log() -> None:
    assert "private" not in repr(Answer(200, 1, "private"))


PIECES = values("code", "msg", "data", "x")
ENVELOPES = some_of(dict.fromkeys(("code", "msg", "message", "data"), PIECES))


@unhurried
@given(body=st.binary() | ENVELOPES.map(lambda value: json.dumps(value).encode()), http_status=st.integers(100, 599))
@example(body=b'{"code":1e999}', http_status=200)
@example(body=b'{"code":200,"data":"\\ud83d"}', http_status=200)
def test_nothing_else_ever_comes_out(body: bytes, http_status: int) -> None:
    came = outcome(lambda: read_answer(http_status, body), KieError)
    assert type(came) in (Answer, Refused, UnreadableAnswer)
    assert (came.raw, came.http_status) == (body.decode("utf-8-sig", "replace"), http_status)
    if isinstance(came, Answer):
        json.dumps(came.data, allow_nan=False, ensure_ascii=False).encode()
    if isinstance(came, Refused):
        assert came.code is not None
