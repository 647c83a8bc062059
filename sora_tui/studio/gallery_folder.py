"""A gallery on the disk: the page, the posters beside it, and the clips where they are or copied in.

Nothing that is not ours is written over. The folder can be moved with all that lies in it; what lies beside it in the
same folder moves along, and anything further away is named by its whole path.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from sora_tui.kie.fields import Media
from sora_tui.kie.media import media_of
from sora_tui.studio.download_folder import NotSaved
from sora_tui.studio.gallery import MARK, Clean, Exhibit, Shot, page
from sora_tui.studio.private_file import write_private
from sora_tui.studio.task import Task

if TYPE_CHECKING:
    from sora_tui.settings import Settings

PAGE = "index.html"
POSTERS = "posters"
CLIPS = "clips"
_SHOWN = frozenset({Media.VIDEO, Media.IMAGE, Media.AUDIO})


class Picture(Protocol):
    """A poster: a JPEG, and how long what it is of plays."""

    @property
    def jpeg(self) -> bytes:
        """The JPEG."""
        ...

    @property
    def seconds(self) -> float | None:
        """How long; None where that means nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Made:
    """A gallery that was written.

    Attributes:
        page: where it is.
        shown: how many results it shows.
        missing: how many of them have no file on this machine.
        unreadable: how many files could not be read and are not shown.
    """

    page: Path
    shown: int
    missing: int
    unreadable: int


def make_gallery(
    tasks: Sequence[Task],
    folder: Path,
    *,
    title: str,
    picture_of: Callable[[Path, Media], Picture | None],
    clean: Clean,
    now_ms: int,
    copies: bool = False,
    zone: tzinfo | None = None,
) -> Made:
    """Write the gallery of these tasks. Takes a while: decodes a picture of every clip.

    Args:
        tasks: the newest first.
        folder: where to; made if it is not there.
        title: of the page.
        picture_of: a poster of a file; None where it can't be read.
        clean: for texts from outside.
        now_ms: epoch ms.
        copies: whether the clips are copied into the folder.
        zone: whose days and hours are shown.

    Raises:
        NotSaved: it can't be written, or something that is not ours is in the way.
    """
    folder = folder.absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / PAGE
        if os.path.lexists(target) and not _is_ours(target):
            raise NotSaved(f"{target} is there already and is no gallery. Choose another folder.")
        unreadable = 0
        exhibits = []
        for task in tasks:
            shots = []
            for number, path in enumerate(task.files):
                if path and os.path.isfile(path) and (media := media_of(path)) in _SHOWN:
                    shot = _shot(task, number, Path(path), media, folder, picture_of, copies=copies)
                    unreadable += shot is None
                    shots += [] if shot is None else [shot]
            exhibits.append(Exhibit(task, tuple(shots)))
        write_private(target, "".join(page(exhibits, title=title, now_ms=now_ms, clean=clean, zone=zone)))
    except OSError as error:
        raise NotSaved(f"The gallery in {folder} can't be written ({error.strerror}). Choose another folder.") from None
    missing = sum(not exhibit.shots and not exhibit.task.result_text for exhibit in exhibits)
    return Made(target, len(exhibits), missing, unreadable)


def _shot(
    task: Task,
    number: int,
    path: Path,
    media: Media,
    folder: Path,
    picture_of: Callable[[Path, Media], Picture | None],
    *,
    copies: bool,
) -> Shot | None:
    name, poster, seconds = f"{_stem(task.ref)}-{number + 1}", "", None
    if media is not Media.AUDIO:
        picture = picture_of(path, media)
        if picture is None:
            return None
        poster, seconds = f"{POSTERS}/{name}.jpg", picture.seconds
        (folder / POSTERS).mkdir(exist_ok=True)
        _write(folder / poster, lambda file: Path(file).write_bytes(picture.jpeg))
    if not copies:
        return Shot(media, address_from(folder, path), poster, seconds)
    copy = f"{CLIPS}/{name}{path.suffix.lower()}"
    (folder / CLIPS).mkdir(exist_ok=True)
    if not _is_copy(folder / copy, path):
        _write(folder / copy, lambda file: shutil.copy2(path, file))
    return Shot(media, copy, poster, seconds)


def address_from(folder: Path, path: Path) -> str:
    """How a page in `folder` names a file: relative within the folder and the one around it, else by its whole path."""
    path = path.absolute()
    if path.is_relative_to(folder.parent):
        # A colon is quoted as well: `a:b.mp4` is a file of that name, not the address of a scheme.
        return quote(os.fsencode(os.path.relpath(path, folder)))
    return path.as_uri()


def free_folder(settings: Settings, *, now_ms: int) -> Path:
    """A folder in the download folder that is not there yet: `gallery_2026-11-25`, then `gallery_2026-11-25_2`."""
    stem = settings.download_dir / f"gallery_{datetime.fromtimestamp(now_ms / 1000).date().isoformat()}"
    names = chain([stem], (stem.with_name(f"{stem.name}_{number}") for number in count(2)))
    return next(folder for folder in names if not os.path.lexists(folder))


def _stem(ref: str) -> str:
    """A ref as part of a file's name; one that is none of ours is only counted, not quoted."""
    return ref if ref.isascii() and ref.isalnum() else hashlib.sha256(ref.encode("utf-8", "surrogatepass")).hexdigest()


def _is_ours(target: Path) -> bool:
    with suppress(OSError), target.open(encoding="utf-8", errors="replace") as file:
        return not target.is_symlink() and MARK in file.read(4_000)
    return False


def _is_copy(copy: Path, path: Path) -> bool:
    with suppress(OSError):
        mine, theirs = copy.stat(), path.stat()
        return (mine.st_size, mine.st_mtime_ns) == (theirs.st_size, theirs.st_mtime_ns)
    return False


def _write(target: Path, write: Callable[[Path], object]) -> None:
    part = target.with_name(f".{target.name}.part")
    try:
        write(part)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
