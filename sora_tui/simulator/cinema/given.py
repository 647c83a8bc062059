"""A picture that somebody uploaded: seen slowly closer in a video, or enlarged."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageOps

from sora_tui.simulator.cinema.canvas import Canvas, planes
from sora_tui.simulator.cinema.scenery import Stage

_CLOSER = 0.14
"""The share of the picture that is out of sight at the end."""
_LONGEST_SIDE = 2048


class Given:
    """The picture fills the canvas, and the camera moves in on it."""

    def __init__(self, stage: Stage, path: Path) -> None:
        self._stage = stage
        self._picture = planes(ImageOps.fit(_read(path), (stage.width, stage.height)))

    def draw(self, canvas: Canvas, number: int) -> None:
        """Draw picture `number`."""
        share = _CLOSER * number / self._stage.frames / 2
        luma, blue, red = (
            plane.resize(
                plane.size,
                Image.Resampling.BILINEAR,
                (plane.width * share, plane.height * share, plane.width * (1 - share), plane.height * (1 - share)),
            )
            for plane in self._picture
        )
        canvas.backdrop((luma, blue, red))


def aspect_of(path: Path) -> float:
    """Width by height of the picture in a file, from 1:4 to 4:1."""
    picture = _read(path)
    return min(max(picture.width / picture.height, 0.25), 4.0)


def enlarged(path: Path, factor: int) -> Image.Image:
    """The picture in a file, `factor` times as large, within bounds."""
    picture = _read(path)
    share = min(factor, _LONGEST_SIDE / max(picture.size))
    size = max(1, round(picture.width * share)), max(1, round(picture.height * share))
    return picture.resize(size, Image.Resampling.LANCZOS)


def save_png(picture: Image.Image, path: Path, most: int) -> None:
    """Write a PNG of at most `most` bytes, with fewer colours and pixels if need be."""
    content = _png(picture)
    if len(content) > most:
        content = _png(picture.quantize(256, dither=Image.Dither.FLOYDSTEINBERG))
    while len(content) > most:
        picture = picture.resize((max(1, picture.width * 3 // 4), max(1, picture.height * 3 // 4)))
        content = _png(picture.quantize(256))
    path.write_bytes(content)


def _read(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return ImageOps.exif_transpose(picture).convert("RGB")


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
