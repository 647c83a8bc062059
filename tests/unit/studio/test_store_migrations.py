"""A store is brought up to date step by step, each whole or not at all, after a copy of it was made."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sora_tui.studio.schema import MIGRATIONS, Migration, StoreBusy, StoreCorrupt, StoreTooNew, StoreUnwritable
from sora_tui.studio.store import Store
from sora_tui.studio.task import TaskState
from tests.unit.studio.stored import ORIGIN, damage_table, path_in, put, queued

FIRST: Migration = ("CREATE TABLE first (x)", "INSERT INTO first SELECT prompt FROM tasks")
SECOND: Migration = ("CREATE TABLE second (x)", "INSERT INTO second SELECT x FROM first")
TODAY = len(MIGRATIONS)
LATER = [*MIGRATIONS, FIRST, SECOND]

DIES_IN_A_MIGRATION = """
import os, signal, sqlite3, sys
from pathlib import Path
from sora_tui.studio.schema import MIGRATIONS
from sora_tui.studio import schema, store

path, fatal = Path(sys.argv[1]), sys.argv[2]
connect = sqlite3.connect

class Connection(sqlite3.Connection):
    def execute(self, sql, *rest):
        if fatal in sql:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().execute(sql, *rest)

def mortal(*args, **kwargs):
    return connect(*args, **kwargs, factory=Connection)

sqlite3.connect = mortal
first = ("CREATE TABLE first (x)", "INSERT INTO first SELECT prompt FROM tasks")
second = ("CREATE TABLE second (x)", "INSERT INTO second SELECT x FROM first")
store.Store(path, migrations=[*MIGRATIONS, first, second])
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store of today's schema with two tasks, closed."""
    store = Store(path_in(tmp_path))
    put(store, queued(1), queued(2))
    store.close()
    return path_in(tmp_path)


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def tables_of(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as db:
        return {str(name) for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}


def prompts_of(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [str(prompt) for (prompt,) in db.execute("SELECT prompt FROM tasks ORDER BY seq")]


def backup_of(path: Path, version: int = TODAY) -> Path:
    return path.with_name(f"{path.name}.v{version}.backup")


def migrate(path: Path, *migrations: Migration) -> None:
    Store(path, migrations=[*MIGRATIONS, *migrations]).close()


def test_the_tasks_of_every_older_schema_are_all_there_with_nothing_made_up(tmp_path: Path) -> None:
    for version in range(1, TODAY):
        path = path_in(tmp_path / str(version))
        path.parent.mkdir(parents=True)
        with closing(sqlite3.connect(path)) as db:
            for step in MIGRATIONS[:version]:
                for statement in step:
                    db.execute(statement)
            db.execute(
                "INSERT INTO tasks (ref, state, model, prompt, parameters, origin, created_at, text, links,"
                " watermark_links, note, attempts, revision) VALUES ('a', 'success', 'm', 'Boat', '{}', ?, 7, '',"
                " '[\"https://files.example/1.mp4\"]', '[]', '', 1, 1)",
                (ORIGIN,),
            )
            db.execute(f"PRAGMA user_version = {version}")
            db.commit()
        store = Store(path)
        [task] = store.tasks()
        assert (task.prompt, task.links, task.result_text) == ("Boat", ("https://files.example/1.mp4",), "")
        assert (task.tags, task.is_parked, task.balance_before) == ((), False, None)
        assert store.change("a", lambda task: replace(task, result_text="words"), at=8)
        store.close()
        assert version_of(path) == TODAY
        assert prompts_of(backup_of(path, version)) == ["Boat"]
        again = Store(path)
        assert [task.result_text for task in again.tasks()] == ["words"]
        again.close()


def test_the_steps_that_are_missing_are_made_in_their_order_and_the_tasks_stay(path: Path) -> None:
    migrate(path, FIRST)
    migrate(path, FIRST, SECOND)
    assert version_of(path) == TODAY + 2
    assert {"first", "second"} < tables_of(path)
    assert prompts_of(path) == ["Boat 1", "Boat 2"]


def test_a_step_is_never_made_twice(path: Path) -> None:
    migrate(path, FIRST)
    migrate(path, FIRST)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) FROM first").fetchone() == (2,)


def test_before_the_first_step_the_store_as_it_was_is_copied(path: Path) -> None:
    umask = os.umask(0o022)
    try:
        migrate(path, FIRST, SECOND)
    finally:
        os.umask(umask)
    copy = backup_of(path)
    assert version_of(copy) == TODAY
    assert prompts_of(copy) == ["Boat 1", "Boat 2"]
    assert not {"first", "second"} & tables_of(copy)
    assert copy.stat().st_mode & 0o777 == 0o600
    store = Store(copy)
    assert store.faults() == []
    store.close()
    assert {place.name for place in path.parent.iterdir() if not place.name.endswith("-journal")} == {
        path.name,
        copy.name,
    }


def test_a_new_store_and_one_that_is_up_to_date_are_not_copied(path: Path) -> None:
    Store(path).close()
    assert not list(path.parent.glob("*backup*"))


def test_an_older_copy_is_never_overwritten(path: Path) -> None:
    backup_of(path).write_bytes(b"what the user had before")
    migrate(path, FIRST)
    assert backup_of(path).read_bytes() == b"what the user had before"
    [newer] = set(path.parent.glob("*.backup")) - {backup_of(path)}
    assert prompts_of(newer) == ["Boat 1", "Boat 2"]


def test_without_a_place_for_the_copy_nothing_is_changed(path: Path) -> None:
    before = path.read_bytes()
    (path.parent / f"{path.name}.v{TODAY}.backup.part").mkdir()
    with pytest.raises(StoreUnwritable, match="Nothing was changed"):
        migrate(path, FIRST)
    assert path.read_bytes() == before


def test_what_is_left_of_a_copy_that_was_cut_is_made_anew(path: Path) -> None:
    part = backup_of(path).with_name(backup_of(path).name + ".part")
    part.write_bytes(b"cut")
    migrate(path, FIRST)
    assert prompts_of(backup_of(path)) == ["Boat 1", "Boat 2"]
    assert not part.exists()


def test_without_room_for_the_copy_nothing_is_changed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect

    def small(*args: object, **rest: object) -> sqlite3.Connection:
        connection = connect(*args, **rest)  # type: ignore[call-overload]
        if ".part" in str(args[0]):
            connection.execute("PRAGMA max_page_count = 2")
        return connection  # type: ignore[no-any-return]

    monkeypatch.setattr(sqlite3, "connect", small)
    with pytest.raises(StoreUnwritable, match="Free some space"):
        migrate(path, FIRST)
    monkeypatch.undo()
    assert version_of(path) == TODAY
    assert not backup_of(path).exists()


def test_a_step_that_fails_leaves_the_one_before_and_nothing_of_itself(path: Path) -> None:
    broken: Migration = ("CREATE TABLE half (x)", "DELETE FROM steps", "INSERT INTO no_such_table VALUES (1)")
    with pytest.raises(sqlite3.OperationalError, match="no_such_table"):
        migrate(path, FIRST, broken)
    assert version_of(path) == TODAY + 1
    assert "half" not in tables_of(path)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) FROM steps").fetchone() == (2,)


