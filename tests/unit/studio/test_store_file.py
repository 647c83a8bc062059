"""The store's file: private, never overwritten, and refused with a sentence where it can't be used."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from sora_tui.studio.schema import MIGRATIONS, StoreBusy, StoreCorrupt, StoreTooNew, StoreUnwritable
from sora_tui.studio.store import Store
from sora_tui.studio.task import Task, TaskState
from tests.unit.studio.stored import path_in, put, queued, running

HEADER = b"SQLite format 3\x00"
WORDS = "word " * 1000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with enough tasks for many pages, closed."""
    store = Store(path_in(tmp_path))
    put(store, *(queued(number, prompt=WORDS) for number in range(1, 10)))
    store.close()
    return path_in(tmp_path)


@pytest.fixture
def loose_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(path: Path) -> dict[str, str]:
    return {place.name: oct(place.stat().st_mode & 0o777) for place in (path.parent, *path.parent.iterdir())}


def files(path: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in path.parent.iterdir() if each.is_file()}


def use(path: Path) -> None:
    """All that a start does with the store."""
    store = Store(path)
    try:
        store.tasks()
        assert store.faults() == []
    finally:
        store.close()


# Private


@pytest.mark.usefixtures("loose_umask")
def test_the_file_and_what_lies_beside_it_are_for_the_user_alone(tmp_path: Path) -> None:
    path = path_in(tmp_path)
    store = Store(path)
    put(store, running())
    seen: dict[str, str] = {}

    def look(task: Task) -> Task:
        seen.update(modes(path))
        return task.moved(TaskState.WAITING, vendor_state="queuing")

    store.change(running().ref, look, at=1)
    store.close()
    assert seen == {"data": "0o700", path.name: "0o600", f"{path.name}-journal": "0o600"}


@pytest.mark.usefixtures("loose_umask")
def test_an_open_file_in_an_open_folder_is_closed_to_others(path: Path) -> None:
    path.chmod(0o644)
    path.parent.chmod(0o755)
    use(path)
    assert modes(path)[path.name] == "0o600"
    assert modes(path)["data"] == "0o700"


# Damaged


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda whole: b"This is a letter, not a database. " * 200, id="not a database"),
        pytest.param(lambda whole: b"\x00" * len(whole), id="zeros"),
        pytest.param(lambda whole: b"xy", id="two bytes"),
        pytest.param(lambda whole: whole[: len(whole) // 2], id="cut in half"),
        pytest.param(lambda whole: whole[:5000], id="cut in a page"),
        pytest.param(lambda whole: whole[:60], id="cut in the header"),
        pytest.param(lambda whole: HEADER + Random(1).randbytes(8000), id="random behind the name"),
        pytest.param(lambda whole: whole[:4096] + b"\xff" * (len(whole) - 4096), id="the pages overwritten"),
    ],
)
def test_a_damaged_file_is_said_and_kept_byte_for_byte(path: Path, damage: Callable[[bytes], bytes]) -> None:
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)
    with pytest.raises(StoreCorrupt, match="damaged") as raised:
        use(path)
    assert str(path) in str(raised.value)
    assert "backup" in str(raised.value)
    assert path.read_bytes() == damaged


@pytest.mark.parametrize(
    ("whole", "torn"),
    [(b"queued", b"quexed"), (b'{"size', b'\x00"size'), (b"standard", b"\xff" * 8)],
    ids=["a state", "the parameters", "not UTF-8"],
)
def test_a_row_that_cannot_be_a_task_is_damage_too(path: Path, whole: bytes, torn: bytes) -> None:
    path.write_bytes(path.read_bytes().replace(whole, torn))
    with pytest.raises(StoreCorrupt, match="damaged"):
        use(path)


