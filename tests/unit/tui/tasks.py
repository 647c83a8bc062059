"""Tasks for the tests of the interface: plain ones, and any that a service and a user could bring about."""

from __future__ import annotations

import re
from datetime import UTC
from typing import Any

from hypothesis import strategies as st

from sora_tui.studio.filters import Filter, parse_filter
from sora_tui.studio.task import Task, TaskState

NOW_MS = 1_795_000_000_000
"""The time on the wall in these tests."""
SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
UNSHOWABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What must never reach the terminal in one line of text."""

ANY_TEXT = st.text(
    st.one_of(
        st.characters(),
        st.characters(max_codepoint=0x9F),
        st.sampled_from("abc é\n\t\x1b[]\x9b\u202e\u200d\u0301☀👩日本\ud83d"),
    ),
    max_size=40,
)
"""What a prompt or a service can say, bytes that drive a terminal included."""


def a_task(ref: str = "a", state: TaskState = TaskState.WAITING, **known: Any) -> Task:
    """A task of which only what matters to a test is said."""
    plain: dict[str, Any] = {"model": "m", "prompt": f"prompt {ref}", "parameters": {}, "origin": "x"}
    return Task(ref=ref, state=state, **{**plain, "created_at": NOW_MS, **known})


def filtered(text: str) -> Filter:
    """The filter that someone typed at that time."""
    return parse_filter(text, now_ms=NOW_MS, zone=UTC)


@st.composite
def any_task(draw: st.DrawFn, refs: st.SearchStrategy[str] | None = None) -> Task:
    """Any task, the odd ones included: without times, without price, with words no service should say."""
    moments = st.integers(0, 6).map(lambda minutes: NOW_MS - minutes * MINUTE)
    amounts = st.none() | st.sampled_from([0.0, 1.0, 330.0, 12.345, 1_234_567.0, float("nan"), float("inf")])
    return a_task(
        draw(refs or st.sampled_from("abcdefgh")),
        draw(st.sampled_from(TaskState)),
        prompt=draw(st.sampled_from(["koi", "boat", "Neon koi"]) | ANY_TEXT),
        created_at=draw(moments),
        sent_at=draw(st.none() | moments),
        finished_at=draw(st.none() | moments),
        vendor_created_at=draw(st.none() | moments),
        vendor_state=draw(st.none() | st.just("queuing") | ANY_TEXT),
        code=draw(st.none() | st.sampled_from([200, 402, 501, 10**9])),
        http_status=draw(st.none() | st.just(503)),
        text=draw(ANY_TEXT),
        note=draw(ANY_TEXT),
        credits=draw(amounts),
        price=draw(amounts),
        links=draw(st.sampled_from([(), ("https://files/1.mp4",)])),
        attempts=draw(st.integers(0, 3)),
        is_parked=draw(st.booleans()),
        balance_before=draw(amounts),
        balance_after=draw(amounts),
        tags=draw(st.sampled_from([(), (), ("Koi",), ("boat", "Straße"), ("k", "o", "紙")])),
        rating=draw(st.integers(0, 5)),
        is_starred=draw(st.booleans()),
        is_discarded=draw(st.booleans()),
        is_held=draw(st.booleans()),
        remark=draw(st.sampled_from(["", "", "Koi of the best", "Straße"]) | ANY_TEXT),
        batch_ref=draw(st.sampled_from(["", "", "a", "ab", "b"])),
        price_bound=draw(amounts),
    )
