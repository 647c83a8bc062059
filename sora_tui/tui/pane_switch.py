"""Which of the panes that share one place is shown, and how the focus gets to one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from textual.screen import Screen
from textual.widget import Widget

from sora_tui.tui.widgets.pane_tabs import PaneTabs

PANES = {"prompt-pane": "Prompt", "tasks-pane": "Tasks", "detail-pane": "Detail"}


class PaneSwitch:
    """Shows panes of the studio's screen.

    Args:
        screen: whose classes say which pane is shown.
        tabs: names them where there is no room for all.
        targets: what takes the focus in each.
    """

    def __init__(self, screen: Screen[Any], tabs: PaneTabs, targets: Mapping[str, Callable[[], Widget]]) -> None:
        self._screen = screen
        self._tabs = tabs
        self._targets = targets

    def show(self, pane: str) -> None:
        """Show this one of those that share a place."""
        self._screen.set_class(pane == "tasks-pane", "-shows-tasks")
        self._screen.set_class(pane == "detail-pane", "-shows-detail")
        names = [(id, name) for id, name in PANES.items() if self._is_narrow or id != "prompt-pane"]
        self._tabs.names = names
        self._tabs.shown = pane

    def show_prompt(self) -> None:
        """Show the prompt where it shares a place with the others."""
        if self._is_narrow:
            self.show("prompt-pane")

    def resized(self) -> None:
        """Other panes share a place at another width."""
        self.show(self._tabs.shown or "tasks-pane")

    def go_to(self, pane: str) -> None:
        """Show a pane and give it the focus."""
        if pane != "prompt-pane" or self._is_narrow:
            self.show(pane)
        # What is hidden takes no focus, and the very next key is meant for the pane: not on the next refresh, now.
        self._screen.app.stylesheet.update(self._screen)
        self._screen.set_focus(self._targets[pane]())

    @property
    def _is_narrow(self) -> bool:
        return self._screen.has_class("-narrow")
