"""Settings of the program: flags over environment over config file over defaults; and where files live.

Source: the architecture's table of names. Never reads a `.env` (a folder one stands in must not choose the
host the key goes to), never shows a value in an error.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import platformdirs
from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

APP = "sora-tui"
DEMO_ORIGIN = "demo"


def default_config_file() -> Path:
    """`config.toml` in the platform's folder for configuration, or where SORA_TUI_CONFIG_FILE says."""
    named = os.environ.get("SORA_TUI_CONFIG_FILE")
    return Path(named).expanduser() if named else platformdirs.user_config_path(APP) / "config.toml"


class Settings(BaseSettings):
    """Everything a user can set. Each field is an environment variable `SORA_TUI_<NAME>` and a key of config.toml."""

    model_config = SettingsConfigDict(
        env_prefix="SORA_TUI_",
        extra="forbid",
        hide_input_in_errors=True,
        populate_by_name=True,
        validate_default=True,
    )

    api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("api_key", "SORA_TUI_API_KEY", "KIE_API_KEY")
    )
    """The kie.ai key. `KIE_API_KEY` is read too."""
    base_url: str = "https://api.kie.ai"
    """The service. https only, except on this machine. Resellers serve the same contract."""
    upload_url: str = "https://kieai.redpandaai.co"
    """Where inputs are uploaded."""
    data_dir: Path = Field(default_factory=lambda: platformdirs.user_data_path(APP))
    """Where `studio.sqlite3` lives (0600 in a folder 0700)."""
    download_dir: Path = Field(default_factory=lambda: platformdirs.user_videos_path() / APP)
    """Where videos are kept."""
    webhook_key: SecretStr | None = None
    """The account's key for signed callbacks."""
    callback_url: str | None = None
    """Public address that is told when a task ends; the task's ref is appended to its path."""
    progress_callback_url: str | None = None
    """The same for progress."""
    poll_rate: float = Field(default=8.0, gt=0, le=10)
    """Looks at tasks per second, all tasks together. The account's limit is 10."""
    confirm_above: float = Field(default=1000.0, ge=0)
    """Credits above which sending asks first."""
    demo: bool = False
    """Whether this is the demo with its embedded server. Set by `sora-tui demo`, not by the user."""

    @property
    def origin(self) -> str:
        """The service tasks belong to: `demo`, or scheme, host and port of the base URL."""
        if self.demo:
            return DEMO_ORIGIN
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}".lower()

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
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, default_config_file())


def load(**flags: Any) -> Settings:
    """Settings with `flags` (those not None) on top."""
    return Settings(**{name: value for name, value in flags.items() if value is not None})
