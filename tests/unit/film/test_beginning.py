"""The first picture of a film from its first bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from sora_tui.film.beginning import picture_of_beginning
from sora_tui.film.clip import Clip
from sora_tui.film.inspect import NotAVideo
from tests.unit.film.films import a_film


def test_it_is_seen_from_less_than_the_whole(tmp_path: Path) -> None:
    film = a_film(tmp_path / "film.mp4")
    content = film.read_bytes()
    picture = picture_of_beginning(content[: len(content) * 3 // 4], (40, 40))
    with Clip(film) as clip:
        assert picture == clip.picture_at(0.0, clip.fitted((40, 40)))


@pytest.mark.parametrize("content", [b"", b"no film at all" * 100])
def test_what_is_no_film_has_none(content: bytes) -> None:
    with pytest.raises(NotAVideo):
        picture_of_beginning(content, (40, 40))


def test_without_the_index_there_is_none(tmp_path: Path) -> None:
    content = a_film(tmp_path / "film.mp4").read_bytes()
    with pytest.raises(NotAVideo):
        picture_of_beginning(content[:100], (40, 40))
