"""Which results are put side by side to pick the better one, and what becomes of that."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from sora_tui.studio.errors import StudioError
from sora_tui.studio.task import Task, TaskState

if TYPE_CHECKING:
    from sora_tui.studio.studio import Studio
    from sora_tui.tui.terminal import SafeApp

Act = Callable[[Task], Coroutine[Any, Any, None]]
MOST = 64
"""Results of one knock-out: more than anybody compares at one sitting."""


class VersusActs:
    """Compares results.

    Args:
        app: for the screen and for words.
        studio: has the tasks and keeps the verdicts.
        show: puts the cursor on a task.
        copy: copies the link of one.
        open_result: opens the result of one.
    """

    def __init__(
        self, app: SafeApp, studio: Studio, *, show: Callable[[str], object], copy: Act, open_result: Act
    ) -> None:
        self._app = app
        self._studio = studio
        self._show = show
        self._copy = copy
        self._open = open_result

    def on(self, task: Task, chosen: Sequence[Task]) -> Mapping[str, Callable[[], Coroutine[Any, Any, None]]]:
        """What can be done with the task under the cursor and the marked ones, by the act's id."""
        return {"versus": partial(self.versus, task, chosen)}

    async def versus(self, task: Task, chosen: Sequence[Task]) -> None:
        """Put the marked results side by side; of one alone, it beside the version nearest to it that came out."""
        from sora_tui.tui.screens.versus import VersusScreen

        several = len(chosen) > 1
        done = [each for each in chosen if each.state is TaskState.SUCCESS] if several else await self._beside(task)
        if len(done) > MOST:
            self._app.say(f"{len(done):,} results are too many to compare: mark {MOST} at most.")
        elif len(done) > 1:
            screen = VersusScreen(done, self._studio.verdicts, copy=self._copy, open_result=self._open)
            self._app.push_screen(screen, self._picked)
        elif several:
            self._app.say("Fewer than two of the marked tasks have a result to compare.")
        elif task.state is not TaskState.SUCCESS:
            self._app.say("This task has no result to compare yet. Mark two that have one.")
        else:
            self._app.say("No other version of this prompt has a result. Mark two tasks to compare them.")

    async def _beside(self, task: Task) -> list[Task]:
        """The task and the version of its thread to compare it with: its nearest ancestor, else a sibling, else any."""
        if task.state is not TaskState.SUCCESS:
            return []
        try:
            thread = await self._studio.memory.thread_of(task.ref)
        except StudioError as error:
            self._app.say(str(error), "warning")
            return []
        if task.ref not in thread:
            return [task]
        near = [*thread.ancestors(task.ref), *thread.siblings(task.ref), *(version.task for version in thread.values())]
        other = next((each for each in near if each.state is TaskState.SUCCESS and each.ref != task.ref), None)
        return [task] if other is None else [other, task]

    def _picked(self, ref: str | None) -> None:
        if ref is not None:
            self._show(ref)
