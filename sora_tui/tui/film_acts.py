"""Seeing results: played in the detail panel, or on the whole screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sora_tui.kie.fields import Media
from sora_tui.kie.media import media_of
from sora_tui.studio.task import Task
from sora_tui.tui.act import key_name
from sora_tui.tui.gist import gist

if TYPE_CHECKING:
    from sora_tui.tui.terminal import SafeApp
    from sora_tui.tui.widgets.detail_panel import DetailPanel

DOWNLOAD = "d"


class FilmActs:
    """Plays what was collected.

    Args:
        app: for the screen and for words.
        panel: of the task under the cursor.
    """

    def __init__(self, app: SafeApp, panel: DetailPanel) -> None:
        self._app = app
        self._panel = panel
        self._preview = panel.preview
        self._looked_at = ""
        """The task whose film's beginning is being fetched."""

    def on(self, task: Task) -> Mapping[str, Callable[[], None]]:
        """What can be done with the task under the cursor, by the act's id."""
        return {"play": partial(self.play, task), "film": partial(self.film, task)}

    def play(self, task: Task) -> None:
        """Play the film in the panel, or let it stand; on the whole screen where the panel is not to be seen."""
        if not any(task.files) and not task.files_note and task.links and media_of(task.links[0]) is Media.VIDEO:
            if self._looked_at != task.ref:
                self._app.spawn(self._show_beginning(task), name="Looking at how a film begins")
            return
        if not self._files(task):
            return
        if not self._preview.size.height or not self._preview.is_on_screen:
            self.film(task)
        elif self._preview.is_playing:
            self._preview.pause()
        else:
            self._preview.play()

    def film(self, task: Task) -> None:
        """Show the results on the whole screen."""
        from sora_tui.tui.screens.film import FilmScreen

        if files := self._files(task):
            at = self._preview.position
            self._preview.stop()
            self._app.push_screen(FilmScreen(files, gist(task), at=at))

    async def _show_beginning(self, task: Task) -> None:
        """Fetch as little of the film as its first picture takes, and no more once another task is looked at."""
        from sora_tui.film.beginning import picture_of_beginning
        from sora_tui.film.inspect import NotAVideo
        from sora_tui.kie.fetching import FetchError
        from sora_tui.studio.beginning import beginnings

        key = key_name(DOWNLOAD)
        self._looked_at = task.ref
        self._app.say(f"Fetching how the film begins. {key} downloads all of it.")
        try:
            async with aclosing(beginnings(task.links[0])) as growing:
                async for content in growing:
                    if self._panel.ref != task.ref:
                        return
                    try:
                        await asyncio.to_thread(picture_of_beginning, content, (2, 2))
                    except NotAVideo:
                        continue
                    self._panel.show_beginning(task.ref, content)
                    return
            self._app.say(f"Its beginning does not show a picture yet. {key} downloads the film.", "warning")
        except FetchError as error:
            self._app.say(f"{error} {key} downloads the film, with a new link where this one is dead.", "warning")
        finally:
            self._looked_at = ""

    def _files(self, task: Task) -> list[Path]:
        files = [Path(path) for path in task.files if path]
        if not files:
            key = key_name(DOWNLOAD)
            yet = f"It is not on this machine yet: {key} downloads it." if task.links else "It has no result to see."
            self._app.say(task.files_note or yet)
        return files
