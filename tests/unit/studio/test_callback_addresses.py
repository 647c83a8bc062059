"""Where the service is asked to call: nobody can guess it, and it is the same tomorrow."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from sora_tui.known_keys import known_keys
from sora_tui.settings import load
from sora_tui.studio.callback_addresses import TOKEN_FILE, Addresses, addresses_for, origin_at, token_in
from sora_tui.studio.requests import as_curl, request_for
from tests.unit.studio.stored import queued

TOKEN = "t" * 43


def addresses(token: str | None = TOKEN, port: int | None = 8410, **settings: Any) -> Addresses:
    return addresses_for(load(base_url=settings.pop("base_url", "https://kie.example"), **settings), token, port)


def test_the_token_is_made_once_for_the_user_alone_and_is_a_secret(tmp_path: Path) -> None:
    token = token_in(tmp_path)
    assert token_in(tmp_path) == token
    assert token in known_keys()
    assert len(token) == 43
    assert token.isascii()
    path = tmp_path / TOKEN_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == [TOKEN_FILE]


def test_two_stores_have_two_tokens(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert token_in(tmp_path / "a") != token_in(tmp_path / "b")


@pytest.mark.parametrize("kept", ["", "short", "x" * 42, "x" * 44, "é" * 43, "a b" * 14 + "c", "\x00" * 43])
def test_a_file_that_holds_no_token_gets_one(kept: str, tmp_path: Path) -> None:
    (tmp_path / TOKEN_FILE).write_text(kept)
    token = token_in(tmp_path)
    assert token_in(tmp_path) == token != kept
    assert stat.S_IMODE((tmp_path / TOKEN_FILE).stat().st_mode) == 0o600


def test_a_token_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    token = token_in(tmp_path)
    (tmp_path / TOKEN_FILE).chmod(0o644)
    assert token_in(tmp_path) == token
    assert stat.S_IMODE((tmp_path / TOKEN_FILE).stat().st_mode) == 0o600


def test_of_two_programs_that_make_it_at_once_one_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs: list[str] = []

    def link(source: Path, target: Path) -> None:
        monkeypatch.undo()
        theirs.append(token_in(tmp_path))
        os.link(source, target)

    monkeypatch.setattr("os.link", link)
    assert [token_in(tmp_path)] == theirs


def test_the_stores_folder_is_made_where_there_is_none(tmp_path: Path) -> None:
    assert token_in(tmp_path / "new") == token_in(tmp_path / "new")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"Not a directory|File exists"):
        token_in(tmp_path / "file")


def test_the_token_follows_the_public_address_and_progress_has_a_path_of_its_own() -> None:
    assert addresses(callback_url="https://hooks.example/in") == Addresses(
        f"https://hooks.example/in/{TOKEN}", f"https://hooks.example/in/{TOKEN}/progress"
    )


def test_an_address_that_holds_the_token_is_taken_as_it_is() -> None:
    whole = f"https://hooks.example/{TOKEN}"
    assert addresses(callback_url=whole) == Addresses(whole, f"{whole}/progress")


def test_progress_may_be_told_elsewhere() -> None:
    told = addresses(callback_url="https://hooks.example", progress_callback_url="https://mine.example/p")
    assert told == Addresses(f"https://hooks.example/{TOKEN}", "https://mine.example/p")


def test_without_an_inbox_the_addresses_are_somebody_elses() -> None:
    told = addresses(None, None, callback_url="https://mine.example/in", progress_callback_url="https://mine.example/p")
    assert told == Addresses("https://mine.example/in", "https://mine.example/p")
    assert addresses(None, None) == Addresses()


def test_without_a_public_address_only_a_service_on_this_machine_can_call() -> None:
    assert addresses() == Addresses()
    here = addresses(base_url="http://127.0.0.1:8400")
    assert here == Addresses(f"http://127.0.0.1:8410/{TOKEN}", f"http://127.0.0.1:8410/{TOKEN}/progress")
    assert addresses(base_url="http://127.0.0.1:8400", port=None) == Addresses(), "it does not listen"


def test_a_closed_inbox_still_has_its_public_address() -> None:
    assert addresses(port=None, callback_url="https://hooks.example").end == f"https://hooks.example/{TOKEN}"


def test_the_ref_comes_last(tmp_path: Path) -> None:
    told = request_for(queued(7), addresses(callback_url="https://hooks.example")).wire()
    assert told["callBackUrl"] == f"https://hooks.example/{TOKEN}/{queued(7).ref}"
    assert told["progressCallBackUrl"] == f"https://hooks.example/{TOKEN}/progress/{queued(7).ref}"


def test_a_command_for_the_shell_does_not_tell_the_way_to_our_inbox(tmp_path: Path) -> None:
    settings = load(callback_port=8410, callback_url=f"https://hooks.example/{TOKEN}", data_dir=tmp_path)
    assert "hooks.example" not in as_curl(queued(), settings)


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("127.0.0.1", "http://127.0.0.1:8410"),
        ("127.0.0.2", "http://127.0.0.2:8410"),
        ("localhost", "http://localhost:8410"),
        ("0.0.0.0", "http://127.0.0.1:8410"),
        ("::", "http://[::1]:8410"),
        ("::1", "http://[::1]:8410"),
    ],
)
def test_where_the_inbox_is_reached_from_this_machine(host: str, origin: str) -> None:
    assert origin_at(host, 8410) == origin
