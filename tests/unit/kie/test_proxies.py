"""The proxy of the environment: for tunnels to https alone, and named without what it keeps secret."""

from __future__ import annotations

import pytest

from sora_tui.kie.proxies import Proxy, proxy_for

KIE = "https://api.kie.ai"
SET = "http://me:canary@proxy.example:3128"


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_an_https_service_is_reached_through_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, SET)
    assert proxy_for(KIE) == Proxy(SET, "proxy.example:3128")
    assert "canary" not in repr(proxy_for(KIE))


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy"])
def test_one_for_plain_http_is_not_used(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, SET)
    assert proxy_for(KIE) is None


def test_the_one_for_https_comes_before_the_one_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://all.example:1")
    monkeypatch.setenv("HTTPS_PROXY", "http://secure.example:2")
    proxy = proxy_for(KIE)
    assert proxy is not None
    assert proxy.place == "secure.example:2"


@pytest.mark.parametrize(
    "base_url", ["http://127.0.0.1:8400", "http://localhost", "https://127.0.0.1", "https://[::1]:1"]
)
def test_this_machine_is_never_reached_through_it(base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, SET)
    assert proxy_for(base_url) is None


@pytest.mark.parametrize(
    ("exceptions", "is_direct"),
    [("*", True), ("api.kie.ai", True), ("localhost, kie.ai", True), (".kie.ai", True), ("ai.example", False)],
)
def test_a_host_that_is_excepted_is_reached_directly(
    exceptions: str, is_direct: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", SET)
    monkeypatch.setenv("NO_PROXY", exceptions)
    assert (proxy_for(KIE) is None) == is_direct


@pytest.mark.parametrize(
    ("typed", "url", "place"),
    [
        ("proxy.example:3128", "http://proxy.example:3128", "proxy.example:3128"),
        ("https://proxy.example", "https://proxy.example", "proxy.example"),
        ("http://[2001:db8::1]:8080/", "http://[2001:db8::1]:8080/", "[2001:db8::1]:8080"),
    ],
)
def test_it_is_named_by_host_and_port(typed: str, url: str, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", typed)
    assert proxy_for(KIE) == Proxy(url, place)


@pytest.mark.parametrize("typed", ["http://canary@[::g", "http://canary:pass@:3128", "http://canary.example:port"])
def test_what_is_no_address_is_refused_and_not_quoted(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", typed)
    with pytest.raises(ValueError, match="no address") as caught:
        proxy_for(KIE)
    assert "canary" not in str(caught.value)
    assert caught.value.__context__ is None or caught.value.__suppress_context__
