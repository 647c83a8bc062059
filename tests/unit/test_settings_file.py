"""config.toml: what is wrong with it is said without its values, and a key is kept in it without losing the rest."""

from __future__ import annotations

import os
import stat
import tempfile
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from sora_tui import settings_keyring
from sora_tui.settings import SettingsError, load, store_key, store_theme
from sora_tui.settings_file import ConfigFile

CANARY = "canary"
OURS = "https://api.kie.ai"
OTHER = "https://reseller.example"

COMMENTED = f"""\
# Mine. Do not touch.
poll_rate = 2.5   # slow, the hotel's network
 confirm_above=300.0

download_dir = '~/films'  # a literal string

[keys]
"{OTHER}" = "other-key"  # work
"""


@pytest.fixture(autouse=True)
def _no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_keyring, "installed", lambda: False)


@pytest.fixture
def path(fenced_off: Path) -> Path:
    """Where the config file is to be; it does not exist yet."""
    return fenced_off / "config.toml"


def write(path: Path, text: str, mode: int = 0o600) -> None:
    path.write_bytes(text.encode())
    path.chmod(mode)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def refusal() -> str:
    with pytest.raises(SettingsError) as caught:
        load()
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return str(caught.value)


def key_for(base_url: str = OURS) -> str | None:
    key = load(base_url=base_url).api_key
    return None if key is None else key.get_secret_value()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("base_ulr", "base_url"), ("apikey", "api_key"), ("pollrate", "poll_rate"), ("data-dir", "data_dir")],
)
def test_an_unknown_key_names_the_nearest_known_one_and_its_line(path: Path, typed: str, meant: str) -> None:
    write(path, f'# mine\n{typed} = "canary"\n')
    sentence = refusal()
    assert sentence == f"There is no setting {typed} ({path}, line 2). Did you mean {meant}?"


def test_a_key_like_no_other_lists_what_there_is(path: Path) -> None:
    write(path, "zzzz = 1\n")
    sentence = refusal()
    assert "There are: api_key, base_url" in sentence
    assert "config_file" not in sentence
    assert "demo" not in sentence


def test_a_pasted_key_that_reads_as_a_name_is_not_repeated(path: Path) -> None:
    write(path, "Canary-0123456789abcdef0123456789abcdef = 1\n")
    sentence = refusal()
    assert CANARY not in sentence.lower()
    assert str(path) in sentence


@pytest.mark.parametrize("text", ["api_key = canary\n", 'a = 1\nb = "canary\n', "[canary\n", "poll_rate = 1 canary\n"])
def test_what_is_not_toml_is_placed_by_line_and_not_repeated(path: Path, text: str) -> None:
    write(path, text)
    sentence = refusal()
    assert sentence.startswith(f"{path}, line {2 if text.startswith('a = 1') else 1}, is not TOML.")
    assert CANARY not in sentence


def test_what_is_not_utf_8_is_placed_by_line_and_not_repeated(path: Path) -> None:
    path.write_bytes(b"# one\n# two\napi_key = 'canary\xff'\n")
    assert refusal() == f"{path}, line 3, is not UTF-8 text."


@pytest.mark.parametrize("keys", ['keys = "canary"', "[keys]\nx = 1", "keys = [1]"])
def test_a_table_of_keys_that_is_none_is_refused_without_its_values(path: Path, keys: str) -> None:
    write(path, f"{keys}\n")
    sentence = refusal()
    assert f"keys ({path}, line 1) must be a table of keys" in sentence
    assert CANARY not in sentence


def test_a_folder_in_the_place_of_the_file_is_a_sentence(path: Path) -> None:
    path.mkdir()
    assert refusal().startswith(f"{path} can't be read: ")


def test_no_file_is_an_empty_one(path: Path) -> None:
    assert not path.exists()
    assert ConfigFile.read(path, ()).values == {}
    assert load().cautions() == []


@pytest.mark.parametrize("mode", [0o602, 0o666, 0o777])
def test_a_file_that_anyone_can_write_is_refused_with_the_way_out(path: Path, mode: int) -> None:
    write(path, 'base_url = "https://evil.example"\n', mode)
    sentence = refusal()
    assert "can be changed by anyone" in sentence
    assert f"chmod 600 '{path}'" in sentence


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
@pytest.mark.parametrize(
    "text", ['api_key = "canary"\n', 'webhook_key = "canary"\n', '[keys]\n"https://x.y" = "canary"\n']
)
def test_a_key_that_others_can_read_is_warned_of_and_still_used(path: Path, text: str, mode: int) -> None:
    write(path, text, mode)
    [caution] = load().cautions()
    assert f"chmod 600 '{path}'" in caution
    assert CANARY not in caution
    path.chmod(0o600)
    assert load().cautions() == []


def test_a_readable_file_without_a_key_in_it_is_all_right(path: Path) -> None:
    write(path, "poll_rate = 2.0\n", 0o644)
    assert load().cautions() == []


