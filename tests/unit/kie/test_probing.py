"""An address is called as the service would call it: once, without our key, and whatever comes is an answer."""

from __future__ import annotations

import asyncio

import pytest

from sora_tui.kie.probing import call
from tests.unit.kie.listener import a_listener, whole


async def test_a_call_carries_what_it_is_given_and_nothing_of_ours() -> None:
    async with a_listener(whole(b"{}")) as listener:
        reply = await call(f"{listener.url}/token/ref", b'{"a":1}', {"X-Webhook-Signature": "s"})
        assert (reply.status, reply.trouble) == (200, "")
        [heard] = listener.heard
    assert heard.head.startswith(b"POST /token/ref HTTP/1.1\r\n")
    assert b"x-webhook-signature: s" in heard.head.lower()
    assert b"content-type: application/json" in heard.head.lower()
    assert b"authorization" not in heard.head.lower()
    assert heard.body == b'{"a":1}'


async def test_a_redirect_is_an_answer_and_not_followed() -> None:
    async with a_listener(whole(b"", status="302 Found", headers="Location: http://127.0.0.1:9/\r\n")) as listener:
        assert (await call(listener.url, b"{}", {})).status == 302
        assert len(listener.heard) == 1


async def test_who_never_answers_is_not_waited_for() -> None:
    async with a_listener(whole(b"")) as listener:
        listener.may_answer.clear()
        reply = await call(listener.url, b"{}", {}, timeout_s=0.05)
        assert reply.status is None
        assert reply.trouble
        listener.may_answer.set()


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/x", "https://a b/", "nowhere", "http://[::g/"])
async def test_what_can_not_be_called_is_said(address: str) -> None:
    async with asyncio.timeout(30):
        reply = await call(address, b"{}", {})
    assert reply.status is None
    assert reply.trouble
