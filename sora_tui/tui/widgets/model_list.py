"""A list of models with a cursor, on the line API: only what is on screen is drawn, whatever the service lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sora_tui.studio.shelf import Item
from sora_tui.tui.text import shorten
from sora_tui.tui.widgets.task_lines import CURSOR

HEAD = 1
"""The line of headings stays while the models scroll."""
_GUTTER = 2
_GAP = 2
_REVERSE = Style(reverse=True)


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a model may change while it is listed.

    Attributes:
        price: in credits, as a figure.
        state: in a word or two; empty where there is nothing to say.
        tone: of that word: `quiet`, `good` or `bad`.
    """

    price: str = "?"
    state: str = ""
    tone: str = "quiet"


StandingOf: TypeAlias = Callable[[Item], Standing]


@dataclass(frozen=True, slots=True)
class _Column:
    heading: str
    width: int
    text: Callable[[Item, Standing], str]
    style: str = "quiet"
    to_the_right: bool = False


_PROVIDER = _Column("Provider", 12, lambda item, _: item.provider)
_KINDS = _Column("Makes", 24, lambda item, _: item.kind_words)
_PRICE = _Column("Credits", 9, lambda _, standing: standing.price, "row", to_the_right=True)
_STATE = _Column("", 9, lambda _, standing: standing.state)
_LAYOUTS: tuple[tuple[int, tuple[_Column, ...]], ...] = (
    (92, (_PROVIDER, _KINDS, _PRICE, _STATE)),
    (62, (_PROVIDER, _PRICE, _STATE)),
    (0, (_PRICE, _STATE)),
)
"""(From this width on, the columns beside the title)."""


