"""Notices passed on to the user, but none twice in a row: eight workers may meet the same full disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sora_tui.studio.events import Notice

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel

REPEAT_MS = 60_000
"""The same notice is not said again within this time."""


class Notices:
    """Says them.

    Args:
        say: tells the user a sentence, with its severity.
        now: the time in epoch ms.
    """

    def __init__(self, say: Callable[[str, SeverityLevel], None], now: Callable[[], int]) -> None:
        self._say = say
        self._now = now
        self._said: dict[str, tuple[str, int]] = {}

    def pass_on(self, notice: Notice) -> None:
        """Say a notice, unless its topic said just this a moment ago."""
        text, until = self._said.get(notice.topic, ("", 0))
        if notice.topic and notice.text == text and self._now() < until:
            return
        self._said[notice.topic] = (notice.text, self._now() + REPEAT_MS)
        self._say(notice.text, notice.severity.value)
