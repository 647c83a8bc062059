"""A film of which each picture says its number: twenty of them, each greyer than the last."""

from __future__ import annotations

from pathlib import Path

from sora_tui.film.encode import Mp4Writer

FPS, COUNT = 10, 20


def a_film(path: Path, *, width: int = 98, height: int = 50, dark_until: int = 0, first: int = 20) -> Path:
    """Two seconds of grey; the pictures before `dark_until` are black."""
    with Mp4Writer(path, width=width, height=height, fps=FPS, seconds=COUNT / FPS, max_bytes=400_000) as writer:
        wide, half = writer.strides
        for number in range(COUNT):
            grey = 16 if number < dark_until else first + number * 10
            writer.picture(
                bytes([grey]) * wide * height, b"\x80" * half * (height // 2), b"\x80" * half * (height // 2)
            )
        writer.sound(bytes(44_100 * 2 * 4))
    return path
