"""What can still be read of a damaged store: row by row, round what is torn, from a copy that may be changed."""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sora_tui.studio.schema import connect

_MAGIC = b"SQLite format 3\x00"
_PAGE_SIZES = frozenset(1 << power for power in range(9, 17))
_LEAF = 13
"""How a page of a table begins that holds rows."""
_MOST_LOST = 64
"""How many times as long as what is there the file is believed to have been."""

Row = Mapping[str, Any]


class Salvage:
    """A damaged store, open to be read as far as it goes.

    Args:
        copy: a copy of it, perhaps with its journal beside it. It is changed: an interrupted change is undone
            and a first page that says nothing is replaced.
        model: a whole store, after which the first page is made: their tables begin at the same pages.

    Attributes:
        is_complete: whether nothing was met yet that could not be read.
    """

    def __init__(self, copy: Path, model: Path) -> None:
        self.is_complete = True
        _roll_back(copy)
        self._is_readable = _mend_header(copy, model, replace_page=False)
        if not self._is_readable:
            self.is_complete = False
            self._is_readable = _mend_header(copy, model, replace_page=True)
        self._numbers = _row_numbers(copy.read_bytes())
        self._connection = connect(copy, mode="ro")
        # One bad byte in a prompt must not take the whole task along.
        self._connection.text_factory = lambda raw: raw.decode("utf-8", "replace")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._connection.close()

    def rows(self, table: str) -> Iterator[Row]:
        """The rows of `table` that can be read, oldest first. What they say may still be nonsense."""
        if not self._is_readable:
            return
        at = 0
        while True:
            try:
                cursor = self._connection.execute(
                    f"SELECT rowid AS at, * FROM {table} WHERE rowid > ? ORDER BY rowid LIMIT 1", (at,)
                )
                row = cursor.fetchone()
            except sqlite3.DatabaseError:
                self.is_complete = False
                next_number = bisect_right(self._numbers, at + 1)
                if next_number == len(self._numbers):
                    return
                at = self._numbers[next_number] - 1
                continue
            if row is None:
                return
            at = row[0]
            yield dict(zip([name for name, *_ in cursor.description[1:]], row[1:], strict=True))


def _roll_back(copy: Path) -> None:
    """Has SQLite undo an interrupted change, if the journal that tells of it is sound."""
    with suppress(sqlite3.DatabaseError), closing(connect(copy)) as db:
        db.execute("PRAGMA schema_version").fetchone()
    copy.with_name(copy.name + "-journal").unlink(missing_ok=True)


def _mend_header(copy: Path, model: Path, *, replace_page: bool) -> bool:
    """Makes the header agree with what is there of the file; whether its tables can be found then.

    Pages cut off at the end come back empty: SQLite reads no schema in which a table begins beyond the end.
    """
    whole, pattern = copy.read_bytes(), model.read_bytes()
    pattern = _first_page(model) + pattern[_page_size(pattern) :] if replace_page else pattern
    size = _page_size(pattern if replace_page else whole)
    if not size or len(whole) < size:
        return False
    held = len(whole) // size
    once_held = int.from_bytes(whole[28:32], "big") if _page_size(whole) == size else 0
    count = max(held, min(once_held, held * _MOST_LOST), len(pattern) // size)
    first = bytearray((pattern if replace_page else whole)[:size])
    first[18:24] = bytes((1, 1, 0, 64, 32, 32))  # a rollback journal, nothing reserved, the format's constants
    first[28:32] = count.to_bytes(4, "big")  # pages in the file
    first[92:96] = first[24:28]  # and that this number is valid
    copy.write_bytes(bytes(first) + whole[size : held * size] + bytes((count - held) * size))
    with suppress(sqlite3.DatabaseError), closing(connect(copy, mode="ro")) as db:
        return bool(db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'tasks'").fetchone())
    return False


def _first_page(model: Path) -> bytes:
    """A first page that says by itself where each table of the model begins.

    The model's own may not: the schema with all its indexes takes more than a page, and the others of a damaged
    file may be lost.
    """
    with closing(connect(model, mode="ro")) as source:
        [(size,)] = source.execute("PRAGMA page_size")
        tables = source.execute("SELECT * FROM sqlite_schema WHERE type = 'table' OR sql IS NULL").fetchall()
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as lean:
        lean.execute(f"PRAGMA page_size = {size}")
        lean.execute("PRAGMA writable_schema = ON")
        lean.executemany("INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)", tables)
        return lean.serialize()[:size]


def _page_size(file: bytes) -> int:
    """What the header of a store gives as the size of its pages; 0 if it is none."""
    size = int.from_bytes(file[16:18], "big")
    size = 65536 if size == 1 else size
    return size if file.startswith(_MAGIC) and size in _PAGE_SIZES else 0


def _row_numbers(file: bytes) -> list[int]:
    """The numbers of all rows on leaves of tables, in their order: where one can't be read, the next to try."""
    size = _page_size(file)
    found: set[int] = set()
    for page in range(size, len(file), size) if size else ():
        if file[page] == _LEAF:
            count = min(int.from_bytes(file[page + 3 : page + 5], "big"), size // 2)
            for cell in range(page + 8, page + 8 + 2 * count, 2):
                place = page + int.from_bytes(file[cell : cell + 2], "big")
                _, place = _varint(file, place)  # the length of the row
                found.add(_varint(file, place)[0])
    return sorted(number for number in found if number < 1 << 63)


def _varint(file: bytes, place: int) -> tuple[int, int]:
    """SQLite's integer of 1 to 9 bytes at `place`, and the place behind it."""
    value = 0
    for byte in file[place : place + 8]:
        place += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place
    return value << 8 | int.from_bytes(file[place : place + 1], "big"), place + 1
