"""What can be done with results as files: download them or stop, open one, show where it is, copy its path."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sora_tui.studio.task import Task

if TYPE_CHECKING:
    from sora_tui.studio.collecting import Download
    from sora_tui.studio.studio import Studio
    from sora_tui.tui.terminal import SafeApp

Done = Callable[[], Coroutine[Any, Any, None] | None]


class FileActs:
    """Acts on the files of tasks.

    Args:
        app: for words and the clipboard.
        studio: downloads them.
        open_link: opens the link of a task that has no file here.
    """

    def __init__(self, app: SafeApp, studio: Studio, open_link: Callable[[Task], Coroutine[Any, Any, None]]) -> None:
        self._app = app
        self._studio = studio
        self._open_link = open_link

    def on(self, task: Task, chosen: Sequence[Task]) -> Mapping[str, Done]:
        """What can be done with these tasks, by the act's id."""
        return {
            "open_link": partial(self.open, task),
            "show_folder": partial(self.show, task),
            "copy_path": partial(self.copy_paths, chosen),
            "copy_file_link": partial(self.copy_paths, chosen, as_links=True),
            "download": partial(self.download, chosen),
        }

    async def open(self, task: Task) -> None:
        """Open the first file, or without one the first link."""
        if not (files := files_of([task])):
            await self._open_link(task)
            return
        from sora_tui.desktop.opener import open_file

        self._app.say((await open_file(files[0])).sentence)

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
        if any(each.is_active for ref in refs for each in collecting.progress_of(ref)):
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