def test_an_index_that_misses_a_row_is_found_by_the_check_while_the_tasks_are_read(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        [(page,)] = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'steps_ref'")
        [(size,)] = db.execute("PRAGMA page_size")
    place = slice((page - 1) * size, page * size)
    outdated = path.read_bytes()[place]
    store = Store(path)
    put(store, queued(10))
    store.close()
    whole = bytearray(path.read_bytes())
    assert whole[place] != outdated
    whole[place] = outdated
    path.write_bytes(whole)
    store = Store(path)
    assert any("steps_ref" in fault for fault in store.faults())
    assert len(store.tasks()) == 10
    store.close()


def test_a_hot_journal_of_a_dead_program_is_rolled_back(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = TRUNCATE")
        db.execute("PRAGMA cache_size = 1")
        db.execute("BEGIN IMMEDIATE")
        db.execute("UPDATE tasks SET prompt = 'half written'")
        torn = files(path)
        db.execute("ROLLBACK")
    assert b"half written" in torn[path.name], "the dead program had begun to write"
    for name, kept in torn.items():
        (path.parent / name).write_bytes(kept)
    store = Store(path)
    assert {task.prompt for task in store.tasks()} == {WORDS}
    assert store.faults() == []
    store.close()


# Newer


def test_a_newer_file_is_refused_with_both_versions_and_left_as_it_is(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 41}")
    before = files(path)
    with pytest.raises(StoreTooNew, match=rf"schema {len(MIGRATIONS) + 41}.* up to {len(MIGRATIONS)}"):
        use(path)
    assert files(path) == before


# Not to be written


@pytest.fixture
def locked_away(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store that may only be read, also where the tests run as root."""
    path.chmod(0o400)
    path.parent.chmod(0o500)
    can = os.access
    monkeypatch.setattr(os, "access", lambda place, mode: mode != os.W_OK and can(place, mode))
    return path


def test_a_file_that_may_not_be_written_is_read_and_takes_nothing(locked_away: Path) -> None:
    before = files(locked_away)
    store = Store(locked_away)
    assert len(store.tasks()) == 9
    assert store.history(queued(1).ref)
    for write in (
        lambda: put(store, queued(100)),
        lambda: store.change(queued(1).ref, lambda task: task.moved(TaskState.REFUSED), at=1),
        lambda: store.claim(queued(1).ref, owner="this program", clock_ms=lambda: 1, limit=20, window_ms=10_000),
        lambda: store.take_over(queued(1).origin, ["this program"], "another"),
    ):
        with pytest.raises(StoreUnwritable, match="check the permissions"):
            write()
    assert len(store.tasks()) == 9
    store.close()
    locked_away.parent.chmod(0o700)
    assert files(locked_away) == before


def test_an_outdated_file_that_may_not_be_written_is_said(locked_away: Path) -> None:
    with pytest.raises(StoreUnwritable, match="brought up to date"):
        Store(locked_away, migrations=[*MIGRATIONS, ("CREATE TABLE more (x)",)])


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(StoreUnwritable, match="check the permissions"):
        Store(path_in(tmp_path))
    assert (tmp_path / "data").read_text() == "a file where the folder should be"


def test_a_folder_where_the_file_should_be_is_said(tmp_path: Path) -> None:
    path_in(tmp_path).mkdir(parents=True)
    with pytest.raises(StoreUnwritable):
        Store(path_in(tmp_path))


def test_a_full_disk_undoes_the_whole_change_and_a_later_one_is_taken(path: Path) -> None:
    store = Store(path)
    before = store.tasks()
    [(pages,)] = store._connection.execute("PRAGMA page_count")
    store._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreUnwritable, match="Free some space"):
        put(store, queued(100, prompt="x" * 20_000))
    with pytest.raises(StoreUnwritable, match="Free some space"):
        store.change(queued(1).ref, lambda task: task.moved(TaskState.SENDING), at=1, raw="x" * 20_000)
    assert store.tasks() == before
    assert len(store.history(queued(1).ref)) == 1
    store._connection.execute("PRAGMA max_page_count = 1000000")
    put(store, queued(100, prompt="x" * 20_000))
    assert len(store.tasks()) == 10
    assert store.faults() == []
    store.close()


# Locked


def test_a_store_another_program_keeps_locked_says_so(path: Path) -> None:
    store = Store(path, busy_timeout_s=0.0)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for act in (store.tasks, lambda: put(store, queued(100)), lambda: Store(path, busy_timeout_s=0.0)):
            with pytest.raises(StoreBusy, match="Try again"):
                act()
        other.execute("ROLLBACK")
    put(store, queued(100))
    store.close()


def test_every_commit_reaches_the_disk_and_no_write_ahead_log_is_used(path: Path) -> None:
    store = Store(path)
    settings = [
        store._connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys")
    ]
    assert settings == ["truncate", 2, 1]
    store.close()
