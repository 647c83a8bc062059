"""All different prompts ever sent: found as one types, looked at whole, taken into the editor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from sora_tui.studio.errors import StudioError
from sora_tui.studio.recalling import PastPrompt
from sora_tui.studio.task import Task
from sora_tui.tui import format
from sora_tui.tui.act import Act
from sora_tui.tui.prompt_history import PromptHistory, Recalled
from sora_tui.tui.screens.explained import ExplainedScreen
from sora_tui.tui.text import ELLIPSIS, clean
from sora_tui.tui.theme import MUTED
from sora_tui.tui.widgets.status_bar import KeyLine

if TYPE_CHECKING:
    from sora_tui.studio.studio import Studio
    from sora_tui.tui.terminal import SafeApp

SHOWN = 50
"""Prompts of one answer: more than anybody reads before typing another letter."""
_LEAD = 12
"""Characters before the first match that are shown."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was chosen: the task that was sent last with the words, and whether its settings are wanted too."""

    ref: str
    prompt: str
    with_settings: bool


class HistoryScreen(ExplainedScreen[Taken | None]):
    """Answers with the prompt that was chosen, or with None.

    Args:
        home: the app, for work in the background.
        studio: has the tasks.
        history: which prompts there are.
        now_ms: epoch ms.
    """

    help_title = "Prompts you sent"
    help_text = (
        "Every different prompt you ever sent, the newest first. What you type is looked for in all of them, its words "
        "in any order, or only some of their letters. Beside each stand what became of it last, how often it was sent, "
        "its best mark and what it cost in all."
    )
    KEYS = (
        Act("take(True)", "Take all", "", "", ("enter",)),
        Act("take(False)", "Words", "", "", ("alt+enter",)),
        Act("whole", "Whole", "", "", ("tab",)),
        Act("back", "Back", "", "", ("escape",)),
    )
    CSS_PATH = "history.tcss"
    AUTO_FOCUS = "#words"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take(True)", "Take it with its settings", show=False, priority=True),
        Binding("alt+enter", "take(False)", "Take the words alone", show=False, priority=True),
        Binding("up", "cursor(-1)", "Move in the list", show=False, priority=True),
        Binding("down", "cursor(1)", "Move in the list", show=False, priority=True),
        Binding("pageup", "cursor(-10)", "Move ten further", show=False, priority=True),
        Binding("pagedown", "cursor(10)", "Move ten further", show=False, priority=True),
        Binding("tab", "whole", "The whole, or the list alone", show=False, priority=True),
        Binding("escape,ctrl+r", "back", "Back", show=False),
    ]

    words = getters.query_one("#words", Input)
    found = getters.query_one("#found", OptionList)

    def __init__(self, home: SafeApp, studio: Studio, history: PromptHistory, *, now_ms: int) -> None:
        super().__init__()
        self._home = home
        self._studio = studio
        self._history = history
        self._now_ms = now_ms
        self._rows: list[Recalled] = []
        self._past: dict[str, tuple[PastPrompt, Task | None]] = {}
        self._query: str | None = None
        self._is_searching = self._is_read = False

    def compose(self) -> ComposeResult:
        """What is looked for, what was found, and the whole of one."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "Prompts you sent"
            yield Input(placeholder="words in any order, or letters of them", compact=True, id="words")
            yield Static("Reading the prompts…", id="state")
            yield OptionList(id="found")
            with VerticalScroll(id="whole"):
                yield Static(id="text")
            yield KeyLine()

    def on_mount(self) -> None:
        """Show the newest, and read all."""
        self.found.can_focus = False
        self.query_one("#whole").display = False
        self._home.spawn(self._read(), name="Reading the prompts")

    async def _read(self) -> None:
        try:
            newest = await self._history.newest(SHOWN)
            await self._show(newest)
            await self._history.refresh()
        except StudioError as error:
            self._home.say(str(error), "warning")
            return
        self._is_read = True
        await self._search()

    # Searching

    @on(Input.Changed, "#words")
    def _typed(self) -> None:
        if self._is_read:
            self._home.spawn(self._search(), name="Looking for prompts")

    async def _search(self) -> None:
        """Look for what stands there, until that is what was looked for; a key typed meanwhile ends an older search."""
        if self._is_searching:
            return
        self._is_searching = True
        try:
            while self.is_attached and self._query != (query := self.words.value):
                rows, is_complete = await self._history.find(query, SHOWN)
                self._query = query
                await self._show(rows)
                while not is_complete and self.is_attached and self.words.value == query:
                    rows, is_complete = await self._history.more()
                    await self._show(rows)
        finally:
            self._is_searching = False

    async def _show(self, rows: Sequence[Recalled]) -> None:
        if not self.is_attached or (rows == self._rows and rows):
            return
        self._rows = list(rows)
        self._draw()
        unknown = [row.sent.ref for row in rows if row.sent.ref not in self._past]
        if unknown:
            self._home.spawn(self._read_past(unknown), name="Reading what became of the prompts")
        self._look()

    async def _read_past(self, refs: Sequence[str]) -> None:
        try:
            tasks = {task.ref: task for task in await self._studio.load(refs)}
            past = await self._studio.memory.past(refs)
        except StudioError as error:
            self._home.say(str(error), "warning")
            return
        self._past.update({each.last_ref: (each, tasks.get(each.last_ref)) for each in past})
        if self.is_attached:
            for place, row in enumerate(self._rows):
                if row.sent.ref in self._past:
                    self.found.replace_option_prompt_at_index(place, self._line(row))
            self._look()

    def _draw(self) -> None:
        found = self.found
        found.clear_options()
        found.add_options(Option(self._line(row)) for row in self._rows)
        if self._rows:
            found.highlighted = 0
        count = len(self._history)
        if self._rows:
            words = f"{len(self._rows):,} of {count:,} prompts" if self._is_read else "The newest; reading the others…"
        elif self.words.value.strip():
            words = "No prompt is like that. Type fewer letters."
        else:
            words = "No prompt was sent yet."
        self.query_one("#state", Static).update(Content.styled(words, MUTED))

    def _line(self, row: Recalled) -> Content:
        return Content.assemble(
            figures(self._past.get(row.sent.ref), self._now_ms, wide=self.app.size.width >= 100),
            excerpt(row.sent.prompt, row.ranges),
        )

    # Choosing

    @property
    def _at_hand(self) -> Recalled | None:
        place = self.found.highlighted
        return self._rows[place] if place is not None and place < len(self._rows) else None

    @on(OptionList.OptionHighlighted)
    def _look(self) -> None:
        row = self._at_hand
        known = self._past.get(row.sent.ref) if row else None
        settings = format.parameters(known[1].parameters) if known and known[1] else ""
        head = f"{known[0].model} · {settings}" if known else ""
        text = row.sent.prompt if row else ""
        whole = Content.assemble((clean(head, multiline=False, limit=200), MUTED), "\n", clean(text))
        self.query_one("#text", Static).update(whole)

    @on(OptionList.OptionSelected)
    def _selected(self) -> None:
        self.action_take(True)

    def action_back(self) -> None:
        """Take nothing."""
        self.dismiss(None)

    def action_cursor(self, by: int) -> None:
        """Go up or down in what was found."""
        if self._rows:
            at = self.found.highlighted or 0
            self.found.highlighted = max(0, min(len(self._rows) - 1, at + by))

    def action_whole(self) -> None:
        """Show the whole of the prompt, or the list alone again."""
        whole = self.query_one("#whole")
        whole.display = not whole.display

    def action_take(self, with_settings: bool) -> None:
        """Leave with the prompt under the cursor."""
        if (row := self._at_hand) is not None:
            self.dismiss(Taken(row.sent.ref, row.sent.prompt, with_settings))


def figures(known: tuple[PastPrompt, Task | None] | None, now_ms: int, *, wide: bool) -> Content:
    """What became of a prompt, always as many cells: state, how often, best mark, credits and when.

    Args:
        known: None while it is being read.
        now_ms: epoch ms.
        wide: whether there is room for all of it.
    """
    if known is None:
        return Content(" " * (41 if wide else 13))
    past, task = known
    look = format.LOOKS[task.state] if task else None
    mark = "★" if past.is_starred else " "
    mark += f"{past.best_rating}" if past.best_rating else " "
    times = f"{past.times:,}×" if past.times < 10_000 else "many×"
    narrow = f"{look.glyph if look else ' '} {times:>6} {mark} "
    if not wide:
        return Content.styled(f"{narrow:<13}", MUTED)
    cost = f"{format.credits(past.credits)} cr"
    return Content.styled(f"{narrow:<13}{cost:>12}  {format.day_or_time(past.last_at, now_ms):<12}  ", MUTED)


def excerpt(prompt: str, ranges: Sequence[tuple[int, int]]) -> Content:
    """The prompt on one line from shortly before its first match, the matches set off."""
    at = max(0, ranges[0][0] - _LEAD) if ranges and ranges[0][0] > 3 * _LEAD else 0
    parts: list[tuple[str, str]] = [(ELLIPSIS, MUTED)] if at else []
    for start, end in ranges:
        parts += [(prompt[at:start], ""), (prompt[start:end], "bold $text-accent")]
        at = end
    parts.append((prompt[at : at + 400], ""))
    return Content.assemble(*((clean(text, multiline=False), style) for text, style in parts))
