"""What the studio explains on a screen of its own: the focused pane, and the service's response codes."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen


def explain_pane(screen: Screen[Any], *, working: bool) -> None:
    """F1: the pane that has the focus, and the keys that work there.

    Args:
        screen: whose pane.
        working: whether single letters are keys there.
    """
    from sora_tui.tui.screens.help import HelpScreen, help_for

    own = [
        (screen.app.get_key_display(active.binding), active.binding.description)
        for active in screen.active_bindings.values()
        if active.node is screen.focused and active.binding.description
    ]
    screen.app.push_screen(HelpScreen(help_for(screen.focused), own, working=working))


def explain_codes(screen: Screen[Any]) -> None:
    """All response codes."""
    from sora_tui.tui.screens.codes import CodesScreen

    screen.app.push_screen(CodesScreen())
