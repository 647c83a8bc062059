"""All different prompts ever sent, kept in memory while the program runs, and searched in a thread."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sora_tui.studio.fuzzy_search import Candidates, FuzzySearch, Hits
from sora_tui.studio.recalling import SentPrompt

if TYPE_CHECKING:
    from sora_tui.studio.memory import Memory

FIRST_PAGE = 200
"""Prompts that are read before the first answer; all others while it is looked at."""
PAGE = 5_000


@dataclass(frozen=True, slots=True)
class Recalled:
    """A prompt that was found.

    Attributes:
        sent: the words and the task that was sent last with them.
        ranges: what of the words fits what was typed.
    """

    sent: SentPrompt
    ranges: tuple[tuple[int, int], ...] = ()


class PromptHistory:
    """Use from the event loop; one search at a time.

    Args:
        memory: of the studio.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._sent: list[SentPrompt] = []
        self._newest: dict[str, int] = {}
        """Where each prompt stands that was sent last; at its older places it is passed over."""
        self._candidates = Candidates()
        self._search = FuzzySearch(self._candidates)
        self._last_seq = 0
        self._lock = asyncio.Lock()

    def __len__(self) -> int:
        return len(self._newest)

    async def newest(self, limit: int = FIRST_PAGE) -> list[Recalled]:
        """The prompts sent last, read anew.

        Raises:
            StudioError: they can't be read.
        """
        return [Recalled(sent) for sent in await self._memory.prompts(limit=limit)]

    async def refresh(self) -> None:
        """Reads what was sent since it was last asked; the first time all, a page at a time.

        Raises:
            StudioError: it can't be read.
        """
        async with self._lock:
            fresh: list[SentPrompt] = []
            before: int | None = None
            while page := await self._memory.prompts(before=before, limit=PAGE if self._last_seq == 0 else FIRST_PAGE):
                fresh += [sent for sent in page if sent.seq > self._last_seq]
                before = page[-1].seq
                if before <= self._last_seq:
                    break
            await asyncio.to_thread(self._take_in, fresh[::-1])

    async def find(self, query: str, limit: int) -> tuple[list[Recalled], bool]:
        """The prompts that fit best as far as that is known at once, and whether all were looked at."""
        async with self._lock:
            return self._told(await asyncio.to_thread(self._search.find, query, limit))

    async def more(self) -> tuple[list[Recalled], bool]:
        """The same after some more were looked at."""
        async with self._lock:
            return self._told(await asyncio.to_thread(self._search.more))

    def _told(self, hits: Hits) -> tuple[list[Recalled], bool]:
        found = [
            Recalled(sent, hit.match.ranges)
            for hit in hits.hits
            if self._newest[(sent := self._sent[hit.index]).prompt] == hit.index
        ]
        return found, hits.is_complete

    def _take_in(self, fresh: list[SentPrompt]) -> None:
        for sent in fresh:
            self._newest[sent.prompt] = len(self._sent)
            self._sent.append(sent)
            self._candidates.add(sent.prompt)
            self._last_seq = sent.seq
