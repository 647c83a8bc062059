"""Settings of the program: flags over environment over config file over defaults; and where files live.

Source: the architecture's table of names. Never reads a `.env` (a folder one stands in must not choose the
host the key goes to), never shows a value in an error, never hands a saved key to a service it was not
saved for.
"""

from __future__ import annotations

import difflib
import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Self

from sora_tui.kie.credentials import Secret
from sora_tui.known_keys import note_key
from sora_tui.settings_checks import (
    check_address,
    check_choice,
    check_key,
    check_number,
    check_switch,
    check_text,
    origin_of,
)
from sora_tui.settings_file import ConfigFile, SettingsError

__all__ = ["APP", "DEFAULT_BASE_URL", "DEMO_ORIGIN", "Settings", "SettingsError", "load", "store_key"]

APP = "sora-tui"
DEMO_ORIGIN = "demo"
DEFAULT_BASE_URL = "https://api.kie.ai"

PREFIX = "SORA_TUI_"
LOG_NAME = "sora-tui.log"
LOG_LEVELS = ("error", "warning", "info", "debug")
FLAG = "flag"

_NOT_FOR_USERS = frozenset({"demo", "came_from"})
"""Fields that only the program sets."""


def default_config_file() -> Path:
    """`config.toml` in the platform's folder for configuration, or where SORA_TUI_CONFIG_FILE says."""
    named = os.environ.get("SORA_TUI_CONFIG_FILE")
    return _at_home(Path(named)) if named else _platform("user_config_path") / "config.toml"


def _platform(folder: str, app: str = APP) -> Path:
    import platformdirs  # 5 ms, not needed where the environment names the folder

    place: Path = getattr(platformdirs, folder)(app)
    return place


def _videos() -> Path:
    import platformdirs  # as above

    return platformdirs.user_videos_path() / APP


def _at_home(path: Path) -> Path:
    """The path with its `~` spelt out.

    Raises:
        SettingsError: nobody has that home.
    """
    try:
        return path.expanduser()
    except RuntimeError:
        raise SettingsError(f"There is no user of that name: {path.parts[0]}") from None


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything a user can set: each field is a variable `SORA_TUI_<NAME>` and a key of config.toml.

    A value, not a place: a change makes another one (`with_key`, `for_demo`). `load` makes and checks them.
    """

    api_key: Secret | None = None
    """The kie.ai key. `KIE_API_KEY` is read too. In the config file it belongs to that file's `base_url`."""
    base_url: str = DEFAULT_BASE_URL
    """The service. https only, except on this machine. Resellers serve the same contract."""
    upload_url: str = "https://kieai.redpandaai.co"
    """Where inputs are uploaded."""
    data_dir: Path = field(default_factory=lambda: _folder(_platform("user_data_path")))
    """Where `studio.sqlite3` lives (0600 in a folder 0700)."""
    download_dir: Path = field(default_factory=lambda: _folder(_videos()))
    """Where videos are kept."""
    webhook_key: Secret | None = None
    """The account's key for signed callbacks."""
    callback_url: str | None = None
    """Public address that is told when a task ends; the task's ref is appended to its path."""
    progress_callback_url: str | None = None
    """The same for progress."""
    poll_rate: float = 8.0
    """Looks at tasks per second, all tasks together. The account's limit is 10."""
    confirm_above: float = 1000.0
    """Credits above which sending asks first."""
    theme: str = "sora"
    """Colours: `sora`, `sora-light`, or one of Textual's themes. Choosing one in the program writes it here."""
    mouse: bool = True
    """Whether the screen takes the mouse. Without it the terminal's own selecting and pasting work as ever."""
    quiet: bool = False
    """No bell and no notification when tasks end while you look elsewhere."""
    log_file: Path = field(default_factory=lambda: _folder(_platform("user_log_path") / LOG_NAME))
    """Where the log is (0600), in the platform's folder for state that is no data: where a log is looked for."""
    log_level: str = "info"
    """How much is logged, of `LOG_LEVELS`: `debug` adds each request's route and time. Never keys or signed links."""
    config_file: Path = field(default_factory=lambda: _folder(default_config_file()))
    """Where the config file is, whether or not it exists. Not a key of that file."""
    demo: bool = False
    """Whether this is the demo with its embedded server. Set by `sora-tui demo`, not by the user."""
    came_from: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """Which flag, variable or file each value was read from; a field that is missing here has its default."""

    @property
    def origin(self) -> str:
        """The service tasks and keys belong to: `demo`, or scheme, host and port of the base URL."""
        return DEMO_ORIGIN if self.demo else origin_of(self.base_url)

    def with_key(self, key: str) -> Self:
        """The same with another key.

        Raises:
            ValueError: it can't be a key; the message does not contain it.
        """
        key = check_key(key)
        note_key(key)
        return replace(self, api_key=Secret(key))

    def for_demo(self, url: str) -> Self:
        """The demo's settings: its own folder, the embedded server at `url`, and nothing that is secret."""
        folder = demo_folder(self.data_dir)
        return replace(
            self,
            demo=True,
            base_url=url,
            upload_url=url,
            api_key=Secret("demo-studio"),
            data_dir=folder,
            download_dir=folder / "videos",
            log_file=folder / LOG_NAME,
            webhook_key=None,
            callback_url=None,
            progress_callback_url=None,
        )

    def cautions(self) -> list[str]:
        """What is not wrong but should be looked at, each in a sentence that says what to do."""
        found = ConfigFile.read(self.config_file, _file_names()).cautions()
        known = [name for field in _NAMES for name in variables(field)]
        for name in sorted(os.environ):
            if name.startswith(PREFIX) and name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"did you mean {near[0]}?" if near else "no setting has that name."
                found.append(f"The environment variable {name} is not used: {hint}")
        return found


