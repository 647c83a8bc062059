"""The keys this process has seen: noted as soon as one is read or typed, so that no report repeats it."""

from __future__ import annotations

_seen: set[str] = set()


def note_key(key: str) -> None:
    """Remember `key` for as long as the process lives, even after another one took its place."""
    _seen.add(key)


def known_keys() -> frozenset[str]:
    """Every key noted so far."""
    return frozenset(_seen)
