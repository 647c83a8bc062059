"""The index of prompts is only ever a help: lost, torn, stale or impossible, the same tasks are found."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from sora_tui.studio import searching, upkeep
from sora_tui.studio.orders import SortBy
from sora_tui.studio.schema import FILE_NAME
from sora_tui.studio.searching import Search
from sora_tui.studio.store import Store
from tests.unit.studio.scripted_service import a_desk, put_in_store, settings_in, waiting
from tests.unit.studio.stored import path_in, put, queued
from tests.unit.studio.virtual_time import in_virtual_time
from tests.unit.tui.tasks import filtered

PROMPTS = ["A paper boat", "Лодка", "紙の舟", "BOATS at dawn", "koi"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with an index of its prompts, which has not been made yet."""
    store = Store(path_in(tmp_path))
    put(store, *(queued(number, prompt=prompt) for number, prompt in enumerate(PROMPTS)))
    store.search = Search(store.path, least=1)
    yield store
    store.close()


def found(store: Store, text: str) -> list[str]:
    keys = store.find(filtered(text), None, SortBy.NEWEST)
    return [task.prompt for task in store.tasks_of(key[-1] for key in keys)]


def indexed(store: Store) -> int | None:
    """The number of the newest task in the index; None without one."""
    return store.search.find(lambda index: index.seq)


def finds_all(store: Store) -> None:
    assert found(store, "boat") == ["BOATS at dawn", "A paper boat"]
    assert found(store, "лод") == ["Лодка"]
    assert found(store, "舟") == ["紙の舟"]
    assert [prompt for prompt in found(store, "-boat") if prompt] == ["koi", "紙の舟", "Лодка"]
    assert found(store, "nowhere") == []


def test_words_are_found_with_the_index_and_without(store: Store) -> None:
    finds_all(store)
    assert indexed(store) == len(PROMPTS)
    store.search.close()
    store.search.path.unlink()
    store.search = Search(store.path, least=10**6)
    finds_all(store)
    assert indexed(store) is None


def test_it_is_a_private_file_beside_the_store_once_there_are_enough_tasks(store: Store) -> None:
    store.search = Search(store.path, least=len(PROMPTS) + 1)
    finds_all(store)
    assert not store.search.path.exists()
    put(store, queued(0, ref="0", prompt=""))
    finds_all(store)
    assert store.search.path.parent == store.path.parent
    assert store.search.path.stat().st_mode & 0o777 == 0o600


def test_it_grows_in_pieces_and_what_is_not_in_it_yet_is_found_as_well(store: Store) -> None:
    store.search = Search(store.path, least=1, piece=2)
    assert store.search.grow()
    assert found(store, "koi") == ["koi"]
    while store.search.grow():
        pass
    assert indexed(store) == len(PROMPTS)
    put(store, queued(9, prompt="Neon koi"))
    assert found(store, "koi") == ["Neon koi", "koi"]


def test_two_programs_grow_one_index(store: Store) -> None:
    with closing(Store(store.path)) as other:
        other.search = Search(store.path, least=1, piece=2)
        for search in (other.search, store.search, other.search):
            search.grow()
        finds_all(store)
        finds_all(other)
        put(other, queued(9, prompt="Neon koi"))
        for each in (store, other):
            assert found(each, "koi") == ["Neon koi", "koi"]


@pytest.mark.parametrize("damage", [b"no database at all", b"", b"SQLite format 3\x00" + b"\xff" * 5_000])
def test_a_damaged_index_is_made_anew_and_the_store_is_not_taken_for_damaged(store: Store, damage: bytes) -> None:
    finds_all(store)
    store.search.close()
    store.search.path.write_bytes(damage)
    finds_all(store)
    assert indexed(store) == len(PROMPTS)
    assert store.faults() == []


def test_pages_torn_out_of_the_open_index_are_noticed(store: Store) -> None:
    put(store, *(queued(number, prompt=f"koi {number} in the {number * 7919}th pond") for number in range(10, 400)))
    while store.search.grow():
        pass
    store.search.close()
    content = store.search.path.read_bytes()
    store.search.path.write_bytes(content[:8_192] + b"\x5a" * (len(content) - 8_192))
    assert len(found(store, "koi")) == 391
    while store.search.grow():
        pass
    assert indexed(store) == 395
    assert len(found(store, "koi")) == 391


def test_an_index_of_tasks_that_are_gone_is_made_anew(store: Store) -> None:
    finds_all(store)
    store.close()
    store.path.unlink()
    with closing(Store(store.path)) as restored:
        restored.search = Search(store.path, least=1)
        put(restored, *(queued(number + 100, prompt="koi") for number in range(len(PROMPTS) - 1)))
        assert found(restored, "boat") == []
        put(restored, queued(200, prompt="boat"), queued(201))
        assert found(restored, "boat") == ["Boat 201", "boat"]
        assert found(restored, "koi") == ["koi"] * 4


def test_without_fts5_or_trigrams_all_prompts_are_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_SCHEMA", ("CREATE VIRTUAL TABLE prompts USING fts9(prompt)",))
    finds_all(store)
    finds_all(store)
    assert indexed(store) is None
    assert not store.search.path.exists()


def test_an_index_of_another_version_is_made_anew(store: Store) -> None:
    with closing(sqlite3.connect(store.search.path)) as db:
        db.execute("PRAGMA user_version = 99")
    finds_all(store)
    assert indexed(store) == len(PROMPTS)


def test_a_place_that_takes_no_file_leaves_the_prompts_to_be_read(store: Store) -> None:
    store.search.path.mkdir()
    finds_all(store)
    assert indexed(store) is None


def test_an_index_that_another_program_writes_is_not_waited_for(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_BUSY_S", 0.0)
    finds_all(store)
    store.search.close()
    with closing(sqlite3.connect(store.search.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        finds_all(store)
        other.execute("ROLLBACK")
    assert indexed(store) == len(PROMPTS)


def test_a_store_that_may_only_be_read_is_searched(store: Store) -> None:
    finds_all(store)
    store.close()
    store.path.chmod(0o400)
    with closing(Store(store.path)) as readable:
        readable.search = Search(store.path, least=1)
        finds_all(readable)


@in_virtual_time
async def test_a_program_makes_the_index_of_a_long_history_soon_after_its_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "Search", partial(Search, least=1, piece=2))
    settings = settings_in(tmp_path)
    put_in_store(settings, *(waiting(number, settings) for number in range(1, 8)))
    async with a_desk(tmp_path) as desk:
        await desk.pass_s(60.0)
        with closing(Store(settings.data_dir / FILE_NAME)) as store:
            store.search = Search(store.path, piece=0)
            assert indexed(store) == 7
