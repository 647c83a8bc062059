"""Films as the service makes them: of its sizes and lengths, every pixel on the move, with sound."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageFilter

from sora_tui.film.encode import Mp4Writer

FPS = 24
_STEP = 6
"""Pixels that everything moves between two pictures, aslant."""
_GRAIN = 0.35
"""Share of the ground that is rough, so that a second takes as many bytes as of the service's own films."""


def a_moving_film(path: Path, *, width: int, height: int, seconds: int) -> Path:
    """A camera that moves over a rough ground in many colours, there and back."""
    turns = FPS * 2
    reach = turns * _STEP
    luma = _ground(width + reach, height + reach, 90)
    blue, red = (_ground((width + reach) // 2, (height + reach) // 2, strength) for strength in (60, 75))
    with Mp4Writer(
        path, width=width, height=height, fps=FPS, seconds=seconds, max_bytes=seconds * width * height
    ) as writer:
        wide, half = writer.strides
        for number in range(FPS * seconds):
            at = abs((number + turns) % (2 * turns) - turns) * _STEP
            writer.picture(
                _window(luma, at, wide, height),
                _window(blue, at // 2, half, height // 2),
                _window(red, at // 2, half, height // 2),
            )
        writer.sound(bytes(44_100 * 4 * seconds))
    return path


def _ground(width: int, height: int, strength: float) -> Image.Image:
    coarse = Image.effect_noise((width // 40 + 1, height // 40 + 1), strength).resize((width, height))
    fine = Image.effect_noise((width, height), 60).filter(ImageFilter.BoxBlur(1))
    return Image.blend(coarse, fine, _GRAIN)


def _window(ground: Image.Image, at: int, width: int, height: int) -> bytes:
    return ground.crop((at, at, at + width, at + height)).tobytes()
