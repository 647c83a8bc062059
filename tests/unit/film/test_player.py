"""A film that plays in a thread of its own: what is due now is there, and nothing is left behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sora_tui.film.player import Player
from tests.unit.film.films import COUNT, FPS, a_film


class Clock:
    """Seconds that grow only when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_film(tmp_path_factory.mktemp("films") / "film.mp4")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def player(film: Path, clock: Clock) -> Iterator[Player]:
    made = Player(film, (24, 24), clock=clock)
    yield made
    made.close()
    assert made.join(10)


def after(player: Player, number: int) -> tuple[int, float]:
    assert player.wait_for(number, 10)
    number, picture = player.newest()
    assert picture is not None
    return number, picture.at


def test_the_first_picture_is_there_before_anything_plays(player: Player) -> None:
    number, at = after(player, 0)
    assert (number, at) == (1, 0.0)
    assert not player.playback.is_playing


def test_what_is_due_is_shown_and_what_is_late_left_out(player: Player, clock: Clock) -> None:
    number, _ = after(player, 0)
    player.play()
    clock.now += 1.22
    player.faster(0)  # a nudge: the clock of a test tells nobody that it went on
    number, at = after(player, number)
    assert at == pytest.approx(1.2)
    assert number == 2, "eleven pictures were left out"


def test_steps_stand_still_at_the_next_and_at_the_one_before(player: Player) -> None:
    number, _ = after(player, 0)
    player.seek(0.5)
    number, at = after(player, number)
    assert at == pytest.approx(0.5)
    player.step(1)
    number, at = after(player, number)
    assert at == pytest.approx(0.6)
    player.step(-1)
    number, at = after(player, number)
    assert at == pytest.approx(0.5)
    assert not player.playback.is_playing


def test_another_size_shows_the_same_moment(player: Player) -> None:
    number, _ = after(player, 0)
    player.seek(1.0)
    number, at = after(player, number)
    player.resize((10, 10))
    number, again = after(player, number)
    picture = player.newest()[1]
    assert picture is not None
    assert (picture.width, again) == (10, at)


def test_it_ends_near_the_last_picture(player: Player) -> None:
    number, _ = after(player, 0)
    player.seek(999.0)
    _, at = after(player, number)
    assert at == pytest.approx((COUNT - 1) / FPS)


def test_what_cant_be_played_is_said_and_no_thread_stays(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"nonsense")
    broken = Player(path, (24, 24))
    assert broken.wait_for(0, 10)
    assert "film.mp4" in broken.problem
    assert broken.join(10)
    gone = Player(tmp_path / "gone.mp4", (24, 24))
    assert gone.wait_for(0, 10)
    assert gone.problem == "gone.mp4 can't be opened."
    assert gone.join(10)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("playing ")]
