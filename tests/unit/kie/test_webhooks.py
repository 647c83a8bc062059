"""A callback is believed to be the service's only with a signature that fits its id, its time and our key."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.kie.webhooks import TOLERANCE, named_task, read_body, sign, verify
from tests.unit.kie.any_json import unhurried

KEY = "webhook-key-of-a-test"
TASK = "task_sora-2_1765183463848"
NOW = 1_795_003_200
STAMP = str(NOW)
SIGNATURE = "42uSyYPSwW9+dfQA3a/C/luAH+9RZAPYMfzEy5WGd14="
"""What `printf %s TASK.STAMP | openssl dgst -sha256 -hmac KEY -binary | base64` says."""


def verified(**changed: Any) -> bool:
    given: dict[str, Any] = {
        "keys": KEY,
        "task_id": TASK,
        "timestamp": STAMP,
        "signature": SIGNATURE,
        "now": NOW,
        **changed,
    }
    return verify(given.pop("keys"), given.pop("task_id"), given.pop("timestamp"), given.pop("signature"), **given)


def test_the_signature_is_the_documented_one() -> None:
    assert sign(KEY, TASK, STAMP) == SIGNATURE
    assert sign(KEY, TASK, NOW) == SIGNATURE
    assert verified()


@pytest.mark.parametrize(
    ("key", "task_id", "stamp", "signature"),
    [
        # each by `printf %s ID.STAMP | openssl dgst -sha256 -hmac KEY -binary | base64`, OpenSSL 3.0.19
        ("k", "a.b.1795003200", "1795003200", "FpmSqjZ+vpu3tIZHOFP+5dYgYw6VbkVwQV1pO0htxSA="),
        ("schlüssel", "船", "1000000000", "PKTy7vGxojA+tdbK0SnZFAscl5XeoSfj3/wSixF93k4="),
        (
            "whsec_0123456789abcdef0123456789abcdef",
            "0f9c1f00000000000000000000000000",
            "2000000000",
            "Kwa5wsq5TWjWPmFDEzSCcF3zUtDhJPcYaZ2I/WfBhxs=",
        ),
    ],
)
def test_openssl_signs_alike(key: str, task_id: str, stamp: str, signature: str) -> None:
    assert sign(key, task_id, stamp) == signature
    assert verify(key, task_id, stamp, signature, now=int(stamp))


@pytest.mark.parametrize("changed", [{"keys": "other"}, {"task_id": TASK[:-1]}, {"timestamp": str(NOW + 1)}])
def test_another_key_id_or_time_does_not_fit(changed: dict[str, str]) -> None:
    assert not verified(**changed)


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        SIGNATURE[:-1],
        SIGNATURE + "=",
        SIGNATURE + "\n",
        " " + SIGNATURE,
        SIGNATURE.lower(),
        SIGNATURE.encode(),
        "é" * 44,
        "\ud83d",
        "\x00",
        "a" * 1_000_000,
        [SIGNATURE],
        True,
    ],
    ids=lambda value: repr(value)[:20],
)
def test_a_hostile_signature_is_refused_without_a_fault(signature: Any) -> None:
    assert not verified(signature=signature)


@pytest.mark.parametrize(
    "timestamp",
    [
        None,
        "",
        f" {STAMP}",
        f"{STAMP} ",
        f"{STAMP}\n",
        f"+{NOW}",
        f"-{NOW}",
        f"0{NOW}",
        f"{NOW}.0",
        f"{NOW}000",
        STAMP[:-1],
        "1_795_003_2",
        "1795003２00",
        "١٧٩٥٠٠٣٢٠٠",
        "1.795e9000",
        "NaN",
        "\ud83d",
        "9" * 100_000,
        NOW,
        STAMP.encode(),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_a_hostile_time_is_refused_even_if_it_is_signed(timestamp: Any) -> None:
    signature = sign(KEY, TASK, timestamp)
    assert not verified(timestamp=timestamp, signature=signature)


def test_the_dot_between_id_and_time_cannot_be_moved() -> None:
    signature = sign(KEY, "task.1795003200", STAMP)
    assert signature == sign(KEY, "task", f"1795003200.{STAMP}")
    assert verified(task_id="task.1795003200", signature=signature)
    assert not verified(task_id="task", timestamp=f"1795003200.{STAMP}", signature=signature)


@pytest.mark.parametrize("task_id", ["a.b.1795003200", "船", "\ud83d", " ", "a\nb"])
def test_an_id_is_signed_as_it_came(task_id: str) -> None:
    assert verified(task_id=task_id, signature=sign(KEY, task_id, STAMP))


@pytest.mark.parametrize("task_id", ["", None, 7, TASK.encode(), [TASK], {"taskId": TASK}])
def test_what_is_no_id_is_refused(task_id: Any) -> None:
    assert not verified(task_id=task_id, signature=sign(KEY, task_id, STAMP))


@pytest.mark.parametrize(
    ("age", "fits"), [(0, True), (TOLERANCE, True), (-TOLERANCE, True), (TOLERANCE + 1, False), (-TOLERANCE - 1, False)]
)
def test_an_old_call_cannot_be_played_again(age: int, fits: bool) -> None:
    assert verified(now=NOW + age) is fits


def test_the_tolerance_can_be_chosen() -> None:
    assert verified(now=NOW + 1000, tolerance=1000)
    assert not verified(now=NOW + 1, tolerance=0)
    assert not verified(now=float("nan"))
    assert not verified(tolerance=float("nan"))


def test_the_machines_clock_is_asked_when_no_time_is_given() -> None:
    assert not verified(now=None, timestamp="1000000000", signature=sign(KEY, TASK, "1000000000"))


@pytest.mark.parametrize("keys", [[KEY], ["old", KEY], [KEY, "new"], ["", KEY], (KEY,), iter(["old", KEY])])
def test_one_of_several_keys_is_enough(keys: Any) -> None:
    assert verified(keys=keys)


@pytest.mark.parametrize("keys", [[], "", [""], ["", ""], ["old", "new"], ()])
def test_no_key_and_an_empty_key_fit_nothing(keys: Any) -> None:
    assert not verified(keys=keys)
    assert not verified(keys=keys, signature=sign("", TASK, STAMP))


@unhurried
@given(key=st.text(min_size=1), task_id=st.text(min_size=1), stamp=st.integers(10**9, 10**10 - 1))
def test_what_was_signed_verifies(key: str, task_id: str, stamp: int) -> None:
    signature = sign(key, task_id, stamp)
    assert verify(key, task_id, str(stamp), signature, now=stamp)
    assert not verify(key + "x", task_id, str(stamp), signature, now=stamp)


CALLS, SEED = 20_000, 20_261_125
DECODINGS = (("latin-1", "strict"), ("utf-8", "surrogateescape"), ("utf-8", "replace"), ("utf-16-le", "surrogatepass"))


def any_part(chance: random.Random, genuine: str) -> str:
    """A header or an id as a server may decode it: any bytes, or the genuine one with some of them changed."""
    how = chance.random()
    sent = bytearray(genuine.encode() if how < 0.8 else chance.randbytes(chance.randrange(64)))
    if how < 0.4:
        return genuine
    for _ in range(chance.randrange(4)):
        place = chance.randrange(len(sent) + 1)
        sent[place : place + chance.randrange(2)] = chance.randbytes(chance.randrange(3))
    encoding, errors = chance.choice(DECODINGS)
    return bytes(sent[: len(sent) // 2 * 2] if encoding == "utf-16-le" else sent).decode(encoding, errors)


def test_of_twenty_thousand_calls_of_any_bytes_only_the_genuine_ones_verify_and_none_raises() -> None:
    chance = random.Random(SEED)
    verifying = 0
    for number in range(CALLS):
        call = tuple(any_part(chance, genuine) for genuine in (TASK, STAMP, SIGNATURE))
        task_id, stamp, signature = call
        is_genuine = call == (TASK, STAMP, SIGNATURE)
        assert verify([KEY, "old"], task_id, stamp, signature, now=NOW) is is_genuine, f"call {number} of seed {SEED}"
        verifying += is_genuine
    assert 0 < verifying < CALLS / 2


@unhurried
@given(
    keys=st.text() | st.lists(st.text()),
    task_id=st.text(),
    timestamp=st.none() | st.text() | st.just(STAMP),
    signature=st.none() | st.text(),
)
def test_nothing_else_verifies_and_nothing_raises(
    keys: str | list[str], task_id: str, timestamp: str | None, signature: str | None
) -> None:
    assert verify(keys, task_id, timestamp, signature, now=NOW) is False


# Which task a body is about


@pytest.mark.parametrize(
    "body",
    [
        b'{"code":200,"msg":"ok","data":{"taskId":"t-1","state":"success"}}',
        b'{"code":501,"data":{"task_id":"t-1"}}',
        b'{"data":{"taskId":"t-1","task_id":"t-1"}}',
        b'{"taskId":"t-1"}',
        b'{"task_id":"t-1","data":null}',
        b'{"task_id":"t-1","data":{"taskId":"t-1"}}',
        b'\xef\xbb\xbf{"data":{"taskId":"t-1","task_id":null}}',
    ],
)
def test_the_task_is_named_in_either_spelling(body: bytes) -> None:
    assert named_task(read_body(body)) == "t-1"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"data":{"taskId":"t-1","task_id":"t-2"}}', "two tasks"),
        (b'{"taskId":"t-1","data":{"taskId":"t-2"}}', "two tasks"),
        (b"{}", "no task"),
        (b'{"data":[]}', "no task"),
        (b'{"data":{"taskId":null}}', "no task"),
        (b'{"data":{"taskId":7}}', "no id"),
        (b'{"data":{"taskId":""}}', "no id"),
        (b'{"data":{"taskId":"a b"}}', "no id"),
        (b'{"data":{"taskId":"\\u001b[2J"}}', "no id"),
        (b'{"data":{"taskId":"' + b"a" * 257 + b'"}}', "no id"),
        (b'{"data":{"taskId":["t-1"]}}', "no id"),
    ],
)
def test_what_names_no_task_or_two_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        named_task(read_body(body))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not JSON"),
        (b"[]", "not an object"),
        (b"null", "not an object"),
        (b"NaN", "not an object"),
        (b"[" * 100_000, "not JSON"),
        (b'{"a":' * 100 + b"1" + b"}" * 100, "not JSON"),
        (b"9" * 6000, "not an object"),
        (b'{"taskId":"\xff"}', "not UTF-8"),
        ("{}".encode("utf-16"), "not UTF-8"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_is_no_object_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_body(body)
