"""Tiny pictures of results for the lines of the table: looked at one by one, behind everything else.

A line never waits: it has the picture once somebody has stayed long enough for it to be decoded.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sora_tui.studio.collected import file_of
from sora_tui.studio.task import Task

if TYPE_CHECKING:
    from textual.strip import Strip

    from sora_tui.tui.terminal import SafeApp

CELLS = 5
"""Cells of a picture, in one line: two rows of five pixels."""
REST_S = 0.4
"""How long nothing else may have been wanted before the first is looked at: what is scrolled past is not."""
PAUSE_S = 0.02
"""Between two, for the keys."""
MOST_WANTED = 60
KEPT = 2_000


class Thumbnails:
    """Pictures by the path of the file.

    Args:
        app: runs the work in the background.
        changed: told the ref of a task whose picture is there now.
    """

    def __init__(self, app: SafeApp, changed: Callable[[str], None]) -> None:
        self._app = app
        self._changed = changed
        self._made: OrderedDict[str, Strip | None] = OrderedDict()
        self._wanted: OrderedDict[str, str] = OrderedDict()
        self._wanted_at = 0.0
        self._work: asyncio.Task[object] | None = None

    def of(self, task: Task) -> Strip | None:
        """The picture of a task's first result; None while there is none."""
        path = file_of(task)
        if not path:
            return None
        if path in self._made:
            return self._made[path]
        if path not in self._wanted:  # a line that is drawn again and again is not another one
            self._wanted_at = asyncio.get_running_loop().time()
        self._wanted[path] = task.ref
        self._wanted.move_to_end(path)
        while len(self._wanted) > MOST_WANTED:
            self._wanted.popitem(last=False)
        if self._work is None:
            self._work = self._app.spawn(self._make_all(), name="Looking at results")
        return None

    async def _make_all(self) -> None:
        try:
            while self._wanted:
                loop = asyncio.get_running_loop()
                if (rest := self._wanted_at + REST_S - loop.time()) > 0:
                    await asyncio.sleep(rest)
                    continue
                path, ref = self._wanted.popitem()
                self._made[path] = await asyncio.to_thread(_made, path)
                while len(self._made) > KEPT:
                    self._made.popitem(last=False)
                self._changed(ref)
                await asyncio.sleep(PAUSE_S)
        finally:
            self._work = None


def _made(path: str) -> Strip | None:
    """The picture of a file; None where it can't be seen. For a thread."""
    from sora_tui.film.inspect import NotAVideo
    from sora_tui.film.pictures import first_picture
    from sora_tui.tui.half_blocks import cells_of, strip_of

    try:
        picture = first_picture(Path(path), (CELLS, 2))
    except (NotAVideo, OSError):
        return None
    [key] = cells_of(picture)
    return strip_of(key)
