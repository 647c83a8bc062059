"""What is remembered of files that were looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from sora_tui.tui import stills
from sora_tui.tui.stills import Unseen, still
from tests.unit.film.films import a_film


def test_a_picture_is_made_once_and_again_when_the_file_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stills, "_kept", stills._kept.__class__())
    film = a_film(tmp_path / "a.mp4")
    first, facts = still(film, (40, 20), False)
    assert still(film, (40, 20), False)[0] is first
    assert facts.startswith("98×50 · ")
    assert still(film, (20, 10), False)[0] is not first
    a_film(film, width=64)
    assert still(film, (40, 20), False)[1].startswith("64×50 · ")


def test_no_more_is_kept_than_there_is_room_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stills, "_kept", stills._kept.__class__())
    monkeypatch.setattr(stills, "MOST_BYTES", 5_000)
    film = a_film(tmp_path / "a.mp4")
    for width in range(20, 60, 4):
        still(film, (width, 20), False)
    assert 1 <= sum(len(picture.rgb) for picture, _ in stills._kept.values()) <= 5_000
    assert len(still(film, (98, 50), False)[0].rgb) > 5_000
    assert len(stills._kept) == 1


def test_why_there_is_no_picture_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unseen, match="is not there any more"):
        still(tmp_path / "gone.mp4", (40, 20), False)
    (tmp_path / "a.mp4").write_bytes(b"no film")
    with pytest.raises(Unseen, match=r"a\.mp4"):
        still(tmp_path / "a.mp4", (40, 20), False)
