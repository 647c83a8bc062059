"""A small picture of a clip or an image file: what is shown before it plays."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from sora_tui.film.inspect import NotAVideo

WIDTH = 720
"""Pixels a poster is at most wide and high."""
QUALITY = 78
_MOST_PIXELS = 64_000_000
"""More than an 8K picture has; a file that claims more is not opened."""


@dataclass(frozen=True, slots=True)
class Poster:
    """A JPEG, and how long what it is of plays; None for an image."""

    jpeg: bytes
    seconds: float | None


def poster_of_clip(path: Path) -> Poster:
    """The first picture of a video file.

    Raises:
        NotAVideo: it can't be read as one, or has no pictures.
        OSError: it can't be opened.
    """
    import av

    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise NotAVideo(f"{path.name} has no pictures.")
            stream = container.streams.video[0]
            _check_size(path, stream.codec_context.width, stream.codec_context.height)
            frame = next(container.decode(stream), None)
            if frame is None:
                raise NotAVideo(f"{path.name} has no pictures.")
            seconds = None if container.duration is None else container.duration / av.time_base
            scale = min(1.0, WIDTH / max(frame.width, frame.height))
            width, height = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
            image = frame.reformat(width=width, height=height, format="rgb24").to_image()  # type: ignore[no-untyped-call]
    except av.FFmpegError as error:
        if isinstance(error, OSError) and not isinstance(error, ValueError):
            raise
        raise NotAVideo(f"{path.name} can't be read as a video: {error.strerror}.") from error
    jpeg = io.BytesIO()
    image.save(jpeg, "JPEG", quality=QUALITY, optimize=True)
    return Poster(jpeg.getvalue(), seconds)


def poster_of_image(path: Path) -> Poster:
    """An image file, small.

    Raises:
        NotAVideo: it can't be read as an image.
        OSError: it can't be opened.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as image:
            _check_size(path, *image.size)
            image.draft("RGB", (WIDTH, WIDTH))
            small = image.convert("RGB")
    except (UnidentifiedImageError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NotAVideo(f"{path.name} can't be read as an image.") from error
    small.thumbnail((WIDTH, WIDTH))
    jpeg = io.BytesIO()
    small.save(jpeg, "JPEG", quality=QUALITY, optimize=True)
    return Poster(jpeg.getvalue(), None)


def _check_size(path: Path, width: int, height: int) -> None:
    if width <= 0 or height <= 0 or width * height > _MOST_PIXELS:
        raise NotAVideo(f"{path.name} has pictures of {width} by {height}, which is not shown.")
