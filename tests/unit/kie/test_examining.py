"""Why a callback verifies or not: everything that is wrong, and never another verdict than `verify`'s."""

from __future__ import annotations

import base64
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.kie.examining import Flaw, examine
from sora_tui.kie.webhooks import sign, verify
from tests.unit.kie.any_json import unhurried, values

KEY = "webhook-key-of-a-test"
TASK = "task_sora-2_1765183463848"
NOW = 1_795_003_200
STAMP = str(NOW)
SIGNATURE = "42uSyYPSwW9+dfQA3a/C/luAH+9RZAPYMfzEy5WGd14="
"""What `printf %s TASK.STAMP | openssl dgst -sha256 -hmac KEY -binary | base64` says."""
DIGEST = base64.b64decode(SIGNATURE)
BODY = json.dumps({"code": 200, "msg": "success", "data": {"taskId": TASK, "state": "success"}}).encode()


def examined(**changed: Any) -> Any:
    given: dict[str, Any] = {"keys": [KEY], "body": BODY, "timestamp": STAMP, "signature": SIGNATURE, "now": NOW}
    given.update(changed)
    return examine(given.pop("keys"), given.pop("body"), given.pop("timestamp"), given.pop("signature"), **given)


def body(**data: Any) -> bytes:
    return json.dumps({"data": data}).encode()


def test_a_genuine_one_has_no_flaw() -> None:
    found = examined(now=NOW + 12)
    assert (found.verifies, found.task_id, found.age_s, found.key, found.problems) == (True, TASK, 12, 0, ())


def test_the_key_that_fits_is_named_by_its_place() -> None:
    assert examined(keys=["old", KEY, "new"]).key == 1
    assert examined(keys=[KEY, KEY]).key == 0


@pytest.mark.parametrize(
    ("changed", "flaw", "sentence"),
    [
        ({"body": b"["}, Flaw.BODY, "The body is not JSON."),
        ({"body": b"\xff"}, Flaw.BODY, "The body is not UTF-8."),
        ({"body": b"[]"}, Flaw.BODY, "The body is not an object."),
        ({"body": b"{}"}, Flaw.BODY, "The body names no task."),
        ({"body": body(taskId=7)}, Flaw.BODY, "The body names a task by what is no id."),
        ({"body": body(taskId="a\nb")}, Flaw.BODY, "The body names a task by what is no id."),
        (
            {"body": body(taskId=TASK, task_id="x")},
            Flaw.TWO_IDS,
            f"The body names two tasks, {TASK} and x; the signature is of one at most. It is that of {TASK}.",
        ),
        (
            {"body": body(taskId="y", task_id="x"), "signature": sign("another", "x", STAMP)},
            Flaw.TWO_IDS,
            "The body names two tasks, y and x; the signature is of one at most.",
        ),
        ({"timestamp": None}, Flaw.NO_TIMESTAMP, "There is no header X-Webhook-Timestamp."),
        (
            {"timestamp": f"{STAMP}000"},
            Flaw.TIMESTAMP,
            "X-Webhook-Timestamp must be ten digits, seconds since 1970: that looks like milliseconds.",
        ),
        (
            {"timestamp": "yesterday"},
            Flaw.TIMESTAMP,
            "X-Webhook-Timestamp must be ten digits, seconds since 1970: it is not.",
        ),
        ({"now": NOW + 301}, Flaw.TOO_OLD, "It was signed 5 min ago; 300 s are tolerated."),
        ({"now": NOW + 298 * 86_400}, Flaw.TOO_OLD, "It was signed 298 days ago; 300 s are tolerated."),
        (
            {"now": NOW - 7200},
            Flaw.IN_THE_FUTURE,
            "It was signed 2 h from now; 300 s are tolerated. Is a clock wrong?",
        ),
        ({"signature": None}, Flaw.NO_SIGNATURE, "There is no header X-Webhook-Signature."),
        (
            {"signature": "42uS"},
            Flaw.SIGNATURE,
            "X-Webhook-Signature is not base64 of 32 bytes: no key made it.",
        ),
        (
            {"signature": DIGEST.hex().upper()},
            Flaw.SIGNATURE,
            "The signature is right, but in hexadecimal; it must be plain base64, to the letter.",
        ),
        (
            {"signature": base64.urlsafe_b64encode(DIGEST).decode().rstrip("=")},
            Flaw.SIGNATURE,
            "The signature is right, but in another alphabet, or without its padding; it must be plain base64, "
            "to the letter.",
        ),
        (
            {"signature": f"{SIGNATURE}\n"},
            Flaw.SIGNATURE,
            "The signature is right, but has blanks around it; it must be plain base64, to the letter.",
        ),
        (
            {"keys": ["another"]},
            Flaw.NO_KEY_FITS,
            "The key does not fit: the signature is another key's, or of another task or time.",
        ),
        (
            {"keys": ["old", "new"]},
            Flaw.NO_KEY_FITS,
            "None of the 2 keys fits: the signature is another key's, or of another task or time.",
        ),
    ],
)
def test_each_flaw_is_said_in_a_sentence(changed: dict[str, Any], flaw: Flaw, sentence: str) -> None:
    found = examined(**changed)
    assert not found.verifies
    assert sentence in [problem.sentence for problem in found.problems if problem.flaw is flaw]


def test_all_that_is_wrong_is_said_at_once() -> None:
    found = examined(now=NOW + 1000, keys=["another"])
    assert [problem.flaw for problem in found.problems] == [Flaw.TOO_OLD, Flaw.NO_KEY_FITS]
    found = examined(body=b"", timestamp="", signature="")
    assert [problem.flaw for problem in found.problems] == [Flaw.BODY, Flaw.NO_TIMESTAMP, Flaw.NO_SIGNATURE]


def test_an_old_one_still_tells_its_key() -> None:
    assert examined(now=NOW + 1000).key == 0


def test_its_age_can_be_left_out() -> None:
    found = examined(now=NOW + 1e9, tolerance=math.inf)
    assert found.verifies
    assert found.age_s == 1e9


def test_a_swapped_body_that_keeps_its_id_is_no_flaw_of_the_signature() -> None:
    assert examined(body=body(taskId=TASK, state="fail")).verifies


@unhurried
@given(
    keys=st.lists(st.text("ab", min_size=1), max_size=3),
    body=st.binary()
    | values("data", "taskId", "task_id").map(lambda value: json.dumps(value).encode())
    | st.just(BODY),
    timestamp=st.none() | st.text() | st.just(STAMP),
    signature=st.none() | st.text() | st.text("abAB09+/-_= \n", min_size=40, max_size=66) | st.just(SIGNATURE),
    has_key=st.booleans(),
    age=st.sampled_from([0, 300, 301, -301]),
)
def test_it_never_raises_nor_judges_otherwise_than_an_inbox(
    keys: list[str], body: bytes, timestamp: str | None, signature: str | None, has_key: bool, age: int
) -> None:
    keys = [*keys, KEY] if has_key else keys
    found = examine(keys, body, timestamp, signature, now=NOW + age)
    assert found.verifies is (not found.problems)
    accepted = found.task_id is not None and verify(keys, found.task_id, timestamp, signature, now=NOW + age)
    assert found.verifies is accepted
