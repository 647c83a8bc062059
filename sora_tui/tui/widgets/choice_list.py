"""A choice's values as a list over the screen: move or type to find one, enter takes it, escape changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from sora_tui.tui.text import outside, shorten

FILTERED_FROM = 8
"""Choices from which on there is a line to type in."""


class ChoiceList(ModalScreen[int | None]):
    """Answers the index of the label that was taken; None when the user thought better of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Leave it as it is", show=False),
        Binding("up", "move('cursor_up')", "Above", show=False),
        Binding("down", "move('cursor_down')", "Below", show=False),
        Binding("pageup", "move('page_up')", "Page up", show=False),
        Binding("pagedown", "move('page_down')", "Page down", show=False),
    ]
    DEFAULT_CSS = """
    ChoiceList {
        align: center middle;
        background: $background 60%;
        &:ansi { background: ansi_default; }
        #choices-frame {
            width: 48;
            max-width: 94%;
            max-height: 80%;
            padding: 0 1;
            background: $surface;
            border: round $border;
            border-title-color: $primary;
            border-title-style: bold;
        }
        #choices-filter { margin-bottom: 1; background: transparent; background-tint: transparent; }
        #choices {
            height: auto;
            max-height: 16;
            border: none;
            padding: 0;
            background: transparent;
            scrollbar-size-vertical: 1;
        }
        #choices-none { display: none; color: $text-muted; }
    }
    """
    filter_line = getters.query_one("#choices-filter", Input)
    options = getters.query_one("#choices", OptionList)

    def __init__(self, title: str, labels: Sequence[str], index: int) -> None:
        super().__init__()
        self._title, self._labels, self._index = title, labels, index
        self._shown = list(range(len(labels)))

    def compose(self) -> ComposeResult:
        """The line to type in, where it is worth one, and the labels."""
        with VerticalGroup(id="choices-frame") as frame:
            frame.border_title = Content(shorten(self._title, 40))
            line = Input(placeholder="Type to find", compact=True, id="choices-filter")
            line.display = len(self._labels) >= FILTERED_FROM
            yield line
            yield OptionList(id="choices", compact=True)
            yield Static(Content("Nothing is called that. Escape leaves it as it was."), id="choices-none")

    def on_mount(self) -> None:
        """Show all, at the one that is picked."""
        self._show()
        if self._index in self._shown:
            self.options.highlighted = self._index
        (self.filter_line if self.filter_line.display else self.options).focus()

    @on(Input.Changed)
    def _filter(self, event: Input.Changed) -> None:
        event.stop()
        words = event.value.casefold().split()
        self._shown = [
            index for index, label in enumerate(self._labels) if all(word in label.casefold() for word in words)
        ]
        self._show()

    @on(Input.Submitted)
    def _take(self) -> None:
        if self.options.highlighted is not None:
            self.dismiss(self._shown[self.options.highlighted])

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._shown[event.option_index])

    def action_move(self, action: str) -> None:
        """Move in the list from the line above it."""
        getattr(self.options, f"action_{action}")()

    def on_click(self, event: events.Click) -> None:
        """A click beside the list leaves all as it was."""
        if event.widget is self:
            self.dismiss(None)

    def _show(self) -> None:
        self.options.clear_options()
        self.options.add_options(
            Option(outside(f"{'◉' if index == self._index else '○'} {self._labels[index]}", multiline=False))
            for index in self._shown
        )
        self.options.highlighted = 0 if self._shown else None
        self.query_one("#choices-none").display = not self._shown
