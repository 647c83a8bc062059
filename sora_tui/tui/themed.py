"""An app that wears our themes beside Textual's own."""

from __future__ import annotations

import difflib

from sora_tui.tui.terminal import SafeApp
from sora_tui.tui.text import shorten
from sora_tui.tui.theme import SEEN_ON_ANY, SORA, THEMES


class ThemedApp(SafeApp):
    """An app that knows our themes beside Textual's own."""

    def __init__(self) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = SORA.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """What our screens use beyond Textual's colours: a border that can be seen on any of its themes."""
        return {"pane-border": "ansi_bright_black" if self.current_theme.ansi else SEEN_ON_ANY}

    def put_on(self, theme: str) -> None:
        """Wear the theme of this name; where there is none, ours, and say so."""
        if theme in self.available_themes:
            self.theme = theme
            return
        near = difflib.get_close_matches(theme, self.available_themes, n=1)
        hint = f"Did you mean {near[0]}?" if near else "The palette lists them all: Change the theme."
        self.say(f"There is no theme {shorten(theme, 30)}. {hint}", "warning")
