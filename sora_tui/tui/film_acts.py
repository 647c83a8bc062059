"""Seeing results: played in the detail panel, or on the whole screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sora_tui.studio.task import Task
from sora_tui.tui.act import key_name
from sora_tui.tui.gist import gist

if TYPE_CHECKING:
    from sora_tui.tui.terminal import SafeApp
    from sora_tui.tui.widgets.preview import Preview

DOWNLOAD = "d"


class FilmActs:
    """Plays what was collected.

    Args:
        app: for the screen and for words.
        preview: of the task under the cursor.
    """

    def __init__(self, app: SafeApp, preview: Preview) -> None:
        self._app = app
        self._preview = preview

    def on(self, task: Task) -> Mapping[str, Callable[[], None]]:
        """What can be done with the task under the cursor, by the act's id."""
        return {"play": partial(self.play, task), "film": partial(self.film, task)}

    def play(self, task: Task) -> None:
        """Play the film in the panel, or let it stand; on the whole screen where the panel is not to be seen."""
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

    def _files(self, task: Task) -> list[Path]:
        files = [Path(path) for path in task.files if path]
        if not files:
            key = key_name(DOWNLOAD)
            yet = f"It is not on this machine yet: {key} downloads it." if task.links else "It has no result to see."
            self._app.say(task.files_note or yet)
        return files
