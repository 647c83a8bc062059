"""What is explained on a screen of its own: a pane, another screen, and the service's response codes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from textual.binding import Binding, BindingType
from textual.screen import Screen

from sora_tui.tui.act import key_names


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


def explain_screen(screen: Screen[Any]) -> None:
    """F1 on a screen that can explain itself: what it is for, and every key it answers to."""
    from sora_tui.tui.screens.help import HelpScreen, help_for

    screen.app.push_screen(HelpScreen(help_for(screen), own_keys(screen.BINDINGS), working=False, is_alone=True))


def own_keys(bindings: Iterable[BindingType]) -> list[tuple[str, str]]:
    """The keys as people write them and what they do, those that do the same on one line, in the given order."""
    found: dict[str, list[str]] = {}
    for binding in Binding.make_bindings(bindings):
        found.setdefault(binding.description, []).append(binding.key)
    return [(key_names(dict.fromkeys(keys)), title) for title, keys in found.items() if title]


def explain_codes(screen: Screen[Any]) -> None:
    """All response codes."""
    from sora_tui.tui.screens.codes import CodesScreen

    screen.app.push_screen(CodesScreen())
