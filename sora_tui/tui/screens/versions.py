"""The thread of a wording as a tree: each version with its state, mark and cost, and what changed in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from sora_tui.studio.task import Task
from sora_tui.studio.threads import Thread
from sora_tui.tui import format
from sora_tui.tui.act import Act
from sora_tui.tui.comparing import Side, first_change
from sora_tui.tui.screens.difference import DifferenceScreen
from sora_tui.tui.screens.explained import ExplainedScreen
from sora_tui.tui.text import clean, shorten
from sora_tui.tui.theme import MUTED
from sora_tui.tui.widgets.status_bar import KeyLine

_DEEPEST = 12
"""Steps of indentation that are shown: what is deeper stands below one another."""


class Wish(Enum):
    """What is to be done with the version that was chosen."""

    SHOW = "show"
    EDIT = "edit"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A version, and what for."""

    ref: str
    wish: Wish


class VersionsScreen(ExplainedScreen[Chosen | None]):
    """The tree of one thread.

    Args:
        thread: which has a version at least.
        ref: the version to begin at.
    """

    help_title = "Versions of a prompt"
    help_text = (
        "All that came from one wording, each version below the one it was edited from, with its state, your mark, "
        "what it cost and the first words that changed. Below stands the whole of the one under the cursor."
    )
    KEYS = (
        Act("show", "Go to it", "", "", ("enter",)),
        Act("edit", "Edit again", "", "", ("e",)),
        Act("difference", "Changed", "", "", ("equals_sign",)),
        Act("worked", "Worked", "", "", ("W",)),
        Act("back", "Back", "", "", ("escape",)),
    )
    CSS_PATH = "versions.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "show", "Go to it in the task table", show=False),
        Binding("e", "edit", "Edit it again", show=False),
        Binding("equals_sign", "difference", "What changed in it", show=False),
        Binding("W", "worked", "What changed in the one that worked", show=False),
        Binding("escape,T,q", "back", "Back", show=False),
    ]

    def __init__(self, thread: Thread, ref: str) -> None:
        super().__init__()
        self._thread = thread
        self._refs = list(thread)
        self._at = self._refs.index(ref) if ref in thread else 0

    def compose(self) -> ComposeResult:
        """The tree above, the whole of the version under the cursor below."""
        with Vertical(id="dialog") as dialog:
            bill = self._thread.bill
            first = shorten(self._thread[self._refs[0]].task.prompt, 30)
            count = "One version" if len(self._refs) == 1 else f"{len(self._refs):,} versions"
            dialog.border_title = Content(f"{count} of “{first}”")
            ahead = f", {format.credits(bill.in_flight)} in flight" if bill.in_flight else ""
            yield Static(Content.styled(f"{format.money(bill.charged)} so far{ahead}", MUTED), id="bill")
            yield OptionList(id="versions")
            yield Static(id="whole")
            yield KeyLine()

    def on_mount(self) -> None:
        """Begin at the task the thread was asked for."""
        versions = self.query_one(OptionList)
        room = max(20, self.app.size.width - 50)
        versions.add_options(Option(line, ref) for ref, line in tree_lines(self._thread, room))
        versions.highlighted = self._at
        versions.focus()

    @property
    def _shown(self) -> Task:
        return self._thread[self._refs[self.query_one(OptionList).highlighted or 0]].task

    @on(OptionList.OptionHighlighted)
    def _moved(self) -> None:
        self.query_one("#whole", Static).update(Content(clean(self._shown.prompt, limit=1_000)))

    @on(OptionList.OptionSelected)
    def action_show(self) -> None:
        """Go to this version in the task table."""
        self.dismiss(Chosen(self._shown.ref, Wish.SHOW))

    def action_back(self) -> None:
        """Leave."""
        self.dismiss(None)

    def action_edit(self) -> None:
        """Go on from this version."""
        self.dismiss(Chosen(self._shown.ref, Wish.EDIT))

    def action_difference(self) -> None:
        """Show what changed from its parent."""
        before = next(iter(self._thread.ancestors(self._shown.ref)), None)
        if before is None:
            self.app.notify("This is the first wording of its thread.")
            return
        self.app.push_screen(DifferenceScreen("What changed", Side.of_task(before), Side.of_task(self._shown)))

    def action_worked(self) -> None:
        """Show what changed in the one that worked."""
        difference = self._thread.difference()
        if difference is None:
            self.app.notify("No version of this thread worked better than one near it yet.")
            return
        sides = Side.of_task(difference.worse), Side.of_task(difference.better)
        self.app.push_screen(DifferenceScreen("What changed in the one that worked", *sides))


def tree_lines(thread: Thread, room: int) -> list[tuple[str, Content]]:
    """The tree in the order in which it is drawn: ref and line.

    Args:
        thread: the tree.
        room: cells for the words.
    """
    lines = []
    in_time = sorted(thread, key=lambda ref: (thread[ref].task.created_at, ref))
    numbers = {ref: number for number, ref in enumerate(in_time, 1)}
    for ref, version in thread.items():
        task, look = version.task, format.LOOKS[version.task.state]
        indent = "  " * (min(version.depth, _DEEPEST) - 1) + "└ " if version.depth else ""
        marks = (f" ★{task.rating or ''}" if task.is_starred else f" {task.rating}/5" if task.rating else "") or " "
        bill = version.bill
        costs = [f"{format.credits(bill.charged)} cr"] if bill.charged or not bill.in_flight else []
        costs += [f"{format.credits(bill.in_flight)} in flight"] if bill.in_flight else []
        cost = " + ".join(costs) + (" in all" if version.children else "")
        parents = thread.ancestors(ref)
        words = first_change(parents[0].prompt, task.prompt, room) if parents else Content(shorten(task.prompt, room))
        state = clean(format.state_word(task), multiline=False, limit=12)
        head = f"{indent}v{numbers[ref]} {look.glyph} {state}{marks}  "
        lines.append((ref, Content.assemble(head, (f"{cost}  ", MUTED), words)))
    return lines
