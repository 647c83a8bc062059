"""A command's stay in the studio: open, act, be interrupted with care, close."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from sora_tui.cli.diagnostics import Interrupted, diagnose, fail, say, warn
from sora_tui.settings import Settings
from sora_tui.studio.events import Event, Notice, Severity
from sora_tui.studio.studio import Studio

log = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE_S = 20.0
"""How long the answer to a create is waited for once the user wants to leave."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LEVELS = {
    Severity.INFORMATION: logging.INFO,
    Severity.WARNING: logging.WARNING,
    Severity.ERROR: logging.ERROR,
}


class Session:
    """One command's studio, and the signals it gets while it works there."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self._signal: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def note(self, number: int) -> None:
        """A signal came. It ends only what runs in `unless_interrupted`, now or next."""
        if not self._signal.done():
            self._signal.set_result(number)

    async def unless_interrupted(self, act: Coroutine[Any, Any, T]) -> T:
        """The result of `act`, unless a signal comes first.

        Raises:
            Interrupted: one came. `act` was cancelled, and the next signal will be another one.
        """
        working = asyncio.ensure_future(act)
        waits: set[asyncio.Future[Any]] = {working, self._signal}
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
        number = self._signal.result()
        self._signal = asyncio.get_running_loop().create_future()
        raise Interrupted(number)


def in_studio(settings: Settings, act: Callable[[Session], Coroutine[Any, Any, int]]) -> int:
    """Run `act` in an open studio and answer its exit code.

    Raises:
        Interrupted: and nothing was left to wait for.
        StoreError: the store can't be opened or written.
    """
    return asyncio.run(_in_studio(settings, act))


async def _in_studio(settings: Settings, act: Callable[[Session], Coroutine[Any, Any, int]]) -> int:
    studio = Studio(settings)
    stop_listening = studio.subscribe(_narrate)
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_fault_beside)
    hook_before, threading.excepthook = threading.excepthook, _fault_in_thread
    try:
        await studio.open()
        session = Session(studio)
        for number in _SIGNALS:
            loop.add_signal_handler(number, session.note, number)
        return await act(session)
    finally:
        stop_listening()
        await studio.close(patience_s=PATIENCE_S)
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
        threading.excepthook = hook_before


def _fault_beside(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A fault in work that nobody waits for: said like any other, without a traceback's values."""
    error = context.get("exception")
    if isinstance(error, Exception):
        _tell_fault(error, "a background task")
    else:
        loop.default_exception_handler(context)  # which only logs it
        warn(str(context.get("message", "something went wrong in the background")))


def _fault_in_thread(args: threading.ExceptHookArgs) -> None:
    if isinstance(args.exc_value, Exception):
        _tell_fault(args.exc_value, "a background thread")


def _tell_fault(error: Exception, doing: str) -> None:
    log.error("%s failed", doing, exc_info=error)
    fail(diagnose(error))


def _narrate(event: Event) -> None:
    if isinstance(event, Notice):
        log.log(_LEVELS[event.severity], "said: %s", event.text)
        (say if event.severity is Severity.INFORMATION else warn)(event.text)
