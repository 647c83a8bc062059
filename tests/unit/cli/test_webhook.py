"""`sora-tui webhook`: which key fits, or why none does; and no key on any stream."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from sora_tui.kie.webhooks import sign, verify
from tests.unit.cli.conftest import Command, Ended

KEY = "canary-webhook-key"
TASK = "task_sora-2_1765183463848"
BODY = json.dumps({"code": 200, "data": {"taskId": TASK}}).encode()


@pytest.fixture(autouse=True)
def webhook_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SORA_TUI_WEBHOOK_KEY", KEY)


def request(stamp: str, signature: str, body: bytes = BODY) -> bytes:
    head = f"POST /inbox HTTP/1.1\r\nX-Webhook-Timestamp: {stamp}\r\nX-Webhook-Signature: {signature}\r\n\r\n"
    return head.encode() + body


def genuine(age_s: int = 0, key: str = KEY) -> bytes:
    stamp = str(int(time.time()) - age_s)
    return request(stamp, sign(key, TASK, stamp))


def without_key(ended: Ended) -> Ended:
    assert "canary" not in ended.out + ended.err
    return ended


def test_it_signs_as_the_documents_say(command: Command) -> None:
    ended = without_key(command("webhook", "sign", TASK, "--timestamp", "1795003200"))
    # printf %s task_sora-2_1765183463848.1795003200 | openssl dgst -sha256 -hmac canary-webhook-key -binary | base64
    assert ended.out == (
        "X-Webhook-Timestamp: 1795003200\nX-Webhook-Signature: eMdQfspQYQcSV2sQmbyS9iQCI/TT38kfEhW/h6UquHE=\n"
    )
    assert (ended.code, ended.err) == (0, "")


def test_it_signs_for_now_and_says_so_as_json(command: Command) -> None:
    document = without_key(command("webhook", "sign", TASK, "--json")).json
    assert document["task_id"] == TASK
    assert verify(KEY, TASK, document["timestamp"], document["signature"])


@pytest.mark.parametrize("stamp", ["179500320", "17950032000", "now", "1795003２00", "-795003200", ""])
def test_a_time_that_is_none_is_wrong_usage(command: Command, stamp: str) -> None:
    ended = command("webhook", "sign", TASK, "--timestamp", stamp)
    assert (ended.code, ended.out) == (2, "")
    assert "ten digits" in ended.err


def test_a_genuine_request_verifies(command: Command) -> None:
    ended = without_key(command("webhook", "verify", stdin=genuine()))
    assert ended.code == 0
    assert ended.out.splitlines()[:3] == [
        "verifies  yes",
        f"task      {TASK}",
        "key       from SORA_TUI_WEBHOOK_KEY",
    ]


def test_what_was_signed_by_hand_verifies_by_hand(command: Command) -> None:
    lines = command("webhook", "sign", TASK).out.splitlines()
    headers = [word for line in lines for word in ("-H", line)]
    assert command("webhook", "verify", "-", *headers, stdin=BODY).code == 0


def test_a_saved_request_is_old_unless_that_does_not_matter(command: Command, tmp_path: Path) -> None:
    saved = tmp_path / "request.txt"
    saved.write_bytes(genuine(age_s=3 * 86_400))
    ended = without_key(command("webhook", "verify", str(saved)))
    assert ended.code == 5
    assert "why       It was signed 3 days ago; 300 s are tolerated.\n" in ended.out
    assert "key       from SORA_TUI_WEBHOOK_KEY\n" in ended.out
    assert command("webhook", "verify", str(saved), "--any-age").code == 0


def test_as_json_it_says_what_and_why(command: Command) -> None:
    ended = without_key(command("webhook", "verify", "--json", stdin=genuine(1000, key="canary of somebody else")))
    assert ended.code == 5
    document = ended.json
    assert (document["verifies"], document["task_id"], document["key"]) == (False, TASK, None)
    assert 1000 <= document["age_s"] < 1100
    assert [problem["flaw"] for problem in document["problems"]] == ["too_old", "no_key_fits"]


def test_one_of_several_keys_is_named_and_not_shown(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SORA_TUI_WEBHOOK_KEY", f"canary-old,{KEY}")
    ended = without_key(command("webhook", "verify", stdin=genuine()))
    assert "key       number 2 of 2, from SORA_TUI_WEBHOOK_KEY\n" in ended.out
    document = command("webhook", "verify", "--json", stdin=genuine()).json
    assert document["key"] == {"number": 2, "of": 2, "source": "SORA_TUI_WEBHOOK_KEY"}


def test_keys_from_a_file_are_used_instead(command: Command, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text("\ncanary-other\n  canary-third \n", "utf-8")
    ended = without_key(command("webhook", "verify", "--key-file", str(keys), stdin=genuine(key="canary-third")))
    assert ended.code == 0
    assert f"number 2 of 2, from {keys}" in ended.out
    assert command("webhook", "verify", "--key-file", str(keys), stdin=genuine()).code == 5


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", 3, "There is no webhook key."),
        (b"canary key with blanks", 2, "line 1: it is too long for a key, or has a blank"),
        (b"\xffcanary", 2, "can't be read as text"),
    ],
)
def test_a_file_without_a_key_is_said(command: Command, tmp_path: Path, content: bytes, code: int, words: str) -> None:
    keys = tmp_path / "keys"
    keys.write_bytes(content)
    ended = without_key(command("webhook", "sign", TASK, "--key-file", str(keys)))
    assert (ended.code, ended.out) == (code, "")
    assert words in ended.err


@pytest.mark.parametrize("act", [["sign", TASK], ["verify"]])
def test_without_a_key_nothing_can_be_proved(command: Command, monkeypatch: pytest.MonkeyPatch, act: list[str]) -> None:
    monkeypatch.delenv("SORA_TUI_WEBHOOK_KEY")
    ended = command("webhook", *act)
    assert (ended.code, ended.out) == (3, "")
    assert "There is no webhook key." in ended.err
    assert "--key-file" in ended.err


def test_two_ids_are_refused_with_the_one_that_was_signed(command: Command) -> None:
    stamp = str(int(time.time()))
    body = json.dumps({"data": {"taskId": "9c1f", "task_id": TASK}}).encode()
    ended = command("webhook", "verify", stdin=request(stamp, sign(KEY, TASK, stamp), body))
    assert ended.code == 5
    assert f"The body names two tasks, 9c1f and {TASK}" in ended.out
    assert f"It is that of {TASK}." in ended.out


def test_what_came_from_outside_drives_no_terminal(command: Command) -> None:
    body = json.dumps({"taskId": "\x1b[2J[/red]", "task_id": "b\u202e"}).encode()
    for form in ([], ["--json"]):
        ended = command("webhook", "verify", *form, stdin=request("x", "y", body))
        assert ended.code == 5
        assert not {"\x1b", "\u202e"} & set(ended.out)


@pytest.mark.parametrize("line", ["X-Webhook-Timestamp", "X Webhook: 1", ""])
def test_what_is_no_header_is_wrong_usage(command: Command, line: str) -> None:
    ended = command("webhook", "verify", "-H", line, stdin=BODY)
    assert (ended.code, ended.out) == (2, "")
    assert "Name: text" in ended.err


def test_a_file_that_is_not_there_is_wrong_usage(command: Command) -> None:
    assert command("webhook", "verify", "/nowhere/request.txt").code == 2
