"""Pictures of a film from any moment, at the size that is wanted."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.film.clip import Clip
from sora_tui.film.inspect import NotAVideo
from sora_tui.film.pictures import contact_sheet, first_picture, fitted, is_black
from tests.unit.film.films import COUNT, FPS, a_film

SIZE = (24, 12)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_film(tmp_path_factory.mktemp("films") / "film.mp4")


def test_what_it_is(film: Path) -> None:
    with Clip(film) as clip:
        assert (clip.width, clip.height, clip.fps) == (98, 50, FPS)
        assert clip.seconds == pytest.approx(COUNT / FPS, abs=0.1)


@pytest.mark.parametrize("moments", [[0.0], [1.0], [0.0, 0.1, 0.2, 0.3], [1.9, 0.0, 1.0, 0.5], [0.5, 0.5, 0.4], [99.0]])
def test_the_picture_of_a_moment_is_the_one_seen_then(film: Path, moments: list[float]) -> None:
    with Clip(film) as clip:
        for at in moments:
            picture = clip.picture_at(at + 0.02, SIZE)
            number = min(COUNT - 1, int(at * FPS + 0.001))
            assert picture.at == pytest.approx(number / FPS, abs=0.001)
            assert (picture.width, picture.height, len(picture.rgb)) == (*SIZE, SIZE[0] * SIZE[1] * 3)
            expected = (20 + number * 10 - 16) * 255 / 219
            assert sum(picture.rgb) / len(picture.rgb) == pytest.approx(max(0, min(255, expected)), abs=6)


def test_pictures_come_one_after_the_other(film: Path) -> None:
    with Clip(film) as clip:
        first = clip.picture_at(0.5, SIZE)
        after = clip.picture_after(SIZE)
        assert after is not None
        assert after.at - first.at == pytest.approx(1 / FPS)
        clip.picture_at(99.0, SIZE)
        assert clip.picture_after(SIZE) is None


@given(st.integers(1, 9_000), st.integers(1, 9_000), st.integers(1, 400), st.integers(2, 400))
def test_what_is_fitted_is_inside_and_as_large_as_can_be(width: int, height: int, wide: int, high: int) -> None:
    w, h = fitted(width, height, (wide, high))
    assert 1 <= w <= wide
    assert 2 <= h <= high
    assert h % 2 == 0
    scale = min(wide / width, high / height)
    assert abs(w - width * scale) <= 1
    assert abs(h - height * scale) <= 2


def test_a_film_that_fades_in_shows_what_comes_after_the_black(tmp_path: Path) -> None:
    film = a_film(tmp_path / "fades.mp4", dark_until=4, first=60)
    picture = first_picture(film, (40, 40))
    assert not is_black(picture)
    assert picture.at == pytest.approx(0.5)
    black = first_picture(a_film(tmp_path / "black.mp4", dark_until=COUNT), (40, 40))
    assert is_black(black)
    assert black.at == 0.0


def test_the_first_picture_is_the_very_first_where_something_is_seen(film: Path, tmp_path: Path) -> None:
    assert first_picture(a_film(tmp_path / "bright.mp4", first=60), (40, 40)).at == 0.0


def test_eight_pictures_of_it_are_one(film: Path) -> None:
    sheet = contact_sheet(film, (103, 60))
    assert sheet.width <= 103
    assert sheet.height <= 60
    assert sheet.height % 2 == 0
    assert len(sheet.rgb) == sheet.width * sheet.height * 3
    line = sheet.rgb[: sheet.width * 3]
    wide = (sheet.width - 3) // 4
    shades = [line[(wide + 1) * number * 3] for number in range(4)]
    assert shades == sorted(shades)
    assert len(set(shades)) == 4


@pytest.mark.parametrize("content", [b"", b"nonsense" * 99, b"\0\0\0\x18ftypisom"])
def test_what_is_no_film_is_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(content)
    with pytest.raises(NotAVideo, match=r"film\.mp4"):
        first_picture(path, (40, 40))


def test_a_film_that_is_cut_shows_what_is_there(film: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.mp4"
    content = film.read_bytes()
    cut.write_bytes(content[: len(content) * 2 // 3])
    with Clip(cut) as clip:
        assert clip.picture_at(99.0, SIZE).at < COUNT / FPS


def test_a_picture_file_is_shown_too(tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / "boat.png"
    Image.new("RGB", (64, 32), (10, 200, 30)).save(path)
    picture = first_picture(path, (20, 20))
    assert (picture.width, picture.height) == (20, 10)
    assert picture.rgb[:3] == bytes((10, 200, 30))
    path.write_bytes(b"no picture")
    with pytest.raises(NotAVideo, match="can't be read as a picture"):
        first_picture(path, (20, 20))


def test_a_file_that_is_gone_is_no_matter_of_its_content(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        first_picture(tmp_path / "gone.mp4", (20, 20))
