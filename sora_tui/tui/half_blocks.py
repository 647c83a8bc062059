"""Pictures in cells: a half block shows two pixels, one above the other, in the cell's two colours.

Colours are rounded to five bits each: nobody sees it in cells, and styles are made once and not for every cell.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rich.color import Color, ColorSystem
from rich.console import COLOR_SYSTEMS, Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from sora_tui.film.pictures import Picture

UPPER = "▀"
_ROUNDED = bytes((value & 0xF8) | (value >> 5) for value in range(256))
_SHADES = " ░▒▓█"
_CELL = 6
"""Bytes of a cell in a key: the colours of its upper and of its lower pixel."""
_RUNS = re.compile(rb"((.{6})\2*)", re.DOTALL)
"""Neighbours that look alike, and how one of them does."""


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
        return [_woven(upper, lower) for upper, lower in pairs]
    return [_shades(upper, lower).encode() for upper, lower in pairs]


def strip_of(key: bytes, *, has_colours: bool = True) -> Strip:
    """The cells of a line by its key from `cells_of`."""
    if not has_colours:
        text = key.decode()
        return Strip([Segment(text)], len(text))
    return PictureStrip(key)


class PictureStrip(Strip):
    """The cells of a line in colours, whose segments are made only where somebody asks for them.

    The terminal is written to without: a style for each cell of a moving picture takes five times as long, and a
    sequence that sets both colours each time twice as many bytes.

    Args:
        key: from `cells_of`.
        left: cells before the picture.
        width: of all of it; of the picture by default.
        base: the style of what is beside the picture.
    """

    def __init__(self, key: bytes, left: int = 0, width: int | None = None, base: Style | None = None) -> None:
        cells = len(key) // _CELL
        self._key = key
        self._base = base
        self._beside = left, max(0, (cells if width is None else width) - left - cells)
        self._made: list[Segment] | None = None
        super().__init__((), cells + sum(self._beside))

    @property
    def _segments(self) -> list[Segment]:
        if self._made is None:
            runs = _RUNS.findall(self._key)
            left, right = (self._blank(cells) for cells in self._beside)
            cells = [Segment(UPPER * (len(run) // _CELL), _style(pair)) for run, pair in runs]
            self._made = [*left, *cells, *right]
        return self._made

    @_segments.setter
    def _segments(self, segments: list[Segment]) -> None:
        """Where Textual begins it there are none yet."""

    def render(self, console: Console) -> str:
        """What the terminal is sent."""
        if console.color_system is None:
            return super().render(console)
        if self._render_cache is None:
            left, right = (Strip(self._blank(cells)).render(console) for cells in self._beside)
            self._render_cache = f"{left}{_sequences(self._key, COLOR_SYSTEMS[console.color_system])}\x1b[0m{right}"
        return self._render_cache

    def _blank(self, cells: int) -> list[Segment]:
        return [Segment(" " * cells, self._base)] if cells else []


def _sequences(key: bytes, system: ColorSystem) -> str:
    """The cells, each with the colours that differ from those of the cell before."""
    parts: list[str] = []
    front = back = ""
    for run, pair in _RUNS.findall(key):
        front_before, front = front, _codes(pair[:3], system, True)
        back_before, back = back, _codes(pair[3:], system, False)
        if front != front_before:
            parts.append(f"\x1b[{front}m" if back == back_before else f"\x1b[{front};{back}m")
        elif back != back_before:
            parts.append(f"\x1b[{back}m")
        parts.append(UPPER * (len(run) // _CELL))
    return "".join(parts)


@lru_cache(65_536)
def _codes(rgb: bytes, system: ColorSystem, is_front: bool) -> str:
    return ";".join(_colour(rgb).downgrade(system).get_ansi_codes(is_front))


def _woven(upper: bytes, lower: bytes) -> bytes:
    """The two colours of each cell, cell by cell."""
    woven = bytearray(2 * len(upper))
    for byte in range(3):
        woven[byte::_CELL] = upper[byte::3]
        woven[byte + 3 :: _CELL] = lower[byte::3]
    return bytes(woven)


@lru_cache(16_384)
def _style(pair: bytes) -> Style:
    return Style.from_color(_colour(pair[:3]), _colour(pair[3:]))


@lru_cache(32_768)
def _colour(rgb: bytes) -> Color:
    """Made once: there are no more of five bits each, and rich writes each one's name in hexadecimal."""
    return Color.from_rgb(*rgb)


def _shades(upper: bytes, lower: bytes) -> str:
    """By how bright the two pixels of each cell are together."""
    bright = (
        (upper[at] + lower[at]) * 299 + (upper[at + 1] + lower[at + 1]) * 587 + (upper[at + 2] + lower[at + 2]) * 114
        for at in range(0, len(upper), 3)
    )
    return "".join(_SHADES[min(4, value * 5 // 510_001)] for value in bright)
