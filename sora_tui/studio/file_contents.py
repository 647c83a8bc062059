"""A file's content on its way out: read, summed up and named. Blocks; to be called off the event loop."""

from __future__ import annotations

import hashlib
import io
import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from sora_tui.studio.file_kinds import HEAD, FileType, type_of

Content: TypeAlias = bytes | Path
"""What is sent: bytes, or the file that holds them."""
LONGEST_NAME = 100
_PIECE = 1 << 20
_SHORT_SHA = 12
_UNWANTED = re.compile(r"[^A-Za-z0-9-]+", re.ASCII)
_ENDING = re.compile(r"\.([A-Za-z0-9]{1,8})$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells that a file is still as it was, short of reading it.

    Attributes:
        device: of the file system.
        inode: of the file.
        size: in bytes.
        modified_ns: when its content changed.
        changed_ns: when anything of it changed, which nobody can set back.
    """

    device: int
    inode: int
    size: int
    modified_ns: int
    changed_ns: int


def stamp_of(path: Path) -> Stamp:
    """How a file is now.

    Raises:
        OSError, ValueError: it can't be looked at.
    """
    status = path.stat()
    return Stamp(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def sha_of(content: Content) -> str:
    """The SHA-256 of a content in hex, read in pieces.

    Raises:
        OSError, ValueError: it can't be read.
    """
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    digest = hashlib.sha256()
    with _opened(content) as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def read_whole(path: Path, size: int) -> bytes:
    """A small file's content; a byte more than `size` where it has grown.

    Raises:
        OSError, ValueError: it can't be read.
    """
    with _opened(path) as file:
        return file.read(size + 1)


def type_at(path: Path) -> FileType | None:
    """What a file is by its first bytes; None where that is not known.

    Raises:
        OSError, ValueError: it can't be read.
    """
    with _opened(path) as file:
        return type_of(file.read(HEAD))


def name_to_send(name: str, sha: str, kind: FileType | None) -> str:
    """The name a file goes out under: plain letters, its ending true, and different for each content.

    The service writes over a file of the same name, so two pictures called `photo.png` must not share it.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    found = _ENDING.search(plain)
    stem = _UNWANTED.sub("_", plain[: found.start()] if found else plain).strip("_-") or "file"
    ending = kind.ending if kind is not None else found[1].lower() if found else "bin"
    tail = f"-{sha[:_SHORT_SHA]}.{ending}"
    return f"{stem[: LONGEST_NAME - len(tail)]}{tail}"


def _opened(path: Path) -> io.BufferedReader:
    # not to wait for ever at what has become a pipe since it was judged
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb")
