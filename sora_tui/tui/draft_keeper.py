"""Keeps the draft for the next start: a moment after the last key, and when the program ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sora_tui.studio.task import Draft

if TYPE_CHECKING:
    from textual.timer import Timer

    from sora_tui.studio.studio import Studio
    from sora_tui.tui.terminal import SafeApp

PAUSE_S = 0.7
"""Seconds without a key after which the draft is kept."""


class DraftKeeper:
    """What stands in the prompt pane, as of the last key.

    Args:
        home: the app.
        studio: keeps it.
        draft: stands there at first.
        vary: the settings it goes through at first, as they are written.
    """

    def __init__(self, home: SafeApp, studio: Studio, draft: Draft, vary: str = "") -> None:
        self._home = home
        self._studio = studio
        self._timer: Timer | None = None
        self.draft, self.vary = draft, vary

    def edited(self, draft: Draft, vary: str) -> None:
        """The draft is another now; keep it as soon as no key comes for a moment."""
        self.draft, self.vary = draft, vary
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._home.set_timer(PAUSE_S, self.keep)

    async def keep(self) -> None:
        """Keep it now."""
        try:
            await self._studio.save_draft(self.draft, self.vary)
        except OSError as error:
            self._home.say(f"The draft could not be kept ({error.strerror}). Free some space.", "warning")
