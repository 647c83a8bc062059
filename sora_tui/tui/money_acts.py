"""The costs on a screen of their own, and what follows when the user wants to see the tasks behind a sum."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sora_tui.studio.studio import Studio
    from sora_tui.tui.terminal import SafeApp


def show_costs(app: SafeApp, studio: Studio, narrow_to: Callable[[str], None]) -> None:
    """Show what was spent.

    Args:
        app: shows it.
        studio: has the bills.
        narrow_to: shows the tasks that a filter finds.
    """
    from sora_tui.tui.screens.costs import CostsScreen

    def answered(filter: str | None) -> None:
        if filter:
            narrow_to(filter)

    app.push_screen(CostsScreen(studio), answered)
