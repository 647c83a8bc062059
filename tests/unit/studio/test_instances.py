"""Who lives and who may ask is told by file locks alone, which a death lets go of at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sora_tui.studio.instances import Instance, Seat
from sora_tui.studio.schema import StoreUnwritable

ORIGIN = "https://kie.example"

LIVES = """
import sys
from pathlib import Path
from sora_tui.studio.instances import Instance, Seat

folder = Path(sys.argv[1])
instance = Instance(folder)
instance.hold()
seat = Seat.for_asking(folder, sys.argv[2])
print(instance.id, seat.take(), flush=True)
if sys.stdin.readline() == "leave\\n":
    seat.leave()
    instance.release()
"""


@contextmanager
def another_program(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that holds its instance's lock and sits; and its instance's id."""
    with subprocess.Popen(
        [sys.executable, "-c", LIVES, str(folder), ORIGIN],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            owner, sits = process.stdout.readline().split()
            assert sits == "True"
            yield process, owner
        finally:
            process.kill()


def locks(folder: Path) -> set[str]:
    return {place.name for place in (folder / "instances").glob("*.lock")}


def test_a_program_that_is_killed_is_dead_at_once_and_its_seat_is_free(tmp_path: Path) -> None:
    instance, seat = Instance(tmp_path), Seat.for_asking(tmp_path, ORIGIN)
    with another_program(tmp_path) as (process, owner):
        assert not instance.is_dead(owner)
        assert not seat.take()
        assert not seat.is_ours
        process.kill()
        process.wait()
        assert f"{owner}.lock" in locks(tmp_path), "it could not clean up"
        assert instance.is_dead(owner)
        assert seat.take()
        assert seat.is_ours
    seat.leave()


def test_a_program_that_leaves_lets_go_of_everything(tmp_path: Path) -> None:
    instance, seat = Instance(tmp_path), Seat.for_asking(tmp_path, ORIGIN)
    with another_program(tmp_path) as (process, owner):
        process.communicate("leave\n")
        assert process.returncode == 0
    assert f"{owner}.lock" not in locks(tmp_path)
    assert instance.is_dead(owner)
    assert seat.take()
    seat.leave()


def test_one_that_asks_whether_another_lives_takes_nothing_from_it(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    with another_program(tmp_path) as (_, owner):
        assert [instance.is_dead(owner) for _ in range(3)] == [False] * 3
        assert [Instance(tmp_path).is_dead(owner) for _ in range(3)] == [False] * 3
        assert f"{owner}.lock" in locks(tmp_path)


def test_the_lock_of_a_dead_program_is_cleared_away_and_stays_dead(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    with another_program(tmp_path) as (process, owner):
        process.kill()
        process.wait()
    assert instance.is_dead(owner)
    assert f"{owner}.lock" not in locks(tmp_path)
    assert instance.is_dead(owner)


@pytest.mark.parametrize("owner", ["", "f" * 32])
def test_an_owner_without_a_lock_is_dead(tmp_path: Path, owner: str) -> None:
    assert Instance(tmp_path).is_dead(owner)
    assert not (tmp_path / "instances").exists()


def test_we_ourselves_live_from_our_first_hold_to_our_release(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    assert instance.is_dead(instance.id)
    instance.hold()
    instance.hold()
    assert not instance.is_dead(instance.id)
    assert not Instance(tmp_path).is_dead(instance.id)
    instance.release()
    instance.release()
    assert instance.is_dead(instance.id)
    assert Instance(tmp_path).is_dead(instance.id)
    assert locks(tmp_path) == set()


def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "instances").write_text("a file where the folder should be")
    with pytest.raises(StoreUnwritable, match="check the permissions"):
        Instance(tmp_path).hold()


def test_a_lock_that_cannot_be_tried_is_said(tmp_path: Path) -> None:
    (tmp_path / "instances" / "another.lock").mkdir(parents=True)
    with pytest.raises(StoreUnwritable):
        Instance(tmp_path).is_dead("another")


def test_a_seat_that_cannot_be_taken_is_said(tmp_path: Path) -> None:
    (tmp_path / "instances").write_text("a file where the folder should be")
    with pytest.raises(StoreUnwritable):
        Seat.for_asking(tmp_path, ORIGIN).take()


def test_what_shows_who_lives_is_for_the_user_alone(tmp_path: Path) -> None:
    instance, seat = Instance(tmp_path), Seat.for_asking(tmp_path, ORIGIN)
    instance.hold()
    seat.take()
    places = [tmp_path / "instances", *(tmp_path / "instances").iterdir()]
    assert {oct(place.stat().st_mode & 0o777) for place in places} == {"0o700", "0o600"}
    assert len(places) == 3
    instance.release()
    seat.leave()


def test_of_two_that_sit_down_one_sits_until_it_leaves(tmp_path: Path) -> None:
    first, second = Seat.for_asking(tmp_path, ORIGIN), Seat.for_asking(tmp_path, ORIGIN)
    assert [first.take(), first.take(), second.take()] == [True, True, False]
    second.leave()
    assert not second.take(), "only the one that sits can free the seat"
    first.leave()
    assert second.take()
    assert not first.is_ours
    assert not first.take()
    second.leave()


def test_each_service_has_a_seat_of_its_own(tmp_path: Path) -> None:
    seats = [Seat.for_asking(tmp_path, origin) for origin in (ORIGIN, "demo", "https://kie.example:8443/../../x")]
    assert [seat.take() for seat in seats] == [True] * 3
    assert {place.parent for place in tmp_path.rglob("*.lock")} == {tmp_path / "instances"}
    for seat in seats:
        seat.leave()
