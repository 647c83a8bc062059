"""Being told, for one who looks elsewhere: a bell and a notification when tasks end, counts in the window's title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sora_tui.desktop.notifications import notification, window_title
from sora_tui.studio.task import Task, TaskState
from sora_tui.tui.gist import gist
from sora_tui.tui.text import clean, shorten

if TYPE_CHECKING:
    from textual.timer import Timer

    from sora_tui.tui.terminal import SafeApp

GATHERED_S = 1.0
"""What ends within this time is told together: thirty tasks are not thirty notifications."""
_PROMPT_CELLS = 60


class Telling:
    """Tells through the terminal.

    Args:
        app: whose terminal, and whether it has the focus.
        quiet: no bell and no notification; the title still counts.
    """

    def __init__(self, app: SafeApp, *, quiet: bool) -> None:
        self._app = app
        self.quiet = quiet
        self._ended: list[Task] = []
        self._timer: Timer | None = None
        self._title = ""

    def ended(self, task: Task) -> None:
        """A task is over, or waits for the user's word."""
        if self.quiet or self._app.app_focus:
            return
        self._ended.append(task)
        if self._timer is None:
            self._timer = self._app.set_timer(GATHERED_S, self._tell)

    def count(self, running: int, needs_you: int) -> None:
        """Show in the window's title how things stand."""
        counts = [(running, "running"), (needs_you, "needs you")]
        title = " · ".join(["sora-tui", *(f"{number:,} {word}" for number, word in counts if number)])
        if title != self._title:
            self._title = title
            self._app.write_to_terminal(window_title(title))

    def _tell(self) -> None:
        self._timer = None
        tasks, self._ended = self._ended, []
        self._app.bell()
        self._app.write_to_terminal(notification("sora-tui", words_for(tasks)))


def words_for(tasks: list[Task]) -> str:
    """What became of some tasks, in a few words.

    Args:
        tasks: at least one, none of them running.
    """
    if len(tasks) == 1:
        return f"{_what(tasks[0])}: {shorten(clean(gist(tasks[0]), multiline=False), _PROMPT_CELLS)}"
    ready = sum(task.state is TaskState.SUCCESS for task in tasks)
    unsure = sum(task.state is TaskState.UNCONFIRMED for task in tasks)
    failed = len(tasks) - ready - unsure
    parts = [(ready, "ready"), (failed, "failed"), (unsure, "unsure")]
    return f"{len(tasks):,} tasks: " + ", ".join(f"{number:,} {word}" for number, word in parts if number)


def _what(task: Task) -> str:
    if task.state is TaskState.SUCCESS:
        return "Ready"
    return "Needs you" if task.state.needs_you else "Failed"
