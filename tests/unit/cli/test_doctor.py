"""`sora-tui doctor`: whether this machine is ready, told without a secret."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from sora_tui import __version__
from sora_tui.kie.errors import NotDelivered, Refused
from sora_tui.settings import Settings
from sora_tui.studio.callback_addresses import TOKEN_FILE
from sora_tui.studio.schema import FILE_NAME, MIGRATIONS
from tests.unit.cli.conftest import Command, Ended
from tests.unit.studio.scripted_service import KEY, ScriptedService, put_in_store, waiting


def findings(ended: Ended) -> dict[str, tuple[str, str]]:
    """Verdict and words by topic."""
    assert all(set(finding) == {"topic", "verdict", "words"} for finding in ended.json)
    return {finding["topic"]: (finding["verdict"], finding["words"]) for finding in ended.json}


def test_without_a_key_all_but_the_service_is_looked_at_and_nothing_fails(command: Command, fenced_off: Path) -> None:
    ended = command("doctor", "--json")
    assert (ended.code, ended.err) == (0, "")
    found = findings(ended)
    assert list(found) == ["program", "terminal", "clipboard", "log", "store", "backup", "key", "callbacks"]
    assert found["program"][0] == "ok"
    assert f"sora-tui {__version__}," in found["program"][1]
    assert found["terminal"][0] == "warn"
    assert found["store"] == ("ok", f"{fenced_off / 'data' / FILE_NAME}, 0 tasks, whole, schema {len(MIGRATIONS)}")
    verdict, words = found["key"]
    assert verdict == "warn"
    assert {"SORA_TUI_API_KEY,", "`sora-tui"} <= set(words.split())


@pytest.mark.usefixtures("service")
def test_with_a_key_the_service_is_asked_and_the_key_is_not_shown(command: Command, settings: Settings) -> None:
    put_in_store(settings, waiting(1, settings), waiting(2, settings))
    ended = command("doctor", "--json")
    found = findings(ended)
    assert ended.code == 0
    assert found["key"] == ("ok", "Set, from SORA_TUI_API_KEY")
    assert found["service"] == ("ok", "https://kie.example answers: 5,000.00 credits")
    assert "2 tasks, whole" in found["store"][1]
    as_table = command("doctor")
    assert KEY not in ended.out + ended.err + as_table.out + as_table.err


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Refused("no", code=401, http_status=200), "https://kie.example: The key was refused."),
        (NotDelivered("no route"), "https://kie.example: The service could not be reached."),
    ],
)
def test_a_service_that_does_not_serve_is_a_failure_with_a_way_out(
    command: Command, service: ScriptedService, error: Exception, words: str
) -> None:
    async def answer() -> float:
        raise error

    service.answer_credits = answer
    ended = command("doctor", "--json")
    assert ended.code == 1
    verdict, told = findings(ended)["service"]
    assert verdict == "fail"
    assert told.startswith(words)
    assert len(told) > len(words)


def test_a_damaged_store_is_a_failure_and_left_as_it_is(command: Command, settings: Settings) -> None:
    settings.data_dir.mkdir()
    store = settings.data_dir / FILE_NAME
    store.write_bytes(b"not a store " * 1000)
    ended = command("doctor", "--json")
    assert ended.code == 1
    verdict, words = findings(ended)["store"]
    assert verdict == "fail"
    assert str(store) in words
    assert store.read_bytes() == b"not a store " * 1000


def test_for_people_it_is_a_table(command: Command) -> None:
    head, *rows = command("doctor").out.splitlines()
    assert head.split() == ["CHECK", "IS", "DETAILS"]
    assert [row.split()[0] for row in rows] == [
        "program",
        "terminal",
        "clipboard",
        "log",
        "store",
        "backup",
        "key",
        "callbacks",
    ]


def test_a_terminal_without_a_clipboard_tool_is_told_what_to_install(
    command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    verdict, words = findings(command("doctor", "--json"))["clipboard"]
    assert verdict == "warn"
    assert "xclip" in words
    tool = tmp_path / "wl-copy"
    tool.write_text("#!/bin/sh\n")
    tool.chmod(0o755)
    assert findings(command("doctor", "--json"))["clipboard"] == ("ok", "wl-copy and the terminal's own (OSC 52)")


@pytest.mark.usefixtures("service")
def test_a_proxy_on_the_way_is_named_without_its_password(
    command: Command, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:canary@proxy.example:3128")
    ended = command("doctor", "--json")
    assert findings(ended)["proxy"] == ("ok", "https://kie.example is reached through the proxy proxy.example:3128")
    assert "canary" not in ended.out + ended.err


@pytest.mark.usefixtures("service")
def test_a_proxy_that_is_none_is_a_failure_that_does_not_quote_it(
    command: Command, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:canary@[::g")
    ended = command("doctor", "--json")
    verdict, words = findings(ended)["proxy"]
    assert (ended.code, verdict) == (1, "fail")
    assert "HTTPS_PROXY" in words
    assert "canary" not in ended.out + ended.err


def test_the_log_is_tried_by_writing_to_it(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.log"
    monkeypatch.setenv("SORA_TUI_LOG_FILE", str(path))
    monkeypatch.setenv("SORA_TUI_LOG_LEVEL", "error")
    verdict, words = findings(command("doctor", "--json"))["log"]
    line, _ = path.read_text().split("\n", 1)
    assert (verdict, words) == ("ok", f"{path}, {len(line) + 1} bytes, level error")
    monkeypatch.setenv("SORA_TUI_LOG_FILE", str(tmp_path))
    ended = command("doctor", "--json")
    told = f"{tmp_path} can't be written: Is a directory. SORA_TUI_LOG_FILE names another place for it."
    assert findings(ended)["log"] == ("warn", told)
    assert (ended.code, ended.err) == (0, "")


# Callbacks


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answering(status: str) -> tuple[threading.Thread, int]:
    """A web server that answers everything alike, until five calls or the test's end."""
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        for _ in range(5):
            connection, _ = listener.accept()
            with connection:
                while b"rehearsal" not in connection.recv(65_536):
                    pass
                connection.sendall(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    return thread, listener.getsockname()[1]


def callbacks(command: Command) -> tuple[str, str]:
    return findings(command("doctor", "--json"))["callbacks"]


@pytest.mark.usefixtures("service")
def test_who_wants_no_callbacks_is_told_how_to_get_them(command: Command) -> None:
    verdict, words = callbacks(command)
    assert verdict == "ok"
    for tool in ("cloudflared tunnel --url http://127.0.0.1:8410", "ngrok http 8410", "ssh -R 80:127.0.0.1:8410"):
        assert tool in words


@pytest.mark.usefixtures("service")
def test_an_inbox_without_an_address_is_to_be_looked_at(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SORA_TUI_CALLBACK_PORT", "0")
    verdict, words = callbacks(command)
    assert verdict == "warn"
    assert "no public address" in words
    assert "cloudflared" in words


@pytest.mark.usefixtures("service")
def test_the_public_address_is_called_and_what_should_be_refused_is(
    command: Command, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = a_free_port()
    monkeypatch.setenv("SORA_TUI_CALLBACK_PORT", str(port))
    monkeypatch.setenv("SORA_TUI_CALLBACK_URL", f"http://127.0.0.1:{port}")
    verdict, words = callbacks(command)
    assert verdict == "ok"
    assert f"http://127.0.0.1:{port} leads to the inbox" in words
    assert "No webhook key is set" in words
    monkeypatch.setenv("SORA_TUI_WEBHOOK_KEY", "canary-old,canary-new")
    ended = command("doctor", "--json")
    verdict, words = findings(ended)["callbacks"]
    assert verdict == "ok"
    assert "a forged one and one to another path were refused" in words
    assert "canary" not in ended.out + ended.err
    assert (settings.data_dir / TOKEN_FILE).read_text() not in ended.out + ended.err


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("200 OK", "it is not our inbox"),
        ("502 Bad Gateway", "does not lead to the inbox (HTTP 502)"),
        ("302 Found", "does not lead to the inbox (HTTP 302)"),
        ("401 Unauthorized", "refuses our signature"),
    ],
)
def test_somebody_else_at_the_address_is_not_taken_for_the_inbox(
    status: str, words: str, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, port = answering(status)
    monkeypatch.setenv("SORA_TUI_CALLBACK_PORT", "0")
    monkeypatch.setenv("SORA_TUI_CALLBACK_URL", f"http://127.0.0.1:{port}")
    verdict, told = callbacks(command)
    assert verdict == "fail"
    assert words in told


@pytest.mark.usefixtures("service")
def test_an_address_where_nothing_is_says_what_to_do(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SORA_TUI_CALLBACK_PORT", "0")
    monkeypatch.setenv("SORA_TUI_CALLBACK_URL", f"http://127.0.0.1:{a_free_port()}")
    verdict, words = callbacks(command)
    assert verdict == "fail"
    assert "(ConnectError)" in words
    assert "polling" in words
    assert "cloudflared" in words


@pytest.mark.usefixtures("service")
def test_an_inbox_that_can_not_be_opened_is_a_failure(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SORA_TUI_CALLBACK_PORT", "0")
    monkeypatch.setenv("SORA_TUI_CALLBACK_HOST", "203.0.113.7")
    verdict, words = callbacks(command)
    assert verdict == "fail"
    assert "can't be opened at 203.0.113.7" in words


@pytest.mark.usefixtures("service")
def test_an_address_of_somebody_else_is_left_alone(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SORA_TUI_CALLBACK_URL", "https://mine.invalid/secret-path")
    verdict, words = callbacks(command)
    assert verdict == "ok"
    assert "https://mine.invalid" in words
    assert "secret-path" not in words
    assert "not tried" in words