def test_a_files_own_key_goes_to_the_service_of_that_file_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, f'api_key = "other-key"\nbase_url = "{OTHER}/kie"\n')
    assert load().api_key is not None
    assert key_for(OTHER) == "other-key"
    assert key_for() is None
    monkeypatch.setenv("SORA_TUI_BASE_URL", "https://evil.example")
    assert load().api_key is None
    monkeypatch.setenv("SORA_TUI_BASE_URL", "https://reseller.example:443")
    assert load().api_key is not None


def test_the_demo_uses_no_key_of_the_file(path: Path) -> None:
    write(path, 'api_key = "our-key"\n')
    assert load(demo=True).api_key is None


def test_a_files_own_key_without_a_service_is_kie_ais(path: Path) -> None:
    write(path, 'api_key = "our-key"\n')
    assert key_for() == "our-key"
    assert key_for(OTHER) is None


def test_each_service_gets_the_key_that_was_saved_for_it(path: Path) -> None:
    store_key("our-key", load())
    store_key("other-key", load(base_url=f"{OTHER}/v2/"))
    assert key_for() == "our-key"
    assert key_for(OTHER) == "other-key"
    assert key_for("https://API.kie.ai:443/") == "our-key"
    assert key_for("http://127.0.0.1:8400") is None
    assert load().came_from["api_key"] == str(path)


def test_a_saved_key_leaves_the_rest_of_the_file_as_it_was(path: Path) -> None:
    write(path, COMMENTED)
    assert store_key("our-key", load()) == str(path)
    kept = path.read_text()
    assert set(COMMENTED.splitlines()) <= set(kept.splitlines())
    assert kept.startswith(COMMENTED.rstrip("\n"))
    assert tomllib.loads(kept)["keys"] == {OTHER: "other-key", OURS: "our-key"}


def test_a_saved_key_takes_the_place_of_the_one_before_it(path: Path) -> None:
    write(path, COMMENTED)
    store_key("better-key", load(base_url=OTHER))
    assert path.read_text() == COMMENTED.replace("other-key", "better-key")


def test_a_key_of_the_files_own_is_changed_in_its_place(path: Path) -> None:
    text = "# first\napi_key = {}  # mine\npoll_rate = 2.5\n"
    write(path, text.format('"old-key"'))
    store_key(" new-key\n", load())
    assert path.read_text() == text.format('"new-key"')


def test_a_chosen_theme_is_kept_beside_all_else(path: Path) -> None:
    write(path, COMMENTED)
    store_theme("sora-light", load())
    assert load().theme == "sora-light"
    assert set(COMMENTED.splitlines()) <= set(path.read_text().splitlines())
    assert key_for(OTHER) == "other-key"
    store_theme("monokai", load())
    assert path.read_text().count("theme") == 1
    assert load().theme == "monokai"
    assert mode_of(path) == 0o600


def test_the_line_ends_of_the_file_are_kept(path: Path) -> None:
    write(path, '# mine\r\napi_key = "old-key"\r\n')
    store_key("new-key", load())
    assert path.read_bytes() == b'# mine\r\napi_key = "new-key"\r\n'


def test_a_file_with_a_key_is_readable_by_the_user_alone(path: Path) -> None:
    previous = os.umask(0)
    try:
        store_key("our-key", load())
        assert mode_of(path) == 0o600
        path.chmod(0o644)
        store_key("new-key", load())
    finally:
        os.umask(previous)
    assert mode_of(path) == 0o600
    assert load().cautions() == []


def test_the_folder_of_a_new_config_file_is_the_users_alone(tmp_path: Path) -> None:
    path = tmp_path / "config" / "sora-tui" / "config.toml"
    assert store_key("our-key", load(config_file=path)) == str(path)
    assert mode_of(path) == 0o600
    assert mode_of(path.parent) == 0o700


def test_a_link_to_the_config_file_stays_a_link(path: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    write(real, "poll_rate = 2.0\n")
    path.symlink_to(real)
    store_key("our-key", load())
    store_theme("monokai", load())
    assert path.is_symlink()
    assert "our-key" in real.read_text()
    assert "monokai" in real.read_text()


def test_a_key_that_could_not_be_saved_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, COMMENTED)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    settings = load()
    with pytest.raises(OSError, match="No space left"):
        store_key("our-key", settings)
    assert path.read_text() == COMMENTED
    assert not [left for left in path.parent.iterdir() if left.name.startswith(".config")]


def test_what_is_no_key_is_not_saved(path: Path) -> None:
    with pytest.raises(ValueError, match="no key has") as caught:
        store_key("canary key", load())
    assert CANARY not in str(caught.value)
    assert not path.exists()


@trying(deadline=None)
@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=40))
def test_every_key_is_read_back_as_it_was_saved(key: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = ConfigFile(Path(folder) / "config.toml")
        file.write_key(OURS, key)
        assert ConfigFile.read(file.path, ()).saved == {OURS: key}