@pytest.mark.parametrize(
    ("fatal", "version"),
    [
        ("CREATE TABLE first", TODAY),
        ("INSERT INTO first", TODAY),
        (f"PRAGMA user_version = {TODAY + 1}", TODAY),
        ("CREATE TABLE second", TODAY + 1),
        ("INSERT INTO second", TODAY + 1),
        (f"PRAGMA user_version = {TODAY + 2}", TODAY + 1),
    ],
)
def test_a_program_killed_in_a_step_leaves_it_undone_and_the_next_one_goes_on(
    path: Path, fatal: str, version: int
) -> None:
    dead = subprocess.run([sys.executable, "-c", DIES_IN_A_MIGRATION, str(path), fatal], check=False)
    assert dead.returncode == -signal.SIGKILL
    assert version_of(path) == version
    assert ("first" in tables_of(path), "second" in tables_of(path)) == (version > TODAY, False)
    migrate(path, FIRST, SECOND)
    assert version_of(path) == TODAY + 2
    assert prompts_of(path) == prompts_of(backup_of(path)) == ["Boat 1", "Boat 2"]
    store = Store(path, migrations=LATER)
    assert store.faults() == []
    store.close()


def test_a_program_that_was_quicker_has_made_the_step_for_us(path: Path) -> None:
    """Its commit falls between our look at the version and our transaction."""
    quicker: list[str] = []

    class Slow(sqlite3.Connection):
        def execute(self, sql: str, *rest: object) -> sqlite3.Cursor:
            if sql == "BEGIN IMMEDIATE" and not quicker:
                quicker.append(sql)
                migrate(path, FIRST)
            return super().execute(sql, *rest)  # type: ignore[arg-type]

    connect = sqlite3.connect
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            sqlite3,
            "connect",
            lambda *args, **rest: connect(*args, **rest, factory=sqlite3.Connection if quicker else Slow),
        )
        migrate(path, FIRST)
    assert quicker
    assert version_of(path) == TODAY + 1
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) FROM first").fetchone() == (2,)


