"""Pictures of the size they are shown in: how large that is, the first one of a file, eight of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sora_tui.film.inspect import NotAVideo

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 8192 * 4608
"""A file whose pictures claim to be larger is not decoded."""
_BLACK = 14
"""The mean of a pixel's colours, of 255, below which a picture counts as black."""
_FADED_IN_AT = (0.25, 0.5, 1.0, 2.0)
_STILLS = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tiff"})


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture ready to be shown.

    Attributes:
        width: pixels.
        height: pixels.
        rgb: red, green and blue of each pixel, row by row from the top, nothing between rows.
        at: seconds from the beginning of the film.
    """

    width: int
    height: int
    rgb: bytes
    at: float = 0.0


def is_still(path: Path) -> bool:
    """Whether a file is a picture and no film, by its name, which is ours."""
    return path.suffix.lower() in _STILLS


def fitted(width: int, height: int, most: tuple[int, int]) -> tuple[int, int]:
    """Width and height, in the same proportion, that just fit; the height is even, as two pixels share a cell.

    Args:
        width: of the picture, at least 1.
        height: of the picture, at least 1.
        most: pixels there is room for, width and height.
    """
    scale = min(most[0] / width, most[1] / height)
    return max(1, min(most[0], round(width * scale))), max(2, min(most[1], round(height * scale)) // 2 * 2)


def first_picture(path: Path, most: tuple[int, int]) -> Picture:
    """The first picture of a film that is not black, or the picture that the file is.

    Many films fade in: their very first picture tells nothing.

    Args:
        path: the file.
        most: pixels there is room for, width and height.

    Raises:
        NotAVideo: it can't be read.
        OSError: it can't be opened.
    """
    if is_still(path):
        return _still(path, most)
    from sora_tui.film.clip import Clip

    with Clip(path) as clip:
        size = clip.fitted(most)
        found = [clip.picture_at(0.0, size)]
        for at in _FADED_IN_AT:
            if not is_black(found[-1]):
                return found[-1]
            if at < clip.seconds:
                found.append(clip.picture_at(at, size))
        return found[-1] if not is_black(found[-1]) else found[0]


def is_black(picture: Picture) -> bool:
    """Whether hardly anything can be seen on it."""
    return sum(picture.rgb) < _BLACK * len(picture.rgb)


def contact_sheet(path: Path, most: tuple[int, int], columns: int = 4, rows: int = 2) -> Picture:
    """Pictures from all of a film as one, side by side and below one another, the middle of each eighth of it.

    Raises:
        NotAVideo: it can't be read.
        OSError: it can't be opened.
    """
    from sora_tui.film.clip import Clip

    if is_still(path):
        return _still(path, most)
    with Clip(path) as clip:
        size = clip.fitted(((most[0] - columns + 1) // columns, (most[1] - 2 * rows + 2) // rows))
        count = columns * rows
        times = [clip.seconds * (number + 0.5) / count for number in range(count)]
        return _side_by_side([clip.picture_at(at, size) for at in times], columns)


def _side_by_side(pictures: Sequence[Picture], columns: int) -> Picture:
    """One picture of several of the same size, with a black line between them."""
    width, height = pictures[0].width, pictures[0].height
    whole = columns * width + columns - 1
    black = bytes(3)
    rows: list[bytes] = []
    for first in range(0, len(pictures), columns):
        if first:
            rows += [black * whole] * 2
        beside = pictures[first : first + columns]
        for y in range(height):
            line = black.join(each.rgb[y * width * 3 : (y + 1) * width * 3] for each in beside)
            rows.append(line.ljust(whole * 3, b"\0"))
    return Picture(whole, len(rows), b"".join(rows))


def still_size(path: Path) -> tuple[int, int]:
    """Width and height of a picture file, in pixels.

    Raises:
        NotAVideo: it can't be read.
        OSError: it can't be opened.
    """
    with _image(path) as image:
        return image.size


def _still(path: Path, most: tuple[int, int]) -> Picture:
    with _image(path) as image:
        size = fitted(image.width, image.height, most)
        image.draft("RGB", size)
        return Picture(*size, image.convert("RGB").resize(size).tobytes())


@contextmanager
def _image(path: Path) -> Iterator[Image.Image]:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as image:
            if image.width * image.height > MOST_PIXELS:
                raise NotAVideo(f"{path.name} is {image.width} by {image.height} pixels, too large to be shown here.")
            yield image
    except (UnidentifiedImageError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        if isinstance(error, NotAVideo):
            raise
        raise NotAVideo(f"{path.name} can't be read as a picture.") from None
