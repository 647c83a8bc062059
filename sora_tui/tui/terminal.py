"""Life in a terminal: when to start, how to leave, and what happens when something fails.

`SafeApp` is the base of the program's app. However it ends (key, signal, crash, terminal closed), the
terminal is as it was before, the exit code tells why, and no value of a variable was printed. What fails in
the background is said on the screen instead of dying unseen.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import IO, Any, Final

from rich.console import RenderableType
from textual import events
from textual._path import CSSPathType
from textual.app import App, AutopilotCallbackType
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.notifications import SeverityLevel
from textual.worker import WorkerFailed

from sora_tui.tui.crash import crash_report, describe
from sora_tui.tui.driver import TerminalDriver
from sora_tui.tui.paste import clean_paste
from sora_tui.tui.pixels import Pixels
from sora_tui.tui.text import clean

USAGE: Final = 2
BUG: Final = 70
EXIT_CODES: Final = {
    signal.SIGINT: 0,  # a person asks to quit
    signal.SIGQUIT: 128 + signal.SIGQUIT,
    signal.SIGTERM: 128 + signal.SIGTERM,
    signal.SIGHUP: 128 + signal.SIGHUP,
}
"""How the program exits after each signal it handles."""

PASTE_LIMIT: Final = 50_000
"""Characters of one paste that reach an editor; five times the longest prompt there is."""

log = logging.getLogger(__name__)
log.addHandler(logging.NullHandler())  # without a log nothing is written to the screen

_LEVELS: Final = {"information": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def run_safely(app: SafeApp, *, mouse: bool = True) -> int:
    """Run the app in this terminal.

    Args:
        app: not yet run.
        mouse: whether the terminal hands it what the mouse does.

    Returns:
        The exit code for the process: 70 after a crash, that of `EXIT_CODES` after a signal, else what `exit`
        was given.

    Raises:
        SystemExit: with code 2 when there is no terminal.
    """
    require_terminal()
    app.run(mouse=mouse)
    return BUG if app.return_code is None else app.return_code


def require_terminal() -> None:
    """Leave with one sentence on standard error unless there is a terminal to live in.

    Raises:
        SystemExit: with code 2.
    """
    if reason := _why_no_screen():
        print(f"sora-tui: {reason} Its commands work without a screen: sora-tui --help", file=sys.stderr)
        raise SystemExit(USAGE)


def _why_no_screen() -> str:
    streams: tuple[tuple[str, IO[str] | None], ...] = (
        ("input", sys.__stdin__),
        ("output", sys.__stdout__),
        ("error", sys.__stderr__),  # Textual draws on it
    )
    for name, stream in streams:
        if stream is None or stream.closed or not stream.isatty():
            return f"the screen needs a terminal, and standard {name} is none."
    if os.environ.get("TERM", "") in ("", "dumb", "unknown"):
        return "this terminal can only print lines (TERM is dumb or not set)."
    encoding = sys.__stderr__.encoding if sys.__stderr__ is not None else ""
    if encoding.lower().replace("-", "") != "utf8":
        return f"the terminal's character set is {encoding}, the screen needs UTF-8 (try LC_ALL=C.UTF-8)."
    return ""


def _write_no_more() -> None:
    """The terminal is gone: what is still to be written to it goes nowhere, and fails nothing."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


SETTLED_S = (0.25, 1.0)
"""How long after a new size of the terminal it is looked whether the screen has it."""


