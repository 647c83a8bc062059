"""Making a gallery, as the commands and the screen do it: with film for the posters and the sanitiser for texts."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from sora_tui.sanitise import clean

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sora_tui.film.poster import Poster
    from sora_tui.kie.fields import Media
    from sora_tui.studio.gallery_folder import Made
    from sora_tui.studio.task import Task


async def make(tasks: Sequence[Task], folder: Path, *, title: str, copies: bool = False) -> Made:
    """The gallery of those of these tasks that have a result, in a thread of its own.

    Args:
        tasks: the newest first.
        folder: where to.
        title: of the page.
        copies: whether the clips are copied in.

    Raises:
        NotSaved: there is nothing to show, or it can't be written; the sentence says why.
    """
    from sora_tui.studio.download_folder import NotSaved
    from sora_tui.studio.gallery import is_exhibit
    from sora_tui.studio.gallery_folder import make_gallery

    shown = [task for task in tasks if is_exhibit(task)]
    if not shown:
        raise NotSaved("No gallery was made: none of these tasks has a result.")
    return await asyncio.to_thread(
        make_gallery,
        shown,
        folder,
        title=title,
        picture_of=picture_of,
        clean=clean,
        now_ms=time.time_ns() // 1_000_000,
        copies=copies,
    )


def picture_of(path: Path, media: Media) -> Poster | None:
    """The poster of a file; None where it can't be read as what its name says."""
    from sora_tui.film.inspect import NotAVideo
    from sora_tui.film.poster import poster_of_clip, poster_of_image
    from sora_tui.kie.fields import Media

    try:
        return poster_of_image(path) if media is Media.IMAGE else poster_of_clip(path)
    except (NotAVideo, OSError):
        return None


def in_words(made: Made) -> str:
    """What was made, in a sentence or three."""
    words = f"The gallery of {made.shown:,} result{'' if made.shown == 1 else 's'} is {made.page}"
    if made.missing:
        words += f". {made.missing:,} of them {'is' if made.missing == 1 else 'are'} not on this machine"
    if made.unreadable:
        words += f". {made.unreadable:,} file{'' if made.unreadable == 1 else 's'} could not be read"
    return words
