"""Two pixels in each cell."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from sora_tui.film.pictures import Picture
from sora_tui.tui import half_blocks
from sora_tui.tui.half_blocks import PictureStrip, cells_of, strip_of

PICTURES = st.tuples(st.integers(1, 12), st.integers(1, 4)).flatmap(
    lambda size: st.binary(min_size=size[0] * size[1] * 6, max_size=size[0] * size[1] * 6).map(
        lambda rgb: Picture(size[0], size[1] * 2, rgb)
    )
)


@given(PICTURES)
def test_each_cell_has_the_colours_of_its_two_pixels(picture: Picture) -> None:
    keys = cells_of(picture)
    assert len(keys) == picture.height // 2
    for y, key in enumerate(keys):
        strip = strip_of(key)
        assert strip.cell_length == picture.width
        cells = [segment.style for segment in strip for _ in segment.text]
        for x, style in enumerate(cells):
            assert style is not None
            assert style.color is not None
            assert style.bgcolor is not None
            for row, colour in ((y * 2, style.color), (y * 2 + 1, style.bgcolor)):
                at = (row * picture.width + x) * 3
                assert colour.triplet is not None
                seen = picture.rgb[at : at + 3]
                assert all(abs(one - other) <= 7 for one, other in zip(colour.triplet, seen, strict=True))


def test_without_colours_brightness_is_a_shade() -> None:
    [key] = cells_of(
        Picture(3, 2, bytes(3) + b"\x80" * 3 + b"\xff" * 3 + bytes(3) + b"\x80" * 3 + b"\xff" * 3), has_colours=False
    )
    strip = strip_of(key, has_colours=False)
    assert strip.text == " ▒█"
    assert strip.cell_length == 3


def test_lines_that_look_alike_have_one_key() -> None:
    grey = Picture(2, 4, bytes([100, 101, 102] * 8))
    one, other = cells_of(grey)
    assert one == other


_SENT = re.compile(r"\x1b\[([\d;]*)m|(.)", re.DOTALL)
_COLOURS = re.compile(r"([34]8;2;\d+;\d+;\d+|[34]8;5;\d+|\d+)")


def seen(sent: str) -> list[tuple[str, str, str]]:
    """What a terminal shows in each cell: the letter, its colour and the one behind it."""
    cells, front, back = [], "", ""
    for codes, letter in _SENT.findall(sent):
        if letter:
            cells.append((letter, front, back))
            continue
        for code in _COLOURS.findall(codes) or ["0"]:
            if code == "0":
                front = back = ""
            elif code.startswith("4") or code.startswith("10"):
                back = code
            else:
                front = code
    return cells


@pytest.mark.parametrize("colours", ["truecolor", "256", "standard"])
@given(picture=PICTURES, left=st.integers(0, 3), right=st.integers(0, 3))
def test_the_terminal_shows_what_the_segments_say_in_as_many_colours_as_it_has(
    colours: str, picture: Picture, left: int, right: int
) -> None:
    half_blocks._style.cache_clear()  # a style remembers how it was written for another terminal
    console = Console(color_system=colours, force_terminal=True)  # type: ignore[arg-type]
    for key in cells_of(picture):
        strip = PictureStrip(key, left, left + picture.width + right, Style(bgcolor="red"))
        segments = list(strip)
        assert seen(strip.render(console)) == seen(Strip(segments).render(console))
        assert len(strip.render(console)) <= len(Strip(segments).render(console)) + len("\x1b[0m")
        assert strip.cell_length == Segment.get_line_length(segments) == left + picture.width + right


@given(PICTURES)
def test_a_part_of_a_line_can_be_taken(picture: Picture) -> None:
    [key, *_] = cells_of(picture)
    strip = PictureStrip(key, 1, picture.width + 2)
    assert list(strip.crop(0, 2)) == list(Strip(list(strip)).crop(0, 2))
    assert strip.text == " " + "▀" * picture.width + " "


def test_a_line_is_sent_without_a_segment_for_each_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bytes] = []
    monkeypatch.setattr("sora_tui.tui.half_blocks._style", made.append)
    [key] = cells_of(Picture(3, 2, bytes(range(0, 180, 10))))
    sent = PictureStrip(key, 1, 5).render(Console(color_system="truecolor", force_terminal=True))
    assert "▀" in sent
    assert made == []
