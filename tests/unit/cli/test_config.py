"""`sora-tui config`: which settings are in effect and where each comes from, without a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from sora_tui.settings import Settings
from tests.unit.cli.conftest import Command

NAMES = set(Settings.model_fields) - {"demo", "came_from"}


def test_every_setting_has_a_value_and_a_source(command: Command, fenced_off: Path) -> None:
    ended = command("config", "--json")
    assert (ended.code, ended.err) == (0, "")
    assert set(ended.json) == NAMES
    assert all(set(told) == {"value", "source"} for told in ended.json.values())
    assert ended.json["api_key"] == {"value": "not set", "source": "default"}
    assert ended.json["base_url"] == {"value": "https://api.kie.ai", "source": "default"}
    assert ended.json["data_dir"] == {"value": str(fenced_off / "data"), "source": "SORA_TUI_DATA_DIR"}


def test_a_key_is_set_and_never_shown(command: Command, fenced_off: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = fenced_off / "config.toml"
    path.write_text('webhook_key = "canary-1"\n[keys]\n"https://api.kie.ai" = "canary-2"\n')
    path.chmod(0o600)
    from_file = command("config", "--json")
    assert from_file.json["api_key"] == {"value": "set", "source": str(path)}
    assert from_file.json["webhook_key"] == {"value": "set", "source": str(path)}
    monkeypatch.setenv("KIE_API_KEY", "canary-3")
    assert command("config", "--json").json["api_key"] == {"value": "set", "source": "KIE_API_KEY"}
    as_table = command("config")
    assert "canary" not in from_file.out + from_file.err + as_table.out + as_table.err


def test_for_people_it_is_a_table(command: Command) -> None:
    ended = command("config", "--base-url", "https://kie.example")
    head, *rows = ended.out.splitlines()
    assert head.split() == ["SETTING", "VALUE", "FROM"]
    assert {row.split()[0] for row in rows} == NAMES
    [line] = [row for row in rows if row.startswith("base_url ")]
    assert line.split() == ["base_url", "https://kie.example", "flag"]


def test_a_hostile_folder_s_name_is_shown_clean(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SORA_TUI_DATA_DIR", "/tmp/a\x1b[31mb\u202ec\nbase_url  evil.example")
    ended = command("config")
    assert ended.code == 0
    assert "/tmp/a␛[31mb�c base_url" in ended.out
    assert len(ended.out.splitlines()) == len(NAMES) + 1
    as_json = command("config", "--json")
    assert "\x1b" not in as_json.out
    assert "\u202e" not in as_json.out
    assert as_json.json["data_dir"]["value"].endswith("\nbase_url  evil.example")


def test_the_token_in_a_callbacks_address_is_not_printed(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SORA_TUI_CALLBACK_URL", f"https://hooks.example/in/{'t' * 43}")
    for ended in (command("config"), command("config", "--json")):
        assert "https://hooks.example/in/•••" in ended.out
        assert "tttt" not in ended.out