def test_a_program_whose_store_was_updated_under_it_reads_on_and_writes_no_more(path: Path) -> None:
    old = Store(path)
    migrate(path, FIRST)
    before = path.read_bytes()
    for write in (
        lambda: put(old, queued(3)),
        lambda: old.change(queued(1).ref, lambda task: task.moved(TaskState.REFUSED), at=1),
        lambda: old.claim(queued(1).ref, owner="this program", clock_ms=lambda: 1, limit=20, window_ms=10_000),
        lambda: old.take_over(queued(1).origin, ["this program"], "another"),
    ):
        with pytest.raises(StoreTooNew, match=rf"schema {TODAY + 1} by a newer .* knows {TODAY}"):
            write()
    assert len(old.tasks()) == 2
    old.close()
    assert path.read_bytes() == before
    with pytest.raises(StoreTooNew, match=f"schema {TODAY + 1}"):
        Store(path)


def test_a_store_that_another_program_has_open_is_not_updated(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(StoreBusy, match=r"older sora-tui has this store open\. Quit it"):
        Store(path, migrations=LATER, is_alone=lambda: False)
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*.backup"))


def test_a_damaged_store_is_neither_copied_nor_updated(path: Path) -> None:
    damage_table(path, "steps")
    damaged = path.read_bytes()
    with pytest.raises(StoreCorrupt, match="damaged"):
        migrate(path, FIRST)
    assert path.read_bytes() == damaged
    assert not list(path.parent.glob("*.backup*"))


def of_schema(version: int, path: Path, parents: list[tuple[str, str | None]]) -> None:
    """A store of an older schema with one task for each ref and the one it was edited from."""
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for statement in (statement for step in MIGRATIONS[:version] for statement in step):
            db.execute(statement)
        db.execute("BEGIN")
        db.executemany(
            "INSERT INTO tasks (ref, parent_ref, state, model, prompt, parameters, origin, created_at, text, links,"
            " watermark_links, note, attempts, revision)"
            " VALUES (?, ?, 'success', 'm', 'Boat', '{}', 'x', 7, '', '[]', '[]', '', 1, 1)",
            parents,
        )
        db.execute(f"PRAGMA user_version = {version}")
        db.execute("COMMIT")


def threads_of(path: Path) -> dict[str, str]:
    with closing(Store(path)) as store:
        return {task.ref: task.thread_ref for task in store.tasks()}


def test_every_task_of_an_older_schema_comes_into_the_thread_of_its_first_ancestor(tmp_path: Path) -> None:
    of_schema(
        4,
        path_in(tmp_path),
        [
            ("grandchild", "child"),
            ("child", "root"),
            ("root", None),
            ("other child", "root"),
            ("orphan", "gone"),
            ("of the orphan", "orphan"),
            ("egg", "hen"),
            ("hen", "egg"),
            ("of the hen", "hen"),
            ("itself", "itself"),
        ],
    )
    assert threads_of(path_in(tmp_path)) == {
        "grandchild": "root",
        "child": "root",
        "root": "root",
        "other child": "root",
        "orphan": "orphan",
        "of the orphan": "orphan",
        "egg": "egg",
        "hen": "hen",
        "of the hen": "of the hen",
        "itself": "itself",
    }


@settings(max_examples=25, deadline=None)
@given(parents=st.lists(st.none() | st.integers(0, 14), max_size=12))
def test_any_family_has_threads_in_which_children_follow_their_parents(parents: list[int | None]) -> None:
    """Whatever hangs from a root is in the root's thread; what hangs in a circle, or from none, is in some thread."""
    family = {str(number): None if parent is None else str(parent) for number, parent in enumerate(parents)}
    with TemporaryDirectory() as folder:
        of_schema(4, path_in(Path(folder)), list(family.items()))
        found = threads_of(path_in(Path(folder)))
    for ref, parent in family.items():
        walked, at = [ref], parent
        while at in family and at not in walked:
            walked.append(at)
            at = family[at]
        assert found[ref] == (ref if at in walked else walked[-1])


def test_a_long_thread_and_many_tasks_come_into_their_threads(tmp_path: Path) -> None:
    of_schema(4, path_in(tmp_path), [(str(number), str(number - 1) if number else None) for number in range(5_000)])
    assert set(threads_of(path_in(tmp_path)).values()) == {"0"}


def test_tasks_of_an_older_schema_keep_their_order_in_the_outbox(tmp_path: Path) -> None:
    of_schema(4, path_in(tmp_path), [(ref, None) for ref in "cab"])
    with closing(Store(path_in(tmp_path))) as store:
        assert sorted(store.tasks(), key=lambda task: task.place) == [store.task(ref) for ref in "cab"]
