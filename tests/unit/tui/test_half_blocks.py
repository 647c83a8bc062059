"""Two pixels in each cell."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sora_tui.film.pictures import Picture
from sora_tui.tui.half_blocks import cells_of, strip_of

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
