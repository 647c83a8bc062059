"""Says of a prompt, before it is paid for, that one like it was turned away. Reads the past once, then listens."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from sora_tui.studio.closeness import RefusedPrompts
from sora_tui.studio.events import Event, TaskChanged
from sora_tui.studio.memory import Memory
from sora_tui.studio.recalling import TurnedAway, is_turned_away
from sora_tui.studio.task import TaskState

_MOST_WORDS = 3
_LONGEST_WORD = 24


@dataclass(frozen=True, slots=True)
class Likeness:
    """A prompt that is close to one that was turned away.

    Attributes:
        prompt: that is about to be sent.
        refused: what was turned away.
        words: those that both have and hardly any accepted prompt has, the weightiest first, in small letters.
        similarity: 0 for no word in common, 1 for the same words.
    """

    prompt: str
    refused: TurnedAway
    words: tuple[str, ...]
    similarity: float

    @property
    def sentence(self) -> str:
        """`A prompt like this was refused on 24 Nov: both say “blood” and “knife”.` Holds words from outside."""
        at = datetime.fromtimestamp(self.refused.at / 1000)
        before = f"A prompt like this was refused on {at.day} {at:%b}"
        shared = [f"“{word[:_LONGEST_WORD]}”" for word in self.words[:_MOST_WORDS]]
        if not shared:
            return f"{before}."
        listed = shared[0] if len(shared) == 1 else f"{', '.join(shared[:-1])} and {shared[-1]}"
        return f"{before}: both say {listed}."


class Refusals:
    """What the filter of one service turned away, ready to be compared with.

    Args:
        memory: has the past.
        origin: the service.
    """

    def __init__(self, memory: Memory, origin: str) -> None:
        self._memory = memory
        self._origin = origin
        self._turned_away: list[TurnedAway] = []
        self._prompts = RefusedPrompts()
        self._passed: set[str] = set()
        self._heard: list[TaskChanged] = []
        self._is_loaded = False
        self._loading: asyncio.Task[None] | None = None
        self._lock = Lock()
        """One thread at a time reads or adds."""

    @property
    def is_loaded(self) -> bool:
        """Whether the past is known, so that `likeness` has an answer."""
        return self._is_loaded

    async def load(self) -> None:
        """Reads the past, once; who comes while it is being read waits for the same reading.

        Raises:
            StoreError: it can't be read; the next call tries again.
        """
        if self._is_loaded:
            return
        if self._loading is None:
            self._loading = asyncio.create_task(self._load(), name="Reading what was refused")
        try:
            await asyncio.shield(self._loading)
        finally:
            if self._loading is not None and self._loading.done():
                self._loading = None

    def likeness(self, prompts: Sequence[str]) -> Likeness | None:
        """The one of these prompts that is closest to a refused one, if any is close; nothing before `load`.

        A prompt that passed the filter itself is close to none. Takes about a millisecond for each.
        """
        found = [like for prompt in dict.fromkeys(prompts) if (like := self._of_one(prompt)) is not None]
        return max(found, key=lambda like: like.similarity, default=None)

    async def likenesses(self, prompts: Sequence[str]) -> dict[str, Likeness]:
        """Those of many prompts that are close to a refused one; read off the event loop. See `likeness`.

        Raises:
            StoreError: as `load` does.
        """
        await self.load()

        def look() -> dict[str, Likeness]:
            return {one: like for one in dict.fromkeys(prompts) if (like := self._of_one(one)) is not None}

        return await asyncio.to_thread(look)

    def hear(self, event: Event) -> None:
        """Takes in how a task ended."""
        if not isinstance(event, TaskChanged) or event.task.origin != self._origin:
            return
        if event.previous is not None and event.previous.state is event.task.state:
            return
        if not self._is_loaded:
            self._heard.append(event)  # it may have ended after the past was read
            return
        task = event.task
        if task.state is TaskState.SUCCESS:
            self._passed.add(task.prompt)
        elif is_turned_away(task) and task.ref not in {each.ref for each in self._turned_away}:
            with self._lock:
                self._turned_away.append(TurnedAway(task.ref, task.prompt, task.model, task.created_at, task.text))
                self._prompts.refuse(task.prompt)

    async def _load(self) -> None:
        turned_away = (await self._memory.turned_away())[::-1]  # the newest last, as those to come
        passed = await self._memory.accepted() if turned_away else []
        self._prompts = await asyncio.to_thread(RefusedPrompts, [each.prompt for each in turned_away], passed)
        self._turned_away, self._passed = turned_away, set(passed)
        self._is_loaded = True
        heard, self._heard = self._heard, []
        for event in heard:
            self.hear(event)

    def _of_one(self, prompt: str) -> Likeness | None:
        if not self._turned_away or prompt in self._passed:
            return None
        with self._lock:
            nearest = self._prompts.nearest(prompt)
        if nearest is None or not nearest.is_close:
            return None
        return Likeness(prompt, self._turned_away[nearest.index], nearest.words, nearest.similarity)
