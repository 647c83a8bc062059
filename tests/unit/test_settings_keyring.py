"""The keyring: asked last, kept apart by service, and never in the way when it is absent, broken or asleep."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import pytest

from sora_tui import settings_keyring
from sora_tui.settings import load, store_key

OTHER = "https://reseller.example"


class Keyring(ModuleType):
    """Stands in for the package `keyring`."""

    def __init__(self) -> None:
        super().__init__("keyring")
        self.__spec__ = ModuleSpec("keyring", None)
        self.kept: dict[tuple[str, str], str] = {}
        self.fault: Exception | None = None
        self.forgets = False
        self.asleep = threading.Event()
        self.asleep.set()

    def get_password(self, app: str, name: str) -> str | None:
        self._answer()
        return self.kept.get((app, name))

    def set_password(self, app: str, name: str, key: str) -> None:
        self._answer()
        if not self.forgets:
            self.kept[app, name] = key

    def _answer(self) -> None:
        self.asleep.wait()
        if self.fault is not None:
            raise self.fault


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Keyring]:
    """A keyring that works until a test says otherwise."""
    stand_in = Keyring()
    monkeypatch.setitem(sys.modules, "keyring", stand_in)
    yield stand_in
    stand_in.asleep.set()


def key() -> str | None:
    found = load().api_key
    return None if found is None else found.get_secret_value()


def test_a_key_is_kept_for_its_service_and_found_again(keyring: Keyring, fenced_off: Path) -> None:
    assert store_key("our-key", load()) == "the keyring"
    assert keyring.kept == {("sora-tui", "https://api.kie.ai"): "our-key"}
    assert key() == "our-key"
    assert load().came_from["api_key"] == "keyring"
    assert load(base_url=OTHER).api_key is None
    assert not (fenced_off / "config.toml").exists()


@pytest.mark.usefixtures("keyring")
def test_any_other_place_counts_before_the_keyring(fenced_off: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store_key("of-the-keyring", load())
    (fenced_off / "config.toml").write_text('api_key = "of-the-file"\n')
    assert key() == "of-the-file"
    monkeypatch.setenv("SORA_TUI_API_KEY", "of-the-environment")
    assert key() == "of-the-environment"


def test_a_key_stays_in_the_file_it_was_in(keyring: Keyring, fenced_off: Path) -> None:
    path = fenced_off / "config.toml"
    path.write_text('api_key = "old-key"\n')
    assert store_key("new-key", load()) == str(path)
    assert keyring.kept == {}


def test_the_demo_never_asks_the_keyring(keyring: Keyring) -> None:
    keyring.kept["sora-tui", "demo"] = "somebodys"
    assert load(demo=True).api_key is None


def test_a_keyring_that_raises_is_passed_over(keyring: Keyring, fenced_off: Path) -> None:
    keyring.fault = RuntimeError("locked")
    assert key() is None
    assert store_key("our-key", load()) == str(fenced_off / "config.toml")
    assert key() == "our-key"


def test_a_keyring_that_keeps_nothing_is_not_trusted(keyring: Keyring, fenced_off: Path) -> None:
    keyring.forgets = True
    assert store_key("our-key", load()) == str(fenced_off / "config.toml")


def test_a_keyring_that_never_answers_is_left_behind(
    keyring: Keyring, fenced_off: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings_keyring, "PATIENCE", 0.02)
    keyring.asleep.clear()
    assert key() is None
    left_behind = [thread for thread in threading.enumerate() if thread.name == "keyring"]
    assert left_behind
    assert all(thread.daemon for thread in left_behind)  # the program can end without them
    assert store_key("our-key", load()) == str(fenced_off / "config.toml")


def test_without_the_extra_no_keyring_is_looked_for(keyring: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring.kept["sora-tui", "https://api.kie.ai"] = "our-key"
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert key() is None


def test_what_the_keyring_holds_is_checked_like_any_key(keyring: Keyring) -> None:
    keyring.kept["sora-tui", "https://api.kie.ai"] = "canary key"
    with pytest.raises(ValueError, match="no key has") as caught:
        load()
    assert "canary" not in str(caught.value)
