"""Whatever is said around a secret, the secret is not in what is left; and what is harmless stays."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sora_tui import known_keys
from sora_tui.known_keys import note_key
from sora_tui.redaction import redact, without_keys
from sora_tui.settings import load

KEY = "sk-c4n4ry'\"\\+%key"
"""With every character that a quotation of it would change."""
SIGNATURE = "s1gn4tur3~_-0123456789"

keys = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=6, max_size=40)
texts = st.text(max_size=30) | st.sampled_from(["Bearer ", "https://x.example/?a=", "key=", "\n", "\x1b[2J"])


def known(*values: str) -> pytest.MonkeyPatch:
    """Only these keys have been seen, until the patch is undone."""
    patch = pytest.MonkeyPatch()
    patch.setattr(known_keys, "_seen", set())
    for value in values:
        note_key(value)
    return patch


@given(keys, texts, texts)
@example("https:", "", "//x.example")
def test_a_known_key_is_in_no_text_around_it(key: str, before: str, after: str) -> None:
    patch = known(key)
    try:
        for words in (before + key + after, repr(before + key + after), json.dumps(before + key + after)):
            assert key not in without_keys(words)
            assert key not in redact(words)
    finally:
        patch.undo()


@pytest.mark.parametrize("quoted", [KEY, repr(KEY), repr(KEY.encode()), json.dumps(KEY), quote(KEY, safe="")])
def test_a_key_is_found_however_it_is_quoted(quoted: str) -> None:
    note_key(KEY)
    assert "c4n4ry" not in without_keys(f"the key {quoted} was refused")


def test_words_without_a_secret_stay_as_they_are() -> None:
    note_key("short")  # as a word of five letters would be blotted out everywhere
    note_key(KEY)
    said = "a short prompt, 50% of a?b=, https://api.kie.ai/api/v1/jobs/createTask, the bearer is new"
    assert without_keys(said) == said
    assert redact("HTTP 200, code 200 (what? nothing) <b> https://api.kie.ai/a/b.") == (
        "HTTP 200, code 200 (what? nothing) <b> https://api.kie.ai/a/b."
    )


@pytest.mark.parametrize("name", ["SORA_TUI_API_KEY", "KIE_API_KEY", "SORA_TUI_WEBHOOK_KEY", "Kie_Api_Key"])
def test_a_key_of_the_environment_is_known_under_any_of_its_names(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, f" {KEY}\n")
    assert "c4n4ry" not in without_keys(f"key {KEY}")


def test_every_key_that_settings_have_held_is_known() -> None:
    first = load(api_key="canary-first", webhook_key="canary-hook")
    first.with_key(" canary-second ")
    told = redact("canary-first, then canary-second, and canary-hook")
    assert told == "•••, then •••, and •••"


@pytest.mark.parametrize(
    "words",
    [
        "Authorization: Bearer sk-unknown-0123",
        "{'authorization': 'bearer sk-unknown-0123'}",
        "[(b'Authorization', b'Bearer sk-unknown-0123')]",
        "BEARER%20sk-unknown-0123",
    ],
)
def test_a_bearer_token_is_struck_out_though_nobody_knows_it(words: str) -> None:
    told = redact(words)
    assert "unknown" not in told
    assert told.lower().startswith(words.lower().split("sk-")[0])


@given(
    st.sampled_from(["https://cdn.example", "http://127.0.0.1:8400", "HTTPS://cdn.example", ""]),
    st.text(st.sampled_from("abc/._-~%20'()é"), max_size=20),
    st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=20), max_size=3),
    st.sampled_from(["X-Amz-Signature", "sign", "auth_key", "taskId", "é"]),
    st.sampled_from(["{}", "'{}'", '"{}"', "<{}>", "({})", "URL('{}')", "GET {} HTTP/1.1"]),
)
def test_no_query_of_an_address_is_left(
    origin: str, path: str, parameters: dict[str, str], name: str, around: str
) -> None:
    query = urlencode({**parameters, name: f"'{SIGNATURE}", "z": "1"}, safe="'~")
    address = f"{origin}/{path}?{query}"
    assert SIGNATURE not in redact(around.format(address))


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://x.example/v.mp4?bare-signature", "https://x.example/v.mp4?•••"),
        ("https://x.example/v.mp4#t=1", "https://x.example/v.mp4#•••"),
        ("https://me:pass@x.example/a", "https://•••@x.example/a"),
        ("https://me:p@ss@x.example", "https://•••@x.example"),
        ("https://x.example/@me/a", "https://x.example/@me/a"),
        ("next=https%3A%2F%2Fx.example%2Fv%3FSignature%3Dabc", "next=https%3A%2F%2Fx.example%2Fv%3F•••"),
        ("/callback/a?it's=abc", "/callback/a?•••"),
        ('"GET /callback/a?token=abc HTTP/1.1"', '"GET /callback/a?••• HTTP/1.1"'),
        (
            "GET https://api.kie.ai/api/v1/jobs/recordInfo?taskId=task_sora-2_17 HTTP/1.1",
            "GET https://api.kie.ai/api/v1/jobs/recordInfo?taskId=task_sora-2_17 HTTP/1.1",
        ),
        ("URL('https://x.example/r?taskId=a.b')", "URL('https://x.example/r?taskId=a.b')"),
        ("https://x.example/r?taskId=a&sig=abc", "https://x.example/r?•••"),
        ("https://x.example/r?taskId=%61", "https://x.example/r?•••"),
    ],
)
def test_of_an_address_remains_what_opens_nothing(address: str, told: str) -> None:
    assert redact(address) == told


@pytest.mark.parametrize(
    "piece", ["https://", "?taskId=" + "." * 50_000, "bearer ", "?a=", "https%3a%2f%2f@", " " * 50]
)
def test_no_text_takes_long(piece: str) -> None:
    """A pattern that reads a text again from each of its places would not come back from these."""
    text = (piece * (1_000_000 // len(piece)))[:1_000_000]
    assert redact(text + "&")
