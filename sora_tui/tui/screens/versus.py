"""Two results side by side, to pick the better one; of several, pair after pair until one is left."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalGroup, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sora_tui.studio.collected import file_of
from sora_tui.studio.errors import StudioError
from sora_tui.studio.judging import in_words, raised
from sora_tui.studio.knockout import Knockout
from sora_tui.studio.task import Task
from sora_tui.studio.word_diff import RunKind, changed_settings, word_diff
from sora_tui.tui import format
from sora_tui.tui.act import Act
from sora_tui.tui.comparing import told
from sora_tui.tui.gist import gist
from sora_tui.tui.screens.explained import ExplainedScreen
from sora_tui.tui.text import clean, outside, shorten
from sora_tui.tui.theme import MUTED
from sora_tui.tui.widgets.preview import Preview
from sora_tui.tui.widgets.status_bar import KeyLine

if TYPE_CHECKING:
    from sora_tui.studio.verdicts import Verdicts

NAMES = ("A", "B")
Copy = Callable[[Task], Awaitable[None]]
Open = Callable[[Task], Awaitable[None]]


class Contender(VerticalScroll):
    """One of the two: how it came out, what was asked for, and what of that the other one does not have."""

    shown: Task
    preview = getters.query_one(Preview)

    def compose(self) -> ComposeResult:
        """Picture, facts, words, settings, note."""
        yield Preview(classes="picture")
        yield Static(classes="facts")
        yield Static(classes="words")
        yield Static(classes="settings")
        yield Static(classes="note")

    def show(self, name: str, task: Task, other: Task, *, is_blind: bool) -> None:
        """Show one task beside another.

        Args:
            name: A or B.
            task: to show.
            other: that it is compared with.
            is_blind: whether only the result counts: neither words nor settings nor ref are shown.
        """
        self.shown = task
        file = file_of(task)
        self.preview.display = bool(file)
        self.preview.show(Path(file) if file else None)
        self.border_title = name if is_blind else f"{name} · {task.ref[:4]}"
        self._put(".facts", _facts(task))
        self._put(
            ".words", Content.styled("Words and settings are hidden.", MUTED) if is_blind else _words(task, other)
        )
        self._put(".settings", Content("") if is_blind else _settings(task, other))
        self._put(".note", outside(task.remark, limit=600) if task.remark and not is_blind else Content(""))
        self.scroll_home(animate=False)

    def _put(self, which: str, content: Content) -> None:
        line = self.query_one(which, Static)
        line.display = bool(content.plain)
        line.update(content)


class VersusScreen(ExplainedScreen[str | None]):
    """Answers the ref of the last one that was picked, or None.

    Args:
        tasks: at least two, the first two to be compared first.
        verdicts: keeps what is picked.
        copy: copies the link of a task.
        open_result: opens the result of a task.
    """

    help_title = "The better of two"
    help_text = (
        "Two results and what sets them apart: words in bold stand in one prompt alone. The one you pick gets the "
        "star, the other one loses its own. Of more than two the winner stays and meets the next, until one is left."
    )
    KEYS = (
        Act("pick(0)", "A is better", "", "", ("a",), rank=0),
        Act("pick(1)", "B is better", "", "", ("b",), rank=1),
        Act("play", "Play both", "", "", ("space",), rank=2),
        Act("undo", "Undo", "", "", ("u",), rank=2),
        Act("blind", "Hide words", "", "", ("x",), rank=3),
        Act("open_both", "Open both", "", "", ("o",), rank=4),
        Act("back", "Back", "", "", ("escape",), rank=5),
    )
    CSS_PATH = "versus.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (84, "-wide")]
    AUTO_FOCUS = "#side-0"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a,1,left", "pick(0)", "A is better", show=False),
        Binding("b,2,right", "pick(1)", "B is better", show=False),
        Binding("u", "undo", "Take the last pick back", show=False),
        Binding("x", "blind", "Hide words and settings, or show them", show=False),
        Binding("space", "play", "Play both, in step, or let them stand", show=False),
        Binding("comma", "step(-1)", "Both a picture back", show=False),
        Binding("full_stop", "step(1)", "Both a picture on", show=False),
        Binding("s", "swap", "The other way round", show=False),
        Binding("plus", "rate(1)", "Rate the side with the focus higher", show=False),
        Binding("minus", "rate(-1)", "Rate it lower", show=False),
        Binding("c", "copy", "Copy its link", show=False),
        Binding("o", "open_both", "Open both", show=False),
        Binding("tab", "app.focus_next", "The other side", show=False),
        Binding("escape,q,v", "back", "Back", show=False),
    ]

    said = getters.query_one("#said", Static)

    def __init__(self, tasks: Sequence[Task], verdicts: Verdicts, *, copy: Copy, open_result: Open) -> None:
        super().__init__()
        self._tasks: dict[str, Task] = {task.ref: task for task in tasks}
        self._course = Knockout.among([task.ref for task in tasks])
        self._verdicts = verdicts
        self._copy = copy
        self._open = open_result
        self._before: list[tuple[Knockout, Mapping[str, bool]]] = []
        """What to go back to: where the comparing stood, and who had a star."""
        self._is_blind = False
        self._is_swapped = False
        self._is_keeping = False

    def compose(self) -> ComposeResult:
        """Two sides, a word on how it stands, the keys."""
        with VerticalGroup(id="dialog") as dialog:
            dialog.border_title = self.help_title
            with Container(id="sides"):
                yield Contender(id="side-0", classes="side")
                yield Contender(id="side-1", classes="side")
            yield Static(id="said")
            yield KeyLine()

    def on_mount(self) -> None:
        """Show the first two."""
        self._show("")

    @property
    def sides(self) -> tuple[Task, Task]:
        """What is shown as A and as B."""
        one, other = self._course.pair or (*self._course.standing, self._course.standing[0])
        pair = (self._tasks[one], self._tasks[other])
        return (pair[1], pair[0]) if self._is_swapped else pair

    # What can be done

    async def action_pick(self, number: int) -> None:
        """The one of the two is better."""
        if self._course.pair is None or self._is_keeping:
            return
        better, worse = self.sides[number], self.sides[1 - number]
        self._is_keeping = True
        try:
            kept = await self._verdicts.prefer(better.ref, worse.ref)
        except StudioError as error:
            self._show(str(error))
            return
        finally:
            self._is_keeping = False
        self._before.append((self._course, {task.ref: task.is_starred for task in (better, worse)}))
        self._tasks.update((task.ref, task) for task in kept)
        self._course = self._course.won_by(better.ref)
        self._is_swapped = self._is_swapped and self._course.pair is not None
        winner = f"{NAMES[number]} has the star: {shorten(gist(better), 40)}"
        self._show("" if self._course.pair is not None else f"{winner}. u takes that back, escape leaves.")

    async def action_undo(self) -> None:
        """Take the last pick back, stars and all."""
        if not self._before or self._is_keeping:
            self._show("Nothing was picked yet.")
            return
        course, stars = self._before[-1]
        self._is_keeping = True
        try:
            for ref, is_starred in stars.items():
                for task in await self._verdicts.star([ref], is_starred):
                    self._tasks[ref] = task
        except StudioError as error:
            self._show(str(error))
            return
        finally:
            self._is_keeping = False
        self._before.pop()
        self._course = course
        self._show("The pick is taken back.")

    async def action_rate(self, by: int) -> None:
        """Rate the side with the focus higher or lower."""
        try:
            for task in await self._verdicts.judge([self._at_hand.ref], partial(raised, by=by)):
                self._tasks[task.ref] = task
        except StudioError as error:
            self._show(str(error))
            return
        self._show("")

    async def action_copy(self) -> None:
        """Copy the link of the side with the focus."""
        await self._copy(self._at_hand)

    async def action_open_both(self) -> None:
        """Open both results."""
        for task in self.sides:
            await self._open(task)

    def action_blind(self) -> None:
        """Hide what was asked for, so that only what came out is judged; or show it."""
        self._is_blind = not self._is_blind
        self._show("")

    def action_play(self) -> None:
        """Play both films from the same moment, or let both stand."""
        films = self._films
        if any(film.is_playing for film in films):
            for film in films:
                film.pause()
            return
        at = min((film.position for film in films), default=0.0)
        for film in films:
            film.seek(at)
            film.play()
        if not films:
            self._show("Neither is on this machine yet: d in the table downloads them.")

    def action_step(self, pictures: int) -> None:
        """Let both stand a picture on, or back."""
        for film in self._films:
            film.step(pictures)

    def action_swap(self) -> None:
        """Put A where B is."""
        if self._course.pair is not None:
            self._is_swapped = not self._is_swapped
            self._show("")

    def action_back(self) -> None:
        """Leave."""
        self.dismiss(self._course.standing[0] if self._before else None)

    @property
    def _films(self) -> list[Preview]:
        """The previews that have something to play."""
        shown = self.query(Contender).results(Contender)
        return [side.preview for side in shown if side.display and side.preview.path is not None]

    @property
    def _at_hand(self) -> Task:
        focused = self.focused
        return focused.shown if isinstance(focused, Contender) else self.sides[0]

    def _show(self, words: str) -> None:
        one, other = self.sides
        left = len(self._course.standing)
        several = f" · {left} of {self._course.of} left" if self._course.of > 2 else ""
        self.query_one("#dialog").border_subtitle = f"{several.removeprefix(' · ')}"
        self.query_one("#side-0", Contender).show("A" if left > 1 else "Best", one, other, is_blind=self._is_blind)
        self.query_one("#side-1", Contender).show("B", other, one, is_blind=self._is_blind)
        self.query_one("#side-1").display = left > 1
        self.said.update(outside(words, multiline=False))


def _facts(task: Task) -> Content:
    """`0:06 · 330 credits ($1.65) · ★ · rated 4`."""
    facts = [format.clock(task.elapsed_ms(0)) if task.finished_at else "", format.money(task.charge), *in_words(task)]
    return Content.styled(" · ", MUTED).join(Content(words) for words in facts if words)


def _words(task: Task, other: Task) -> Content:
    """The prompt, with what the other one does not have in bold."""
    if task.prompt == other.prompt:
        return Content.assemble(clean(task.prompt, limit=4_000), ("\n\nThe words are the same.", MUTED))
    runs = [run for run in word_diff(other.prompt, task.prompt) if run.kind is not RunKind.REMOVED]
    return Content.assemble(
        *((clean(run.text), "bold $text-accent" if run.kind is RunKind.ADDED else "") for run in runs)
    )


def _settings(task: Task, other: Task) -> Content:
    """The settings that differ, a line for each."""
    changes = changed_settings({"model": task.model, **task.parameters}, {"model": other.model, **other.parameters})
    lines = [
        Content.assemble((f"{clean(change.name, multiline=False, limit=40)}  ", MUTED), told(change.before))
        for change in changes
    ]
    return Content("\n").join(lines) if lines else Content.styled("The settings are the same.", MUTED)
