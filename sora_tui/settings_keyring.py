"""The system's keyring, if the `keyring` extra is installed and answers in time.

A keyring may ask the user to unlock it, or hang for ever behind a broken bus: every call runs in a thread
that is left behind after `PATIENCE` seconds, and then counts as "there is none".
"""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Callable
from typing import TypeVar

SERVICE = "keyring"
APP = "sora-tui"
PATIENCE = 2.0
"""Seconds."""

T = TypeVar("T")


def installed() -> bool:
    """Whether the `keyring` extra is there. Does not import it."""
    return importlib.util.find_spec("keyring") is not None


def find(origin: str) -> str | None:
    """The key saved for `origin`, or None."""

    def read() -> str | None:
        import keyring

        key: str | None = keyring.get_password(APP, origin)
        return key

    return _in_time(read)


def keep(origin: str, key: str) -> bool:
    """Save `key` for `origin`; answers whether it can be read back."""

    def write() -> bool:
        import keyring

        keyring.set_password(APP, origin, key)
        kept: str | None = keyring.get_password(APP, origin)
        return kept == key

    return bool(_in_time(write))


def _in_time(act: Callable[[], T]) -> T | None:
    if not installed():
        return None
    answers: list[T] = []

    def run() -> None:
        # Back ends raise what they like (D-Bus, Keychain, "no keyring"); none of it stops the program,
        # because the config file is the other place for a key.
        try:
            answers.append(act())
        except Exception:
            return

    thread = threading.Thread(target=run, name="keyring", daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return answers[0] if answers else None
