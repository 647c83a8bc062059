"""A file that is being downloaded: what is here of it so far, and which version of the file that belongs to.

One program at a time has it; a program that dies lets it go. What survives a restart of the machine is not trusted:
its length may be on the disk and its bytes not.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Self

PART, NOTES = ".part", ".part.json"
_PART_NAME = re.compile(r"\.[0-9a-f]{24}_\d+\.part", re.ASCII)
_BOOT = Path("/proc/sys/kernel/random/boot_id")


def part_name(ref: str, number: int) -> str:
    """What the bytes of a result are called, without `.part`, until they have their name.

    It is known before anything of them is, so that another start finds them.
    """
    return f".{hashlib.sha256(ref.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}_{number}"


def published_parts(folder: Path) -> set[str]:
    """The parts in a folder whose bytes have another name as well: whoever gave it died right after. Blocks."""
    found = set()
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _PART_NAME.fullmatch(entry.name) and entry.is_file(follow_symlinks=False) and entry.stat().st_nlink > 1:
                found.add(entry.name.removesuffix(PART))
    return found


def remove_published(folder: Path, names: Iterable[str]) -> None:
    """Takes these parts away if nobody is at work on them and their bytes still have another name. Blocks."""
    with suppress(OSError):
        place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for name in names:
                with suppress(PartBusy), PartFile(place, name) as part:
                    if part.is_published:
                        part.remove()
        finally:
            os.close(place)


class PartBusy(Exception):
    """Another program is downloading this file."""


@dataclass(frozen=True, slots=True)
class Version:
    """Which version of which file the bytes are of.

    Attributes:
        link: the SHA-256 of the link without its query: no secret, and the same for a renewed link.
        etag: the server's strong ETag; empty where the rest of it can't be asked for.
        total: bytes of the whole; None where that is not known.
    """

    link: str
    etag: str = ""
    total: int | None = None


class PartFile:
    """The bytes so far. Every method blocks, and is for a thread; two threads never do something at once.

    Args:
        place: descriptor of the folder; it stays the caller's.
        name: of the file, without `.part`.

    Raises:
        PartBusy: another program has it.
        OSError: it can't be made.
    """

    def __init__(self, place: int, name: str) -> None:
        self._place = place
        self._name = name
        self._lock = Lock()
        self._file = _locked(place, name + PART)
        self.version: Version | None = self._noted()
        found = os.fstat(self._file)
        self.size = found.st_size
        self.is_published = found.st_nlink > 1
        """Whether it has a name already, given by a program that died right after: from now on it must not change."""
        if self.is_published:
            return
        if self.version is None or (self.version.total is not None and self.size > self.version.total):
            self.restart(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def is_whole(self) -> bool:
        """Whether all bytes of the noted version are here."""
        return self.is_published or (self.version is not None and self.version.total == self.size > 0)

    @property
    def name(self) -> str:
        """Of the file with the bytes, in its folder."""
        return self._name + PART

    def restart(self, version: Version | None) -> None:
        """Throws the bytes away; those that come are of this version. Without one they can't be gone on with."""
        if self.is_published:
            raise RuntimeError("the file of a result must not change")
        with self._lock:
            os.ftruncate(self._file, 0)
            self.size = 0
            self.version = version
            self._forget()
            if version is not None:
                self._note(version)

    def write(self, piece: bytes) -> None:
        """Adds bytes at the end."""
        with self._lock:
            view = memoryview(piece)
            while view:
                written = os.pwrite(self._file, view, self.size)
                view = view[written:]
                self.size += written

    def sync(self) -> None:
        """Returns once the bytes are on the disk."""
        with self._lock:
            os.fsync(self._file)

    def is_same(self, name: str) -> bool:
        """Whether another name in the folder is this very file."""
        try:
            return os.path.samestat(os.stat(name, dir_fd=self._place, follow_symlinks=False), os.fstat(self._file))
        except OSError:
            return False

    def remove(self) -> None:
        """Takes it out of the folder; its bytes stay where they have another name."""
        with self._lock:
            with suppress(FileNotFoundError):
                os.unlink(self.name, dir_fd=self._place)
            self._forget()

    def close(self) -> None:
        """Lets it go; what is here stays, to go on with."""
        with self._lock:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1

    def _noted(self) -> Version | None:
        try:
            file = os.open(self._name + NOTES, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=self._place)
            with open(file, "rb") as reading:
                notes = json.loads(reading.read(4_096))
            if notes.pop("boot") != _boot():
                return None
            version = Version(str(notes["link"]), str(notes["etag"]), notes["total"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        is_known = version.total is None or (isinstance(version.total, int) and version.total >= 0)
        return version if is_known else None

    def _note(self, version: Version) -> None:
        fresh = f"{self._name}{NOTES}.new"
        file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600, dir_fd=self._place)
        with open(file, "w", encoding="utf-8") as writing:
            json.dump({**asdict(version), "boot": _boot()}, writing)
        os.replace(fresh, self._name + NOTES, src_dir_fd=self._place, dst_dir_fd=self._place)

    def _forget(self) -> None:
        for name in (self._name + NOTES, f"{self._name}{NOTES}.new"):
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=self._place)


def _locked(place: int, name: str) -> int:
    """The file under that name, locked: made if it is not there."""
    while True:
        file = os.open(name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=place)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(file), os.stat(name, dir_fd=place, follow_symlinks=False)):
                return file
        except BlockingIOError:
            os.close(file)
            raise PartBusy(name) from None
        except FileNotFoundError:
            pass  # whoever had it has just taken it away
        except BaseException:
            os.close(file)
            raise
        os.close(file)


def _boot() -> str:
    """Names the run of the machine; empty where it has no name."""
    with suppress(OSError):
        return _BOOT.read_text(encoding="ascii").strip()
    return ""
