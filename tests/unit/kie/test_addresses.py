"""https everywhere, http only on this machine, and no link that could do anything but be opened."""

from __future__ import annotations

import traceback
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sora_tui.kie.addresses import checked_base_url, is_loopback, result_link
from sora_tui.kie.client import BASE_URL, UPLOAD_URL, KieClient
from sora_tui.kie.errors import InvalidBaseUrl
from tests.unit.kie.any_json import unhurried
from tests.unit.kie.wire import KEY


@pytest.mark.parametrize(
    ("address", "used"),
    [
        (BASE_URL, BASE_URL),
        (UPLOAD_URL, UPLOAD_URL),
        ("https://api.kie.ai/", "https://api.kie.ai"),
        (" https://api.kie.ai//\n", "https://api.kie.ai"),
        ("https://reseller.example/kie/v2/", "https://reseller.example/kie/v2"),
        ("https://reseller.example:8443", "https://reseller.example:8443"),
        ("HTTPS://API.kie.ai", "HTTPS://API.kie.ai"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.8.9.1", "http://127.8.9.1"),
        ("http://localhost:8080/", "http://localhost:8080"),
        ("http://LOCALHOST", "http://LOCALHOST"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_an_address_is_used_without_its_last_slash(address: str, used: str) -> None:
    assert checked_base_url(address) == used
    assert KieClient(KEY, base_url=address, upload_url=address).base_url == used


@pytest.mark.parametrize(
    "address",
    [
        "",
        "api.kie.ai",
        "//api.kie.ai",
        "https://",
        "https:///path",
        "https:api.kie.ai",
        "ftp://api.kie.ai",
        "file:///etc/hosts",
        "javascript:alert(1)",
        "https://api.kie.ai:port",
        "https://api.kie.ai:99999",
        "https://[::1",
        "https://api.kie.ai?",
        "https://api.kie.ai/?a=1",
        "https://api.kie.ai/#",
        "https://api.kie.ai/#a",
        "https://a b.example",
        "https://a.example/\r\nX: 1",
        "https://a.example/\t",
        "https://a.example/\x00",
        "https://bücher.example",
        "https://a.example/\u202egpj",
        "https://user@a.example",
        "https://@a.example",
        "https://a.example@b.example",
    ],
)
def test_what_is_no_plain_address_is_refused(address: str) -> None:
    odd = address + "x" if address.endswith(("\t", "\x00")) else address
    for choices in ({"base_url": odd}, {"upload_url": odd}):
        with pytest.raises(InvalidBaseUrl):
            KieClient(KEY, **choices)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "host",
    [
        "api.kie.ai",
        "localhost.example",
        "127.0.0.1.example",
        "0.0.0.0",
        "10.0.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "128.0.0.1",
        "0177.0.0.1",
        "2130706433",
        "127.1",
        "[::2]",
        "[fe80::1]",
        "127.0.0.1%2eexample",
        "127.0.0.1\\.example",
        "localhost\\@example",
    ],
)
def test_http_goes_to_no_other_machine(host: str) -> None:
    with pytest.raises(InvalidBaseUrl):
        checked_base_url(f"http://{host}")
    assert result_link(f"http://{host}/a.mp4") is None


@pytest.mark.parametrize(
    "secret",
    ["https://user:canary@a.example", "https://a.example/?key=canary", "https://a.example:canary", "canary"],
)
def test_a_refused_address_is_not_repeated(secret: str) -> None:
    with pytest.raises(InvalidBaseUrl) as error:
        checked_base_url(secret)
    told = traceback.TracebackException.from_exception(error.value)
    assert "canary" not in "".join(told.format_exception_only())
    assert told.__cause__ is None
    assert told.__context__ is None or told.__suppress_context__


def test_no_host_is_not_this_machine() -> None:
    assert not is_loopback(None)
    assert not is_loopback("")


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://tempfile.aiquickdraw.com/v/1.mp4", "https://tempfile.aiquickdraw.com/v/1.mp4"),
        ("  https://a.example/1.mp4?sig=a%2Fb&x=1#t ", "https://a.example/1.mp4?sig=a%2Fb&x=1#t"),
        ("https://a.example/船.mp4", "https://a.example/%E8%88%B9.mp4"),
        ("https://a.example/\u202e4pm.exe", "https://a.example/%E2%80%AE4pm.exe"),
        ("https://a.example/'\"<>`$(x)", "https://a.example/'\"<>`$(x)"),
        ("http://127.0.0.1:8080/files/1.mp4", "http://127.0.0.1:8080/files/1.mp4"),
        ("https://a.example/" + "a" * 4078, "https://a.example/" + "a" * 4078),
        ("https://a.example/" + "a" * 4079, None),
        ("http://a.example/1.mp4", None),
        ("ftp://a.example/1.mp4", None),
        ("https://a.example\\.other.example/1.mp4", None),
        ("file:///etc/passwd", None),
        ("javascript:alert(1)", None),
        ("data:video/mp4;base64,AAAA", None),
        ("/v/1.mp4", None),
        ("https:///1.mp4", None),
        ("https://user:pass@a.example/1.mp4", None),
        ("https://a.example:port/1.mp4", None),
        ("https://[::1/1.mp4", None),
        ("https://a.example/1 2.mp4", None),
        ("https://a.example/1\n2.mp4", None),
        ("https://a.example/\x1b]52;c;eA==\x07", None),
        ("https://a.example/\x9b31m", None),
        ("https://a.example/\ud83d", None),
        ("", None),
        (None, None),
        (7, None),
        (["https://a.example/1.mp4"], None),
    ],
)
def test_a_result_link_may_be_opened_or_is_none(text: object, link: str | None) -> None:
    assert result_link(text) == link


@unhurried
@given(st.text() | st.text().map("https://{}".format) | st.text().map("https://a.example/{}".format))
@example("https://a.example/\u0130")
def test_every_link_is_printable_ascii_and_safe_to_fetch(text: str) -> None:
    link = result_link(text)
    if link is not None:
        assert all("!" <= character <= "~" for character in link)
        parts = urlsplit(link)
        assert parts.scheme == "https" or is_loopback(parts.hostname)
        assert parts.username is None
        assert result_link(link) == link
