"""The detail of one task: the code card, the links, the prompt, the history. What is not known is not shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sora_tui.studio.task import Step, Task, TaskState
from sora_tui.tui import format
from sora_tui.tui.text import outside
from sora_tui.tui.widgets.code_card import CodeCard
from sora_tui.tui.widgets.columns import Forecast

EMPTY = "Select a task to see what the service said about it, what it cost, and what can be done now."
_NAME_WIDTH = 11


class DetailPanel(VerticalScroll, can_focus=True):
    """Scrolls; shows one task, or how to get one.

    Args:
        now: the time in epoch ms.
        forecast: when a running task will end.
    """

    DEFAULT_CSS = """
    DetailPanel {
        height: 1fr;
        padding: 0 1;
        scrollbar-size-vertical: 1;
        & > Static { height: auto; margin-bottom: 1; }
        & > .hidden { display: none; }
        #empty { color: $text-muted; }
    }
    """

    def __init__(self, *, now: Callable[[], int], forecast: Forecast | None = None, id: str | None = None) -> None:
        super().__init__(id=id)
        self._now = now
        self._forecast = forecast
        self._task_shown: Task | None = None
        self._history: Sequence[Step] = ()

    def compose(self) -> ComposeResult:
        """The parts, from what matters most to what is seldom needed."""
        yield Static(Content(EMPTY), id="empty")
        yield CodeCard(id="card")
        for part in ("facts", "links", "prompt-text", "steps"):
            yield Static(id=part)

    def on_mount(self) -> None:
        """Keep the elapsed time going while the task runs."""
        self._draw()
        self.set_interval(1.0, self._tick)

    def show(self, task: Task | None, *, history: Sequence[Step] = ()) -> None:
        """Show `task`; None shows how to get one. The history may come a moment later."""
        other = task is None or self._task_shown is None or task.ref != self._task_shown.ref
        self._task_shown = task
        self._history = history if history or other else self._history
        if self.is_mounted:
            self._draw()
            if other:
                self.scroll_home(animate=False)

    def _tick(self) -> None:
        if self._task_shown is not None and self._task_shown.state.is_running:
            self._draw()

    def _draw(self) -> None:
        task, now_ms = self._task_shown, self._now()
        self.query_one("#empty").set_class(task is not None, "hidden")
        for part in ("card", "facts", "links", "prompt-text", "steps"):
            self.query_one(f"#{part}").set_class(task is None, "hidden")
        if task is None:
            return
        eta = self._forecast(task, now_ms) if self._forecast else None
        self.query_one(CodeCard).explain(task, eta, now_ms)
        self._put("facts", _facts(task, now_ms))
        self._put("links", _links(task, now_ms))
        self._put("prompt-text", [outside(task.prompt, limit=10_000)])
        self._put("steps", _steps(self._history, now_ms))

    def _put(self, part: str, lines: Sequence[Content]) -> None:
        static = self.query_one(f"#{part}", Static)
        static.set_class(not lines, "hidden")
        static.update(Content("\n").join(lines))


def _facts(task: Task, now_ms: int) -> list[Content]:
    charge = task.charge
    money = "charge not known" if charge is None else format.money(charge)
    summary = f"{format.clock(task.elapsed_ms(now_ms))} · {money}"
    lines = [
        _named("Took" if task.finished_at is not None else "Running", summary),
        _named("Parameters", format.parameters(task.parameters)),
        _named("Model", task.model),
        _named("Task id", task.task_id or ""),
        _named("Ref", task.ref),
    ]
    if task.note:
        lines.insert(0, Content.styled("", "").append(outside(task.note, "$text-warning", multiline=False)))
    return [line for line in lines if line.plain]


def _links(task: Task, now_ms: int) -> list[Content]:
    if not task.links or task.finished_at is None:
        return []
    left = format.expiry(task.finished_at, now_ms)
    lines = [Content.assemble(("Links ", "bold"), (f"· {left}", "$text-muted"))]
    lines += [
        Content.assemble((f"{number} ", "bold $text-accent"), outside(link, multiline=False))
        for number, link in enumerate(task.links, start=1)
    ]
    lines += [
        Content.assemble(("with watermark ", "$text-muted"), outside(link, multiline=False))
        for link in task.watermark_links
    ]
    return lines


def _steps(history: Sequence[Step], now_ms: int) -> list[Content]:
    return [Content.styled("History", "bold"), *_step_lines(history, now_ms)] if history else []


def _step_lines(history: Sequence[Step], now_ms: int) -> Iterator[Content]:
    for step in history:
        word = step.vendor_state if step.state is TaskState.WAITING and step.vendor_state else step.state.value
        code = "" if step.code is None or step.state is TaskState.WAITING else f" {step.code}"
        look = format.LOOKS[step.state]
        yield Content.assemble(
            (format.moment(step.at, now_ms).ljust(10), "$text-muted"),
            f"{look.glyph} ",
            outside(word, multiline=False, limit=60),
            code,
        )


def _named(name: str, value: str) -> Content:
    return (
        Content.assemble((name.ljust(_NAME_WIDTH), "$text-muted"), outside(value, multiline=False))
        if value
        else Content("")
    )
