"""The place of the detail panel: its frame, its keys, and what F1 says about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalGroup

from sora_tui.studio.task import Step, Task
from sora_tui.tui.actions import Where, bindings
from sora_tui.tui.widgets.cells import Forecast
from sora_tui.tui.widgets.detail_panel import DetailPanel, DownloadsOf, HealthOf, ProgressOf


class DetailPane(VerticalGroup):
    """What happened to the selected task, what it cost, what can be done now."""

    help_title = "The detail"
    help_text = (
        "What the service said about the selected task: what the code means, the likely cause, whether it was charged, "
        "whether sending again is safe. Below: the links, the states it went through, the parameters."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.WORK)]
    panel = getters.query_one(DetailPanel)

    def __init__(
        self,
        *,
        now: Callable[[], int],
        forecast: Forecast | None,
        progress: ProgressOf | None = None,
        health: HealthOf | None = None,
        downloads: DownloadsOf | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._now, self._forecast, self._progress, self._health = now, forecast, progress, health
        self._downloads = downloads
        self.border_title = "Detail"

    def compose(self) -> ComposeResult:
        """The panel alone."""
        yield DetailPanel(
            now=self._now,
            forecast=self._forecast,
            progress=self._progress,
            health=self._health,
            downloads=self._downloads,
            id="detail",
        )

    def show(self, task: Task | None, history: Sequence[Step] = ()) -> None:
        """Show a task, or how to get one."""
        self.border_title = f"Detail · {task.ref[:4]}" if task else "Detail"
        self.panel.show(task, history=history)
