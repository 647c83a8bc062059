"""A slow task has the health of its model read when it is looked at: once, and again only when that is old."""

from __future__ import annotations

from textual import on
from textual.app import App, ComposeResult

from sora_tui.studio.estimates import Eta
from sora_tui.studio.model_health import ModelHealth
from sora_tui.studio.task import Task
from sora_tui.tui.widgets.code_card import CodeCard
from sora_tui.tui.widgets.detail_panel import ASK_AGAIN_MS, DetailPanel
from tests.unit.tui.tasks import NOW_MS, a_task

SLOW = Eta(130_000, 200_000, 160_000, 0, slow=True, based_on=5)


class Looking(App[None]):
    """A detail panel at a time a test sets."""

    def __init__(self, eta: Eta | None = SLOW) -> None:
        super().__init__()
        self.now = NOW_MS
        self.eta = eta
        self.known: ModelHealth | None = None
        self.asked: list[str] = []

    def compose(self) -> ComposeResult:
        yield DetailPanel(now=lambda: self.now, forecast=self.forecast, health=lambda _model: self.known)

    def forecast(self, _task: Task, _now: int) -> Eta | None:
        return self.eta

    @on(DetailPanel.Stalled)
    def stalled(self, event: DetailPanel.Stalled) -> None:
        self.asked.append(event.task.model)


async def test_it_is_asked_for_once_and_then_said() -> None:
    app = Looking()
    async with app.run_test(size=(80, 30)) as pilot:
        panel = app.query_one(DetailPanel)
        for _ in range(3):
            panel.show(a_task())
            await pilot.pause()
        assert app.asked == ["m"]
        app.known = ModelHealth("m", (), NOW_MS, 99.0)
        panel.show(a_task())
        await pilot.pause()
        assert "healthy, 99 % in the last hour, read just now." in app.query_one(CodeCard).render().plain
        app.now += ASK_AGAIN_MS
        panel.show(a_task())
        await pilot.pause()
        assert app.asked == ["m", "m"]


async def test_a_task_in_time_asks_nothing() -> None:
    app = Looking(eta=None)
    async with app.run_test(size=(80, 30)) as pilot:
        app.query_one(DetailPanel).show(a_task())
        await pilot.pause()
        assert app.asked == []
