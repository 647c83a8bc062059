"""A file that is written piece by piece and is there whole or not at all, and never in the place of another one."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from sora_tui.studio.download_folder import NotSaved, in_words, opened
from sora_tui.studio.file_names import file_names

if TYPE_CHECKING:
    from sora_tui.settings import Settings


async def write_new(path: Path, pieces: AsyncIterator[str]) -> None:
    """Write a new text file, readable by the user alone.

    Raises:
        NotSaved: it is there already, or can't be written; the sentence says which. No part of it is left.
    """
    part = path.with_name(f".{path.name[:100]}.{uuid4().hex}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace", newline="") as file:
            async for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        # A link fails where something is there by now; a renaming would take its place.
        os.link(part, path)
    except FileExistsError:
        raise NotSaved(f"{path} is there already and was left as it is. Choose another name.") from None
    except OSError as error:
        raise NotSaved(f"{path} can't be written ({error.strerror}). Choose another place.") from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def free_place(settings: Settings, kind: str, suffix: str, *, now_ms: int, ref: str | None = None) -> Path:
    """A path in the download folder, which is made if it is ours, that nothing has yet.

    Args:
        settings: which folder, and whether the user chose it.
        kind: what will be there, in a word of ours.
        suffix: of its name, a word of ours.
        now_ms: epoch ms.
        ref: of the task it is about.

    Raises:
        NotSaved: the folder can't be used; the sentence says why.
    """
    folder = settings.download_dir
    try:
        with opened(folder, is_ours=settings.demo or "download_dir" not in settings.came_from):
            names = file_names(kind, datetime.fromtimestamp(now_ms / 1000).date(), ref, suffix)
            return next(folder / name for name in names if not os.path.lexists(folder / name))
    except OSError as error:
        raise NotSaved(in_words(folder, error)) from None
