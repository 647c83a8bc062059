"""All that is known of one task: the card, the facts, the links, the prompt, the history, the ids."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message

from sora_tui.studio.collected import is_about_to_be_lost
from sora_tui.studio.inbox import Progress
from sora_tui.studio.judging import in_words
from sora_tui.studio.model_health import ModelHealth
from sora_tui.studio.task import Step, Task, TaskState
from sora_tui.studio.weighing import costs_otherwise
from sora_tui.tui.file_line import file_line
from sora_tui.tui.format import ago, clock, credits, expiry, money, parameters
from sora_tui.tui.text import outside
from sora_tui.tui.theme import MUTED
from sora_tui.tui.widgets.aligned import Aligned, Line
from sora_tui.tui.widgets.cells import Forecast
from sora_tui.tui.widgets.code_card import CodeCard, card_for, is_stalled
from sora_tui.tui.widgets.link_list import LinkList
from sora_tui.tui.widgets.preview import Preview
from sora_tui.tui.widgets.task_story import heading, result, said, story

if TYPE_CHECKING:
    from sora_tui.studio.collecting import Download

_EMPTY = (
    Line(Content.styled("No task is selected", "bold")),
    Line(
        Content.styled(
            "Move through the table with the arrow keys: here stands what became of the task, what it cost and what "
            "you can do now.",
            MUTED,
        )
    ),
)


ProgressOf: TypeAlias = Callable[[str], Progress | None]
HealthOf: TypeAlias = Callable[[str], ModelHealth | None]
"""How a model fares, as last read, by its id."""
DownloadsOf: TypeAlias = "Callable[[str], Sequence[Download]]"
BEGINNING = "The first picture. The film is not on this machine: d downloads it."
ASK_AGAIN_MS = 600_000
"""How long the health of a slow task's model is not asked for again."""


