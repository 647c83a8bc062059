"""The names of the panes that share one place, when there is no room for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from sora_tui.tui.theme import MUTED


class PaneTabs(Widget):
    """One line of names; the one that is shown stands out. A click asks for another."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    PaneTabs { height: 1; padding: 0 1; pointer: pointer; }
    """
    names: reactive[Sequence[tuple[str, str]]] = reactive(())
    """(id of a pane, its name)."""
    shown: reactive[str] = reactive("")
    """The id of the pane that is shown."""

    @dataclass
    class Chosen(Message):
        """Another pane was asked for."""

        tabs: PaneTabs
        pane: str

        @property
        def control(self) -> PaneTabs:
            """The tabs."""
            return self.tabs

    def render(self) -> Content:
        """The names, the shown one in the colour of a selection."""
        return Content(" ").join(
            Content.styled(f" {name} ", "bold $block-cursor-foreground on $block-cursor-background")
            if pane == self.shown
            else Content.styled(f" {name} ", MUTED)
            for pane, name in self.names
        )

    def on_click(self, event: events.Click) -> None:
        """Ask for the pane whose name was clicked."""
        event.stop()
        start = 1
        for pane, name in self.names:
            end = start + len(name) + 2
            if start <= event.x < end:
                self.post_message(self.Chosen(self, pane))
            start = end + 1
