"""What the studio remembers of the user's prompts: their threads, all that were sent, and those turned away."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sora_tui.studio import recalling
from sora_tui.studio.book import Book
from sora_tui.studio.recalling import PastPrompt, SentPrompt, TurnedAway
from sora_tui.studio.threads import Thread


class Memory:
    """Reads it from the store.

    Args:
        book: the tasks.
        origin: the service whose refusals count.
    """

    def __init__(self, book: Book, origin: str) -> None:
        self._book = book
        self._origin = origin

    async def thread_of(self, ref: str) -> Thread:
        """The thread that a task belongs to; empty if there is no such task."""
        tasks = await self._book.load([ref])
        return Thread(await self._book.ask(partial(recalling.thread, thread_ref=tasks[0].thread_ref)) if tasks else [])

    async def prompts(self, *, before: int | None = None, limit: int = 500) -> list[SentPrompt]:
        """All different prompts ever sent, those sent last first, a page at a time.

        Args:
            before: `seq` of the last one of the page before; None for the first page.
            limit: how many at most.
        """
        return await self._book.ask(partial(recalling.sent_prompts, before=before, limit=limit))

    async def past(self, refs: Sequence[str]) -> list[PastPrompt]:
        """What became of the prompts of these tasks over time, in their order: how often, how well, at what cost."""
        return await self._book.ask(partial(recalling.past_prompts, refs=refs))

    async def turned_away(self, limit: int = recalling.MOST_REFUSALS) -> list[TurnedAway]:
        """The prompts that this service's filter refused or failed, newest first."""
        return await self._book.ask(partial(recalling.turned_away, origin=self._origin, limit=limit))

    async def accepted(self, limit: int = recalling.MOST_ACCEPTED) -> list[str]:
        """The prompts of this service that became something, newest first."""
        return await self._book.ask(partial(recalling.accepted, origin=self._origin, limit=limit))
