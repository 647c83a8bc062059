"""Pictures in cells: a half block shows two pixels, one above the other, in the cell's two colours.

Colours are rounded to five bits each: nobody sees it in cells, and styles are made once and not for every cell.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from sora_tui.film.pictures import Picture

UPPER = "▀"
_ROUNDED = bytes((value & 0xF8) | (value >> 5) for value in range(256))
_SHADES = " ░▒▓█"


def cells_of(picture: Picture, *, has_colours: bool = True) -> list[bytes]:
    """A key for each line of cells: two lines that look alike have the same.

    Args:
        picture: of an even height.
        has_colours: whether the terminal shows colours; without them a cell is one of five shades.
    """
    line = picture.width * 3
    rgb = picture.rgb.translate(_ROUNDED)
    rows = [rgb[at : at + line] for at in range(0, line * picture.height, line)]
    pairs = zip(rows[::2], rows[1::2], strict=True)
    if has_colours:
        return [upper + lower for upper, lower in pairs]
    return [_shades(upper, lower).encode() for upper, lower in pairs]


def strip_of(key: bytes, *, has_colours: bool = True) -> Strip:
    """The cells of a line by its key from `cells_of`."""
    if not has_colours:
        text = key.decode()
        return Strip([Segment(text)], len(text))
    half = len(key) // 2
    pairs = (key[at : at + 3] + key[half + at : half + at + 3] for at in range(0, half, 3))
    return Strip([Segment(UPPER * len(list(run)), _style(pair)) for pair, run in groupby(pairs)], half // 3)


@lru_cache(16_384)
def _style(pair: bytes) -> Style:
    return Style(color=Color.from_rgb(*pair[:3]), bgcolor=Color.from_rgb(*pair[3:]))


def _shades(upper: bytes, lower: bytes) -> str:
    """By how bright the two pixels of each cell are together."""
    bright = (
        (upper[at] + lower[at]) * 299 + (upper[at + 1] + lower[at + 1]) * 587 + (upper[at + 2] + lower[at + 2]) * 114
        for at in range(0, len(upper), 3)
    )
    return "".join(_SHADES[min(4, value * 5 // 510_001)] for value in bright)
