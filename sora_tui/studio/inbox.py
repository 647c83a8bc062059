"""The studio's inbox for callbacks: where it is, whether it is open, what comes of what comes in.

A call is a hint and no more (D5): it gives a task its turn to be asked about. How far a task is in the vendor's own
words is kept for the screen alone. Imports no server before one is wanted.
"""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING

from sora_tui.studio.awaited import Awaited
from sora_tui.studio.book import Book
from sora_tui.studio.callback_addresses import Addresses, addresses_for, origin_at, token_in
from sora_tui.studio.clock import Clock
from sora_tui.studio.events import CallbackCame, Event, InboxChanged, Notice, Severity
from sora_tui.studio.instances import Seat
from sora_tui.studio.task import Task, TaskState

if TYPE_CHECKING:
    from sora_tui.settings import Settings
    from sora_tui.studio.callbacks import Callback

RETRY_S = 15.0
"""How often a port that is taken is tried again."""


class Standing(StrEnum):
    """How callbacks stand."""

    OFF = "off"
    """No inbox is wanted."""
    CLOSED = "closed"
    """It can't be opened now."""
    ELSEWHERE = "elsewhere"
    """Another program of the same store has it open."""
    OPEN = "open"
    """It is open, and nothing has proved yet that the service reaches it."""
    PROVED = "proved"
    """The service's calls come in."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the vendor says that a task is.

    Attributes:
        words: as they came.
        at: epoch ms when they came.
    """

    words: str
    at: int


class Inbox:
    """Takes calls and passes on what they hint at.

    Args:
        settings: where it listens, the public address, the webhook keys.
        book: the tasks.
        awaited: told what comes and what does not.
        clock: for the pauses, and for how old a signature is.
        hint: follows up an id and a ref.
        publish: told what comes in, and how the inbox stands.
    """

    def __init__(
        self,
        settings: Settings,
        book: Book,
        *,
        awaited: Awaited,
        clock: Clock,
        hint: Callable[[str, str], None],
        publish: Callable[[Event], None],
    ) -> None:
        self._settings = settings
        self._book = book
        self._clock = clock
        self._hint = hint
        self._publish = publish
        self._awaited = awaited
        self._token: str | None = None
        self._port: int | None = None
        self._is_elsewhere = False
        self._progress: dict[str, Progress] = {}
        self._told: Standing | None = None
        self._said = ""

    @property
    def is_wanted(self) -> bool:
        """Whether the settings ask for one, and it has a token."""
        return self._token is not None

    @property
    def port(self) -> int | None:
        """Where it listens now."""
        return self._port

    @property
    def standing(self) -> Standing:
        """How it stands."""
        if not self.is_wanted:
            return Standing.OFF
        if self._port is None:
            return Standing.ELSEWHERE if self._is_elsewhere else Standing.CLOSED
        return Standing.PROVED if self._awaited.are_coming else Standing.OPEN

    @property
    def addresses(self) -> Addresses:
        """Where the service is asked to call, as things stand; without the ref."""
        return addresses_for(self._settings, self._token, self._port)

    @property
    def local_address(self) -> str | None:
        """Where it can be called from this machine: what a tunnel leads to. None while it is closed. A secret."""
        return None if self._port is None else f"{origin_at(self._settings.callback_host, self._port)}/{self._token}"

    def addresses_of(self, task: Task) -> Addresses:
        """The same for a task that goes out now: its end will be told here, if it is told here at all."""
        addresses = self.addresses
        if self.is_wanted and addresses.end is not None:
            self._awaited.sent(task.ref)
        return addresses

    def progress_of(self, ref: str) -> Progress | None:
        """How far the vendor says that a running task is, if it says anything."""
        return self._progress.get(ref)

    def note(self, task: Task) -> None:
        """Takes note of a task that has changed."""
        if task.state.is_running:
            return
        self._progress.pop(task.ref, None)
        if task.state.is_final:
            end = None if task.task_id is None else task.finished_at
            self._awaited.ended(task.ref, since_ms=None if end is None else self._clock.now_ms() - end)
            self._tell_standing()

    async def prepare(self) -> None:
        """Reads the token, or makes it, if an inbox is wanted. Without one there is none, and that is said."""
        if self._settings.callback_port is None:
            return
        try:
            self._token = await asyncio.to_thread(token_in, self._settings.data_dir)
        except OSError as error:
            self._say(f"The token of the inbox for callbacks can't be kept ({error.strerror or error}). ")

    async def serve(self) -> None:
        """Takes calls. Never returns; while the port is taken, tries again."""
        assert self._token is not None
        assert self._settings.callback_port is not None
        # starlette and uvicorn take 0.2 s to import: not on the loop, which draws the screen.
        receiving = await asyncio.to_thread(import_module, "sora_tui.studio.receiving")
        from sora_tui.studio.callbacks import Doorkeeper

        keeper = Doorkeeper(self._token, self._settings.webhook_keys, lambda: self._clock.now_ms() / 1000)
        app = receiving.create_app(keeper.judge, self._heard)
        host, wanted = self._settings.callback_host, self._settings.callback_port
        seat = Seat.for_listening(self._settings.data_dir, wanted)
        try:
            while True:
                self._is_elsewhere = wanted != 0 and not seat.take()
                if not self._is_elsewhere:
                    try:
                        listener = await asyncio.to_thread(receiving.listen, host, wanted)
                    except OSError as error:
                        self._say(_why_closed(error, host, wanted))
                    else:
                        self._open(listener.getsockname()[1])
                        await receiving.serve(app, listener)
                self._tell_standing()
                await self._clock.sleep(RETRY_S)
        except Exception:
            self._open(None)
            raise
        finally:
            seat.leave()

    def _open(self, port: int | None) -> None:
        self._port, self._said = port, ""
        self._awaited.opened(port is not None)
        self._tell_standing()

    def _heard(self, callback: Callback) -> None:
        """Follows a call up. What it says of itself is not believed."""
        self._awaited.told(callback.ref, is_last=callback.is_last)
        task = self._book.get(callback.ref)
        is_on_its_way = task is not None and task.state is TaskState.WAITING and task.task_id == callback.task_id
        if is_on_its_way and not callback.is_last:
            if callback.words:
                self._progress[callback.ref] = Progress(callback.words, self._clock.now_ms())
        else:
            self._hint(callback.task_id, callback.ref)
        self._publish(CallbackCame(callback))
        self._tell_standing()

    def _tell_standing(self) -> None:
        standing = self.standing
        if standing is not self._told:
            self._told = standing
            self._publish(InboxChanged(standing.value, self._port))

    def _say(self, why: str) -> None:
        if why == self._said:
            return
        self._said = why
        self._publish(Notice(f"{why}Until then everything goes on by polling.", Severity.WARNING, topic="inbox"))


def _why_closed(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is taken by another program, so no callback comes in. Free it, or choose another with"
            " SORA_TUI_CALLBACK_PORT. "
        )
    return f"The inbox for callbacks can't be opened at {host}, port {port} ({error.strerror or error}). "
