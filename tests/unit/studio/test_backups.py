"""The store is copied once a day while a program runs: whole or not at all, by one program, and never fatally."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from sora_tui.studio.backups import DAY_MS, KEPT, Backup, back_up, backups, copy_out, is_due
from sora_tui.studio.events import Notice, Severity
from sora_tui.studio.instances import one_at_a_time
from sora_tui.studio.schema import FILE_NAME, MIGRATIONS, StoreCorrupt, StoreUnwritable
from sora_tui.studio.store import Store
from tests.unit.studio.scripted_service import a_desk, put_in_store, settings_in, waiting
from tests.unit.studio.stored import damage_table, path_in, put, queued
from tests.unit.studio.virtual_time import EPOCH_MS, in_virtual_time

HOUR_S = 3600.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store of two tasks, closed."""
    store = Store(path_in(tmp_path))
    put(store, queued(1), queued(2))
    store.close()
    return path_in(tmp_path)


def prompts_in(path: Path) -> list[str]:
    store = Store(path)
    try:
        assert store.faults() == []
        return [task.prompt for task in store.tasks()]
    finally:
        store.close()


def names(path: Path) -> set[str]:
    return {place.name for place in path.parent.glob(f"{path.name}.*")}


def small_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves room for two pages of any copy."""
    connect = sqlite3.connect

    def small(*args: object, **rest: object) -> sqlite3.Connection:
        connection = connect(*args, **rest)  # type: ignore[call-overload]
        if str(args[0]).endswith(".part"):
            connection.execute("PRAGMA max_page_count = 2")
        return connection  # type: ignore[no-any-return]

    monkeypatch.setattr(sqlite3, "connect", small)


def test_a_copy_is_whole_private_and_of_its_moment(path: Path) -> None:
    umask = os.umask(0o022)
    try:
        made = back_up(path, EPOCH_MS)
    finally:
        os.umask(umask)
    assert made == Backup(path.with_name(f"{path.name}.20261118-110640Z.backup"), EPOCH_MS)
    assert backups(path) == [made]
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert names(path) <= {made.path.name, f"{path.name}-journal"}
    assert prompts_in(made.path) == ["Boat 1", "Boat 2"]


def test_the_store_is_copied_while_another_program_changes_it(path: Path) -> None:
    """The change is either all there or not at all: the copy is of one moment."""
    store = Store(path)
    with store._writing() as db:
        db.execute("UPDATE tasks SET prompt = 'half written'")
        made = back_up(path, EPOCH_MS)
    store.close()
    assert prompts_in(made.path) == ["Boat 1", "Boat 2"]


def test_of_the_daily_copies_three_stay_and_of_those_before_an_update_all(path: Path) -> None:
    Store(path, migrations=[*MIGRATIONS, ("CREATE TABLE more (x)",)]).close()
    before_an_update = path.with_name(f"{path.name}.v{len(MIGRATIONS)}.backup")
    os.utime(before_an_update, (0, 0))
    made = [back_up(path, EPOCH_MS + day * DAY_MS) for day in range(5)]
    assert [backup.path for backup in backups(path)] == [*(each.path for each in reversed(made[2:])), before_an_update]


def test_a_new_copy_stays_though_older_ones_say_that_they_are_of_the_future(path: Path) -> None:
    for day in range(1, 4):
        back_up(path, EPOCH_MS + day * DAY_MS)
    new = back_up(path, EPOCH_MS)
    assert new in backups(path)
    assert len(backups(path)) == KEPT


@pytest.mark.parametrize(
    ("ages_ms", "due"),
    [
        ([], True),
        ([DAY_MS], True),
        ([DAY_MS - 1], False),
        ([3 * DAY_MS, 2 * DAY_MS], True),
        ([3 * DAY_MS, 1], False),
        ([-1], False),
        pytest.param([-2 * DAY_MS], True, id="made while the clock was far ahead"),
    ],
)
def test_a_copy_is_due_when_none_is_of_the_last_day(path: Path, ages_ms: list[int], due: bool) -> None:
    for age_ms in ages_ms:
        back_up(path, EPOCH_MS - age_ms)
    assert is_due(path, EPOCH_MS) is due


def test_without_room_there_is_no_copy_and_the_older_ones_stay(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = [back_up(path, EPOCH_MS + day * DAY_MS).path for day in range(3)]
    small_copies(monkeypatch)
    with pytest.raises(StoreUnwritable, match="Free some space"):
        back_up(path, EPOCH_MS + 3 * DAY_MS)
    assert names(path) - {f"{path.name}-journal"} == {place.name for place in kept}


def test_a_damaged_store_replaces_no_copy_and_removes_none(path: Path) -> None:
    kept = [back_up(path, EPOCH_MS + day * DAY_MS).path for day in range(3)]
    damage_table(path, "steps")
    with pytest.raises(StoreCorrupt, match="damaged"):
        back_up(path, EPOCH_MS + 3 * DAY_MS)
    assert names(path) - {f"{path.name}-journal"} == {place.name for place in kept}


# On request


def test_a_copy_on_request_is_whole_and_private(path: Path, tmp_path: Path) -> None:
    copy_out(path, tmp_path / "copy.sqlite3")
    assert prompts_in(tmp_path / "copy.sqlite3") == ["Boat 1", "Boat 2"]
    assert (tmp_path / "copy.sqlite3").stat().st_mode & 0o777 == 0o600


def test_a_copy_on_request_overwrites_nothing(path: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(StoreUnwritable, match="not overwritten"):
        copy_out(path, tmp_path / "mine")
    assert (tmp_path / "mine").read_text() == "mine"


@pytest.mark.parametrize("spoil", ["damage", "no room"])
def test_a_copy_on_request_that_fails_leaves_nothing(
    path: Path, tmp_path: Path, spoil: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if spoil == "damage":
        damage_table(path, "steps")
    else:
        small_copies(monkeypatch)
    with pytest.raises((StoreCorrupt, StoreUnwritable)):
        copy_out(path, tmp_path / "copy.sqlite3")
    assert not list(tmp_path.glob("copy*"))


def test_a_copy_into_a_folder_that_is_not_there_is_said(path: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreUnwritable, match="check the permissions"):
        copy_out(path, tmp_path / "nowhere" / "copy.sqlite3")


# Day by day


def copies(folder: Path) -> list[int]:
    """When the copies were made, in seconds of virtual time."""
    return sorted((backup.made_at - EPOCH_MS) // 1000 for backup in backups(settings_in(folder).data_dir / FILE_NAME))


@in_virtual_time
async def test_a_program_that_runs_for_days_copies_the_store_once_in_each(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.pass_s(60)
        assert copies(tmp_path) == [5]
        await desk.pass_s(23 * HOUR_S)
        assert copies(tmp_path) == [5]
        await desk.pass_s(2 * HOUR_S)
        assert len(copies(tmp_path)) == 2
        assert desk.told(Notice) == []


@in_virtual_time
async def test_a_program_that_starts_again_within_the_day_copies_nothing(tmp_path: Path) -> None:
    for _ in range(2):
        async with a_desk(tmp_path) as desk:
            await desk.pass_s(60)
    assert len(copies(tmp_path)) == 1


@in_virtual_time
async def test_while_another_program_copies_it_there_is_nothing_to_do_or_to_say(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        with one_at_a_time(settings_in(tmp_path).data_dir, "copying", patience_s=0.0):
            await desk.pass_s(60)
        assert copies(tmp_path) == []
        assert desk.told(Notice) == []
        await desk.pass_s(HOUR_S)
        assert len(copies(tmp_path)) == 1


@in_virtual_time
async def test_a_copy_that_cannot_be_made_is_said_and_work_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_in(tmp_path)
    put_in_store(settings, waiting(1, settings))
    async with a_desk(tmp_path) as desk:
        small_copies(monkeypatch)
        await desk.pass_s(60)
        [notice] = desk.told(Notice)
        assert (notice.severity, notice.topic) == (Severity.WARNING, "backup")
        assert "Free some space" in notice.text
        asked = len(desk.service.looks)
        await desk.pass_s(600)
        assert len(desk.service.looks) > asked
        assert copies(tmp_path) == []