class ModelList(ScrollView, can_focus=True):
    """Models, one a line. Tells which one the cursor is on and which one was chosen."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor(-1)", "Up", show=False),
        Binding("down", "cursor(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "edge(0)", "First", show=False),
        Binding("end", "edge(-1)", "Last", show=False),
        Binding("enter", "choose", "Choose", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"model-list--{part}" for part in ("header", "row", "quiet", "good", "bad", "cursor", "pointer", "hover")
    }
    DEFAULT_CSS = """
    ModelList {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        & > .model-list--header { color: $text-muted; background: $panel; }
        & > .model-list--row { color: $text; }
        & > .model-list--quiet { color: $text-muted; }
        & > .model-list--good { color: $text-success; }
        & > .model-list--bad { color: $text-error; }
        & > .model-list--pointer { color: $text-accent; text-style: bold; }
        & > .model-list--hover { background: $boost; }
        & > .model-list--cursor { background: $primary 35%; text-style: bold; }
        &:ansi > .model-list--header { background: ansi_default; text-style: underline; }
        &:ansi > .model-list--hover { background: ansi_default; text-style: underline; }
        &:ansi > .model-list--cursor { background: ansi_default; text-style: reverse; }
        &:nocolor > .model-list--cursor { text-style: reverse; }
    }
    """

    @dataclass
    class Highlighted(Message):
        """The cursor is on another model, or on none."""

        list: ModelList
        item: Item | None

        @property
        def control(self) -> ModelList:
            """The list."""
            return self.list

    @dataclass
    class Chosen(Message):
        """A model was chosen."""

        list: ModelList
        item: Item

        @property
        def control(self) -> ModelList:
            """The list."""
            return self.list

    def __init__(self, standing_of: StandingOf, *, id: str | None = None) -> None:
        """Make an empty list.

        Args:
            standing_of: price and state of a model; asked for what is on screen alone, once until `forget`.
            id: as of any widget.
        """
        super().__init__(id=id)
        self._standing_of = standing_of
        self._standings: dict[str, Standing] = {}
        self._items: Sequence[Item] = ()
        self._row = 0
        self._hover: int | None = None
        self._told: str | None = None
        self._empty: tuple[str, str] = ("", "")

    @property
    def highlighted(self) -> Item | None:
        """The model under the cursor."""
        return self._items[self._row] if self._row < len(self._items) else None

    def show_items(self, items: Sequence[Item], *, on: str = "", empty: tuple[str, str] = ("", "")) -> None:
        """List these models. The cursor stays on its model as long as that is listed.

        Args:
            items: in this order.
            on: the model the cursor is to be on; empty for where it is, or else the first.
            empty: a title and a sentence for when there are none.
        """
        wanted = on or (self.highlighted.model if self.highlighted else "")
        self._items, self._empty, self._hover = items, empty, None
        self._row = next((row for row, item in enumerate(items) if item.model == wanted), 0)
        self._fit()
        self._show_cursor()
        self.refresh()
        self._tell()

    def forget(self) -> None:
        """Ask for prices and states anew."""
        self._standings.clear()
        self.refresh()

    def action_cursor(self, by: int) -> None:
        """Go to the next model in that direction."""
        self._go(self._row + by)

    def action_page(self, by: int) -> None:
        """Go a screenful."""
        self._go(self._row + by * max(1, self._room - 1))

    def action_edge(self, row: int) -> None:
        """Go to the first model, or with -1 to the last."""
        self._go(row if row >= 0 else len(self._items) - 1)

    def action_choose(self) -> None:
        """Choose the model under the cursor."""
        if (item := self.highlighted) is not None:
            self.post_message(self.Chosen(self, item))

    # Painting

    def on_resize(self, _event: events.Resize) -> None:
        """Keep the cursor in view."""
        self._fit()
        self._show_cursor()

    def render_line(self, y: int) -> Strip:
        """Draw one line of the screen."""
        width = self.scrollable_content_region.width
        columns = next(columns for least, columns in _LAYOUTS if width >= least)
        if y < HEAD:
            return self._header(columns, width)
        row = y - HEAD + self.scroll_offset.y
        if row < len(self._items):
            return self._line(row, columns, width)
        words = self._empty[y - HEAD - 1] if not self._items and 0 < y - HEAD <= len(self._empty) else ""
        style = self._style("row" if y - HEAD == 1 else "quiet")
        return Strip([Segment(shorten(f"  {words}", width) if words else "", style)]).adjust_cell_length(width, style)

    def _header(self, columns: Sequence[_Column], width: int) -> Strip:
        style = self._style("header")
        title = width - _GUTTER - sum(column.width + _GAP for column in columns)
        cells = ["  ", _fitted("Model", title)]
        for column in columns:
            cells += [" " * _GAP, _fitted(column.heading, column.width, to_the_right=column.to_the_right)]
        return Strip([Segment("".join(cells), style)]).adjust_cell_length(width, style)

    def _line(self, row: int, columns: Sequence[_Column], width: int) -> Strip:
        item = self._items[row]
        standing = self._standings.get(item.model)
        if standing is None:
            standing = self._standings[item.model] = self._standing_of(item)
        over = ["cursor"] if row == self._row else ["hover"] if row == self._hover else []
        base = self._style("row", *over)
        title = width - _GUTTER - sum(column.width + _GAP for column in columns)
        runs = [
            Segment(f"{CURSOR if row == self._row else ' '} ", self._style("row", *over, "pointer")),
            Segment(_fitted(item.title, title), base),
        ]
        for column in columns:
            tone = standing.tone if column is _STATE else column.style
            text = _fitted(column.text(item, standing), column.width, to_the_right=column.to_the_right)
            runs += [Segment(" " * _GAP, base), Segment(text, self._style("row", *over, tone))]
        return Strip(runs).adjust_cell_length(width, base)

    def _style(self, *names: str) -> Style:
        classes = [f"model-list--{name}" for name in names]
        style = self.get_visual_style(*classes).rich_style
        # get_visual_style knows nothing of reverse, the only cursor that shows without colours.
        if any(self.get_component_styles(name).text_style.reverse for name in classes):
            style += _REVERSE
        return style

    # Cursor and mouse

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show which model a click would take."""
        self._hover_over(self._row_at(event))

    def on_leave(self, _event: events.Leave) -> None:
        """The mouse is elsewhere."""
        self._hover_over(None)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor there; a second click chooses."""
        event.stop()
        row = self._row_at(event)
        if row is not None:
            self._go(row)
            if event.chain == 2:
                self.action_choose()

    @property
    def _room(self) -> int:
        return max(0, self.scrollable_content_region.height - HEAD)

    def _row_at(self, event: events.MouseEvent) -> int | None:
        offset = event.get_content_offset(self)
        if offset is None or offset.y < HEAD:
            return None
        row = offset.y - HEAD + self.scroll_offset.y
        return row if row < len(self._items) else None

    def _hover_over(self, row: int | None) -> None:
        if row != self._hover:
            self._hover = row
            self.refresh()

    def _go(self, row: int) -> None:
        if self._items:
            self._row = min(max(0, row), len(self._items) - 1)
            self._show_cursor()
            self.refresh()
            self._tell()

    def _tell(self) -> None:
        item = self.highlighted
        model = None if item is None else item.model
        if model != self._told:
            self._told = model
            self.post_message(self.Highlighted(self, item))

    def _fit(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._items) + HEAD)

    def _show_cursor(self) -> None:
        top = self.scroll_offset.y
        wanted = min(max(top, self._row - self._room + 1), self._row)
        if wanted != top and self._room:
            self.scroll_to(y=wanted, animate=False, force=True)


def _fitted(text: str, width: int, *, to_the_right: bool = False) -> str:
    shown = shorten(text, width)
    fill = " " * max(0, width - cell_len(shown))
    return fill + shown if to_the_right else shown + fill
