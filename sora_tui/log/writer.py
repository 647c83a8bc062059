"""The handler that puts every record into the log's file. It never raises, never prints, and counts what is lost."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from sora_tui.log.file import LogFile
from sora_tui.log.line import LineFormatter

OURS = "sora_tui"

Listener = Callable[[str], None]


class LogWriter(logging.Handler):
    """Writes into one file; the opening comes before the first record, so that a silent run leaves nothing.

    Args:
        path: the file.
        opening: what is said of this run before anything else.

    Attributes:
        trouble: why the last line could not be written; empty when it could, or when there was none.
    """

    def __init__(self, path: Path, opening: str) -> None:
        super().__init__()
        self.setFormatter(LineFormatter())
        self.trouble = ""
        self._file = LogFile(path)
        self._first = _record(logging.INFO, opening)
        self._opening: logging.LogRecord | None = self._first
        self._is_writing = False
        self._lost = 0
        self._listener: Listener | None = None
        self._is_told = False

    @property
    def is_silent(self) -> bool:
        """Whether nothing was written yet."""
        return self._opening is not None

    @property
    def path(self) -> Path:
        """Where it writes."""
        return self._file.path

    def open(self) -> None:
        """Writes the opening, if that was not done yet."""
        self.acquire()
        try:
            if self.is_silent:
                self._put()
        finally:
            self.release()

    def write(self, level: int, words: str) -> None:
        """Writes a line about the log itself, whatever the levels are."""
        self.handle(_record(level, words))

    def move(self, path: Path) -> None:
        """Goes on in another file, beginning with the opening again, and says so in the first one."""
        if path == self.path:
            return
        if not self.is_silent:
            self.write(logging.INFO, f"goes on in {path}")
        self.acquire()
        try:
            self._file.close()
            self._file = LogFile(path)
            self._opening = self._first
            self.trouble, self._lost, self._is_told = "", 0, False
        finally:
            self.release()

    def listen(self, listener: Listener | None) -> None:
        """Tells `listener`, on whichever thread it comes up, of the first trouble; now, if it came up untold."""
        self._listener = listener
        if self.trouble:
            self._tell()

    def emit(self, record: logging.LogRecord) -> None:
        """Writes the record."""
        self._put(record)

    def close(self) -> None:
        """Lets go of the file."""
        self._file.close()
        super().close()

    def _put(self, *records: logging.LogRecord) -> None:
        if self._is_writing:  # the lock speaks as well with which a full file is set aside
            return
        self._is_writing = True
        try:
            if self._opening is not None:
                self._append(self._opening)
                self._opening = None
            if self._lost:
                words = f"lines that could not be written and are missing here: {self._lost:,} ({self.trouble})"
                self._append(_record(logging.WARNING, words))
                self._lost = 0
            for record in records:
                self._append(record)
            self.trouble = ""
        except Exception as error:  # whatever it is, no line is worth the work that wanted to tell of itself
            self.trouble = getattr(error, "strerror", None) or type(error).__name__
            self._lost += len(records)
            self._tell()
        finally:
            self._is_writing = False

    def _append(self, record: logging.LogRecord) -> None:
        try:
            lines = self.format(record)
        except Exception as error:  # its arguments do not fit its words
            words = f"{type(error).__name__} in a line to be logged: {record.pathname}, line {record.lineno}"
            lines = self.format(_record(logging.ERROR, words))
        self._file.append(lines.encode() + b"\n")

    def _tell(self) -> None:
        if not self._is_told and self._listener is not None:
            self._is_told = True
            self._listener(
                f"The log {self.path} can't be written: {self.trouble}. Everything else goes on."
                " SORA_TUI_LOG_FILE names another place for it."
            )


def _record(level: int, words: str) -> logging.LogRecord:
    return logging.LogRecord(OURS, level, __file__, 0, words, None, None)
