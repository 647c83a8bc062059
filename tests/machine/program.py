"""One running program: the real studio on a loop of its own, which can die without a word."""

from __future__ import annotations

from collections.abc import Coroutine
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sora_tui.kie.messages import TaskRecord
from sora_tui.settings import Settings
from sora_tui.studio.studio import Studio
from tests.machine.service import Service
from tests.machine.world import World, WorldClock

if TYPE_CHECKING:
    import asyncio

    from sora_tui.kie.client import KieClient

T = TypeVar("T")
_PATIENCE_S = 300.0


class Program:
    """A studio at work.

    Args:
        world: the time.
        settings: with the folder that all programs share.
        service: what it talks to.
        seed: for its jitter.
    """

    def __init__(self, world: World, settings: Settings, service: Service, seed: int) -> None:
        self._world = world
        self.loop = world.new_loop()
        self.studio = Studio(
            settings,
            clock=WorldClock(world),
            client_factory=lambda _: cast("KieClient", service),
            random=Random(seed),
        )

    @property
    def id(self) -> str:
        """Who it is to the other programs."""
        return self.studio._book._instance.id

    def begin(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Starts something, which goes on while the world does."""
        return self.loop.create_task(work)

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Does something, for which time may pass."""
        doing = self.begin(work)
        self._world.pass_s(_PATIENCE_S, until=doing.done)
        return doing.result()

    def start(self) -> None:
        """As at the start of the real program."""
        self.do(self.studio.open())
        self.begin(self._start())

    def called_back(self, body: TaskRecord, ref: str | None) -> None:
        """What the inbox does with a callback that verifies: it passes on the id and the ref, nothing else."""
        self.begin(self._hint(body.task_id, ref))

    def leave(self) -> None:
        """A clean end."""
        self.do(self.studio.close())
        self._world.stop(self.loop)

    def die(self) -> None:
        """An end between two steps. What the system does then is done: files closed, locks let go."""
        self._world.stop(self.loop)
        book = self.studio._book
        if book._opened is not None:
            book._opened.close()
        for lock in (book._instance._lock, self.studio._seat._lock):
            lock.release(force=True)

    async def _start(self) -> None:
        self.studio.start()

    async def _hint(self, task_id: str, ref: str | None) -> None:
        self.studio.hint(task_id, ref)
