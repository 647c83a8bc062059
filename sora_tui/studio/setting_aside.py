"""A damaged file is put aside under another name: its place is free, and nothing of it is lost."""

from __future__ import annotations

from itertools import count
from pathlib import Path


def set_aside(path: Path) -> Path:
    """Gives the file a name of its own beside its old one; returns the new path.

    Raises:
        OSError: it could not be renamed; it is where it was.
    """
    for number in count(1):
        aside = path.with_name(f"{path.stem}-damaged-{number}{path.suffix}")
        try:
            aside.touch(mode=0o600, exist_ok=False)  # taken at once, so that two programs never take the same
        except FileExistsError:
            continue
        try:
            path.replace(aside)
        except OSError:
            aside.unlink(missing_ok=True)
            raise
        return aside
    raise AssertionError("there is always another number")
