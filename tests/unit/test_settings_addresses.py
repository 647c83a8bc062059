"""What can be a key, and which addresses one may be sent to."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sora_tui.kie.addresses import is_loopback
from sora_tui.settings import load
from sora_tui.settings_checks import check_address, check_key, origin_of

NO_KEY = {"it is empty", "it is too long for a key, or has a blank or a character in it that no key has"}


@settings(deadline=None)
@given(st.text(max_size=30) | st.text(st.characters(max_codepoint=0x7F), max_size=30))
def test_a_key_is_stripped_and_otherwise_printable_ascii_without_a_blank(text: str) -> None:
    try:
        key = check_key(text)
    except ValueError as error:
        said = str(error)
    else:
        assert key == text.strip()
        assert all("!" <= character <= "~" for character in key)
        return
    assert said in NO_KEY


@pytest.mark.parametrize("key", ["canary key", "canary\nkey", "canary\x00", "canary\x7f", "canaryé", "canary" * 86])
def test_the_refusal_of_a_key_does_not_hold_it(key: str) -> None:
    with pytest.raises(ValueError, match="no key has") as caught:
        check_key(key)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("key", ["k", "sk-Az09_-+/=.~", "x" * 512])
def test_a_key_of_any_shape_passes_as_it_is(key: str) -> None:
    assert check_key(f"\t{key} \r\n") == key


@pytest.mark.parametrize(
    "address",
    [
        "http://api.kie.ai",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "http://10.0.0.1",
        "http://0.0.0.0:8400",
        "ftp://localhost",
        "//api.kie.ai",
        "api.kie.ai",
        "https://",
        "https://kie.example:port",
        "https://kie.example:70000",
        "https://user@kie.example",
        "https://:password@kie.example",
        "https://api.kie.ai\\@evil.example",
        "https://kie.example/?to=https://evil.example",
        "https://kie.example/#v1",
        "https://kie example",
        "https://kie.example/\x1b[31m",
        "https://[::1",
        "",
    ],
)
def test_an_address_a_key_must_not_go_to_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"address|https://"):
        check_address(address)


@pytest.mark.parametrize(
    ("typed", "kept", "origin"),
    [
        (" https://API.kie.ai:443/ ", "https://API.kie.ai:443", "https://api.kie.ai"),
        ("https://reseller.example/kie/", "https://reseller.example/kie", "https://reseller.example"),
        ("https://kie.example:8443", "https://kie.example:8443", "https://kie.example:8443"),
        ("http://localhost:8400", "http://localhost:8400", "http://localhost:8400"),
        ("http://127.0.0.2:80", "http://127.0.0.2:80", "http://127.0.0.2"),
        ("http://[::1]:8400", "http://[::1]:8400", "http://[::1]:8400"),
    ],
)
def test_an_address_is_kept_without_its_last_slash_and_has_one_origin(typed: str, kept: str, origin: str) -> None:
    loaded = load(base_url=typed)
    assert loaded.base_url == check_address(typed) == kept
    assert loaded.origin == origin_of(kept) == origin


@settings(deadline=None)
@given(st.sampled_from(["https://", "http://", "http://localhost", "http://127.0.0.1", ""]), st.text(max_size=20))
def test_no_address_is_accepted_that_sends_the_key_in_the_clear(start: str, rest: str) -> None:
    try:
        parts = urlsplit(check_address(start + rest))
    except ValueError:
        return
    assert parts.hostname
    assert parts.username is parts.password is None
    assert parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))
