"""A damaged store is kept, and the new one has all that a whole backup or the damaged file still gives. T3."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sora_tui.studio import repair as repairing
from sora_tui.studio.backups import DAY_MS, back_up
from sora_tui.studio.outcomes import REPAIRED
from sora_tui.studio.repair import Recovery, remedy, repair
from sora_tui.studio.schema import MIGRATIONS, StoreCorrupt, StoreUnwritable
from sora_tui.studio.store import Store
from sora_tui.studio.task import Task, TaskState
from tests.unit.studio.stored import damage_table, path_in, put, queued, running
from tests.unit.studio.virtual_time import EPOCH_MS

NOW = EPOCH_MS + DAY_MS
WORDS = "word " * 200
OLD, NEW = 40, 20
"""Tasks that the backup has, and tasks that were made after it."""

Damage = Callable[[bytes], bytes]
DAMAGES: dict[str, Damage] = {
    "not a database": lambda whole: b"This is a letter, not a database. " * 200,
    "zeros": lambda whole: b"\x00" * len(whole),
    "empty": lambda whole: b"",
    "two bytes": lambda whole: b"xy",
    "cut in half": lambda whole: whole[: len(whole) // 2],
    "cut in a page": lambda whole: whole[: len(whole) // 2 + 100],
    "without its end": lambda whole: whole[:-4096],
    "without its header": lambda whole: b"\xff" * 100 + whole[100:],
    "without its first page": lambda whole: b"\x00" * 4096 + whole[4096:],
    "random behind the name": lambda whole: whole[:16] + Random(1).randbytes(len(whole) - 16),
    "pages in the middle": lambda whole: whole[:147456] + b"\xff" * 20480 + whole[167936:],
}


def old(number: int) -> Task:
    return running(number, prompt=WORDS)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store of `OLD + NEW` tasks, the first of them changed since its backup was made."""
    store = Store(path_in(tmp_path))
    put(store, *(old(number) for number in range(1, OLD + 1)))
    back_up(store.path, EPOCH_MS)
    put(store, *(old(number) for number in range(OLD + 1, OLD + NEW + 1)))
    store.change(old(1).ref, lambda task: task.moved(TaskState.SUCCESS, code=200), at=NOW, raw='{"state":"success"}')
    store.close()
    return store.path


def forget_backups(path: Path) -> None:
    for backup in path.parent.glob("*.backup"):
        backup.unlink()


def tasks_in(path: Path) -> dict[str, Task]:
    store = Store(path)
    try:
        assert store.faults() == []
        return {task.ref: task for task in store.tasks()}
    finally:
        store.close()


def change_rows(path: Path, *statements: str) -> None:
    """Does to the file what no program of ours does."""
    with closing(sqlite3.connect(path)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


# What is kept


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("has_backup", [True, False], ids=["with a backup", "without"])
def test_whatever_the_damage_the_file_is_kept_and_the_new_store_is_whole(
    path: Path, damage: Damage, has_backup: bool
) -> None:
    before = tasks_in(path)
    if not has_backup:
        forget_backups(path)
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)
    recovery = repair(path, now_ms=NOW)
    assert recovery.damaged.name.startswith(f"{path.name}.corrupt-")
    assert recovery.damaged.read_bytes() == damaged
    after = tasks_in(path)
    assert len(after) == recovery.from_backup + recovery.from_damaged
    assert {ref: task for ref, task in after.items() if task.revision > OLD}.items() <= before.items()
    assert set(after) >= ({old(number).ref for number in range(1, OLD + 1)} if has_backup else set())
    assert (recovery.backup is not None) is has_backup
    assert not recovery.is_complete
    assert path.stat().st_mode & 0o777 == 0o600
    assert not path.with_name(f"{path.name}.repair").exists()


@pytest.mark.parametrize("damage", ["without its header", "without its first page"])
@pytest.mark.parametrize("has_backup", [True, False], ids=["with a backup", "without"])
def test_a_file_that_lost_its_beginning_gives_every_task_back(path: Path, damage: str, has_backup: bool) -> None:
    before = tasks_in(path)
    if not has_backup:
        forget_backups(path)
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    recovery = repair(path, now_ms=NOW)
    assert tasks_in(path) == before
    assert recovery.from_damaged == NEW + 1 + (0 if has_backup else OLD - 1)


