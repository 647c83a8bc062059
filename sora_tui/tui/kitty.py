"""Pictures in the terminals that speak Kitty's graphics protocol, as cells that name a part of a picture. Pure.

The picture is sent once, under a number. Then any cell that holds U+10EEEE, two marks that say which row and column
of it, and its number as the colour shows that part. They are cells like all others: what is scrolled, cut off or laid
over needs no care. Source: Kitty's "Terminal graphics protocol", "Unicode placeholders" (Kitty 0.28, 2023).
"""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from functools import cache, lru_cache

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from sora_tui.film.pictures import Picture

PLACEHOLDER = "\U0010eeee"
_CHUNK = 4096
_MARKS = """
305 30d-30e 310 312 33d-33f 346 34a-34c 350-352 357 35b 363-36f 483-487 592-595 597-599 59c-5a1 5a8-5a9 5ab-5ac 5af 5c4
610-617 657-65b 65d-65e 6d6-6dc 6df-6e2 6e4 6e7-6e8 6eb-6ec 730 732-733 735-736 73a 73d 73f-741 743 745 747 749-74a
7eb-7f1 7f3 816-819 81b-823 825-827 829-82d 951 953-954 f82-f83 f86-f87 135d-135f 17dd 193a 1a17 1a75-1a7c 1b6b
1b6d-1b73 1cd0-1cd2 1cda-1cdb 1ce0 1dc0-1dc1 1dc3-1dc9 1dcb-1dcc 1dd1-1de6 1dfe 20d0-20d1 20d4-20d7 20db-20dc 20e1 20e7
20e9 20f0 2cef-2cf1 2de0-2dff a66f a67c-a67d a6f0-a6f1 a8e0-a8f1 aab0 aab2-aab3 aab7-aab8 aabe-aabf aac1 fe20-fe26
10a0f 10a38 1d185-1d189 1d1aa-1d1ad 1d242-1d244
"""
"""The protocol's marks for 0, 1, 2 and so on, as ranges of code points (its rowcolumn-diacritics.txt)."""
MOST_CELLS = 297
"""Rows or columns that can be named."""


@dataclass(frozen=True, slots=True)
class SentPicture:
    """A picture that the terminal is given.

    Attributes:
        number: its own at the terminal.
        columns: cells it fills.
        rows: lines it fills.
        sequence: what gives it to the terminal.
    """

    number: int
    columns: int
    rows: int
    sequence: str


def to_be_sent(number: int, picture: Picture, room: tuple[int, int], cell: tuple[int, int]) -> SentPicture:
    """A picture for as many cells as it fills in its own proportions. Takes some ms: not for the event loop.

    Args:
        number: 1 to 0xFFFFFF, what a colour can say; a picture that has it gives way.
        picture: at any size.
        room: cells there are for it, columns and rows.
        cell: pixels of a cell, width and height.
    """
    scale = min(room[0] * cell[0] / picture.width, room[1] * cell[1] / picture.height)
    columns = max(1, min(room[0], MOST_CELLS, round(picture.width * scale / cell[0])))
    rows = max(1, min(room[1], MOST_CELLS, round(picture.height * scale / cell[1])))
    return SentPicture(number, columns, rows, transmitted(number, picture, columns, rows))


def transmitted(image_id: int, picture: Picture, columns: int, rows: int) -> str:
    """What sends a picture to the terminal, to fill so many cells. Takes some ms: not for the event loop.

    Args:
        image_id: 1 to 0xFFFFFF, what a colour can say; a picture that has the number gives way.
        picture: at any size.
        columns: at most `MOST_CELLS`.
        rows: at most `MOST_CELLS`.
    """
    payload = base64.b64encode(zlib.compress(picture.rgb, 1)).decode("ascii")
    keys = f"a=T,U=1,q=2,f=24,t=d,o=z,s={picture.width},v={picture.height},i={image_id},c={columns},r={rows}"  # silent
    chunks = [payload[at : at + _CHUNK] for at in range(0, len(payload), _CHUNK)]
    last = len(chunks) - 1
    return "".join(
        f"\x1b_G{f'{keys},' if not number else ''}m={int(number < last)};{chunk}\x1b\\"
        for number, chunk in enumerate(chunks)
    )


def deleted(image_id: int) -> str:
    """What takes a picture out of the terminal's memory, and from wherever it is shown."""
    return f"\x1b_Ga=d,d=I,q=2,i={image_id}\x1b\\"


@lru_cache(1024)
def cells(image_id: int, row: int, columns: int) -> Strip:
    """A line of cells that show a row of a picture."""
    marks = _marks()
    text = "".join(f"{PLACEHOLDER}{marks[row]}{marks[column]}" for column in range(columns))
    colour = Color.from_rgb(image_id >> 16 & 255, image_id >> 8 & 255, image_id & 255)
    return Strip([Segment(text, Style(color=colour))], columns)


@cache
def _marks() -> str:
    found = ""
    for part in _MARKS.split():
        first, _, last = part.partition("-")
        found += "".join(map(chr, range(int(first, 16), int(last or first, 16) + 1)))
    return found
