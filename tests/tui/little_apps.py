"""Little apps on `SafeApp` that fail in every way an app can, for tests in a pty.

    python -m tests.tui.little_apps handler
    python -m tests.tui.little_apps handler@start

Each says `ready` once its screen is up and fails at the key `x`, but for those that fail as they start or end.
The sentinel key stands where a careless report would find it: in the app, in a local variable of the failing
frame, in the exception's own words. `careless` is a bare Textual app, the control of the tests.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from textual import work
from textual.app import App, ComposeResult
from textual.css.query import NoMatches
from textual.widgets import Static

from sora_tui.known_keys import note_key
from sora_tui.log.run import RUN_LOG
from sora_tui.tui.terminal import SafeApp, run_safely

SENTINEL = "sentinel-c4n4ry-key-0123456789"
"""A key no output may hold."""
BLOCKED = "WAY_OUT_OF_THE_BLOCK"
"""The variable that names the fifo the blocked app reads from; it goes on once the other end is closed."""
LOG = "LITTLE_LOG"
"""The variable that names a file for the log, down to the last detail."""


class Boom(Exception):
    """Carries what it was told, the key included."""


def fail() -> None:
    key = SENTINEL
    raise Boom(f"refused with Authorization: Bearer {key}")


class LittleApp(SafeApp):
    """One line, and one key that makes it fail."""

    BINDINGS = [("x", "fail", "Fail")]

    def __init__(self, failing: Callable[[LittleApp], object], moment: str = "key") -> None:
        super().__init__()
        note_key(SENTINEL)
        self.key = SENTINEL
        self._failing = failing
        self._moment = moment

    def compose(self) -> ComposeResult:
        yield Static("starting", id="line")

    def on_mount(self) -> None:
        if self._moment == "start":
            self._failing(self)

    def on_ready(self) -> None:
        self.query_one("#line", Static).update("ready")

    def on_unmount(self) -> None:
        if self._moment == "end":
            self._failing(self)

    async def action_fail(self) -> None:
        self._failing(self)
        self.call_later(self.query_one("#line", Static).update, "still here")

    @work
    async def in_worker(self) -> None:
        fail()

    @work(thread=True)
    def in_worker_thread(self) -> None:
        fail()

    def in_spawned(self) -> None:
        self.spawn(_failing_task(), name="A little errand")

    def in_bare_task(self) -> None:
        # Nobody keeps it: its failure is heard of only when it is collected.
        asyncio.get_running_loop().call_soon(_forget, asyncio.create_task(_failing_task()))

    def in_callback(self) -> None:
        asyncio.get_running_loop().call_soon(fail)

    def in_thread(self) -> None:
        threading.Thread(target=fail).start()

    def in_timer(self) -> None:
        self.set_timer(0.001, fail)

    def in_drawing(self) -> None:
        line = self.query_one("#line", Static)
        line.render = fail  # type: ignore[assignment, method-assign]
        line.refresh()

    def chained(self) -> None:
        try:
            fail()
        except Boom as error:
            raise NoMatches("nothing is called that") from error

    def exits(self) -> None:
        sys.exit(3)

    def blocks(self) -> None:
        Path(os.environ[BLOCKED]).read_bytes()


async def _failing_task() -> None:
    await asyncio.sleep(0)
    fail()


def _forget(task: asyncio.Task[None]) -> None:
    del task


FAILURES: dict[str, Callable[[LittleApp], object]] = {
    "handler": lambda app: fail(),
    "chained": LittleApp.chained,
    "timer": LittleApp.in_timer,
    "drawing": LittleApp.in_drawing,
    "worker": LittleApp.in_worker,
    "worker-thread": LittleApp.in_worker_thread,
    "spawned": LittleApp.in_spawned,
    "bare-task": LittleApp.in_bare_task,
    "callback": LittleApp.in_callback,
    "thread": LittleApp.in_thread,
    "exit": LittleApp.exits,
    "blocked": LittleApp.blocks,
}


class Careless(App[None]):
    """Fails as Textual has it: with the values of variables, and with modes left on by a signal."""

    BINDINGS = [("x", "fail", "Fail")]

    def compose(self) -> ComposeResult:
        yield Static("ready")

    def action_fail(self) -> None:
        fail()


def main(name: str) -> int:
    if log_file := os.environ.get(LOG):
        RUN_LOG.start(Path(log_file), "debug", f"little app: {name}")
    if name == "careless":
        Careless().run()
        return 0
    failure, _, moment = name.partition("@")
    return run_safely(LittleApp(FAILURES[failure], moment or "key"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
