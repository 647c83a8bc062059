"""A `Retry-After` is believed from nothing to five minutes, and not at all where it makes no sense."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.kie.client import KieClient
from sora_tui.kie.envelope import MAX_WAIT, seconds_to_wait
from sora_tui.kie.errors import AnswerLost, KieError, Refused, UnreadableAnswer
from tests.unit.kie.any_json import unhurried
from tests.unit.kie.listener import a_listener
from tests.unit.kie.wire import KEY, Said, Service, enveloped

NOON = 1_795_003_200.0
"""Wed, 18 Nov 2026 12:00:00 GMT."""


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        ("10", 10.0),
        (" 10 ", 10.0),
        ("2.5", 2.5),
        ("300", 300.0),
        ("301", 300.0),
        ("99999999999999999999", 300.0),
        ("1e400", 300.0),
        ("Wed, 18 Nov 2026 12:00:30 GMT", 30.0),
        ("Wed, 18 Nov 2026 13:00:30 +0100", 30.0),
        ("Wed, 18 Nov 2026 11:59:00 GMT", 0.0),
        ("Fri, 18 Nov 2033 12:00:00 GMT", 300.0),
        (None, None),
        ("", None),
        ("-1", None),
        ("NaN", None),
        ("-inf", None),
        ("soon", None),
        ("0x10", None),
        ("10, 20", None),
        ("Wed, 99 Nov 2026 12:00:30 GMT", None),
        ("1" * 65, None),
        ("\ud83d", None),
    ],
)
def test_an_odd_header_is_capped_or_not_believed(header: str | None, seconds: float | None) -> None:
    assert seconds_to_wait(header, now=NOON) == seconds


@unhurried
@given(st.text() | st.floats().map(str) | st.dates().map("{:%a, %d %b %Y} 12:00:00 GMT".format))
def test_nobody_is_made_to_wait_longer_than_five_minutes(header: str) -> None:
    seconds = seconds_to_wait(header, now=NOON)
    assert seconds is None or 0 <= seconds <= MAX_WAIT


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("86400", 300.0), ("-5", None), ("NaN", None)])
@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (enveloped(code=429), 200, Refused),
        (enveloped(code=429), 429, Refused),
        (b"<html>", 429, UnreadableAnswer),
        (b"", 503, UnreadableAnswer),
    ],
)
async def test_the_header_reaches_the_error(
    body: bytes, status: int, kind: type[KieError], header: str, seconds: float | None
) -> None:
    client = Service(Said(body, status, {"Retry-After": header})).client()
    with pytest.raises(kind) as error:
        await client.read_task("a")
    assert error.value.retry_after == seconds


async def test_the_header_is_kept_when_the_body_is_cut() -> None:
    cut = b"HTTP/1.1 429 No\r\nContent-Length: 99\r\nRetry-After: 7\r\n\r\n{"
    async with a_listener(cut) as listener, KieClient(KEY, base_url=listener.url) as client:
        with pytest.raises(AnswerLost) as error:
            await client.read_task("a")
    assert (error.value.http_status, error.value.retry_after) == (429, 7.0)
