"""Options that many commands share: where settings come from, the format, and the key a command needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from sora_tui.settings import Settings
from tests.unit.cli.conftest import Command
from tests.unit.studio.scripted_service import ScriptedService

NEED_A_KEY = [("submit", "A boat"), ("wait", "9c1f"), ("adopt", "task-1"), ("credits",)]


@pytest.mark.parametrize("arguments", NEED_A_KEY)
def test_a_command_that_asks_the_service_needs_a_key(
    command: Command, fenced_off: Path, arguments: tuple[str, ...]
) -> None:
    ended = command(*arguments)
    assert ended.code == 3
    assert ended.out == ""
    assert "There is no key for https://api.kie.ai." in ended.err
    assert "SORA_TUI_API_KEY" in ended.err
    assert list((fenced_off / "data").iterdir()) == []


def test_the_base_url_may_stand_before_the_command_and_after_it_and_the_later_one_counts(command: Command) -> None:
    one, two = "https://one.example", "https://two.example"
    for arguments in (["--base-url", two, "config"], ["config", "--base-url", two]):
        assert command(*arguments, "--json").json["base_url"] == {"value": two, "source": "flag"}
    assert command("--base-url", one, "config", "--base-url", two, "--json").json["base_url"]["value"] == two


def test_the_data_folder_of_the_flag_is_the_one_that_is_used(command: Command, tmp_path: Path) -> None:
    assert command("tasks", "--data-dir", str(tmp_path / "mine")).code == 0
    assert (tmp_path / "mine" / "studio.sqlite3").exists()


def test_the_config_file_of_the_flag_is_the_one_that_is_read(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("poll_rate = 2.0\n")
    ended = command("--config", str(path), "config", "--json")
    assert ended.json["poll_rate"] == {"value": "2.0", "source": str(path)}


@pytest.mark.parametrize("command_name", ["config", "tasks", "credits", "doctor"])
def test_an_address_in_the_clear_is_refused_by_every_command(command: Command, command_name: str) -> None:
    ended = command(command_name, "--base-url", "http://canary.example")
    assert ended.code == 2
    assert ended.err == "--base-url can't be used: it must start with https:// (http:// only for this machine).\n"
    assert ended.out == ""


def test_an_invalid_setting_is_a_sentence_on_stderr(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SORA_TUI_API_KEY", "canary key")
    ended = command("tasks")
    assert ended.code == 2
    assert ended.err.startswith("SORA_TUI_API_KEY can't be used: ")
    assert "canary" not in ended.err


def test_a_caution_is_a_warning_and_does_not_touch_the_data(
    command: Command, monkeypatch: pytest.MonkeyPatch, fenced_off: Path
) -> None:
    (fenced_off / "config.toml").write_text('api_key = "canary"\n')
    (fenced_off / "config.toml").chmod(0o644)
    monkeypatch.setenv("SORA_TUI_POLRATE", "1")
    ended = command("tasks", "--json")
    assert ended.code == 0
    assert ended.json == []
    assert ended.err.count("Warning: ") == 2
    assert "chmod 600" in ended.err
    assert "SORA_TUI_POLL_RATE?" in ended.err
    assert "canary" not in ended.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("tasks", "--json", "--jsonl"),
        ("tasks", "--jsonl", "--urls"),
        ("show", "9c1f", "--json", "--urls"),
        ("wait", "9c1f", "--json", "--urls"),
        ("submit", "A boat", "--json", "--urls"),
    ],
)
@pytest.mark.usefixtures("settings")
def test_only_one_format_can_be_chosen(command: Command, service: ScriptedService, arguments: tuple[str, ...]) -> None:
    ended = command(*arguments)
    assert ended.code == 2
    assert "Choose one of --json" in ended.err
    assert service.creates == []


def test_a_bug_lacks_the_key_that_the_config_file_gave(
    command: Command, fenced_off: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = fenced_off / "config.toml"
    path.write_text('api_key = "canary-1"\nwebhook_key = "canary-2"\n')
    path.chmod(0o600)

    def broken(_: Settings) -> None:
        raise RuntimeError("canary-1 and canary-2")

    monkeypatch.setattr("sora_tui.studio.connection._client_for", broken)
    ended = command("credits")
    assert ended.code == 70
    assert "••• and •••" in ended.err
    assert "canary" not in ended.err
