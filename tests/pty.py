"""A terminal for tests: runs a program in a real pty and tells what it left behind.

    with Terminal([sys.executable, "-m", "sora_tui"], size=(80, 24)) as terminal:
        terminal.read_until("Prompt")
        terminal.send("a boat\\x13")
        terminal.signal(signal.SIGTERM)
        assert terminal.wait() == 143
        assert terminal.modes_left() == set()
        assert terminal.echoes()

Everything waits for an event (bytes, the program's end) up to a deadline that only a broken program reaches;
nothing sleeps. The bytes are not interpreted as a screen: `output` holds all of them, `text()` those of them
that are no escape sequences, in the order in which they were written.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import selectors
import signal
import socket
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

DEADLINE_S = 60.0
ROOT = Path(__file__).parent.parent

_MODE = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")
_KITTY = re.compile(rb"\x1b\[([><])([0-9]*)u")
_SEQUENCE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])")

MODES = {
    7: "wrap off",
    25: "cursor hidden",
    1000: "mouse",
    1002: "mouse drag",
    1003: "mouse motion",
    1004: "focus",
    1006: "mouse sgr",
    1015: "mouse urxvt",
    1016: "mouse pixels",
    1049: "alternate screen",
    2004: "bracketed paste",
    2026: "synchronised output",
    2048: "resize reports",
}
_ON_AT_REST = {7, 25}


class Late(AssertionError):
    """The deadline passed; the message ends with what the program wrote last."""


class Terminal:
    """A program in a pty of its own, the leader of a session whose controlling terminal the pty is.

    Attributes:
        pid: The program's process id, also that of its group.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        size: tuple[int, int] = (80, 24),
        env: Mapping[str, str] | None = None,
        cwd: Path = ROOT,
        answers: Mapping[bytes, bytes] | None = None,
        controlling: bool = True,
    ) -> None:
        """Start `command`.

        Args:
            command: Program and arguments.
            size: Columns and rows.
            env: Variables on top of this process's (which conftest.py has fenced off).
            cwd: Where it runs; the repository's top by default, so that `-m tests.…` works.
            answers: What the terminal sends back when it reads a query, such as
                `{b"\\x1b[?2048$p": b"\\x1b[?2048;2$y"}`.
            controlling: Whether a closing terminal sends SIGHUP. Without, the program sees only end of file.
        """
        self._output = bytearray()  # adding to bytes would copy all of them each time
        self._answers = dict(answers or {})
        self._answered = 0
        self._seen = 0
        self._master, self._slave = pty.openpty()
        self._set_size(*size)
        slave = self._slave

        def adopt() -> None:
            if controlling:
                fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

        self._process = subprocess.Popen(
            [os.fspath(word) for word in command],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            start_new_session=True,
            preexec_fn=adopt,  # noqa: PLW1509 - one ioctl; there is no other way to give a child its controlling terminal
        )
        self.pid = self._process.pid
        self._ended, theirs = socket.socketpair()
        threading.Thread(target=self._watch, args=(theirs,), daemon=True).start()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._master, selectors.EVENT_READ)
        self._selector.register(self._ended, selectors.EVENT_READ)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        self._selector.close()
        self._ended.close()
        self.hang_up()
        os.close(self._slave)

    @property
    def output(self) -> bytes:
        """Every byte the program wrote."""
        return bytes(self._output)

    def send(self, keys: str | bytes) -> None:
        """Type or paste. Reads meanwhile, so that two full buffers do not wait for one another."""
        data = keys.encode() if isinstance(keys, str) else keys
        while data:
            self._pump(time.monotonic() + DEADLINE_S, writing=True)
            data = data[os.write(self._master, data[:1024]) :]

    def read_until(self, pattern: str | bytes, *, seconds: float = DEADLINE_S) -> re.Match[bytes]:
        """Wait until the program has written something that matches, after what matched the last time.

        Args:
            pattern: A regular expression over raw bytes. A word is safe; across two styles a sequence stands
                between them.
            seconds: The deadline.

        Raises:
            Late: it did not come, or the program has ended without it.
        """
        expression = re.compile(pattern.encode() if isinstance(pattern, str) else pattern, re.DOTALL)
        deadline = time.monotonic() + seconds
        while not (match := expression.search(self._output, self._seen)):
            if not self._pump(deadline):
                raise Late(f"{pattern!r} never came. {self._last_words()}")
        self._seen = match.end()
        return match

    def read_for(self, seconds: float) -> None:
        """Read for so long whatever comes, as a terminal does. For benchmarks: a test waits for something."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self._pump(deadline):
            pass

    def wait(self, *, seconds: float = DEADLINE_S) -> int:
        """Wait for the program's end.

        Returns:
            Its exit code, or minus the number of the signal that killed it.

        Raises:
            Late: it goes on.
        """
        deadline = time.monotonic() + seconds
        while self._pump(deadline):
            pass
        if (code := self._process.poll()) is None:
            raise Late(f"The program has not ended. {self._last_words()}")
        return code

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program alone, not to its children."""
        os.kill(self.pid, number)

    def wait_until_stopped(self) -> None:
        """Wait until the program is stopped by a signal, as after SIGTSTP; then read what it wrote before.

        Only where /proc tells (Linux). Looks again at each byte or after 10 ms, whichever comes first.
        """
        deadline = time.monotonic() + DEADLINE_S
        while Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
            if not self._pump(min(deadline, time.monotonic() + 0.01)) and time.monotonic() > deadline:
                raise Late(f"The program does not stop. {self._last_words()}")
        while self._selector.select(0):
            self._pump(deadline)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size; the system tells the program by SIGWINCH."""
        self._set_size(columns, rows)

    def hang_up(self) -> None:
        """Close the terminal, as when its window is closed."""
        if self._master >= 0:
            if self._selector.get_map():
                self._selector.unregister(self._master)
            os.close(self._master)
            self._master = -1

    def echoes(self) -> bool:
        """Whether what is typed is echoed and read by lines, as in a shell."""
        flags = termios.tcgetattr(self._slave)[3]
        return bool(flags & termios.ECHO and flags & termios.ICANON and flags & termios.ISIG)

    def modes_left(self) -> set[str]:
        """The modes that differ from a terminal at rest after all that was written, named as in `MODES`."""
        state: dict[int, bool] = {}
        for numbers, switch in _MODE.findall(self.output):
            state.update({int(number): switch == b"h" for number in numbers.split(b";")})
        left = {MODES.get(mode, str(mode)) for mode, on in state.items() if on != (mode in _ON_AT_REST)}
        depth = 0
        for direction, count in _KITTY.findall(self.output):
            depth = depth + 1 if direction == b">" else max(0, depth - int(count or 1))
        return left | ({"kitty keyboard"} if depth else set())

    def text(self) -> str:
        """What was written without the escape sequences, in the order of writing."""
        return _SEQUENCE.sub(b"", self.output).decode("utf-8", "replace")

    def _watch(self, theirs: socket.socket) -> None:
        with theirs:
            self._process.wait()

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _pump(self, deadline: float, *, writing: bool = False) -> bool:
        """Read once what there is; False when the program has ended and all is read, or it is too late."""
        if writing:
            self._selector.modify(self._master, selectors.EVENT_READ | selectors.EVENT_WRITE)
        ready = self._selector.select(max(0.0, deadline - time.monotonic()))
        if writing:
            self._selector.modify(self._master, selectors.EVENT_READ)
        for key, events in ready:
            if key.fd == self._master:
                if events & selectors.EVENT_READ:
                    self._output += os.read(self._master, 65536)
                    self._answer()
                return True
        # What was written just before the end can be on its way: only asking anew makes the system look for it.
        if ready and self._master >= 0 and select.select([self._master], [], [], 0)[0]:
            self._output += os.read(self._master, 65536)
            return True
        return False

    def _answer(self) -> None:
        for query, reply in self._answers.items():
            for _ in range(self._output.count(query, self._answered)):
                os.write(self._master, reply)
        self._answered = max(self._answered, len(self._output) - max(map(len, self._answers), default=1) + 1)

    def _last_words(self) -> str:
        return f"It wrote last: {self.text()[-2000:]!r}"


def processor_seconds(pid: int) -> float:
    """How much of a processor a program has used by now. Linux only."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run_with(
    stream: str, instead: str, command: Sequence[str | Path], *, seconds: float = DEADLINE_S
) -> tuple[int, str]:
    """Run a program with a terminal for all three streams but one.

    Args:
        stream: `stdin`, `stdout` or `stderr`.
        instead: what that one is: `closed`, `/dev/null` or, for standard input, `ended`, a pipe at its end.
        command: program and arguments.
        seconds: the deadline.

    Returns:
        Its exit code and, unless standard output is what is missing, what it wrote to standard error.

    Raises:
        subprocess.TimeoutExpired: it went on; it was killed.
    """
    master, slave = pty.openpty()
    number = ("stdin", "stdout", "stderr").index(stream)
    redirection = {"closed": ">&-", "/dev/null": "<>/dev/null", "ended": "< <(:)"}[instead]
    try:
        done = subprocess.run(
            ["bash", "-c", f'exec "$0" "$@" {number}{redirection}', *command],
            stdin=slave,
            stdout=slave,
            stderr=slave if stream == "stdout" else subprocess.PIPE,
            timeout=seconds,
            check=False,
        )
    finally:
        for descriptor in (master, slave):
            os.close(descriptor)
    return done.returncode, (done.stderr or b"").decode()
