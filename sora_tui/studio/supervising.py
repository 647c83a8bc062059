"""Keeps the studio's background work alive: what raises is said, counted and started again after a pause."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

from sora_tui.studio.clock import Clock
from sora_tui.studio.events import Notice, Severity
from sora_tui.studio.schema import StoreCorrupt, StoreError

_LONGEST_PAUSE_S = 30.0
_CALM_S = 60.0


class Supervisor:
    """Runs coroutines that are meant never to end.

    Args:
        clock: for the pauses.
        publish: told, as a `Notice`, about each failure.

    Attributes:
        failures: how often each kind of work has raised.
    """

    def __init__(self, clock: Clock, publish: Callable[[Notice], None]) -> None:
        self._clock = clock
        self._publish = publish
        self._running: set[asyncio.Task[None]] = set()
        self.failures: Counter[str] = Counter()

    def run(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Starts `work` and starts it again whenever it raises, with growing pauses."""
        running = asyncio.create_task(self._keep_running(name, work), name=f"studio: {name}")
        self._running.add(running)
        running.add_done_callback(self._running.discard)

    async def stop(self) -> None:
        """Cancels everything that runs and returns when it has ended."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _keep_running(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        pause = 1.0
        while True:
            began = self._clock.monotonic()
            try:
                await work()
            except Exception as error:
                self.failures[name] += 1
                if self._clock.monotonic() - began > _CALM_S:
                    pause = 1.0
                topic = "store" if isinstance(error, StoreError) else f"work:{name}"
                severity = Severity.ERROR if isinstance(error, StoreCorrupt) else Severity.WARNING
                self._publish(Notice(_sentence(name, error), severity, topic=topic))
                if not isinstance(error, StoreError):  # those are the world's fault, these are ours
                    context = {"message": f"studio: {name} failed", "exception": error}
                    asyncio.get_running_loop().call_exception_handler(context)
                await self._clock.sleep(pause)
                pause = min(_LONGEST_PAUSE_S, pause * 2)


def _sentence(name: str, error: Exception) -> str:
    if isinstance(error, StoreError):
        return str(error)
    return f"A fault in {name} ({type(error).__name__}). It starts again by itself; nothing is lost."
