"""Settings of the program: flags over environment over config file over defaults; and where files live.

Source: the architecture's table of names. Never reads a `.env` (a folder one stands in must not choose the
host the key goes to), never shows a value in an error, never hands a saved key to a service it was not
saved for.
"""

from __future__ import annotations

import difflib
import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from sora_tui.known_keys import note_key
from sora_tui.settings_checks import check_address, check_key, origin_of
from sora_tui.settings_file import ConfigFile, SettingsError

__all__ = ["APP", "DEFAULT_BASE_URL", "DEMO_ORIGIN", "Settings", "SettingsError", "load", "store_key"]

APP = "sora-tui"
DEMO_ORIGIN = "demo"
DEFAULT_BASE_URL = "https://api.kie.ai"

PREFIX = "SORA_TUI_"
LOG_NAME = "sora-tui.log"
DEFAULT = "default"
FLAG = "flag"

_SECRET_PART = 24
"""Characters from which on a part of a callback's path is taken for a secret: nobody types that much."""

_NOT_FOR_USERS = frozenset({"demo", "came_from"})
"""Fields that only the program sets."""


def default_config_file() -> Path:
    """`config.toml` in the platform's folder for configuration, or where SORA_TUI_CONFIG_FILE says."""
    named = os.environ.get("SORA_TUI_CONFIG_FILE")
    return _at_home(Path(named)) if named else platformdirs.user_config_path(APP) / "config.toml"


def _at_home(path: Path) -> Path:
    """The path with its `~` spelt out.

    Raises:
        SettingsError: nobody has that home.
    """
    try:
        return path.expanduser()
    except RuntimeError:
        raise SettingsError(f"There is no user of that name: {path.parts[0]}") from None


