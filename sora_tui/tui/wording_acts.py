"""Acts on wordings: threads and what changed in them, prompts that were sent before, the user's own editor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import SuspendNotSupported

from sora_tui.studio.errors import StudioError
from sora_tui.studio.task import Draft, Task
from sora_tui.tui.prompt_history import PromptHistory
from sora_tui.tui.prompt_walk import PromptWalk
from sora_tui.tui.text import shorten

if TYPE_CHECKING:
    from sora_tui.studio.studio import Studio
    from sora_tui.studio.threads import Thread
    from sora_tui.tui.screens.history import Taken
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
        now: the time in epoch ms.
    """

    def __init__(
        self,
        app: SafeApp,
        studio: Studio,
        prompt: PromptPane,
        *,
        show: Callable[[str], object],
        edit: Callable[[Task], Coroutine[Any, Any, None]],
        now: Callable[[], int],
    ) -> None:
        self._app = app
        self._studio = studio
        self._prompt = prompt
        self._show = show
        self._edit = edit
        self._now = now
        self._history = PromptHistory(studio.memory)
        self._walk = PromptWalk()
        self._is_editing = False

    def anywhere(self) -> Mapping[str, Done]:
        """What can be done with the draft, by the act's id."""
        return {
            "draft_difference": self.draft_difference,
            "own_editor": self.own_editor,
            "history": self.history,
            "earlier": partial(self.walk, 1),
            "later": partial(self.walk, -1),
        }

    def on(self, task: Task, chosen: Sequence[Task]) -> Mapping[str, Done]:
        """What can be done with the task under the cursor and the marked ones, by the act's id."""
        return {
            "versions": partial(self.versions, task),
            "difference": partial(self.difference, task, chosen),
            "what_worked": partial(self.what_worked, task),
        }

    async def own_editor(self) -> None:
        """Hand the prompt to the user's editor, and the terminal with it, and take both back."""
        from sora_tui.desktop.editor import NONE_SET, edit, editor_command

        command = editor_command()
        if command is None:
            self._app.say(NONE_SET, "warning")
            return
        if self._is_editing or self._prompt.editor.read_only:
            return
        self._is_editing = True
        before = self._prompt.editor.text
        try:
            with self._app.suspend():
                edited = await edit(command, before, self._studio.settings.data_dir)
        except SuspendNotSupported:
            self._app.say("This terminal can't be handed to an editor.", "warning")
            return
        finally:
            self._is_editing = False
        if edited.problem:
            self._app.say(edited.problem, "warning")
        if edited.text is not None and edited.text != before:
            self._prompt.editor.put(edited.text)
        self._prompt.editor.focus()

    async def recover(self) -> None:
        """Take back what an editor had saved when the program was killed; the draft is one step to undo away."""
        from sora_tui.desktop.editor import leftovers

        left = await asyncio.to_thread(leftovers, self._studio.settings.data_dir)
        for path, text in left.items():
            if text.strip() and text != self._prompt.editor.text:
                self._prompt.editor.put(text)
                self._app.say("What your editor had saved when the program was killed is back. ctrl+z undoes that.")
            try:
                await self._studio.save_draft(self._prompt.draft, self._prompt.vary.text)
                path.unlink(missing_ok=True)
            except OSError:
                return  # it is still there at the next start

    def history(self) -> None:
        """Let a prompt that was sent be found and taken into the editor."""
        from sora_tui.tui.screens.history import HistoryScreen

        screen = HistoryScreen(self._app, self._studio, self._history, now_ms=self._now())
        self._app.push_screen(screen, self._taken)

    async def walk(self, by: int) -> None:
        """Put an earlier or a later prompt into the editor; before the first step what stands there is remembered."""
        if not self._walk.is_at(self._prompt.editor.text):
            try:
                sent = await self._history.newest()
            except StudioError as error:
                self._app.say(str(error), "warning")
                return
            self._walk = PromptWalk(self._prompt.editor.text, [each.sent.prompt for each in sent])
        text = self._walk.step(by)
        if text is None:
            self._app.say("There is no earlier prompt." if by > 0 else "This is what you typed.")
        else:
            self._prompt.editor.put(text)

    def _taken(self, taken: Taken | None) -> None:
        if taken is not None:
            self._app.spawn(self._take(taken), name="Taking the prompt")

    async def _take(self, taken: Taken) -> None:
        task = await self._parent_of(taken.ref)
        if taken.with_settings and task is not None:
            await self._edit(task)
            return
        self._prompt.editor.put(taken.prompt)
        self._prompt.descend(taken.ref)
        self._prompt.editor.focus()
        self.entitle(self._prompt.draft)

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