def test_a_young_store_that_lost_the_pages_on_which_other_tables_begin_gives_every_task_back(tmp_path: Path) -> None:
    with closing(Store(path_in(tmp_path))) as store:
        put(store, *(running(number) for number in (1, 2, 3)))
    before = tasks_in(store.path)
    whole = store.path.read_bytes()
    store.path.write_bytes(whole[: len(whole) // 3])
    recovery = repair(store.path, now_ms=NOW)
    assert tasks_in(store.path) == before
    assert (recovery.from_damaged, recovery.is_complete) == (3, False)


def test_round_pages_that_cannot_be_read_every_other_row_is_taken(path: Path) -> None:
    forget_backups(path)
    before = tasks_in(path)
    path.write_bytes(DAMAGES["pages in the middle"](path.read_bytes()))
    recovery = repair(path, now_ms=NOW)
    lost = len(before) - recovery.from_damaged
    assert 0 < lost < OLD, "five pages hold some of the tasks, not most of them"


def test_history_and_raw_answers_come_along(path: Path) -> None:
    store = Store(path)
    histories = {ref: store.history(ref) for ref in (old(1).ref, old(OLD + 1).ref, old(2).ref)}
    store.close()
    damage_table(path, "sends")
    assert repair(path, now_ms=NOW).is_complete, "nothing of the tasks was damaged"
    store = Store(path)
    assert {ref: store.history(ref) for ref in histories} == histories
    assert len(histories[old(1).ref]) == 2
    assert store.raw(old(1).ref) == '{"state":"success"}'
    store.close()


def test_a_table_that_is_lost_takes_no_other_along(path: Path) -> None:
    before = tasks_in(path)
    damage_table(path, "steps")
    recovery = repair(path, now_ms=NOW)
    assert tasks_in(path) == before
    assert not recovery.is_complete


def test_an_index_alone_that_is_lost_costs_nothing(path: Path) -> None:
    forget_backups(path)
    before = tasks_in(path)
    damage_table(path, "tasks_revision")
    assert repair(path, now_ms=NOW).is_complete
    assert tasks_in(path) == before


@pytest.mark.parametrize(
    "nonsense",
    ["state = 'quexed'", "parameters = '{'", "created_at = 'yesterday'", "links = 7", "revision = x'00'"],
)
def test_a_row_that_cannot_be_a_task_is_left_out_and_said(path: Path, nonsense: str) -> None:
    before = tasks_in(path)
    forget_backups(path)
    change_rows(path, f"UPDATE tasks SET {nonsense} WHERE ref = '{old(2).ref}'")
    recovery = repair(path, now_ms=NOW)
    assert tasks_in(path) == {ref: task for ref, task in before.items() if ref != old(2).ref}
    assert not recovery.is_complete


def test_such_a_row_stands_as_the_backup_has_it(path: Path) -> None:
    change_rows(path, f"UPDATE tasks SET state = 'quexed' WHERE ref = '{old(1).ref}'")
    repair(path, now_ms=NOW)
    assert tasks_in(path)[old(1).ref].state is TaskState.WAITING


def test_a_prompt_with_a_bad_byte_does_not_cost_the_task(path: Path) -> None:
    forget_backups(path)
    change_rows(path, f"UPDATE tasks SET prompt = CAST(x'41ff42' AS TEXT) WHERE ref = '{old(2).ref}'")
    repair(path, now_ms=NOW)
    task = tasks_in(path)[old(2).ref]
    assert (task.prompt, task.task_id) == ("A\ufffdB", "task-2")


def test_a_step_of_nonsense_is_left_out(path: Path) -> None:
    forget_backups(path)
    change_rows(path, "UPDATE steps SET state = 'quexed' WHERE seq = 2")
    assert not repair(path, now_ms=NOW).is_complete
    store = Store(path)
    assert store.history(old(2).ref) == []
    assert len(store.history(old(3).ref)) == 1
    store.close()


def test_an_interrupted_change_in_the_damaged_file_is_undone(path: Path) -> None:
    """The journal is kept beside the file, and never comes near the new store."""
    forget_backups(path)
    before = tasks_in(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = TRUNCATE")
        db.execute("PRAGMA cache_size = 1")
        db.execute("BEGIN IMMEDIATE")
        db.execute("UPDATE tasks SET prompt = 'half written', revision = revision + 1000")
        torn, journal = path.read_bytes(), path.with_name(f"{path.name}-journal").read_bytes()
        db.execute("ROLLBACK")
    assert b"half written" in torn
    path.write_bytes(torn)
    path.with_name(f"{path.name}-journal").write_bytes(journal)
    recovery = repair(path, now_ms=NOW)
    assert tasks_in(path) == before
    assert recovery.damaged.read_bytes() == torn
    assert recovery.damaged.with_name(f"{recovery.damaged.name}-journal").read_bytes() == journal


def test_a_store_of_an_older_schema_is_repaired_into_one_of_today(tmp_path: Path) -> None:
    path = path_in(tmp_path)
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for statement in (*MIGRATIONS[0], "PRAGMA user_version = 1"):
            db.execute(statement)
        for number in (1, 2):
            db.execute(
                "INSERT INTO tasks (ref, state, model, prompt, parameters, origin, created_at, text, links,"
                " watermark_links, note, attempts, revision, owner)"
                " VALUES (?, 'waiting', 'm', 'p', '{}', 'o', 1, '', '[]', '[]', '', 1, ?, '')",
                (queued(number).ref, number),
            )
    damage_table(path, "steps")
    assert repair(path, now_ms=NOW).from_damaged == 2
    assert set(tasks_in(path)) == {queued(1).ref, queued(2).ref}


def test_the_next_change_in_the_new_store_is_newer_than_all_before(path: Path) -> None:
    newest = max(task.revision for task in tasks_in(path).values())
    path.write_bytes(DAMAGES["without its header"](path.read_bytes()))
    repair(path, now_ms=NOW)
    store = Store(path)
    changed = store.change(old(2).ref, lambda task: replace(task, note="looked at"), at=NOW)
    store.close()
    assert changed.revision > newest


# Which backup


def test_of_several_backups_the_newest_that_is_whole_is_used(path: Path) -> None:
    [whole] = path.parent.glob("*.backup")
    whole.rename(path.with_name(f"{path.name}.v1.backup"))  # the daily ones make room for new ones
    broken = back_up(path, EPOCH_MS + 1000).path
    damage_table(broken, "steps")
    os.utime(broken, ns=((EPOCH_MS + 1000) * 1_000_000,) * 2)
    nonsense = back_up(path, EPOCH_MS + 2000).path
    change_rows(nonsense, "UPDATE tasks SET state = 'quexed'")
    os.utime(nonsense, ns=((EPOCH_MS + 2000) * 1_000_000,) * 2)
    newer = back_up(path, EPOCH_MS + 3000).path
    change_rows(newer, f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    os.utime(newer, ns=((EPOCH_MS + 3000) * 1_000_000,) * 2)
    path.write_bytes(b"")
    found = remedy(path)
    assert found.backup is not None
    assert (found.backup.made_at, found.tasks) == (EPOCH_MS, OLD)
    assert path.read_bytes() == b"", "to look for a remedy changes nothing"
    assert repair(path, now_ms=NOW).backup == found.backup
    assert len(tasks_in(path)) == OLD


def test_with_neither_a_backup_nor_a_row_there_is_an_empty_store(path: Path) -> None:
    forget_backups(path)
    path.write_bytes(DAMAGES["zeros"](path.read_bytes()))
    found = remedy(path)
    assert (found.backup, found.tasks) == (None, 0)
    recovery = repair(path, now_ms=NOW)
    assert (recovery.from_backup, recovery.from_damaged) == (0, 0)
    assert tasks_in(path) == {}


# Money


def test_what_waited_to_be_sent_when_the_backup_was_made_is_not_sent_again(tmp_path: Path) -> None:
    """It was sent and paid for after the backup; its row is lost."""
    store = Store(path_in(tmp_path))
    put(store, queued(1), queued(2, state=TaskState.SENDING, sent_at=EPOCH_MS))
    back_up(store.path, EPOCH_MS)
    claimed = store.claim(queued(1).ref, owner="this program", clock_ms=lambda: EPOCH_MS, limit=20, window_ms=10_000)
    assert isinstance(claimed, Task)
    store.change(queued(1).ref, lambda task: task.moved(TaskState.WAITING, task_id="paid"), at=EPOCH_MS)
    store.close()
    store.path.write_bytes(b"")
    recovery = repair(store.path, now_ms=NOW)
    assert recovery.unsure == 1
    after = tasks_in(store.path)
    doubted = after[queued(1).ref]
    assert (doubted.state, doubted.note, doubted.sent_at) == (TaskState.UNCONFIRMED, REPAIRED, queued(1).created_at)
    assert after[queued(2).ref].state is TaskState.SENDING, "the next start makes it unconfirmed"
    store = Store(store.path)
    assert store.take_over(queued(1).origin, ["this program"], "another") == []
    assert store.history(queued(1).ref)[-1].state is TaskState.UNCONFIRMED
    store.close()


@settings(max_examples=40, deadline=None)
@given(damage=st.data())
def test_wherever_pages_are_lost_no_task_is_ready_to_be_sent_and_none_is_older_than_its_backup(
    tmp_path_factory: pytest.TempPathFactory, damage: st.DataObject
) -> None:
    path = path_in(tmp_path_factory.mktemp("lost"))
    store = Store(path)
    put(store, *(queued(number, prompt=WORDS) for number in range(1, 11)))
    back_up(path, EPOCH_MS)
    for number in range(1, 8):
        store.claim(queued(number).ref, owner="this program", clock_ms=lambda: EPOCH_MS, limit=20, window_ms=10_000)
    store.close()
    content = bytearray(path.read_bytes())
    pages = len(content) // 4096
    for page in damage.draw(st.sets(st.integers(0, pages - 1), min_size=1)):
        content[page * 4096 : (page + 1) * 4096] = Random(page).randbytes(4096)
    path.write_bytes(content[: damage.draw(st.integers(0, len(content)))])
    repair(path, now_ms=NOW)
    after = tasks_in(path)
    assert {task.state for task in after.values()} <= {TaskState.SENDING, TaskState.UNCONFIRMED}
    assert {queued(number).ref for number in range(1, 11)} == set(after)


# Nothing is ever overwritten


def test_a_second_repair_within_the_second_takes_another_name(path: Path) -> None:
    kept: set[Path] = set()
    for damaged in (b"first", b"second", b"third"):
        path.write_bytes(damaged)
        kept.add(repair(path, now_ms=NOW).damaged)
    assert sorted(place.read_bytes() for place in kept) == [b"first", b"second", b"third"]


def test_on_a_file_system_without_links_the_damaged_file_is_copied(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    path.write_bytes(b"damaged")
    assert repair(path, now_ms=NOW).damaged.read_bytes() == b"damaged"
    assert len(tasks_in(path)) == OLD


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Room for two pages of any new file."""
    connect = sqlite3.connect

    def small(*args: object, **rest: object) -> sqlite3.Connection:
        connection = connect(*args, **rest)  # type: ignore[call-overload]
        if ".repair/" in str(args[0]):
            connection.execute("PRAGMA max_page_count = 2")
        return connection  # type: ignore[no-any-return]

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", small)
        yield


@pytest.mark.usefixtures("full_disk")
def test_without_room_the_damaged_file_stays_and_no_backup_is_passed_over(path: Path) -> None:
    path.write_bytes(b"damaged")
    with pytest.raises(StoreUnwritable, match="Free some space"):
        repair(path, now_ms=NOW)
    assert path.read_bytes() == b"damaged"
    assert not list(path.parent.glob("*corrupt*"))
    assert not list(path.parent.glob("*.repair"))


def test_a_new_store_that_is_not_whole_is_never_put_in_the_place_of_the_old(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoil(_: object, new: Path) -> tuple[set[str], bool]:
        change_rows(new, "DELETE FROM tasks")  # and leaves their steps
        return set(), True

    path.write_bytes(b"damaged")
    monkeypatch.setattr(repairing, "merge", spoil)
    with pytest.raises(StoreCorrupt, match="new store"):
        repair(path, now_ms=NOW)
    assert path.read_bytes() == b"damaged"


# What is told


def test_a_recovery_is_told_in_a_sentence_with_figures_and_where_the_file_is(tmp_path: Path) -> None:
    told = Recovery(tmp_path / "kept", None, 0, 1204, 0, is_complete=True).sentence
    assert (
        told == f"The store is repaired: 1,204 tasks from the damaged file. The damaged file is kept: {tmp_path}/kept"
    )
    told = Recovery(tmp_path / "kept", None, 0, 1, 2, is_complete=False).sentence
    assert "1 task from the damaged file" in told
    assert "could not be read" in told
    assert "2 tasks that waited to be sent are unsure now" in told
