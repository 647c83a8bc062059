"""The terminal itself: Textual's driver for Unix, made to survive what a day of work does to a terminal.

What it adds to Textual 8.2:

- a terminal that goes away is told to the app once, instead of a thread that spins at end of file and a
  writer whose death blocks the event loop for ever;
- bytes that are no UTF-8 do not end the program;
- a letter with alt is a key: Textual gives it as a text too, and an editor would write it down;
- a closing mark inside a paste does not turn the rest into keys;
- SIGTSTP and SIGCONT are handled by the event loop. A plain signal handler that writes can deadlock with
  the write it interrupted. A SIGCONT after a SIGSTOP, which nobody announces, restores the screen too;
- SIGWINCH is, too: a plain handler is interrupted by the next one, and the sizes then arrive in the wrong
  order, the oldest last;
- the mode that reports the mouse in pixels is switched off again;
- the terminal may be asked for its name, the answer to which is no key, and pictures it was sent are taken back.
"""

from __future__ import annotations

import codecs
import fcntl
import os
import selectors
import signal
import struct
import sys
import termios
from collections.abc import Callable
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.message import Message

from sora_tui.desktop.notifications import GIVE_TITLE_BACK, KEEP_TITLE
from sora_tui.tui.paste import PasteSplitter
from sora_tui.tui.pixels import ASK_NAME
from sora_tui.tui.terminal_names import TerminalNames

if TYPE_CHECKING:
    from sora_tui.tui.terminal import SafeApp

KEY_PAUSE_S = 0.1
"""How long to wait for input before looking whether to stop; Textual's own figure."""
PASTE_PAUSE_S = 0.05
"""A paste is over when its closing mark came and then nothing for this long."""


class TerminalDriver(LinuxDriver):
    """Textual's driver for Unix with the repairs of this module."""

    _app: SafeApp

    def __init__(
        self, app: SafeApp, *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        assert sys.__stderr__ is not None  # require_terminal has seen to it
        self._file = _Screen(sys.__stderr__, self._lost)  # type: ignore[assignment]
        self.shown = False
        """Whether the terminal is ours: alternate screen, raw input."""
        self.retired = False
        """The program is leaving: the terminal must not be taken again."""
        self._loop.add_signal_handler(signal.SIGTSTP, self._sigtstp_application)
        self._loop.add_signal_handler(signal.SIGCONT, self._sigcont_application)

    def start_application_mode(self) -> None:
        """Take the terminal, unless the program is leaving."""
        if not self.retired:
            super().start_application_mode()  # type: ignore[no-untyped-call]
            self.shown = self._writer_thread is not None and self._writer_thread.is_alive()
            self.write(KEEP_TITLE)
            self._measure_cells()
            if self._app.pixels.asks_name:
                self.write(ASK_NAME)
            self._loop.add_signal_handler(signal.SIGWINCH, self._resized)

    def stop_application_mode(self) -> None:
        """Give the terminal back."""
        if self.shown:
            self.write(GIVE_TITLE_BACK)
            if sent := self._app.pixels.take_all():
                from sora_tui.tui.kitty import deleted  # only with a picture is it of any use

                self.write("".join(map(deleted, sent)))
        super().stop_application_mode()
        self.shown = False

    def write(self, data: str) -> None:
        """Write to the terminal while it is ours.

        Between two lives of the writer (an editor has the terminal) nobody empties its queue: Textual's
        writes would go nowhere and the thirty-first would block the event loop.
        """
        if self._writer_thread is not None and self._writer_thread.is_alive():
            super().write(data)

    def run_input_thread(self) -> None:
        """Read the terminal until told to stop, and send what the user does to the app."""
        parser = XTermParser(self._debug)
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        splitter = PasteSplitter()
        names = TerminalNames(is_awaited=self._app.pixels.asks_name)
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                idle = not selector.select(KEY_PAUSE_S)
                if not idle:
                    if not (data := os.read(self.fileno, 65536)):
                        raise EOFError("the terminal has closed")
                    splitter.feed(names.without(decode(data)))
                    while names.found:
                        self._loop.call_soon_threadsafe(self._app.pixels.named, names.found.pop(0))
                    if splitter.pasting and selector.select(PASTE_PAUSE_S):
                        continue
                else:
                    splitter.feed(names.rest())
                before, pasted, after = splitter.take(idle=idle)
                self._send_keys(parser, before)
                if pasted is not None:
                    self.process_message(events.Paste(pasted))
                self._send_keys(parser, after)
                for message in parser.tick():
                    self.process_message(message)

    def process_message(self, message: Message) -> None:
        """Pass on what came from the terminal; what is pressed with alt is no text."""
        if isinstance(message, events.Key) and message.key.startswith("alt+"):
            message.character = None
        super().process_message(message)

    def _send_keys(self, parser: XTermParser, keys: str) -> None:
        if keys:  # an empty string would tell the parser that the input has ended
            for message in parser.feed(keys):
                self.process_message(message)

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except (EOFError, OSError):
            self._lost()
        except Exception as error:
            self._loop.call_soon_threadsafe(self._app._handle_exception, error)

    def _disable_mouse_support(self) -> None:
        super()._disable_mouse_support()
        if self._mouse_pixels:
            self.write("\x1b[?1016l")

    def _sigcont_application(self, *_: Any) -> None:
        if not self._auto_restart or self.retired:
            return
        if self.shown:
            # Stopped by SIGSTOP: what the terminal is set to now is the shell's affair, so begin anew.
            self.suspend_application_mode()
            self._must_signal_resume = True
        self.resume_application_mode()

    def _measure_cells(self) -> None:
        with suppress(OSError):
            size = struct.unpack("HHHH", fcntl.ioctl(self.fileno, termios.TIOCGWINSZ, bytes(8)))
            self._app.pixels.measured(*size)

    def _resized(self) -> None:
        self._measure_cells()
        if not self._in_band_window_resize:
            size = Size(*self._get_terminal_size())
            self._app.post_message(events.Resize(size, size))

    def _lost(self) -> None:
        """The terminal is gone. May be called by any thread, more than once."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._app.terminal_lost)


class _Screen:
    """The terminal as a file to write to. When the terminal is gone it says so once and takes the rest."""

    def __init__(self, file: IO[str], lost: Callable[[], None]) -> None:
        self._file = file
        self._lost = lost
        self._gone = False

    def write(self, text: str) -> None:
        self._guarded(lambda: self._file.write(text))

    def flush(self) -> None:
        self._guarded(self._file.flush)

    def fileno(self) -> int:
        return self._file.fileno()

    def _guarded(self, act: Callable[[], object]) -> None:
        if self._gone:
            return
        try:
            act()
        except OSError:
            # Not raised: the writer thread would die, its queue fill up and the event loop block.
            self._gone = True
            self._lost()
