"""The fence around everything that runs the program for a test: nothing of the person who runs it is in reach."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_FOLDERS = {
    "HOME": "home",
    "XDG_CONFIG_HOME": "home/.config",
    "XDG_DATA_HOME": "home/.local/share",
    "XDG_CACHE_HOME": "home/.cache",
    "XDG_STATE_HOME": "home/.local/state",
    "XDG_RUNTIME_DIR": "run",
    "XDG_VIDEOS_DIR": "home/Videos",
    "SORA_TUI_DATA_DIR": "data",
    "SORA_TUI_DOWNLOAD_DIR": "downloads",
}

_OF_THE_TESTS = "TEXTUAL_SNAPSHOT_TEMPDIR"
"""Where the snapshot plugin keeps its pictures between its processes."""

_TAKEN_AWAY = (
    "KIE_API_KEY",
    # What leads to a real screen, clipboard, editor, browser or keyring.
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "DBUS_SESSION_BUS_ADDRESS",
    "SSH_TTY",
    "TMUX",
    "STY",
    "VISUAL",
    "EDITOR",
    "BROWSER",
    # What changes the screen under test.
    "NO_COLOR",
    "FORCE_COLOR",
    "CLICOLOR_FORCE",
    "COLORTERM",
    "COLUMNS",
    "LINES",
    "TERM_PROGRAM",
    # Loopback must be reached directly.
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
)


def put_up(fence: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the environment an empty home, settings folder and data folder, and take everything personal away.

    Args:
        fence: an empty folder that will hold them all.
        monkeypatch: takes the fence down again.
    """
    for name in list(os.environ):
        if name.startswith(("SORA_TUI_", "TEXTUAL")) and name != _OF_THE_TESTS:
            monkeypatch.delenv(name)
    for name in _TAKEN_AWAY:
        monkeypatch.delenv(name, raising=False)
    for name, folder in _FOLDERS.items():
        (fence / folder).mkdir(parents=True, exist_ok=True)
        monkeypatch.setenv(name, str(fence / folder))
    (fence / "run").chmod(0o700)
    monkeypatch.setenv("SORA_TUI_CONFIG_FILE", str(fence / "config.toml"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("TERM", "xterm-256color")
    if sys.platform == "darwin":
        # pbcopy needs no DISPLAY: the only fence is to make pyperclip's tool impossible to find.
        deaf = fence / "bin"
        deaf.mkdir()
        for tool in ("pbcopy", "pbpaste"):
            (deaf / tool).write_text("#!/bin/sh\nexit 1\n")
            (deaf / tool).chmod(0o755)
        monkeypatch.setenv("PATH", f"{deaf}{os.pathsep}{os.environ['PATH']}")


@contextmanager
def fenced_off(fence: Path) -> Iterator[None]:
    """The same for as long as the context lasts, where no fixture does it."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        fence.mkdir(parents=True)
        put_up(fence, monkeypatch)
        yield
