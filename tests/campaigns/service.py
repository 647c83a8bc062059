"""What the campaigns about money share: the simulator they run against, and the client's side of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from sora_tui.settings import Settings, load
from sora_tui.simulator.options import Options
from sora_tui.simulator.server import Simulator
from sora_tui.studio.schema import FILE_NAME
from sora_tui.studio.task import Draft

MODEL = "sora-2-pro-text-to-video"
KEY = "demo-campaign"
CALLBACK_URL = "https://callback.example/inbox"
_PATIENCE_S = 60.0


def service_in(folder: Path, *, latency_s: float = 0.0) -> Simulator:
    """A service that turns nobody away and lets no task end; not started.

    Args:
        folder: of the campaign.
        latency_s: before each answer, and before each charge.
    """
    return Simulator(
        folder / "service",
        options=Options(
            durations=lambda: 86_400.0, credits=1e9, creates=1_000_000, latency_s=latency_s, small_clips=True
        ),
    )


def settings_for(service: Simulator, folder: Path) -> Settings:
    """A user of it whose store is in `folder`. What this machine's own user has set counts for nothing."""
    return load(
        base_url=service.url,
        api_key=KEY,
        data_dir=folder / "data",
        download_dir=folder / "videos",
        config_file=folder / "config.toml",
        callback_url=CALLBACK_URL,
        poll_rate=1.0,
    )


def store_of(settings: Settings) -> Path:
    """The file of the user's store."""
    return settings.data_dir / FILE_NAME


def draft(name: str) -> Draft:
    """A draft that only its name tells from others; no video is made for it."""
    return Draft(f"[sim:no-result] {name}", MODEL, {"size": "standard"})


def wait_for(is_so: Callable[[], bool]) -> None:
    """Returns when something is so that only looking can tell, the ledger's next entry for one.

    Raises:
        AssertionError: it was not within a minute.
    """
    deadline = time.monotonic() + _PATIENCE_S
    while not is_so():
        if time.monotonic() > deadline:
            raise AssertionError("What a campaign waits for does not come.")


def environment_of(settings: Settings) -> dict[str, str]:
    """The variables that make the whole program this user."""
    return {
        "SORA_TUI_API_KEY": KEY,
        "SORA_TUI_BASE_URL": settings.base_url,
        "SORA_TUI_DATA_DIR": str(settings.data_dir),
        "SORA_TUI_DOWNLOAD_DIR": str(settings.download_dir),
        "SORA_TUI_CONFIG_FILE": str(settings.config_file),
        "SORA_TUI_CALLBACK_URL": CALLBACK_URL,
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "TERM": "xterm-256color",
    }
