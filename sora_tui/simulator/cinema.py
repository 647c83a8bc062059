"""Makes a video from a wish."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from sora_tui.film.encode import Mp4Writer
from sora_tui.simulator.catalogue import Film

FPS = 24
MAX_BYTES = 1_500_000


def make(film: Film, path: Path) -> None:
    """Make the video."""
    _make(film, path, 1280, 720, film.seconds)


def make_small(film: Film, path: Path) -> None:
    """Make a second of it, small."""
    w, h = (90, 160) if film.portrait else (160, 90)
    _make(film, path, w, h, 1)


def _make(film: Film, path: Path, w: int, h: int, seconds: int) -> None:
    with Mp4Writer(path, width=w, height=h, fps=FPS, seconds=seconds, max_bytes=MAX_BYTES) as out:
        for n in range(seconds * FPS):
            y = Image.new("L", (out.strides[0], h), 16 + n % 200)
            c = Image.new("L", (out.strides[1], h // 2), 128)
            out.picture(y.tobytes(), c.tobytes(), c.tobytes())
        out.sound(bytes(44100 * 4 * seconds))