class SafeApp(App[object]):
    """An app that gives the terminal back and tells the truth about how it ended.

    Run it with `run_safely`, which returns the exit code.
    """

    LEAVING_LIMIT_S = 2.0
    """How long a handler that does not return may keep the screen after the app was told to leave."""
    CLOSING_LIMIT_S = 30.0
    """How long closing may take after that; more than the studio's patience for sends in flight."""

    def __init__(
        self,
        driver_class: type[Driver] | None = None,
        css_path: CSSPathType | None = None,
        watch_css: bool = False,
        ansi_color: bool | None = None,
    ) -> None:
        super().__init__(driver_class, css_path, watch_css, ansi_color)
        self._runner: asyncio.Task[Any] | None = None
        self._spawned: set[asyncio.Task[object]] = set()
        self._handed_over = False
        self._crash = ""
        self._last_words: list[str] = []
        self.pixels = Pixels("auto", os.environ)

    def spawn(self, work: Coroutine[Any, Any, object], *, name: str) -> asyncio.Task[object]:
        """Run `work` in the background. Should it fail, the user reads that `name` failed."""
        task = asyncio.create_task(work, name=name)
        self._spawned.add(task)
        task.add_done_callback(self._spawned_ended)
        return task

    def say(self, sentence: str, severity: SeverityLevel = "information", *, timeout: float = 8) -> None:
        """Tell the user something in passing, for `timeout` seconds. The words may come from outside."""
        self.notify(clean(sentence), severity=severity, timeout=timeout, markup=False)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Show a notice in passing, and log it."""
        log.log(_LEVELS[severity], "said: %s", message)
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)

    def write_to_terminal(self, sequence: str) -> None:
        """Send a sequence that draws nothing, such as a window's title. Never with words that were not cleaned."""
        if self._driver is not None and not self.is_headless:
            self._driver.write(sequence)

    def report_failure(self, error: BaseException, doing: str) -> None:
        """Tell the user and the log that something failed while the program goes on.

        Args:
            error: What was raised.
            doing: What failed, as the subject of the sentence.
        """
        log.error("%s failed", doing, exc_info=error)
        failed = f"{clean(doing, multiline=False)} failed ({describe(error)})."
        if self._leaving:
            self._last_words.append(f"sora-tui: while leaving, {failed[0].lower()}{failed[1:]}\n")
            return
        self.notify(
            f"{failed} Everything else goes on. If it happens again, please report it.",
            title="Something went wrong",
            severity="error",
            timeout=15,
            markup=False,
        )

    def terminal_lost(self) -> None:
        """The terminal has closed, with or without a signal: leave as for SIGHUP."""
        if not self._leaving:
            log.info("the terminal has closed")
            self.exit(return_code=EXIT_CODES[signal.SIGHUP])

    def exit(self, result: object = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """Leave. After `LEAVING_LIMIT_S` even if a handler hangs. A crash keeps its own return code."""
        super().exit(result, BUG if self._crash else return_code, message)
        self._start_leaving()

    def get_driver_class(self) -> type[Driver]:
        """The driver, with the repairs of `sora_tui.tui.driver` where it is Textual's for Unix."""
        driver_class = super().get_driver_class()
        return TerminalDriver if driver_class is LinuxDriver else driver_class

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """Hand the terminal to another program, such as an editor, and take it back afterwards.

        The event loop may go on meanwhile. Textual's own does not come back when the body raises.
        """
        failure: Exception | None = None
        self._handed_over = True
        try:
            with super().suspend():
                try:
                    yield
                except Exception as error:
                    failure = error
        finally:
            self._handed_over = False
        if failure is not None:
            raise failure

    async def on_event(self, event: events.Event) -> None:
        """Clean every paste before any widget sees it."""
        if isinstance(event, events.Paste) and not event.is_forwarded:
            text = clean_paste(event.text[: PASTE_LIMIT + 1])
            if len(event.text) > PASTE_LIMIT:
                text = text[:PASTE_LIMIT]
                self.notify(
                    f"Only the first {PASTE_LIMIT:,} characters were pasted.",
                    severity="warning",
                    markup=False,
                )
            event.text = text
        await super().on_event(event)

    def _check_resize(self) -> None:
        super()._check_resize()
        for pause in SETTLED_S:
            self.set_timer(pause, self._settle_size)

    def _settle_size(self) -> None:
        # A screen of Textual 8.2 tells itself the size of each of its layouts. When that comes after the
        # terminal's newer size, the newer one is dropped for it and the screen stays as it was.
        if self.screen_stack and self.screen.is_attached and self.screen.outer_size != self.size:
            self.screen.post_message(events.Resize(self.size, self.size))

    async def run_async(
        self,
        *,
        headless: bool = False,
        inline: bool = False,
        inline_no_clear: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
        auto_pilot: AutopilotCallbackType | None = None,
    ) -> object:
        """Run the app with signals, threads and tasks under watch.

        Returns:
            What `exit` was given as the result.
        """
        self._runner = asyncio.current_task()
        with self._watching(asyncio.get_running_loop()):
            try:
                return await super().run_async(
                    headless=headless,
                    inline=inline,
                    inline_no_clear=inline_no_clear,
                    mouse=mouse,
                    size=size,
                    auto_pilot=auto_pilot,
                )
            except asyncio.CancelledError:
                if not self._leaving:
                    raise
                return None
            except Exception as error:
                # Raised while closing, when the screen is gone and Textual no longer catches it.
                if headless:
                    raise
                self._crashed(error)
                return None
            finally:
                self._runner = None
                self._print_error_renderables()

    @contextmanager
    def _watching(self, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
        def loop_failed(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            if isinstance(error := context.get("exception"), Exception):
                self.report_failure(error, "A background task")
            else:
                loop.default_exception_handler(context)

        def thread_failed(args: threading.ExceptHookArgs) -> None:
            if isinstance(args.exc_value, Exception) and not loop.is_closed():
                loop.call_soon_threadsafe(self.report_failure, args.exc_value, "A background thread")
            else:
                previous_hook(args)

        handled: list[signal.Signals] = []
        if threading.current_thread() is threading.main_thread():
            for number in EXIT_CODES:
                loop.add_signal_handler(number, self._signalled, number)
                handled.append(number)
        previous_hook, threading.excepthook = threading.excepthook, thread_failed
        previous_handler = loop.get_exception_handler()
        loop.set_exception_handler(loop_failed)
        try:
            yield
        finally:
            loop.set_exception_handler(previous_handler)
            threading.excepthook = previous_hook
            for number in handled:
                loop.remove_signal_handler(number)

    def _signalled(self, number: signal.Signals) -> None:
        # While an editor has the terminal, ctrl+c and ctrl+\ are meant for the editor alone.
        meant_for_another = self._handed_over and number in (signal.SIGINT, signal.SIGQUIT)
        if not self._leaving and not meant_for_another:
            log.info("told to leave by %s", number.name)
            self.exit(return_code=EXIT_CODES[number])

    @property
    def _leaving(self) -> bool:
        return self._exit or bool(self._crash)

    def _start_leaving(self) -> None:
        if isinstance(self._driver, TerminalDriver):
            self._driver.retired = True
        if self._runner is not None:
            loop = self._runner.get_loop()
            loop.call_later(self.LEAVING_LIMIT_S, self._leave_screen)
            loop.call_later(self.LEAVING_LIMIT_S + self.CLOSING_LIMIT_S, self._stop_waiting)

    def _leave_screen(self) -> None:
        if isinstance(self._driver, TerminalDriver) and self._driver.shown:
            self._stop_waiting()

    def _stop_waiting(self) -> None:
        if self._runner is not None:
            self._runner.cancel()

    def _handle_exception(self, error: Exception) -> None:
        if isinstance(error, WorkerFailed) and not self.is_headless:
            # The screen goes on without this worker. Under a Pilot it ends the app as Textual has it, so
            # that no test passes over a broken worker.
            self.report_failure(error.error, "A background worker")
            return
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._crashed(error)
        self._close_messages_no_wait()
        self._start_leaving()

    def _crashed(self, error: Exception) -> None:
        if not self._crash:
            self._crash = crash_report(error)
            self._last_words.append(self._crash)
            log.critical("a bug has ended the program", exc_info=error)
        self._return_code = BUG

    def _print_error_renderables(self) -> None:
        try:
            super()._print_error_renderables()
            words, self._last_words = self._last_words, []
            print(*words, sep="", end="", file=sys.__stderr__, flush=True)
        except OSError:
            _write_no_more()

    def _spawned_ended(self, task: asyncio.Task[object]) -> None:
        self._spawned.discard(task)
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            self.report_failure(error, task.get_name())
