"""The links of files that were uploaded, remembered in a file beside the store: for whom, of what, since when.

It saves uploads and nothing else: whatever is wrong with the file, the links in it are forgotten.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Protocol

from sora_tui.studio.private_file import write_private
from sora_tui.studio.task import Json

HOUR_MS = 3_600_000
LIFE_MS = 24 * HOUR_MS
"""How long the service keeps an upload (contract §6)."""
MARGIN_MS = HOUR_MS
"""A link is used no longer so shortly before its end: the task may wait before it fetches the file."""
REMEMBERED_MS = 60 * 24 * HOUR_MS
"""How long it is known which file was behind a link, so that an old task can be sent again."""
_MOST = 2_000
_LARGEST = 8_000_000
_NUMBERS = ("uploaded_at", "size", "modified_ns")


@dataclass(frozen=True, slots=True)
class KeptLink:
    """One file as it was uploaded.

    Attributes:
        host: origin of the address it was uploaded to.
        sha: SHA-256 of what was sent, in hex.
        link: where it is.
        uploaded_at: epoch ms of this machine's clock, from before it was sent.
        size: in bytes.
        modified_ns: when the file had been changed last.
        name: of the file, without folders.
        path: of the file.
    """

    host: str
    sha: str
    link: str
    uploaded_at: int
    size: int
    modified_ns: int
    name: str
    path: str

    def is_good(self, now_ms: int) -> bool:
        """Whether it can be given to the service. A clock set back by more than the margin makes it doubtful."""
        return -MARGIN_MS <= now_ms - self.uploaded_at < LIFE_MS - MARGIN_MS


class Memory(Protocol):
    """What is remembered of uploads."""

    def of_file(self, path: Path) -> KeptLink | None:
        """The newest upload of this file as it now is, judged by its size and time of change."""
        ...

    def of_link(self, link: str) -> KeptLink | None:
        """The upload behind a link."""
        ...


class KeptLinks:
    """The remembered links of one store, those of other programs included.

    Args:
        path: of their file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int, int] | None = None
        self._entries: tuple[KeptLink, ...] = ()

    def of_file(self, path: Path, host: str) -> KeptLink | None:
        """The newest upload of this file as it now is, judged by its size and time of change."""
        try:
            status = path.stat()
        except (OSError, ValueError):
            return None
        here, now = str(path), (status.st_size, status.st_mtime_ns)
        return self._newest(
            each
            for each in self._current()
            if each.path == here and each.host == host and (each.size, each.modified_ns) == now
        )

    def of_link(self, link: str) -> KeptLink | None:
        """The upload behind a link."""
        return self._newest(each for each in self._current() if each.link == link)

    def of_content(self, sha: str, host: str, now_ms: int) -> KeptLink | None:
        """The newest upload of this content whose link is still good."""
        return self._newest(
            each for each in self._current() if each.sha == sha and each.host == host and each.is_good(now_ms)
        )

    def keep(self, entry: KeptLink, now_ms: int) -> None:
        """Remembers one more, and forgets those that are too old. Blocks for a moment if another program does the same.

        Raises:
            OSError: it could not be written; what was remembered before still is.
        """
        from filelock import FileLock, Timeout

        from sora_tui.studio.schema import make_private

        make_private(self._path.parent)
        try:
            with FileLock(self._path.with_suffix(".lock"), mode=0o600, timeout=5.0, thread_local=False):
                self._add(entry, now_ms)
        except NotImplementedError:  # a file system without locks: at worst another program's upload is forgotten
            self._add(entry, now_ms)
        except Timeout as busy:
            raise OSError(f"{self._path} is in use") from busy

    def _add(self, entry: KeptLink, now_ms: int) -> None:
        others = [each for each in _read(self._path) if (each.link, each.path) != (entry.link, entry.path)]
        entries = [each for each in [*others, entry] if abs(now_ms - each.uploaded_at) < REMEMBERED_MS]
        entries.sort(key=lambda each: each.uploaded_at)
        write_private(self._path, json.dumps({"links": [asdict(each) for each in entries[-_MOST:]]}, indent=1))

    def _current(self) -> tuple[KeptLink, ...]:
        try:
            status = os.stat(self._path)
        except OSError:
            self._stamp, self._entries = None, ()
            return ()
        stamp = (status.st_ino, status.st_mtime_ns, status.st_size)
        if stamp != self._stamp:
            self._stamp, self._entries = stamp, tuple(_read(self._path))
        return self._entries

    @staticmethod
    def _newest(entries: Iterable[KeptLink]) -> KeptLink | None:
        return max(entries, key=lambda each: each.uploaded_at, default=None)


def _read(path: Path) -> list[KeptLink]:
    """What can be made out of the file."""
    try:
        if path.stat().st_size > _LARGEST:
            return []
        kept = json.loads(path.read_text(encoding="utf-8"))
        rows = kept["links"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []
    return [entry for entry in map(_entry, rows if isinstance(rows, list) else []) if entry is not None]


def _entry(row: Json) -> KeptLink | None:
    if not isinstance(row, dict):
        return None
    values: dict[str, Json] = {each.name: row.get(each.name) for each in fields(KeptLink)}
    for name, value in values.items():
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if not (is_whole if name in _NUMBERS else isinstance(value, str) and value):
            return None
    entry = KeptLink(**values)
    return entry if "://" in entry.link else None
