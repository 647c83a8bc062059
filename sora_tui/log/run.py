"""The log of this run: where it goes, how much it tells, how it begins and ends.

All that the program and its libraries tell Python's `logging` comes here, and nowhere else.
"""

from __future__ import annotations

import logging
from pathlib import Path

from sora_tui.log.writer import OURS, Listener, LogWriter

LEVELS = {"error": logging.ERROR, "warning": logging.WARNING, "info": logging.INFO, "debug": logging.DEBUG}


class RunLog:
    """The log of one process, while it is kept. A run that has nothing to tell leaves no line in it."""

    def __init__(self) -> None:
        self._writer: LogWriter | None = None
        self._levels_before = (logging.NOTSET, logging.NOTSET)

    def start(self, path: Path, level: str, opening: str) -> None:
        """Keeps the log from now on.

        The libraries below us tell what they warn of, and at `debug` what they do; not their own `debug`, which
        is every event on the wire.

        Args:
            path: the file.
            level: the least grave that is kept: one of `LEVELS`.
            opening: what is said of this run before anything else.
        """
        self._let_go()
        root, ours = logging.getLogger(), logging.getLogger(OURS)
        self._levels_before = root.level, ours.level
        ours.setLevel(LEVELS[level])
        root.setLevel(logging.INFO if level == "debug" else max(logging.WARNING, LEVELS[level]))
        self._writer = LogWriter(path, opening)
        root.addHandler(self._writer)

    def move(self, path: Path) -> None:
        """Goes on in another file, if the log is kept."""
        if self._writer is not None:
            self._writer.move(path)

    def tell_trouble(self, listener: Listener | None) -> None:
        """Has `listener` told once, on any thread, that the log can't be written: now, if that is known already."""
        if self._writer is not None:
            self._writer.listen(listener)

    def trouble(self) -> str:
        """Why the log can't be written, found out by writing; empty when it can be, or when none is kept."""
        if self._writer is None:
            return ""
        self._writer.open()
        return self._writer.trouble

    def stop(self, exit_code: int) -> None:
        """Writes down how the run ended, unless it had nothing to tell and ended well, and lets the log go."""
        if self._writer is not None:
            if exit_code or not self._writer.is_silent:
                self._writer.write(logging.INFO, f"ended with exit code {exit_code}")
            self._let_go()

    def _let_go(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            root, ours = logging.getLogger(), logging.getLogger(OURS)
            root.removeHandler(writer)
            writer.close()
            root.setLevel(self._levels_before[0])
            ours.setLevel(self._levels_before[1])


RUN_LOG = RunLog()
"""That of this process."""
