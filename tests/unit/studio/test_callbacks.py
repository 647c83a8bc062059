"""What a call is worth: believed by its path and signature as far as that goes, never above a hint."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from sora_tui.kie.webhooks import TOLERANCE, sign
from sora_tui.studio.callbacks import MAX_BODY, MOST_REMEMBERED, REMEMBERED_S, Callback, Doorkeeper, Kind
from tests.unit.studio.calls import KEY, NOW, REF, TASK, TOKEN, a_body, a_call, judging


def status(keys: tuple[str, ...] = (KEY,), **changes: Any) -> int:
    return judging(keys)(a_call(**changes)).status


def progress(body: dict[str, Any] | bytes) -> Callback:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    judgement = judging(())(a_call(key=None, path=f"/{TOKEN}/progress/{REF}", body=raw))
    assert judgement.status == 200
    assert judgement.callback is not None
    return judgement.callback


def test_the_services_own_call_is_a_hint_at_a_task() -> None:
    judgement = judging()(a_call())
    assert (judgement.status, judgement.words) == (200, "success")
    assert judgement.callback == Callback(Kind.END, REF, TASK, is_signed=True, is_last=True, words="success")


@pytest.mark.parametrize("path", [f"/{TOKEN}/{REF}/", f"/behind/a/proxy/{TOKEN}/{REF}", f"//{TOKEN}/{REF}"])
def test_what_a_proxy_does_to_the_path_does_no_harm(path: str) -> None:
    assert status(path=path) == 200


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "*",
        f"/{REF}",
        f"/{TOKEN}",
        f"/{TOKEN}/",
        f"/{TOKEN}/progress",
        f"/{TOKEN}/progress/",
        f"/{TOKEN}x/{REF}",
        f"/{TOKEN[:-1]}/{REF}",
        f"/{TOKEN.upper()}/{REF}",
        f"/{TOKEN}/{REF}0",
        f"/{TOKEN}/{REF[:-1]}",
        f"/{TOKEN}/{REF.replace('0', 'G')}",
        f"/{TOKEN}/{REF}\n",
        f"/{TOKEN}/{'٣' * 32}",
        f"/{TOKEN}/{REF}/{REF}",
        f"/{TOKEN}/progress/progress/{REF}",
        f"/é\ud83d/{REF}",
    ],
    ids=ascii,
)
def test_without_the_token_and_a_ref_there_is_nothing_there(path: str) -> None:
    assert status(path=path) == 404
    assert status(path=path, method="GET", body=None) == 404


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "OPTIONS", "post", "CONNECT"])
def test_nothing_but_a_post_is_taken(method: str) -> None:
    assert status(method=method) == 405


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json", 200),
        ("Application/JSON; charset=utf-8", 200),
        ("", 400),
        ("text/plain", 400),
        ("text/plain; application/json", 400),
        ("application/x-www-form-urlencoded", 400),
        ("multipart/form-data; boundary=x", 400),
        ("application/jsonp", 400),
    ],
)
def test_what_a_web_page_could_send_unasked_is_refused(content_type: str, expected: int) -> None:
    assert status(content_type=content_type) == expected


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"null",
        b"",
        b"{",
        b"[" * MAX_BODY,
        b'{"data":' + b"9" * 6000 + b"}",
        b'{"taskId":"\xff\xfe"}',
        b'{"data":{"taskId":"a","task_id":"b"}}',
        b'{"data":{"taskId":7}}',
        b'{"data":{"taskId":"a b"}}',
    ],
    ids=lambda body: repr(body)[:24],
)
def test_a_body_that_names_no_task_is_refused(body: bytes) -> None:
    assert status(body=body) == 400


def test_a_body_that_is_too_large_is_refused_by_its_size() -> None:
    assert status(body=None) == 413


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (NOW - TOLERANCE, 200),
        (NOW + TOLERANCE, 200),
        (NOW - TOLERANCE - 1, 401),
        (NOW + TOLERANCE + 1, 401),
    ],
)
def test_an_old_call_and_one_from_the_future_do_not_verify(at: int, expected: int) -> None:
    assert status(at=at) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"key": "another"},
        {"key": None},
        {"signature": None},
        {"timestamp": None},
        {"signature": "é" * 44},
        {"signature": "\ud83d"},
        {"timestamp": "NaN"},
        {"timestamp": "9" * 5000},
        {"timestamp": "１７９５００３２００"},
        {"body": a_body("task-8")},
    ],
    ids=lambda changes: ascii(changes)[:30],
)
def test_a_signature_that_does_not_fit_the_id_and_the_time_is_refused(changes: dict[str, Any]) -> None:
    assert status(**changes) == 401


def test_the_dot_between_id_and_time_cannot_be_moved() -> None:
    signature = sign(KEY, "a.1795003200", NOW)
    moved = a_call(body=a_body("a"), timestamp=f"1795003200.{NOW}", signature=signature)
    assert judging()(moved).status == 401


def test_a_body_swapped_under_a_valid_signature_is_still_only_a_hint_at_the_signed_id() -> None:
    body = a_body(resultJson='{"resultUrls":["https://evil.example/x.mp4"]}', state="fail")
    callback = judging()(a_call(body=body)).callback
    assert callback is not None
    assert "evil" not in repr(callback)


def test_old_and_new_key_are_both_good_while_one_is_changed_for_the_other() -> None:
    judge = judging(("old", "new"))
    assert [judge(a_call(key=key)).status for key in ("old", "new", "another")] == [200, 200, 401]


def test_without_a_key_the_path_is_enough_and_a_signature_cannot_be_checked() -> None:
    callback = judging(())(a_call(key=None)).callback
    assert callback is not None
    assert not callback.is_signed
    assert status((), key="whatever") == 200


def test_the_same_call_again_is_answered_and_not_followed_up() -> None:
    judge = judging()
    assert judge(a_call()).callback is not None
    again = judge(a_call())
    assert (again.status, again.callback) == (200, None)


def test_two_calls_that_differ_in_anything_are_two_though_they_carry_one_signature() -> None:
    judge = judging()
    half = a_body(state="generating", progress=50)
    calls = [
        a_call(),
        a_call(path=f"/{TOKEN}/progress/{REF}"),
        a_call(path=f"/{TOKEN}/progress/{REF}", body=half),
        a_call(path=f"/{TOKEN}/{8:032x}"),
        a_call(at=NOW + 1),
    ]
    assert all(judge(call).callback is not None for call in calls)
    assert all(judge(call).callback is None for call in calls)


def test_what_was_refused_is_not_remembered() -> None:
    now = [float(NOW)]
    judge = Doorkeeper(TOKEN, (KEY,), lambda: now[0]).judge
    early = a_call(at=NOW + TOLERANCE + 10)
    assert judge(early).status == 401
    now[0] += 10
    assert judge(early).callback is not None


def test_calls_are_remembered_for_as_long_as_they_verify_and_no_longer() -> None:
    now = [float(NOW)]
    keeper = Doorkeeper(TOKEN, (), lambda: now[0])
    keeper.judge(a_call(key=None))
    now[0] += REMEMBERED_S
    assert keeper.judge(a_call(key=None)).callback is None
    now[0] += 1
    assert keeper.judge(a_call(key=None)).callback is not None


def test_a_flood_is_remembered_only_in_part() -> None:
    keeper = Doorkeeper(TOKEN, (), lambda: NOW)
    for number in range(MOST_REMEMBERED + 10):
        assert keeper.judge(a_call(key=None, body=a_body(f"t-{number}"))).callback is not None
    assert len(keeper._seen) == MOST_REMEMBERED


# Progress, in whatever words


@pytest.mark.parametrize(
    ("data", "words", "is_last"),
    [
        ({"state": "generating", "progress": 45}, "45 % · generating", False),
        ({"progress": "45%"}, "45 %", False),
        ({"progress": 0.45}, "45 %", False),
        ({"percent": 7.4, "stage": "drawing"}, "7 % · drawing", False),
        ({"progress": "half way"}, "half way", False),
        ({"progress": 0}, "0 %", False),
        ({"progress": 100, "state": "generating"}, "100 % · generating", True),
        ({"state": "success"}, "success", True),
        ({"state": "fail", "progress": 45}, "45 % · fail", True),
        ({"progress": 101}, "", False),
        ({"progress": -1}, "", False),
        ({"progress": True}, "", False),
        ({"progress": [1], "state": {"a": 1}}, "", False),
        ({}, "", False),
    ],
)
def test_progress_is_taken_from_where_it_is_usual(data: dict[str, Any], words: str, is_last: bool) -> None:
    callback = progress({"code": 200, "data": {"taskId": TASK, **data}})
    assert (callback.kind, callback.words, callback.is_last) == (Kind.PROGRESS, words, is_last)
    beside = progress({"taskId": TASK, **data})
    assert (beside.words, beside.is_last) == (words, is_last)


def test_words_without_end_are_cut() -> None:
    assert len(progress({"taskId": TASK, "state": "a" * 10_000}).words) <= 80


# Anything at all

CALLS, SEED = 20_000, 20_261_126
STATUSES = {200, 400, 401, 404, 405, 413}


def bent(chance: random.Random, genuine: bytes) -> bytes:
    """The genuine bytes with some of them changed, or any bytes."""
    if chance.random() < 0.1:
        return chance.randbytes(chance.randrange(64))
    bytes_ = bytearray(genuine)
    for _ in range(chance.choice((0, 0, 0, 1, 3, 20))):
        place = chance.randrange(len(bytes_) + 1)
        bytes_[place : place + chance.randrange(3)] = chance.choice(
            (chance.randbytes(chance.randrange(4)), b'"', b"{", b"}", b"[", b"\\", b"0", b".", b"/", b"\x00", b",")
        )
    return bytes(bytes_)


def test_of_twenty_thousand_calls_of_any_bytes_none_raises_and_only_signed_ones_are_heard() -> None:
    chance = random.Random(SEED)
    judge = judging(("old", KEY))
    counts: dict[int, int] = {}
    genuine = a_call()
    assert genuine.signature is not None
    for number in range(CALLS):
        task_id = TASK if chance.random() < 0.5 else f"task-{number}"
        body = bent(
            chance, chance.choice((a_body(task_id), a_body(task_id, progress=number % 101), b'{"taskId":[{}]}'))
        )
        call = a_call(
            key=chance.choice((KEY, KEY, KEY, "old", "another", None)),
            task_id=task_id,
            at=NOW + chance.choice((0, 0, 0, TOLERANCE, 10**9, -(10**8))),
            method=chance.choice(("POST",) * 9 + ("GET",)),
            path=bent(chance, f"/{TOKEN}/{REF}".encode()).decode("utf-8", "surrogateescape"),
            content_type=bent(chance, b"application/json").decode("latin-1"),
            body=None if chance.random() < 0.02 else body,
        )
        judgement = judge(call)
        assert judgement.status in STATUSES, f"call {number} of seed {SEED}"
        if judgement.callback is not None:
            named = judgement.callback.task_id
            assert judgement.status == 200
            assert call.signature in (sign("old", named, call.timestamp or ""), sign(KEY, named, call.timestamp or ""))
        counts[judgement.status] = counts.get(judgement.status, 0) + 1
    assert set(counts) == STATUSES
    assert counts[200] > CALLS / 50
