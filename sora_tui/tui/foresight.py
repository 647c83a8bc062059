"""What has to be known before a send is asked about: whether the caps allow it, and whether one like it was refused."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from sora_tui.studio.errors import StudioError
from sora_tui.studio.task import Draft

if TYPE_CHECKING:
    from sora_tui.studio.refusals import Likeness
    from sora_tui.studio.studio import Studio

PATIENCE_S = 1.0
"""How long a send waits for what was refused to be read, once after a start."""
MOST_COMPARED = 50
"""Prompts of one press that are compared at once, about a millisecond each."""


class Foresight:
    """Looks ahead for one program.

    Args:
        studio: knows what was spent and what was refused.
    """

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._braved: set[str] = set()

    @property
    def is_clear(self) -> bool:
        """Whether `likeness` knows, and there are no caps: nothing has to be read before asking."""
        return self._studio.refusals.is_loaded and not self._studio.outbox.caps

    async def look(self, drafts: Sequence[Draft]) -> float | None:
        """Reads what is needed; answers the credits that would be left of today's cap, None without one.

        Raises:
            CapReached: a cap would be passed.
        """
        with suppress(StudioError, TimeoutError):  # a warning less; the send itself says what is wrong with the store
            await asyncio.wait_for(self._studio.refusals.load(), PATIENCE_S)
        quotes = [self._studio.quote(draft) for draft in drafts]
        return await self._studio.outbox.foresee([quote.credits for quote in quotes])

    def likeness(self, drafts: Sequence[Draft]) -> Likeness | None:
        """The closest of these prompts to a refused one, but for those that the user has sent all the same."""
        prompts = [draft.prompt for draft in drafts[:MOST_COMPARED] if draft.prompt not in self._braved]
        return self._studio.refusals.likeness(prompts)

    def brave(self, drafts: Sequence[Draft]) -> None:
        """The user wants these sent all the same: of these words nothing more is said."""
        self._braved.update(draft.prompt for draft in drafts)
