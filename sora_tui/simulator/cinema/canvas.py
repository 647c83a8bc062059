"""Drawing straight into the planes an encoder wants: no conversion per frame, and half the bytes of RGB.

A canvas holds luma at full size and two chroma planes at half size. What is drawn on it is a `Stamp`: a mask
in both sizes with a colour or a gradient, made once and put down many times.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeAlias

from PIL import Image, ImageChops, ImageDraw

Rgb: TypeAlias = tuple[float, float, float]
Planes: TypeAlias = tuple[Image.Image, Image.Image, Image.Image]
Paint: TypeAlias = tuple[int | Image.Image, int | Image.Image, int | Image.Image]
"""One level or picture per plane."""

_TO_YUV = (
    (0.1826, 0.6142, 0.0620, 16.5),
    (-0.1006, -0.3386, 0.4392, 128.5),
    (0.4392, -0.3989, -0.0403, 128.5),
)  # BT.709, limited range
_TO_RGB = (
    *(1.1644, 0.0, 1.7927, -248.1),
    *(1.1644, -0.2132, -0.5329, 76.9),
    *(1.1644, 2.1124, 0.0, -289.0),
)
"""The way back."""


def colour(text: str) -> Rgb:
    """`#rrggbb` as red, green, blue from 0 to 255."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    """A colour between two; `share` 0 is `one`."""
    return (
        one[0] + (other[0] - one[0]) * share,
        one[1] + (other[1] - one[1]) * share,
        one[2] + (other[2] - one[2]) * share,
    )


def yuv(rgb: Rgb) -> tuple[int, int, int]:
    """A colour as luma and two chroma values."""
    red, green, blue = rgb
    luma, u, v = (int(a * red + b * green + c * blue + d) for a, b, c, d in _TO_YUV)
    return luma, u, v


def gradient(size: tuple[int, int], stops: Sequence[Rgb]) -> Image.Image:
    """An RGB picture with colours from top to bottom, evenly spaced."""
    width, height = size
    column = Image.new("RGB", (1, height))
    for row in range(height):
        place = row / max(1, height - 1) * (len(stops) - 1)
        first = min(int(place), len(stops) - 2)
        shade = mix(stops[first], stops[first + 1], place - first)
        column.putpixel((0, row), (round(shade[0]), round(shade[1]), round(shade[2])))
    return column.resize((width, height))


def planes(picture: Image.Image) -> Planes:
    """An RGB picture as luma and half-size chroma."""
    bands = picture.convert("RGB", tuple(number for row in _TO_YUV for number in row)).split()
    half = (max(1, picture.width // 2), max(1, picture.height // 2))
    return bands[0], bands[1].resize(half, Image.Resampling.BOX), bands[2].resize(half, Image.Resampling.BOX)


def grained(luma: Image.Image, random: Random) -> Image.Image:
    """Luma with a little noise, without which smooth skies show bands."""
    tile = Image.frombytes("L", (256, 256), random.randbytes(256 * 256))
    tile = tile.point([128 + round((level - 127.5) / 75) for level in range(256)])
    noise = Image.new("L", luma.size)
    for left in range(0, luma.width, 256):
        for top in range(0, luma.height, 256):
            noise.paste(tile, (left, top))
    return ImageChops.add(luma, noise, 1, -128)


class Stamp:
    """A shape to put down again and again."""

    def __init__(self, mask: Image.Image, paint: Rgb | Image.Image) -> None:
        """A shape of one colour, or painted with an RGB picture of the mask's size."""
        self.mask = mask
        self.half = mask.resize((max(1, mask.width // 2), max(1, mask.height // 2)), Image.Resampling.BOX)
        self.paint: Paint = planes(paint) if isinstance(paint, Image.Image) else yuv(paint)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.mask.size

    def faded(self, share: float) -> Stamp:
        """The same, seen through: `share` 1 is as it is, 0 invisible."""
        copy = object.__new__(Stamp)
        copy.mask = self.mask.point([round(level * share) for level in range(256)])
        copy.half = self.half.point([round(level * share) for level in range(256)])
        copy.paint = self.paint
        return copy


class Canvas:
    """One picture in the making."""

    def __init__(self, width: int, height: int, strides: tuple[int, int]) -> None:
        self.width, self.height = width, height
        self._sizes = (strides[0], height), (strides[1], height // 2), (strides[1], height // 2)
        self._planes = [Image.new("L", size, level) for size, level in zip(self._sizes, (16, 128, 128), strict=True)]

    def backdrop(self, picture: Planes) -> None:
        """Begin anew with a whole picture of the canvas's size."""
        for mine, given in zip(self._planes, picture, strict=True):
            mine.paste(given, (0, 0))

    def put(self, stamp: Stamp, x: float, y: float) -> None:
        """Put a stamp down with its upper left corner at `x`, `y`; what lies outside is lost."""
        left, top = round(x), round(y)
        places = (left, top), (left // 2, top // 2), (left // 2, top // 2)
        masks = stamp.mask, stamp.half, stamp.half
        for plane, paint, mask, place in zip(self._planes, stamp.paint, masks, places, strict=True):
            if isinstance(paint, Image.Image):
                plane.paste(paint, place, mask)
            else:
                plane.paste(paint, (*place, place[0] + mask.width, place[1] + mask.height), mask)

    def scroll(self, stamp: Stamp, offset: float, y: float) -> None:
        """Put down the part of a wide stamp that begins at `offset`, over the canvas's whole width.

        Its paint is as wide as the stamp and scrolls with it, or as wide as the canvas and stands still.
        """
        left, top = int(offset), round(y)
        for number, (plane, paint) in enumerate(zip(self._planes, stamp.paint, strict=True)):
            mask, k = (stamp.half, 2) if number else (stamp.mask, 1)
            width, place, row = self.width // k, left // k, top // k
            window = (place, 0, place + width, min(mask.height, self.height // k - row))
            visible = mask.crop(window)
            if isinstance(paint, int):
                plane.paste(paint, (0, row, width, row + visible.height), visible)
            elif paint.width > width:
                plane.paste(paint.crop(window), (0, row), visible)
            else:
                plane.paste(paint.crop((0, 0, *visible.size)), (0, row), visible)

    def bar(self, left: int, top: int, right: int, bottom: int, rgb: Rgb) -> None:
        """Fill a rectangle."""
        levels = yuv(rgb)
        self._planes[0].paste(levels[0], (left, top, right, bottom))
        for plane, level in zip(self._planes[1:], levels[1:], strict=True):
            plane.paste(level, (left // 2, top // 2, right // 2, bottom // 2))

    def dim(self, share: float) -> None:
        """Darken the whole picture; `share` 0 is black."""
        self._planes[0] = self._planes[0].point([round(16 + (level - 16) * share) for level in range(256)])
        for number in (1, 2):
            fade = [round(128 + (level - 128) * share) for level in range(256)]
            self._planes[number] = self._planes[number].point(fade)

    def picture(self) -> Image.Image:
        """What is on it, in RGB."""
        size = self.width, self.height
        luma, blue, red = (plane.crop((0, 0, *size)) for plane in (self._planes[0], *map(_doubled, self._planes[1:])))
        return Image.merge("RGB", (luma, blue, red)).convert("RGB", _TO_RGB)

    def content(self) -> tuple[bytes, bytes, bytes]:
        """The three planes as they go to the encoder."""
        luma, blue, red = (plane.tobytes() for plane in self._planes)
        return luma, blue, red


def _doubled(plane: Image.Image) -> Image.Image:
    return plane.resize((plane.width * 2, plane.height * 2), Image.Resampling.BILINEAR)


def shape(size: tuple[int, int], draw: Callable[[ImageDraw.ImageDraw, int], None]) -> Image.Image:
    """A mask with smooth edges: `draw` paints 255 on a picture that is twice as large, and is told so."""
    large = Image.new("L", (size[0] * 2, size[1] * 2))
    draw(ImageDraw.Draw(large), 2)
    return large.reduce(2)


def glow(radius: int, *, hardness: float = 2.0) -> Image.Image:
    """A mask that is bright in the middle and gone at `radius`."""
    fall = [round(255 * (1 - level / 255) ** hardness) for level in range(256)]
    # radial_gradient reaches 255 at its corners; the circle inside is what is wanted
    inner = Image.radial_gradient("L").point([min(255, round(level * 1.42)) for level in range(256)]).point(fall)
    return inner.resize((radius * 2, radius * 2), Image.Resampling.BICUBIC)


def disc(radius: int) -> Image.Image:
    """A full circle."""
    return shape(
        (radius * 2, radius * 2),
        lambda on, k: on.ellipse((1, 1, radius * 2 * k - 2, radius * 2 * k - 2), 255),
    )
