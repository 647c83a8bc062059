"""The studio: prompt, tasks and detail. Turns keys into acts and the studio's news into what is shown.

It lays out and passes on. What an act is called stands in `actions`, what may be sent without asking in `caution`,
how a draft travels in `sending`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static

from sora_tui.studio.events import BalanceChanged, Event, Notice, ServiceChanged, TaskChanged
from sora_tui.studio.task import Draft, Task
from sora_tui.tui.actions import BY_ID, Situation, Where, bindings, on_the_key_line
from sora_tui.tui.caution import bill, may_pay_twice, retry_question
from sora_tui.tui.screens.help import HelpScreen, help_for
from sora_tui.tui.task_acts import TaskActs
from sora_tui.tui.text import clean, outside
from sora_tui.tui.widgets.detail_pane import DetailPane
from sora_tui.tui.widgets.pane_tabs import PaneTabs
from sora_tui.tui.widgets.prompt_editor import PromptEditor
from sora_tui.tui.widgets.prompt_pane import PromptPane
from sora_tui.tui.widgets.status_bar import HeaderLine, KeyLine, Status
from sora_tui.tui.widgets.task_rows import Segment
from sora_tui.tui.widgets.task_table import TaskTable
from sora_tui.tui.widgets.tasks_pane import TasksPane

if TYPE_CHECKING:
    from sora_tui.tui.app import SoraApp

PANES = {"prompt-pane": "Prompt", "tasks-pane": "Tasks", "detail-pane": "Detail"}
DRAFT_PAUSE = 0.7
"""Seconds without a key after which the draft is kept."""
EMPTY_PROMPT = "Write a prompt first."


class StudioScreen(Screen[None]):
    """The screen that stays open all day."""

    CSS_PATH = "studio.tcss"
    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]]] = [(0, "-narrow"), (60, "-medium"), (100, "-wide")]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.ANYWHERE)]
    AUTO_FOCUS = "#editor"

    app = getters.app(lambda: _app_type())
    header = getters.query_one(HeaderLine)
    keys = getters.query_one(KeyLine)
    prompt = getters.query_one(PromptPane)
    tasks_pane = getters.query_one(TasksPane)
    detail = getters.query_one(DetailPane)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.studio = desk.studio
        self._acts = TaskActs(desk)
        self._draft_timer: Timer | None = None
        self._doing: dict[str, Callable[[str], Awaitable[None] | None]] = {}
