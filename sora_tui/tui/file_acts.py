"""What can be done with results as files: download them or stop, open one, show where it is, copy its path."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sora_tui.kie.fields import Media
from sora_tui.kie.media import media_of
from sora_tui.studio.task import Task
from sora_tui.tui.gist import gist

if TYPE_CHECKING:
    from sora_tui.desktop.opener import OpenResult
    from sora_tui.studio.collecting import Download
    from sora_tui.studio.studio import Studio
    from sora_tui.tui.terminal import SafeApp

MOST_AT_ONCE = 5
"""Results that are opened without asking."""
Done = Callable[[], Coroutine[Any, Any, None] | None]


class FileActs:
    """Acts on the files of tasks.

    Args:
        app: for words and the clipboard.
        studio: downloads them.
    """

    def __init__(self, app: SafeApp, studio: Studio) -> None:
        self._app = app
        self._studio = studio

    def on(self, task: Task, chosen: Sequence[Task]) -> Mapping[str, Done]:
        """What can be done with these tasks, by the act's id."""
        return {
            "open_link": partial(self.open_all, chosen),
            "show_folder": partial(self.show, task),
            "copy_path": partial(self.copy_paths, chosen),
            "copy_file_link": partial(self.copy_paths, chosen, as_links=True),
            "download": partial(self.download, chosen),
        }

    async def open(self, task: Task) -> None:
        """Open the first file, or without one the first link."""
        self._app.say((await self._opened(task)).sentence)

    async def open_all(self, tasks: Sequence[Task]) -> None:
        """Open the first result of each of these tasks. Before many windows the user is asked."""
        tasks = [task for task in tasks if task.links]
        if len(tasks) <= MOST_AT_ONCE:
            await self._open_each(tasks)
            return
        from sora_tui.tui.screens.confirm import ConfirmScreen, Question

        def answered(is_sure: bool | None) -> None:
            if is_sure:
                self._app.spawn(self._open_each(tasks), name="Opening the results")

        question = Question(
            f"Open {_results(len(tasks))}?",
            "Each has a window of its own.",
            quotes=[gist(task) for task in tasks],
            yes="Open them",
        )
        self._app.push_screen(ConfirmScreen(question), answered)

    async def _open_each(self, tasks: Sequence[Task]) -> None:
        results = [await self._opened(task) for task in tasks]
        opened = sum(result.is_open for result in results)
        if opened > 1:
            self._app.say(f"Opening {_results(opened)}.")
        for result in dict.fromkeys(result for result in results if opened <= 1 or not result.is_open):
            self._app.say(result.sentence)

    async def _opened(self, task: Task) -> OpenResult:
        from sora_tui.desktop.opener import open_file, open_link

        if not (files := files_of([task])):
            return await open_link(task.links[0])
        is_played = media_of(str(files[0])) in (Media.VIDEO, Media.AUDIO)
        return await open_file(files[0], shlex.split(self._studio.settings.player) if is_played else ())

    async def show(self, task: Task) -> None:
        """Show the first file in the file manager."""
        from sora_tui.desktop.opener import show_in_folder

        self._app.say((await show_in_folder(files_of([task])[0])).sentence)

    async def copy_paths(self, tasks: Sequence[Task], *, as_links: bool = False) -> None:
        """Put the paths of all files on the clipboard, or links to them."""
        from sora_tui.desktop.clipboard import copy

        files = files_of(tasks)
        one, many = ("The file link", "file links") if as_links else ("The path", "paths")
        what = one if len(files) == 1 else f"The list of {len(files):,} {many}"
        text = "\n".join(path.as_uri() if as_links else str(path) for path in files)
        result = await copy(text, self._app.copy_to_clipboard)
        self._app.say(f"{what} {result.sentence}")

    async def download(self, tasks: Sequence[Task]) -> None:
        """Download what is not here and say how it went; where something is on its way, stop it."""
        collecting = self._studio.collecting
        refs = [task.ref for task in tasks if task.links]
        if any(each.is_active and not each.is_stuck for ref in refs for each in collecting.progress_of(ref)):
            await collecting.stop(refs)
            self._app.say("Stopped. What came is kept: d goes on from there.")
            return
        wanted = {(each.ref, each.number) for each in await collecting.collect(refs)}
        if not wanted:
            self._app.say("It is on this machine already." if len(refs) == 1 else "They are on this machine already.")
            return
        self._app.say(f"Downloading {_results(len(wanted))}. d stops it.")
        ended = [each for each in await collecting.settled(refs) if (each.ref, each.number) in wanted]
        for sentence, is_trouble in how_it_went(ended):
            self._app.say(sentence, "warning" if is_trouble else "information")


def files_of(tasks: Sequence[Task]) -> list[Path]:
    """The files of these tasks that were collected, in the order of their links."""
    return [Path(file) for task in tasks for file in task.files if file]


def how_it_went(ended: Sequence[Download]) -> list[tuple[str, bool]]:
    """Sentences on downloads that ended, each with whether it tells of trouble. Pure."""
    here = [each for each in ended if each.path]
    said: list[tuple[str, bool]] = []
    if len(here) == 1:
        said.append((f"Downloaded: {here[0].path}", False))
    elif here:
        said.append((f"{_results(len(here))} downloaded to {Path(here[0].path).parent}", False))
    problems = dict.fromkeys(each.problem for each in ended if each.problem and not each.path)
    return said + [(problem, True) for problem in problems]


def _results(count: int) -> str:
    return "1 result" if count == 1 else f"{count:,} results"
