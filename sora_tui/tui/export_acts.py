"""Taking tasks out of the studio: as a file for other programs, and as a report for the service's support."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sora_tui.studio.errors import StudioError
from sora_tui.studio.orders import SortBy
from sora_tui.studio.task import Task

if TYPE_CHECKING:
    from sora_tui.studio.studio import Studio
    from sora_tui.tui.terminal import SafeApp
    from sora_tui.tui.widgets.task_table import TaskTable

_MANY = 20
"""Tasks from which on a gallery takes long enough to say that it is being made."""

Done = Callable[[], Coroutine[Any, Any, None] | None]


class ExportActs:
    """Acts that write files into the download folder and say where they are.

    They are about the marked tasks, without marks about all that tab and filter show.

    Args:
        app: for words.
        studio: has the tasks.
        table: in which they are marked and filtered.
    """

    def __init__(self, app: SafeApp, studio: Studio, table: TaskTable) -> None:
        self._app = app
        self._studio = studio
        self._table = table

    def anywhere(self) -> Mapping[str, Done]:
        """What needs no task under the cursor, by the act's id."""
        return {"export": self.export, "gallery": self.gallery}

    def on(self, task: Task) -> Mapping[str, Done]:
        """What is about one task, by the act's id."""
        return {"report": lambda: self.report(task)}

    async def export(self) -> None:
        """Write the tasks into a new file that can be imported again."""
        from sora_tui.studio.exporting import Form, written
        from sora_tui.studio.new_file import free_place, write_new

        refs = await self._refs()
        if not refs:
            self._app.say("Nothing was exported: no task is shown.")
            return
        try:
            path = free_place(self._studio.settings, "tasks", "jsonl", now_ms=_now_ms())
            await write_new(path, written(refs, self._studio.load, Form.JSONL))
        except StudioError as error:
            self._app.say(str(error), "warning")
            return
        self._app.say(f"{_tasks(len(refs))} in {path}", timeout=15)

    async def gallery(self) -> None:
        """Make a page of the results and open it in the browser."""
        from sora_tui.desktop.opener import open_page
        from sora_tui.gallery import in_words, make
        from sora_tui.studio.gallery_folder import free_folder

        tasks = (await self._studio.load(await self._refs()))[::-1]
        title = "Gallery" if self._table.marked else self._table.filter_text.strip() or "Gallery"
        if len(tasks) > _MANY:
            self._app.say(f"Making a gallery of {len(tasks):,} tasks.")
        try:
            made = await make(tasks, free_folder(self._studio.settings, now_ms=_now_ms()), title=title)
        except StudioError as error:
            self._app.say(str(error), "warning")
            return
        self._app.say(in_words(made), timeout=15)
        await open_page(made.page)

    async def report(self, task: Task) -> None:
        """Write what the service's support needs to know of a task into a new file."""
        from sora_tui.studio.new_file import free_place, write_new
        from sora_tui.task_report import report_on

        async def pieces() -> AsyncIterator[str]:
            yield await report_on(self._studio, task.ref)

        try:
            path = free_place(self._studio.settings, "report", "md", now_ms=_now_ms(), ref=task.ref)
            await write_new(path, pieces())
        except StudioError as error:
            self._app.say(str(error), "warning")
            return
        self._app.say(f"The report is in {path}. It quotes the prompt, and no secret.", timeout=15)

    async def _refs(self) -> list[str]:
        """Of the marked tasks in the table's order, else of all that is shown, oldest first."""
        if self._table.marked:
            return list(self._table.chosen_refs)
        return [str(key[-1]) for key in await self._studio.find(replace(self._table.view, sort_by=SortBy.NEWEST))][::-1]


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _tasks(count: int) -> str:
    return "One task is" if count == 1 else f"{count:,} tasks are"
