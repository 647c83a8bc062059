"""How the table looks: the parts that have a style of their own, and those styles. It depends on the theme alone."""

from __future__ import annotations

PARTS = (
    "tabs",
    "tab-chosen",
    "note",
    "header",
    "header-sorted",
    "more",
    "row",
    "marked",
    "hover",
    "cursor",
    "pointer",
    "quiet",
    "busy",
    "good",
    "bad",
    "warn",
    "struck",
    "empty",
    "empty-title",
)
"""Each is a component class of the table: `task-table--` and the name."""

CSS = """
TaskTable {
    height: 1fr;
    background: $surface;
    color: $foreground;
    overflow-x: hidden;
    overflow-y: auto;
    scrollbar-size-vertical: 1;

    & > .task-table--tabs { color: $text-muted; }
    & > .task-table--tab-chosen { color: $text; background: $primary-muted; text-style: bold; }
    & > .task-table--note { color: $text-muted; }
    & > .task-table--header { color: $text-muted; background: $panel; }
    & > .task-table--header-sorted { color: $text; text-style: bold; }
    & > .task-table--more { color: $text-accent; text-style: bold; }
    & > .task-table--row { color: $text; }
    & > .task-table--hover { background: $boost; }
    & > .task-table--marked { background: $accent 12%; }
    & > .task-table--cursor { background: $foreground 8%; }
    & > .task-table--pointer { color: $text-accent; text-style: bold; }
    &:focus > .task-table--cursor { background: $primary 35%; text-style: bold; }
    & > .task-table--quiet { color: $text-muted; }
    & > .task-table--busy { color: $text-primary; }
    & > .task-table--good { color: $text-success; }
    & > .task-table--bad { color: $text-error; }
    & > .task-table--warn { color: $text-warning; }
    & > .task-table--struck { text-style: strike; }
    & > .task-table--empty-title { text-style: bold; }
    & > .task-table--empty { color: $text-muted; }

    &:ansi {
        & > .task-table--tab-chosen { background: ansi_default; text-style: reverse; }
        & > .task-table--header { background: ansi_default; text-style: underline; }
        & > .task-table--hover { background: ansi_default; text-style: underline; }
        & > .task-table--marked { background: ansi_default; }
        & > .task-table--cursor { background: ansi_default; text-style: bold; }
    }
    &:ansi:focus > .task-table--cursor { background: ansi_default; text-style: reverse; }
    &:nocolor > .task-table--tab-chosen { text-style: reverse; }
    &:nocolor:focus > .task-table--cursor { text-style: reverse; }
}
"""
