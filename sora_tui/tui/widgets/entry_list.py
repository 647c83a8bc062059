"""The parts of a bill, one a line, the dearest first, under a line of headings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import VerticalGroup
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from sora_tui.studio.breakdown import Entry
from sora_tui.studio.costs import Bill
from sora_tui.tui.format import bar, credits
from sora_tui.tui.text import outside, shorten
from sora_tui.tui.theme import MUTED

_GAP = 2
_BAR = 10


@dataclass(frozen=True, slots=True)
class _Column:
    heading: str
    width: int
    says: Callable[[Bill], str]
    tone: Callable[[Bill], str] = lambda _: ""


def _count(number: int) -> str:
    return f"{number:,}" if number else "·"


def _amount(number: float) -> str:
    return credits(number) if number else "·"


def _lost(bill: Bill) -> str:
    return f"{bill.failed_charged:,} for {credits(bill.lost)}" if bill.failed_charged else "·"


_TASKS = _Column("Tasks", 6, lambda bill: f"{bill.tasks:,}")
_DONE = _Column("Done", 6, lambda bill: _count(bill.done))
_FREE = _Column("Failed free", 11, lambda bill: _count(bill.failed_free))
_LOST = _Column("Failed, charged", 15, _lost, lambda bill: "$text-error" if bill.failed_charged else "")
_FLYING = _Column("In flight", 9, lambda bill: _amount(bill.in_flight))
_KEEPERS = _Column("Keepers", 7, lambda bill: _count(bill.keepers))
_EACH = _Column(
    "Per keeper", 10, lambda bill: "·" if bill.credits_per_keeper is None else credits(bill.credits_per_keeper)
)
_CREDITS = _Column(
    "Credits",
    13,
    lambda bill: credits(bill.charged) + (" +?" if bill.unknown else ""),
    lambda bill: "$text-warning" if bill.unknown else "bold",
)
_LAYOUTS: tuple[tuple[int, tuple[_Column, ...]], ...] = (
    (118, (_TASKS, _DONE, _FREE, _LOST, _FLYING, _KEEPERS, _EACH, _CREDITS)),
    (84, (_TASKS, _FREE, _LOST, _KEEPERS, _EACH, _CREDITS)),
    (64, (_TASKS, _KEEPERS, _EACH, _CREDITS)),
    (0, (_KEEPERS, _EACH, _CREDITS)),
)
"""(From this width on, the columns beside the name)."""
_BAR_FROM = 130


def head_line(name: str, width: int) -> Content:
    """The headings over lines of that width; `name` is that of the first column."""
    cells = [shorten(name, _name_width(width)).ljust(_name_width(width))]
    cells += [column.heading.rjust(column.width) for column in _columns(width)]
    return Content.styled((" " * _GAP).join(cells), MUTED)


def entry_line(entry: Entry, width: int, most: float) -> Content:
    """One part in at most `width` cells, its share of the dearest one, `most`, drawn where there is room."""
    room = _name_width(width)
    name = shorten(entry.name, room)
    parts = [outside(name, MUTED if not entry.key else "", multiline=False), Content(" " * (room - cell_len(name)))]
    for column in _columns(width):
        text = shorten(column.says(entry.bill), column.width)
        style = MUTED if text == "·" else column.tone(entry.bill)
        parts += [Content(" " * (_GAP + column.width - cell_len(text))), Content.styled(text, style)]
    if width >= _BAR_FROM:
        drawn = bar(entry.spent / most if most > 0 else 0.0, _BAR)
        parts += [Content(" " * _GAP), Content.styled(drawn, "$text-primary")]
    return Content("").join(parts)


def _columns(width: int) -> tuple[_Column, ...]:
    return next(columns for least, columns in _LAYOUTS if width >= least)


def _name_width(width: int) -> int:
    taken = sum(column.width + _GAP for column in _columns(width))
    return max(1, width - taken - (_BAR + _GAP if width >= _BAR_FROM else 0))


class EntryList(VerticalGroup):
    """The parts, with a cursor. Tells which one was chosen."""

    DEFAULT_CSS = """
    EntryList {
        height: 1fr;
        & > #entries-head { height: 1; padding: 0 1; background: $panel; }
        & > OptionList, & > OptionList:focus {
            height: 1fr;
            border: none;
            padding: 0;
            background: transparent;
            background-tint: transparent;
            scrollbar-size-vertical: 1;
            scrollbar-gutter: stable;
            text-wrap: nowrap;
            & > .option-list--option { padding: 0 1; }
        }
        & > #entries-empty { display: none; padding: 1 2; }
        &.-empty > OptionList, &.-empty > #entries-head { display: none; }
        &.-empty > #entries-empty { display: block; }
        &:ansi > #entries-head { background: ansi_default; text-style: underline; }
    }
    """

    @dataclass
    class Chosen(Message):
        """A part was chosen."""

        list: EntryList
        entry: Entry

        @property
        def control(self) -> EntryList:
            """The list."""
            return self.list

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._kind = ""
        self._entries: Sequence[Entry] = ()
        self._width = 0

    def compose(self) -> ComposeResult:
        """The headings, the parts, and what stands there when there are none."""
        yield Static(id="entries-head")
        yield OptionList(id="entries")
        yield Static(id="entries-empty")

    def show_entries(self, kind: str, entries: Sequence[Entry], empty: Content) -> None:
        """Show these parts, the cursor on the one it was on.

        Args:
            kind: what they are, the first heading.
            entries: in this order.
            empty: what to say when there are none.
        """
        self._kind, self._entries = kind, entries
        self.set_class(not entries, "-empty")
        self.query_one("#entries-empty", Static).update(empty)
        self._draw()
        if entries and self.screen.focused is None:  # there was nothing that could have it
            self.query_one(OptionList).focus()

    @property
    def at(self) -> int | None:
        """The place of the part under the cursor."""
        at = self.query_one(OptionList).highlighted
        return at if at is not None and at < len(self._entries) else None

    def choose(self) -> None:
        """Choose the part under the cursor."""
        self.query_one(OptionList).action_select()

    def on_resize(self) -> None:
        """Other columns have room."""
        if self._room != self._width:
            self._draw()

    @property
    def _room(self) -> int:
        return max(1, self.query_one(OptionList).scrollable_content_region.width - 2)

    def _draw(self) -> None:
        options = self.query_one(OptionList)
        at = options.highlighted_option
        self._width = self._room
        self.query_one("#entries-head", Static).update(head_line(self._kind, self._width))
        most = max((entry.spent for entry in self._entries), default=0.0)
        with self.app.batch_update():
            options.clear_options()
            options.add_options(
                [Option(entry_line(entry, self._width, most), id=f"of:{entry.key}") for entry in self._entries]
            )
            keys = [f"of:{entry.key}" for entry in self._entries]
            if keys:
                options.highlighted = keys.index(at.id) if at is not None and at.id in keys else 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Tell which part was chosen."""
        event.stop()
        self.post_message(self.Chosen(self, self._entries[event.option_index]))