class DetailPanel(VerticalScroll, can_focus=True):
    """The selected task. Shows what it is given; asks nobody."""

    DEFAULT_CSS = """
    DetailPanel {
        background: $surface;
        padding: 0 1;
        scrollbar-size-vertical: 1;
        & > Aligned { margin: 1 0 0 0; }
        & > CodeCard { margin: 0; }
        &.-empty > * { display: none; }
        &.-empty > .detail--empty { display: block; }
        & > .detail--empty { display: none; }
        &.-wordless > .detail--said { display: none; }
        &.-textless > .detail--result { display: none; }
        & > Preview { height: 55%; min-height: 6; max-height: 20; margin-top: 1; }
        & > .detail--film { margin: 0; }
        &.-settled > .detail--downloads { display: none; }
        &.-fileless > Preview, &.-fileless > .detail--film { display: none; }
        &.-linkless > LinkList, &.-linkless > .detail--links-head { display: none; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "screen.act('film')", "See it large", show=False)]

    preview = getters.query_one(Preview)

    @dataclass
    class Stalled(Message):
        """A task is looked at that is slow, and it is not known how its model fares now."""

        panel: DetailPanel
        task: Task

        @property
        def control(self) -> DetailPanel:
            """The panel."""
            return self.panel

    def __init__(
        self,
        *,
        now: Callable[[], int],
        forecast: Forecast | None = None,
        progress: ProgressOf | None = None,
        health: HealthOf | None = None,
        downloads: DownloadsOf | None = None,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        """Make an empty panel.

        Args:
            now: the time in epoch ms.
            forecast: when a running task will end.
            progress: how far the vendor says that a task is, by its ref.
            health: how a model fares, by its id.
            downloads: what is on its way to this machine for a task, by its ref.
            name: as of any widget.
            id: as of any widget.
            classes: as of any widget.
            disabled: as of any widget.
        """
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._now = now
        self._forecast = forecast
        self._progress = progress
        self._health = health
        self._downloads = downloads
        self._asked_at: dict[str, int] = {}
        self._task_shown: Task | None = None
        self._history: tuple[Step, ...] = ()
        self._film_facts = ""
        self._beginning = b""
        self.add_class("-empty")

    def compose(self) -> ComposeResult:
        """The card, the facts, the links, the rest."""
        yield Aligned(classes="detail--empty")
        yield CodeCard()
        yield Aligned(classes="detail--facts")
        yield Preview(id="preview")
        yield Aligned(classes="detail--film")
        yield Aligned(classes="detail--downloads")
        yield Aligned(classes="detail--said")
        yield Aligned(classes="detail--links-head")
        yield LinkList()
        yield Aligned(classes="detail--result")
        yield Aligned(classes="detail--story")

    def on_mount(self) -> None:
        """Start the clock of what changes with time alone."""
        self.query_one(".detail--empty", Aligned).show_lines(_EMPTY)
        self.set_interval(1.0, self._tick)
        self._draw()

    @property
    def ref(self) -> str | None:
        """The task shown."""
        return None if self._task_shown is None else self._task_shown.ref

    def show(self, task: Task | None, *, history: Sequence[Step] = ()) -> None:
        """Show a task as it stands, or none.

        Args:
            task: its newest version.
            history: the states it went through, oldest first. Without one, what was shown stays, and for another
                task its own times tell.
        """
        if task is None or task.ref != self.ref:
            self._history = ()
            self._beginning = b""
            if self.is_mounted:
                self.scroll_home(animate=False)
                self.query_one(LinkList).note((), "")
        self._task_shown, self._history = task, tuple(history) or self._history
        self._draw()

    def show_beginning(self, ref: str, content: bytes) -> None:
        """Show the first picture of the task's film, of which only these bytes are here, until another is shown."""
        if ref == self.ref and self._task_shown is not None:
            self._beginning = content
            self._draw_file(self._task_shown)

    def mark_copied(self, urls: Collection[str], words: str) -> None:
        """Write behind these links what became of copying them; other links lose what stood there."""
        self.query_one(LinkList).note(urls, words)

    def _tick(self) -> None:
        task = self._task_shown
        if task is not None and (task.state.is_running or task.links):
            self._draw_what_ticks(task)

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        task = self._task_shown
        self.set_class(task is None, "-empty")
        if task is None:
            self.preview.show(None)
            return
        self.set_class(not task.links, "-linkless")
        self.set_class(not said(task), "-wordless")
        self.set_class(not task.result_text, "-textless")
        self._draw_file(task)
        self._draw_what_ticks(task)
        self.query_one(".detail--said", Aligned).show_lines(said(task))
        self.query_one(LinkList).show_links(task.links)
        self.query_one(".detail--result", Aligned).show_lines(result(task))
        self.query_one(".detail--story", Aligned).show_lines(story(task, self._history, self._now()))

    def _draw_file(self, task: Task) -> None:
        path = next(filter(None, task.files), "")
        if path:
            self._beginning = b""
        self.set_class(not path and not self._beginning, "-fileless")
        if str(self.preview.path or "") != path:
            self._film_facts = ""
        self._draw_film()
        if self._beginning:
            self.preview.show_beginning(self._beginning)
        else:
            self.preview.show(Path(path) if path else None)
        self.show_downloads()

    def show_downloads(self) -> None:
        """Say how far the downloads of the task are, a line for each."""
        task = self._task_shown
        found = self._downloads(task.ref) if self._downloads is not None and task is not None and task.links else ()
        lines: list[Line] = []
        if found:
            from sora_tui.tui.download_words import download_words

            lines = [Line(outside(words, multiline=False)) for each in found if (words := download_words(each))]
        self.set_class(not lines, "-settled")
        self.query_one(".detail--downloads", Aligned).show_lines(lines)

    @on(Preview.Looked)
    def _looked(self, event: Preview.Looked) -> None:
        event.stop()
        if event.path == self.preview.path:
            self._film_facts = event.facts
            self._draw_film()

    def _draw_film(self) -> None:
        """What the first file holds, and where each is."""
        task = self._task_shown
        lines = [Line(outside(self._film_facts, multiline=False))] if self._film_facts else []
        if self._beginning:
            lines = [Line(Content.styled(BEGINNING, MUTED))]
        lines += [Line(file_line(path).stylize_before(MUTED)) for path in (task.files if task else ()) if path]
        self.query_one(".detail--film", Aligned).show_lines(lines)

    def _draw_what_ticks(self, task: Task) -> None:
        now = self._now()
        eta = None if self._forecast is None or task.state is not TaskState.WAITING else self._forecast(task, now)
        health = self._health_of(task, now) if is_stalled(task, eta) else None
        self.query_one(CodeCard).show_card(card_for(task, now, eta, health))
        self.query_one(".detail--facts", Aligned).show_lines(
            [*_facts(task, now), *_vendors_word(self._progress, task, now)]
        )
        if task.links:
            self.query_one(".detail--links-head", Aligned).show_lines([_links_head(task, now)])

    def _health_of(self, task: Task, now: int) -> ModelHealth | None:
        """How the model of a slow task fares; asked for where that is not known, or no longer."""
        health = None if self._health is None else self._health(task.model)
        known_at = max(0 if health is None else health.read_at, self._asked_at.get(task.model, 0))
        if self._health is not None and now - known_at >= ASK_AGAIN_MS:
            self._asked_at[task.model] = now
            self.post_message(self.Stalled(self, task))
        return health


def _links_head(task: Task, now: int) -> Line:
    """How long the links still work, and loudly where nothing else is left of them then."""
    words = "Link" if len(task.links) == 1 else "Links"
    left = "" if task.finished_at is None else expiry(task.finished_at, now)
    if is_about_to_be_lost(task, now):
        return heading(words, f"{left} · d downloads what is behind", "$text-warning")
    return heading(words, left)


def _facts(task: Task, now: int) -> list[Line]:
    """One line: how long, how much, what was asked for."""
    facts: list[Content | str] = []
    if task.state.is_running or (task.finished_at is not None and task.state is not TaskState.REFUSED):
        facts.append(Content.styled(clock(task.elapsed_ms(now)), "bold"))
    facts.append(Content(money(task.charge)))
    if costs_otherwise(task):
        facts.append(Content.styled(f"{credits(task.price)} were expected", "$text-warning"))
    if judged := in_words(task):
        facts.append(Content.styled(" · ".join(judged), "$text-warning" if task.is_starred else ""))
    telling = {name: value for name, value in task.parameters.items() if name != "upload_method"}
    if words := parameters(telling):
        facts.append(outside(words, multiline=False, limit=600))
    return [Line(Content.styled(" · ", MUTED).join(facts))]


def _vendors_word(progress_of: ProgressOf | None, task: Task, now: int) -> list[Line]:
    """How far the vendor says a running task is: apart from our own estimate, and for what it is worth."""
    progress = None if progress_of is None or task.state is not TaskState.WAITING else progress_of(task.ref)
    if progress is None:
        return []
    words = outside(progress.words, multiline=False, limit=80)
    return [Line(Content.assemble(words, (f", {ago(progress.at, now)}", MUTED)), "The service says")]
