"""Which of several settings counts, and in which words a value that can't be used is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from sora_tui.known_keys import known_keys
from sora_tui.settings import (
    DEFAULT_BASE_URL,
    SettingsError,
    load,
    variables,
)

CANARY = "canary"


def configure(fence: Path, text: str) -> Path:
    path = fence / "config.toml"
    path.write_text(text)
    path.chmod(0o600)
    return path


def refusal(**flags: object) -> str:
    with pytest.raises(SettingsError) as caught:
        load(**flags)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return str(caught.value)


def plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


@pytest.mark.parametrize(
    ("name", "flag", "variable", "in_file"),
    [
        ("api_key", "key-1", "key-2", '"key-3"'),
        ("webhook_key", "hook-1", "hook-2", '"hook-3"'),
        ("upload_url", "https://one.example", "https://two.example", '"https://three.example"'),
        ("callback_url", "https://one.example/in", "https://two.example/in", '"https://three.example/in"'),
        ("callback_port", "1", "2", "3"),
        ("callback_host", "127.0.0.2", "localhost", '"::1"'),
        ("data_dir", "/one", "/two", '"/three"'),
        ("download_dir", "/one", "/two", '"/three"'),
        ("player", "mpv --loop", "vlc", '"mpv"'),
        ("poll_rate", "1.0", "2.0", "3.0"),
        ("confirm_above", "1.0", "2.0", "3.0"),
    ],
)
def test_a_flag_beats_a_variable_beats_the_file_beats_the_default(
    name: str, flag: str, variable: str, in_file: str, fenced_off: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = f"SORA_TUI_{name.upper()}"
    monkeypatch.delenv(environment, raising=False)
    default = plain(getattr(load(), name))
    assert name not in load().came_from

    path = configure(fenced_off, f"{name} = {in_file}\n")
    from_file = load()
    assert plain(getattr(from_file, name)) == in_file.strip('"')
    assert from_file.came_from[name] == str(path)

    monkeypatch.setenv(environment, variable)
    from_environment = load()
    assert plain(getattr(from_environment, name)) == variable
    assert from_environment.came_from[name] == environment

    from_flag = load(**{name: flag})
    assert plain(getattr(from_flag, name)) == flag
    assert from_flag.came_from[name] == "flag"
    assert default not in (flag, variable, in_file)


def test_the_service_is_kie_ai_unless_something_else_is_asked_for() -> None:
    assert load().base_url == DEFAULT_BASE_URL == "https://api.kie.ai"
    assert load().origin == "https://api.kie.ai"


def test_an_empty_variable_and_a_flag_that_was_not_given_count_as_not_set(
    fenced_off: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(fenced_off, "poll_rate = 3.0\n")
    monkeypatch.setenv("SORA_TUI_POLL_RATE", "")
    assert load(poll_rate=None).poll_rate == 3.0


def test_the_name_of_the_vendor_gives_the_key_where_ours_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIE_API_KEY", "vendors-name")
    assert plain(load().api_key) == "vendors-name"
    assert load().came_from["api_key"] == "KIE_API_KEY"
    monkeypatch.setenv("SORA_TUI_API_KEY", "our-name")
    assert plain(load().api_key) == "our-name"


def test_a_config_file_named_by_flag_beats_the_one_named_by_the_environment(fenced_off: Path, tmp_path: Path) -> None:
    configure(fenced_off, "poll_rate = 3.0\n")
    other = tmp_path / "other.toml"
    other.write_text("poll_rate = 4.0\n")
    assert load(config_file=other).poll_rate == 4.0


def test_a_dotenv_in_the_working_folder_chooses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "SORA_TUI_BASE_URL=https://evil.example\nBASE_URL=https://evil.example\nSORA_TUI_API_KEY=theirs\n"
    (tmp_path / ".env").write_text(text)
    (tmp_path / "config.toml").write_text('base_url = "https://evil.example"\n')
    monkeypatch.chdir(tmp_path)
    assert load().base_url == DEFAULT_BASE_URL
    assert load().api_key is None


def test_a_name_without_our_prefix_chooses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BASE_URL", "https://evil.example")
    monkeypatch.setenv("API_KEY", "theirs")
    monkeypatch.setenv("sora_tui_base_url", "https://evil.example")
    assert load().base_url == DEFAULT_BASE_URL
    assert load().api_key is None


@pytest.mark.parametrize("name", ["demo", "came_from"])
def test_what_only_the_program_sets_no_variable_and_no_file_sets(
    name: str, fenced_off: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"SORA_TUI_{name.upper()}", "true")
    assert load().demo is False
    configure(fenced_off, f"{name} = true\n")
    assert f"no setting {name}" in refusal()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SORA_TUI_API_KEY", "canary key"),
        ("SORA_TUI_API_KEY", "canary\nkey"),
        ("SORA_TUI_API_KEY", "canary-ключ"),
        ("SORA_TUI_API_KEY", "canary\x1b[31m"),
        ("KIE_API_KEY", "canary" * 100),
        ("SORA_TUI_WEBHOOK_KEY", "canary key"),
        ("SORA_TUI_BASE_URL", "http://canary.example"),
        ("SORA_TUI_BASE_URL", "https://canary:canary@kie.example"),
        ("SORA_TUI_UPLOAD_URL", "canary"),
        ("SORA_TUI_CALLBACK_URL", "https://kie.example/?token=canary"),
        ("SORA_TUI_PROGRESS_CALLBACK_URL", "https://kie.example/#canary"),
        ("SORA_TUI_POLL_RATE", "canary"),
        ("SORA_TUI_CONFIRM_ABOVE", "canary"),
    ],
)
def test_an_invalid_variable_is_named_and_its_value_is_not_shown(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    sentence = refusal()
    assert sentence.startswith(f"{variable} can't be used: ")
    assert sentence.endswith(".")
    assert CANARY not in sentence


def test_an_invalid_line_of_the_file_is_named_and_its_value_is_not_shown(fenced_off: Path) -> None:
    path = configure(fenced_off, '# mine\n\npoll_rate = "canary"\napi_key = 271828\n')
    sentences = refusal()
    assert f"poll_rate ({path}, line 3) can't be used" in sentences
    assert f"api_key ({path}, line 4) can't be used" in sentences
    assert CANARY not in sentences
    assert "271828" not in sentences


def test_an_invalid_flag_is_named_as_it_is_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SORA_TUI_BASE_URL", "https://kie.example")
    assert refusal(base_url="ftp://canary").startswith("--base-url can't be used: it must start with https://")


@pytest.mark.parametrize("rate", ["0", "-1", "10.5", "nan", "inf"])
def test_the_pace_stays_within_what_the_account_allows(rate: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SORA_TUI_POLL_RATE", rate)
    assert refusal().startswith("SORA_TUI_POLL_RATE can't be used")


def test_a_misspelt_variable_is_warned_of_with_the_nearest_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SORA_TUI_BASEURL", "https://canary.example")
    [caution] = load().cautions()
    assert "SORA_TUI_BASEURL is not used" in caution
    assert "SORA_TUI_BASE_URL?" in caution
    assert CANARY not in caution


def test_no_caution_is_raised_where_all_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SORA_TUI_API_KEY", "a-key")
    monkeypatch.setenv("KIE_API_KEY", "a-key")
    assert load().cautions() == []


def test_blanks_around_a_key_are_dropped_and_a_blank_key_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SORA_TUI_API_KEY", " \ta-key\r\n")
    assert plain(load().api_key) == "a-key"
    assert plain(load().with_key(" other-key\n").api_key) == "other-key"
    monkeypatch.setenv("SORA_TUI_API_KEY", " \n")
    assert load().api_key is None


def test_another_key_must_be_one_too_and_the_refusal_does_not_hold_it() -> None:
    with pytest.raises(ValueError, match="character in it that no key has") as caught:
        load().with_key("canary key")
    assert CANARY not in str(caught.value)


def test_settings_do_not_show_their_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SORA_TUI_API_KEY", "canary-1")
    monkeypatch.setenv("SORA_TUI_WEBHOOK_KEY", "canary-2")
    settings = load()
    assert CANARY not in f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"


def test_settings_are_a_value() -> None:
    with pytest.raises(ValidationError):
        load().base_url = "https://evil.example"  # type: ignore[misc]


def test_the_demo_knows_nothing_that_is_secret_or_of_the_real_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SORA_TUI_API_KEY", "canary-1")
    monkeypatch.setenv("SORA_TUI_WEBHOOK_KEY", "canary-2")
    monkeypatch.setenv("SORA_TUI_CALLBACK_URL", "https://canary.example")
    real = load()
    demo = real.for_demo("http://127.0.0.1:8400")
    assert CANARY not in str({name: plain(value) for name, value in demo})
    assert demo.base_url == demo.upload_url == "http://127.0.0.1:8400"
    assert demo.origin == "demo"
    assert demo.data_dir.is_relative_to(real.data_dir)
    assert demo.data_dir != real.data_dir
    assert demo.download_dir.is_relative_to(demo.data_dir)


def test_the_demo_is_called_back_on_this_machine_alone_and_only_with_its_own_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SORA_TUI_CALLBACK_URL", "https://hooks.example")
    monkeypatch.setenv("SORA_TUI_CALLBACK_PORT", "8410")
    monkeypatch.setenv("SORA_TUI_CALLBACK_HOST", "0.0.0.0")
    monkeypatch.setenv("SORA_TUI_WEBHOOK_KEY", CANARY)
    silent, told = load().for_demo("http://127.0.0.1:8400"), load().for_demo("http://127.0.0.1:8400", webhook_key="own")
    assert (silent.callback_port, silent.webhook_keys) == (None, ())
    assert (told.callback_port, told.callback_host, told.webhook_keys) == (0, "127.0.0.1", ("own",))
    assert told.callback_url is None


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SORA_TUI_DATA_DIR", "~/studio")
    assert load().data_dir == Path.home() / "studio"


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("api_key", ("SORA_TUI_API_KEY", "KIE_API_KEY")),
        ("base_url", ("SORA_TUI_BASE_URL",)),
        ("upload_url", ("SORA_TUI_UPLOAD_URL",)),
        ("data_dir", ("SORA_TUI_DATA_DIR",)),
        ("download_dir", ("SORA_TUI_DOWNLOAD_DIR",)),
        ("config_file", ("SORA_TUI_CONFIG_FILE",)),
        ("webhook_key", ("SORA_TUI_WEBHOOK_KEY",)),
        ("callback_url", ("SORA_TUI_CALLBACK_URL",)),
        ("callback_port", ("SORA_TUI_CALLBACK_PORT",)),
        ("callback_host", ("SORA_TUI_CALLBACK_HOST",)),
        ("poll_rate", ("SORA_TUI_POLL_RATE",)),
        ("demo", ()),
        ("came_from", ()),
    ],
)
def test_the_variables_of_the_public_interface_are_the_ones_that_are_read(field: str, names: tuple[str, ...]) -> None:
    assert variables(field) == names


@pytest.mark.parametrize(
    "line", ['webhook_key = "old, new"', 'webhook_key = ["old", "new"]', 'webhook_key = ",old,,new,"']
)
def test_several_webhook_keys_may_be_good_at_once(line: str, fenced_off: Path) -> None:
    configure(fenced_off, f"{line}\n")
    assert load().webhook_keys == ("old", "new")
    assert {"old", "new"} <= known_keys()


def test_without_a_webhook_key_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().webhook_keys == ()
    monkeypatch.setenv("SORA_TUI_WEBHOOK_KEY", " , ")
    assert load().webhook_keys == ()


@pytest.mark.parametrize("keys", ["canary one", "good,canary\x1b", "good," + "canary" * 100])
def test_a_webhook_key_that_can_be_none_is_refused_and_not_shown(keys: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SORA_TUI_WEBHOOK_KEY", keys)
    sentence = refusal()
    assert sentence.startswith("SORA_TUI_WEBHOOK_KEY can't be used")
    assert CANARY not in sentence


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SORA_TUI_CALLBACK_PORT", "65536"),
        ("SORA_TUI_CALLBACK_PORT", "-1"),
        ("SORA_TUI_CALLBACK_PORT", "http"),
        ("SORA_TUI_CALLBACK_HOST", "http://127.0.0.1"),
        ("SORA_TUI_CALLBACK_HOST", "a b"),
    ],
)
def test_where_the_inbox_listens_must_be_a_place(variable: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)
    assert refusal().startswith(f"{variable} can't be used")


def test_the_secret_part_of_a_callbacks_path_is_known_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SORA_TUI_CALLBACK_URL", f"https://hooks.example/in/{'t' * 43}")
    load()
    assert known_keys() == {"t" * 43}


def test_a_player_is_a_command_with_its_arguments() -> None:
    assert load(player=" mpv '--title=a film' ").player == "mpv '--title=a film'"
    assert "never closed" in refusal(player="mpv 'a")