_NAMES = tuple(each.name for each in fields(Settings))


def names_for_users() -> list[str]:
    """The settings that a user can make, in the order in which they are shown."""
    return [name for name in _NAMES if name not in _NOT_FOR_USERS]


def load(**flags: Any) -> Settings:
    """Settings with `flags` (those not None) on top, and the key from the keyring when nothing else gave one.

    Raises:
        SettingsError: something set can't be used. The message says which and where, never its value.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    if unknown := [name for name in given if name not in _NAMES]:
        raise TypeError(f"there is no setting {unknown[0]}")
    settings = _checked(_gathered(given), given)
    if settings.api_key is None and not settings.demo:
        from sora_tui.settings_keyring import SERVICE, find

        key = find(settings.origin)
        if key is not None:
            came_from = {**settings.came_from, "api_key": SERVICE}
            try:
                settings = replace(settings.with_key(key), came_from=came_from)
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
    return tuple(name for name in names_for_users() if name != "config_file")


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What was found for each setting, unchecked, and which flag, variable or file it came from."""

    values: Mapping[str, Any]
    came_from: Mapping[str, str]


def _gathered(flags: Mapping[str, Any]) -> _Gathered:
    """Flags, over the variables by their exact names (an empty one counts as not set), over the config file.

    Raises:
        SettingsError: the file can't be read.
    """
    values, came_from = dict(flags), dict.fromkeys(flags, FLAG)
    for field_name in _NAMES:
        for name in variables(field_name):
            if field_name not in values and (value := os.environ.get(name)):
                values[field_name], came_from[field_name] = value, name
    path = _at_home(Path(values.get("config_file") or default_config_file()))
    file = ConfigFile.read(path, _file_names())
    of_file = dict(file.values)
    of_file.pop("api_key", None)  # it belongs to the service that the same file names, perhaps not the one in effect
    key = _saved_key(file, _origin(values.get("base_url") or of_file.get("base_url", DEFAULT_BASE_URL)))
    if key is not None and not values.get("demo"):
        of_file["api_key"] = key
    for field_name, value in of_file.items():
        if field_name not in values:
            values[field_name], came_from[field_name] = value, str(path)
    return _Gathered(values, came_from)


def _checked(gathered: _Gathered, flags: Mapping[str, Any]) -> Settings:
    """The settings, every value checked.

    Raises:
        SettingsError: with a sentence for each value that can't be used.
    """
    values: dict[str, Any] = {}
    sentences = []
    for name, value in gathered.values.items():
        try:
            values[name] = _CHECKS[name](value) if name in _CHECKS else value
        except SettingsError:
            raise
        except ValueError as error:
            sentences.append(f"{_place(name, flags)} can't be used: {error}.")
    if sentences:
        raise SettingsError("\n".join(sentences))
    return Settings(**values, came_from=gathered.came_from)


def _key(value: object) -> Secret | None:
    key = value.get_secret_value() if isinstance(value, Secret) else check_text(value)
    if not key.strip():
        return None
    key = check_key(key)
    note_key(key)
    return Secret(key)


def _address(value: object) -> str:
    return check_address(check_text(value))


def _folder(value: object) -> Path:
    path = value if isinstance(value, Path) else Path(check_text(value))
    if "\0" in str(path):
        raise ValueError("a path can't hold a NUL")
    return _at_home(path).absolute()


_FOLDERS = ("data_dir", "download_dir", "config_file", "log_file")
_CHECKS: Mapping[str, Callable[[object], Any]] = {
    "api_key": _key,
    "webhook_key": _key,
    "base_url": _address,
    "upload_url": _address,
    "callback_url": _address,
    "progress_callback_url": _address,
    **dict.fromkeys(_FOLDERS, _folder),
    "poll_rate": lambda value: check_number(value, above=0.0, most=10.0),
    "confirm_above": lambda value: check_number(value, least=0.0, most=math.inf),
    "theme": check_text,
    "mouse": check_switch,
    "quiet": check_switch,
    "log_level": lambda value: check_choice(value, LOG_LEVELS),
}
"""How the value of each setting is read from what a flag, a variable or the file holds."""


def _place(field: str, flags: Mapping[str, Any]) -> str:
    if field in flags:
        return f"--{field.replace('_', '-')}"
    for name in variables(field):
        if os.environ.get(name):
            return name
    path = flags.get("config_file") or default_config_file()
    return ConfigFile.read(Path(path), _file_names()).place(field)
