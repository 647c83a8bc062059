"""The download folder: new files go there under names of ours; nothing is written over and nothing lands elsewhere."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

from sora_tui.studio.errors import StudioError

OTHER = "Choose another folder with SORA_TUI_DOWNLOAD_DIR."
_MOST_NAMES = 1000


class NotSaved(StudioError):
    """A file could not be put into the download folder. The sentence says why; no part of it is left."""


def save_text(folder: Path, names: Iterable[str], text: str, *, is_ours: bool) -> Path:
    """Write a new file, readable by the user alone.

    Args:
        folder: where to.
        names: what it may be called; the first that is free is taken.
        text: all of it.
        is_ours: the program chose the folder and may make it. One the user named may lie on a disk that is
            not there now, and is not made.

    Returns:
        Where it is.

    Raises:
        NotSaved: it is not there.
    """
    try:
        with opened(folder, is_ours=is_ours) as place:
            name, file = _new_file(place, names)
            try:
                with open(file, "w", encoding="utf-8") as writing:
                    writing.write(text)
            except BaseException:
                with suppress(OSError):
                    os.unlink(name, dir_fd=place)
                raise
            return folder / name
    except OSError as error:
        raise NotSaved(in_words(folder, error)) from None


@contextmanager
def opened(folder: Path, *, is_ours: bool) -> Iterator[int]:
    """The folder itself, so that nothing put in its place meanwhile is written to.

    Raises:
        OSError: it can't be opened; `in_words` says it to the user.
    """
    if is_ours:
        folder.mkdir(parents=True, exist_ok=True)
    place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield place
    finally:
        os.close(place)


def _new_file(place: int, names: Iterable[str]) -> tuple[str, int]:
    for name in islice(names, _MOST_NAMES):
        with suppress(FileExistsError):
            return name, os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=place)
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))


def in_words(folder: Path, error: OSError) -> str:
    """Why nothing can be put into the folder, and what to do."""
    try:
        mode = folder.lstat().st_mode
    except FileNotFoundError:
        return f"The folder {folder} does not exist. Make it, or choose another with SORA_TUI_DOWNLOAD_DIR."
    except OSError:
        return f"The folder {folder} can't be used ({error.strerror}). {OTHER}"
    if stat.S_ISLNK(mode):
        return f"{folder} is a link to another place. Set SORA_TUI_DOWNLOAD_DIR to that place itself."
    if not stat.S_ISDIR(mode):
        return f"{folder} is not a folder. {OTHER}"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"There is no room left in {folder}. Free some, or choose another folder with SORA_TUI_DOWNLOAD_DIR."
    return f"No file can be made in {folder} ({error.strerror}). {OTHER}"
