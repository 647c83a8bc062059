"""Acts on wordings: the thread of a task, what changed, and what changed in the one that worked."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from sora_tui.studio.errors import StudioError
from sora_tui.studio.task import Draft, Task
from sora_tui.tui.text import shorten

if TYPE_CHECKING:
    from sora_tui.studio.studio import Studio
    from sora_tui.studio.threads import Thread
    from sora_tui.tui.screens.versions import Chosen
    from sora_tui.tui.terminal import SafeApp
    from sora_tui.tui.widgets.prompt_pane import PromptPane

Done = Callable[[], Coroutine[Any, Any, None] | None]


class WordingActs:
    """What the user does with wordings and their threads.

    Args:
        app: for screens, words and work in the background.
        studio: has the tasks.
        prompt: holds the draft.
        show: puts the cursor on a task.
        edit: loads a task into the editor.
    """

    def __init__(
        self,
        app: SafeApp,
        studio: Studio,
        prompt: PromptPane,
        *,
        show: Callable[[str], object],
        edit: Callable[[Task], Coroutine[Any, Any, None]],
    ) -> None:
        self._app = app
        self._studio = studio
        self._prompt = prompt
        self._show = show
        self._edit = edit

    def on(self, task: Task, chosen: Sequence[Task]) -> Mapping[str, Done]:
        """What can be done with the task under the cursor and the marked ones, by the act's id."""
        return {
            "versions": partial(self.versions, task),
            "difference": partial(self.difference, task, chosen),
            "what_worked": partial(self.what_worked, task),
        }

    async def versions(self, task: Task) -> None:
        """Show the thread of a task as a tree."""
        from sora_tui.tui.screens.versions import VersionsScreen

        thread = await self._thread_of(task.ref)
        if thread:
            self._app.push_screen(VersionsScreen(thread, task.ref), self._version_chosen)

    async def difference(self, task: Task, chosen: Sequence[Task]) -> None:
        """Show what changed between two marked tasks, or from the task's parent to the task."""
        if len(chosen) == 2:
            before, after = sorted(chosen, key=lambda each: (each.created_at, each.ref))
            self._compare(before, after)
        elif len(chosen) > 2:
            self._app.say("Mark two tasks to compare them, or none to compare this one with what it came from.")
        elif (parent := await self._parent_of(task.parent_ref)) is not None:
            self._compare(parent, task)
        else:
            self._app.say("This is the first wording of its thread. Mark two tasks to compare them.")

    async def draft_difference(self) -> None:
        """Show what changed in the draft since the task it was edited from."""
        from sora_tui.tui.comparing import Side
        from sora_tui.tui.screens.difference import DifferenceScreen

        draft = self._prompt.draft
        parent = await self._parent_of(draft.parent_ref)
        if parent is None:
            self._app.say("The draft comes from no task: there is nothing to compare it with.")
            return
        self._app.push_screen(DifferenceScreen("The draft", Side.of_task(parent), Side.of_draft(draft)))

    async def what_worked(self, task: Task) -> None:
        """Show what changed in the version that worked best."""
        thread = await self._thread_of(task.ref)
        if thread is None:
            return
        found = thread.difference()
        if found is None:
            self._app.say("No version of this thread worked better than one near it yet. + rates a version higher.")
        else:
            self._compare(found.worse, found.better, "What changed in the one that worked")

    def entitle(self, draft: Draft) -> None:
        """Say above the editor which version of what the draft will be."""
        if draft.parent_ref is not None:
            self._app.spawn(self._entitle(draft.parent_ref), name="Reading the versions")

    async def _entitle(self, ref: str) -> None:
        thread = await self._thread_of(ref)
        if thread and self._prompt.draft.parent_ref == ref:
            first = next(iter(thread.values())).task
            self._prompt.descend(ref, f"v{len(thread) + 1} of “{shorten(first.prompt, 24)}”")

    def _compare(self, before: Task, after: Task, title: str = "What changed") -> None:
        from sora_tui.tui.comparing import Side
        from sora_tui.tui.screens.difference import DifferenceScreen

        self._app.push_screen(DifferenceScreen(title, Side.of_task(before), Side.of_task(after)))

    def _version_chosen(self, chosen: Chosen | None) -> None:
        from sora_tui.tui.screens.versions import Wish

        if chosen is None:
            return
        if chosen.wish is Wish.SHOW:
            self._show(chosen.ref)
        else:
            self._app.spawn(self._edit_version(chosen.ref), name="Editing again")

    async def _edit_version(self, ref: str) -> None:
        task = await self._parent_of(ref)
        if task is not None:
            await self._edit(task)

    async def _parent_of(self, ref: str | None) -> Task | None:
        if ref is None:
            return None
        try:
            return next(iter(await self._studio.load([ref])), None)
        except StudioError as error:
            self._app.say(str(error), "warning")
            return None

    async def _thread_of(self, ref: str) -> Thread | None:
        try:
            return await self._studio.memory.thread_of(ref)
        except StudioError as error:
            self._app.say(str(error), "warning")
            return None