class Settings(BaseSettings):
    """Everything a user can set: each field is a variable `SORA_TUI_<NAME>` and a key of config.toml.

    A value, not a place: a change makes another one (`with_key`, `for_demo`). Building one reads the
    environment and the config file, notes the keys it finds (`known_keys`), and nothing else.
    """

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        validate_default=True,
    )

    api_key: SecretStr | None = None
    """The kie.ai key. `KIE_API_KEY` is read too. In the config file it belongs to that file's `base_url`."""
    base_url: str = DEFAULT_BASE_URL
    """The service. https only, except on this machine. Resellers serve the same contract."""
    upload_url: str = "https://kieai.redpandaai.co"
    """Where inputs are uploaded."""
    data_dir: Path = Field(default_factory=lambda: platformdirs.user_data_path(APP))
    """Where `studio.sqlite3` lives (0600 in a folder 0700)."""
    download_dir: Path = Field(default_factory=lambda: platformdirs.user_videos_path() / APP)
    """Where videos are kept."""
    download: Literal["auto", "rescue", "ask"] = "auto"
    """When results are collected: as soon as they are there; only what the service will soon delete; or only on `d`."""
    downloads_at_once: int = Field(default=3, ge=1, le=10)
    """Results that are downloaded at the same time."""
    file_name: str = "{date}_{slug}_{ref8}"
    """How kept files are called. Fields: {date}, {time}, {slug} (the prompt), {ref8}, {model}, {n} (of the result)."""
    pictures: Literal["auto", "kitty", "blocks"] = "auto"
    """How pictures are shown: `auto`, as pixels where the terminal is known to; `kitty`, its pixels; half `blocks`."""
    player: str = ""
    """The command that plays films and sounds, such as `mpv --loop`; empty for the system's own player."""
    webhook_key: SecretStr | None = None
    """The account's key for signed callbacks; while it is being changed several, with commas between or as a list."""
    callback_url: str | None = None
    """Public address that is told when a task ends. The inbox's token, if it has one, and the task's ref follow it."""
    progress_callback_url: str | None = None
    """The same for progress. With the inbox open it needs no address of its own."""
    callback_port: int | None = Field(default=None, ge=0, le=65535)
    """Port of the inbox for callbacks, which a tunnel makes public; 0 for any. Without one there is no inbox."""
    callback_host: str = Field(default="127.0.0.1", pattern=r"^[0-9A-Za-z._:-]{1,253}$")
    """Where the inbox listens: this machine alone, unless another address of it is given."""
    poll_rate: float = Field(default=10.0, gt=0, le=10)
    """Looks at tasks per second, all tasks together. The account's limit is 10."""
    confirm_above: float = Field(default=1000.0, ge=0)
    """Credits above which sending asks first."""
    cap_task: float | None = Field(default=None, ge=0)
    """Credits that one task may cost at most. None, the default of each cap, is no limit."""
    cap_batch: float | None = Field(default=None, ge=0)
    """Credits that all tasks of one press of *send* may cost together."""
    cap_day: float | None = Field(default=None, ge=0)
    """Credits that may be spent on one calendar day, what is on its way included. No two programs pass it together."""
    warn_below: float | None = Field(default=None, ge=0)
    """Credits of the balance below which the header and the screen of the costs warn. None, the default, is never."""
    theme: str = "sora"
    """Colours: `sora`, `sora-light`, or one of Textual's themes. Choosing one in the program writes it here."""
    mouse: bool = True
    """Whether the screen takes the mouse. Without it the terminal's own selecting and pasting work as ever."""
    quiet: bool = False
    """No bell and no notification when tasks end while you look elsewhere."""
    log_file: Path = Field(default_factory=lambda: platformdirs.user_log_path(APP) / LOG_NAME)
    """Where the log is (0600), in the platform's folder for state that is no data: where a log is looked for."""
    log_level: Literal["error", "warning", "info", "debug"] = "info"
    """How much is logged: `debug` adds each request's route, status and duration. Never keys or signed links."""
    config_file: Path = Field(default_factory=default_config_file)
    """Where the config file is, whether or not it exists. Not a key of that file."""
    demo: bool = False
    """Whether this is the demo with its embedded server. Set by `sora-tui demo`, not by the user."""
    came_from: dict[str, str] = Field(default_factory=dict, exclude=True, repr=False)
    """Which flag, variable or file each value was read from; a field that is missing here has its default."""

    @property
    def origin(self) -> str:
        """The service tasks and keys belong to: `demo`, or scheme, host and port of the base URL."""
        return DEMO_ORIGIN if self.demo else origin_of(self.base_url)

    @property
    def webhook_keys(self) -> tuple[str, ...]:
        """The keys that a callback may be signed with; any of them will do."""
        return () if self.webhook_key is None else tuple(_parted(self.webhook_key.get_secret_value()))

    def with_key(self, key: str) -> Self:
        """The same with another key.

        Raises:
            ValueError: it can't be a key; the message does not contain it.
        """
        key = check_key(key)
        note_key(key)
        return self.model_copy(update={"api_key": SecretStr(key)})

    def for_demo(self, url: str, *, webhook_key: str | None = None) -> Self:
        """The demo's settings: its own folder, the embedded server at `url`, and nothing that is secret.

        Args:
            url: where the embedded server listens.
            webhook_key: what it signs its callbacks with; without one it is not asked to call.
        """
        folder = demo_folder(self.data_dir)
        return self.model_copy(
            update={
                "demo": True,
                "base_url": url,
                "upload_url": url,
                "api_key": SecretStr("demo-studio"),
                "data_dir": folder,
                "download_dir": folder / "videos",
                "log_file": folder / LOG_NAME,
                "webhook_key": None if webhook_key is None else SecretStr(webhook_key),
                "callback_url": None,
                "progress_callback_url": None,
                "callback_port": None if webhook_key is None else 0,
                "callback_host": "127.0.0.1",
            }
        )

    def cautions(self) -> list[str]:
        """What is not wrong but should be looked at, each in a sentence that says what to do."""
        found = ConfigFile.read(self.config_file, _file_names()).cautions()
        known = [name for field in Settings.model_fields for name in variables(field)]
        for name in sorted(os.environ):
            if name.startswith(PREFIX) and name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"did you mean {near[0]}?" if near else "no setting has that name."
                found.append(f"The environment variable {name} is not used: {hint}")
        return found

    @field_validator("webhook_key", mode="before")
    @classmethod
    def _several_keys(cls, value: object) -> object:
        if isinstance(value, SecretStr):
            value = value.get_secret_value()
        if isinstance(value, list) and all(isinstance(key, str) for key in value):
            value = ",".join(value)
        if not isinstance(value, str):
            return value
        keys = [check_key(key) for key in _parted(value)]
        for key in keys:
            note_key(key)
        return ",".join(keys) or None

    @field_validator("api_key", mode="before")
    @classmethod
    def _key(cls, value: object) -> object:
        if isinstance(value, SecretStr):
            value = value.get_secret_value()
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        key = check_key(value)
        note_key(key)
        return key

    @field_validator("log_level", mode="before")
    @classmethod
    def _level(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("base_url", "upload_url", "callback_url", "progress_callback_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        return None if value is None else check_address(value)

    @field_validator("callback_url", "progress_callback_url")
    @classmethod
    def _secret_path(cls, value: str | None) -> str | None:
        for part in urlsplit(value or "").path.split("/"):
            if len(part) >= _SECRET_PART:  # the token of an inbox, as `sora-tui listen` prints it
                note_key(part)
        return value

    @field_validator("file_name")
    @classmethod
    def _pattern(cls, value: str) -> str:
        from sora_tui.file_template import check_pattern

        return check_pattern(value)

    @field_validator("player")
    @classmethod
    def _command(cls, value: str) -> str:
        try:
            shlex.split(value)
        except ValueError:
            raise ValueError("a quotation mark in it is never closed") from None
        if "\0" in value:
            raise ValueError("a command can't hold a NUL")
        return value.strip()

    @field_validator("data_dir", "download_dir", "config_file", "log_file")
    @classmethod
    def _folder(cls, value: Path) -> Path:
        if "\0" in str(value):
            raise ValueError("a path can't hold a NUL")
        return _at_home(value).absolute()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, then environment, then the config file. No dotenv, no secrets folder."""
        return init_settings, _Environment(settings_cls), _File(settings_cls)


def load(**flags: Any) -> Settings:
    """Settings with `flags` (those not None) on top, and the key from the keyring when nothing else gave one.

    Raises:
        SettingsError: something set can't be used. The message says which and where, never its value.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        settings = Settings(**given, came_from=dict.fromkeys(given, FLAG))
    except ValidationError as error:
        raise SettingsError(_in_words(error, given)) from None  # the cause holds what was typed
    if settings.api_key is None and not settings.demo:
        from sora_tui.settings_keyring import SERVICE, find

        key = find(settings.origin)
        if key is not None:
            came_from = {**settings.came_from, "api_key": SERVICE}
            try:
                settings = settings.with_key(key).model_copy(update={"came_from": came_from})
            except ValueError as error:
                raise SettingsError(
                    f"The key in {SERVICE} for {settings.origin} can't be used: {error}. Set SORA_TUI_API_KEY instead."
                ) from None
    return settings


def store_key(key: str, settings: Settings | None = None) -> str:
    """Keep `key` for the service of `settings` and no other; answers where, in words for the user.

    It goes where that service's key is already kept, else into the keyring if there is one that answers,
    else into the config file, which only the user can then read.

    Raises:
        ValueError: it can't be a key; the message does not contain it.
        SettingsError, OSError: the config file can't be changed.
    """
    from sora_tui.settings_keyring import keep

    settings = settings or load()
    key = check_key(key)
    file = ConfigFile.read(settings.config_file, _file_names())
    if _saved_key(file, settings.origin) is None and keep(settings.origin, key):
        return "the keyring"
    file.write_key(settings.origin, key, plain=_plain_key_origin(file) == settings.origin)
    return str(file.path)


def store_theme(name: str, settings: Settings) -> None:
    """Keep the choice of a theme in the config file.

    Raises:
        SettingsError, OSError: the config file can't be changed.
    """
    ConfigFile.read(settings.config_file, _file_names()).write("theme", name)


def variables(field: str) -> tuple[str, ...]:
    """The environment variables a field is read from, the first that is set winning."""
    if field in _NOT_FOR_USERS:
        return ()
    name = PREFIX + field.upper()
    return (name, "KIE_API_KEY") if field == "api_key" else (name,)


def _parted(keys: str) -> list[str]:
    return [key.strip() for key in keys.split(",") if key.strip()]


def demo_folder(data_dir: Path) -> Path:
    """Where the demo keeps its things, apart from the real ones."""
    return data_dir / "demo"


def _origin(base_url: object) -> str | None:
    """The origin of an address that nobody has checked yet, or None."""
    try:
        return origin_of(check_address(str(base_url)))
    except ValueError:
        return None


def _plain_key_origin(file: ConfigFile) -> str | None:
    """The service that the file's own `api_key` belongs to: the one that the same file names."""
    return _origin(file.values.get("base_url", DEFAULT_BASE_URL)) if "api_key" in file.values else None


def _saved_key(file: ConfigFile, origin: str | None) -> Any:
    """The key that the file holds for `origin`, as it came, or None."""
    if origin is None:
        return None
    return file.values["api_key"] if _plain_key_origin(file) == origin else file.saved.get(origin)


def _file_names() -> tuple[str, ...]:
    return tuple(name for name in Settings.model_fields if name not in _NOT_FOR_USERS | {"config_file"})


def _in_words(error: ValidationError, flags: Mapping[str, Any]) -> str:
    sentences = []
    for problem in error.errors(include_url=False, include_input=False):
        field = str(problem["loc"][0]) if problem["loc"] else ""
        cause = problem.get("ctx", {}).get("error")
        reason = str(cause) if isinstance(cause, ValueError) else problem["msg"].replace("Input should", "it should")
        sentences.append(f"{_place(field, flags)} can't be used: {reason}.")
    return "\n".join(dict.fromkeys(sentences))


def _place(field: str, flags: Mapping[str, Any]) -> str:
    if field in flags:
        return f"--{field.replace('_', '-')}"
    for name in variables(field):
        if os.environ.get(name):
            return name
    path = flags.get("config_file") or default_config_file()
    return ConfigFile.read(Path(path), _file_names()).place(field)


class _Environment(PydanticBaseSettingsSource):
    """The variables of this program by their exact names; an empty one counts as not set."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        for name in variables(field_name):
            if value := os.environ.get(name):
                return value, name, False
        return None, "", False

    def __call__(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        came_from: dict[str, str] = {}
        for field_name, field in Settings.model_fields.items():
            value, name, _ = self.get_field_value(field, field_name)
            if value is not None:
                values[field_name], came_from[field_name] = value, name
        # pydantic-settings merges dicts of all sources, the earlier source winning: just as the values.
        return {**values, "came_from": came_from}


class _File(InitSettingsSource):
    """The config file, without a key that belongs to another service than the one in effect."""

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        super().__init__(settings_cls, {})

    def __call__(self) -> dict[str, Any]:
        state = self.current_state
        path = _at_home(Path(state.get("config_file") or default_config_file()))
        file = ConfigFile.read(path, _file_names())
        values = dict(file.values)
        values.pop("api_key", None)
        key = _saved_key(file, _origin(state.get("base_url") or values.get("base_url", DEFAULT_BASE_URL)))
        if key is not None and not state.get("demo"):
            values["api_key"] = key
        return {**values, "came_from": dict.fromkeys(values, str(path))}
