"""Settings no one writes on purpose: each is refused in a sentence, none is a bug of the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from sora_tui.settings import SettingsError, load


def refusal() -> str:
    with pytest.raises(SettingsError) as caught:
        load()
    return str(caught.value)


@pytest.mark.parametrize(
    "address", ["https://kie.example?", "https://kie.example/#", "https://kié.example", "https://kie.example/\x7f"]
)
def test_an_address_that_the_wire_would_refuse_is_refused_here(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("SORA_TUI_BASE_URL", address)
    assert "SORA_TUI_BASE_URL" in refusal()


@pytest.mark.parametrize("variable", ["SORA_TUI_DATA_DIR", "SORA_TUI_CONFIG_FILE"])
def test_the_home_of_nobody_is_named(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "~nobody-of-this-name/x")
    assert "no user of that name: ~nobody-of-this-name" in refusal()


@pytest.mark.parametrize(
    "text",
    ["poll_rate = " + "9" * 5000, "poll_rate = " + "[" * 100_000, 'data_dir = "a\\u0000b"'],
    ids=["digits", "brackets", "a NUL"],
)
def test_a_file_that_is_too_much_is_refused(fenced_off: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.delenv("SORA_TUI_DATA_DIR")
    (fenced_off / "config.toml").write_text(text)
    assert "config.toml" in refusal()


def test_a_key_in_the_keyring_that_is_none_is_named_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sora_tui.settings_keyring.find", lambda _: "two words")
    said = refusal()
    assert "keyring" in said
    assert "two words" not in said
