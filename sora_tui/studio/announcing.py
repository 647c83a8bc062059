"""Who hears of what happens: the front ends, and whoever waits for a task."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from sora_tui.studio.events import Event, TaskChanged

Listener = Callable[[Event], None]


class Announcer:
    """Passes events on, on the loop's thread, in the order in which they came about."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Calls `listener` with every event until the returned function is called."""
        self._listeners.append(listener)

        def stop() -> None:
            with suppress(ValueError):
                self._listeners.remove(listener)

        return stop

    def publish(self, event: Event) -> None:
        """Tells everyone. One listener's fault stops neither the others nor the work."""
        for listener in tuple(self._listeners):
            try:
                listener(event)
            except Exception as error:
                context = {"message": "studio: a listener failed", "exception": error}
                asyncio.get_running_loop().call_exception_handler(context)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Returns as soon as something is so that only a change of tasks can bring about."""
        arrived = asyncio.Event()

        def heard(event: Event) -> None:
            if isinstance(event, TaskChanged) and is_so():
                arrived.set()

        stop = self.subscribe(heard)
        try:
            if not is_so():
                await arrived.wait()
        finally:
            stop()
