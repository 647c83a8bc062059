"""The environment of the programs we start: ours without the keys."""

from __future__ import annotations

import os
import re

# Settings are read without regard to case, so a key may hide under any spelling.
_SECRET = re.compile(r"(?:SORA_TUI|KIE)_\w*KEY", re.IGNORECASE)


def is_secret(name: str) -> bool:
    """Whether the environment variable holds a key of this program."""
    return _SECRET.fullmatch(name) is not None


def child_environment() -> dict[str, str]:
    """A copy of the environment for a child process, without the API key and the webhook key."""
    return {name: value for name, value in os.environ.items() if not is_secret(name)}
