"""The keys of the table itself, besides those of the acts on tasks. F1 lists them in this order."""

from __future__ import annotations

from textual.binding import Binding

KEYS: tuple[Binding, ...] = (
    Binding("up", "cursor(-1)", "Up", show=False),
    Binding("down", "cursor(1)", "Down", show=False),
    Binding("pageup", "page(-1)", "Page up", show=False),
    Binding("pagedown", "page(1)", "Page down", show=False),
    Binding("home", "edge(-1)", "Newest", show=False),
    Binding("end", "edge(1)", "Oldest", show=False),
    Binding("shift+up", "stretch(-1)", "Mark upwards", show=False),
    Binding("shift+down", "stretch(1)", "Mark downwards", show=False),
    Binding("shift+pageup", "stretch_page(-1)", "Mark a page upwards", show=False),
    Binding("shift+pagedown", "stretch_page(1)", "Mark a page downwards", show=False),
    Binding("shift+home", "stretch_edge(-1)", "Mark up to the first", show=False),
    Binding("shift+end", "stretch_edge(1)", "Mark down to the last", show=False),
    Binding("left", "sideways(-1)", "Columns to the left", show=False),
    Binding("right", "sideways(1)", "Columns to the right", show=False),
    Binding("enter", "open", "Open", show=False),
    Binding("space", "mark", "Mark", show=False),
    Binding("ctrl+a", "mark_all", "Mark all shown, or none", show=False),
    Binding("asterisk", "mark_others", "Mark the others instead", show=False),
    Binding("s", "sort", "Sort", show=False),
    Binding("S", "reverse", "Turn the order", show=False),
    Binding("slash", "filter", "Filter", show=False),
    Binding("left_square_bracket", "segment(-1)", "Tab to the left", show=False),
    Binding("right_square_bracket", "segment(1)", "Tab to the right", show=False),
    Binding("escape", "clear", "Clear filter and marks", show=False),
)
