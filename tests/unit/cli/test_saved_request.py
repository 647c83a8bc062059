"""A callback as people save one: from a proxy's window, from a log, from our own simulator, or the body alone."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.cli.saved_request import read_headers, read_request

BODY = b'{"data":{"taskId":"9c1f"}}'


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_a_whole_request(newline: bytes) -> None:
    head = [b"POST /inbox/9c1f HTTP/1.1", b"Host: x", b"X-Webhook-Timestamp:  1795003200 ", b"", b""]
    request = read_request(newline.join(head) + BODY)
    assert request.body == BODY
    assert request.headers == {"host": "x", "x-webhook-timestamp": "1795003200"}


@pytest.mark.parametrize("before", [b"", b"\n", b"  \r\n"])
def test_a_request_line_may_lack_its_version_and_have_blanks_before_it(before: bytes) -> None:
    assert read_request(before + b"POST /x\nA: b\n\n" + BODY).headers == {"a": "b"}


def test_a_request_without_a_body() -> None:
    assert read_request(b"POST / HTTP/1.1\nA: b\n").body == b""


def test_an_object_with_headers_and_a_body() -> None:
    for body in (BODY.decode(), json.loads(BODY)):
        request = read_request(json.dumps({"url": "x", "headers": {"X-A": 7}, "body": body}).encode())
        assert json.loads(request.body) == json.loads(BODY)
        assert request.headers == {"x-a": "7"}


@pytest.mark.parametrize(
    "saved", [BODY, b"", b"[", b"[1]", b'{"headers":{}}', b'{"headers":1,"body":""}', b"POST\n", b"\xff"]
)
def test_anything_else_is_a_body(saved: bytes) -> None:
    request = read_request(saved)
    assert (request.body, request.headers) == (saved, {})


def test_headers_that_are_given_win() -> None:
    request = read_request(b"POST /\nA: old\nB: kept\n\n").with_headers(read_headers(["a: new", "no header", ": x"]))
    assert request.headers == {"a": "new", "b": "kept"}


@given(st.binary() | st.binary().map(lambda rest: b"POST / HTTP/1.1\r\n" + rest))
def test_whatever_was_saved_can_be_read(saved: bytes) -> None:
    read_request(saved)


def test_deep_nesting_is_a_body() -> None:
    assert read_request(b"[" * 100_000).headers == {}
    assert read_request(b'{"headers":' * 100_000).headers == {}
