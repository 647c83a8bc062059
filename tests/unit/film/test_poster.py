"""Posters: small JPEGs of the first picture, and a refusal of what is none."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from sora_tui.film.inspect import NotAVideo
from sora_tui.film.poster import WIDTH, poster_of_clip, poster_of_image
from tests.unit.film.test_inspect import clip

__all__ = ["clip"]


def test_a_clip_has_its_first_picture_as_poster(clip: Path) -> None:
    poster = poster_of_clip(clip)
    picture = Image.open(io.BytesIO(poster.jpeg))
    assert (picture.format, picture.size) == ("JPEG", (98, 50))
    assert poster.seconds == pytest.approx(2, abs=0.05)
    level = picture.convert("L").getpixel((40, 25))
    assert isinstance(level, int)
    assert level == pytest.approx((50 - 16) * 255 / 219, abs=4)


def test_an_image_is_made_small_and_keeps_its_shape(tmp_path: Path) -> None:
    path = tmp_path / "big.png"
    Image.new("RGBA", (WIDTH * 4, WIDTH * 2), (200, 30, 30, 255)).save(path)
    poster = poster_of_image(path)
    assert Image.open(io.BytesIO(poster.jpeg)).size == (WIDTH, WIDTH // 2)
    assert poster.seconds is None


@pytest.mark.parametrize("content", [b"", b"<html>", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_what_is_no_picture_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.mp4"
    path.write_bytes(content)
    with pytest.raises(NotAVideo, match=r"x\.mp4"):
        poster_of_clip(path)
    with pytest.raises(NotAVideo, match=r"x\.mp4"):
        poster_of_image(path)


def test_a_cut_clip_is_refused_and_a_missing_one_said(clip: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(clip.read_bytes()[:200])
    with pytest.raises(NotAVideo):
        poster_of_clip(cut)
    with pytest.raises(OSError, match="No such file"):
        poster_of_clip(tmp_path / "gone.mp4")
