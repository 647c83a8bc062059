"""The demo's server as a child process, for `sora-tui demo` and for the welcome screen alike.

The child draws and encodes video without touching the screen's process. It ends when its standard input
does, so it never outlives us, not even after kill -9. It keeps its tasks and its port from one demo to the
next, so that running tasks are picked up and old links stay alive. It calls our inbox when a task ends, and signs
with a key that all demos of a folder share.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from sora_tui.desktop.environment import child_environment
from sora_tui.studio.callback_addresses import token_in

PATIENCE_S = 30.0
"""How long the server may take to listen: half a second on an idle machine, many on a busy one."""
KEY_FILE = "webhook-key"
"""Where in the demo's folder the key is kept that its server signs callbacks with."""
CATALOGUE = "catalogue"
"""Where below the server's folder documents of further models may be dropped, also while it runs."""
ANNOUNCEMENT = "listening "
"""What the server writes on its first line, before its address."""


class DemoFailed(Exception):
    """The demo's server did not start. The message says why and where to read more."""


class DemoServer:
    """One embedded server: `start` returns at once, `url` waits until it listens."""

    def __init__(self, folder: Path, *, speed: float | None = None, port: int | None = None) -> None:
        """Prepare, without starting anything.

        Args:
            folder: the demo's own folder, see `settings.demo_folder`.
            speed: how many times faster than the real service; None for the demo's usual pace.
            port: where to listen; None for the port of the last demo if it is free, else any.
        """
        self._folder = folder.absolute()
        self._speed = speed
        self._port = port
        self._child: subprocess.Popen[str] | None = None
        self._changing = threading.Lock()
        self._settled = threading.Event()
        self._stopped = False
        self._url = ""
        self._webhook_key = ""

    def start(self) -> Self:
        """Start the server and return without waiting for it.

        Raises:
            DemoFailed: the demo's folder can't be used.
        """
        ports = [self._last_port(), 0] if self._port is None else [self._port]
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._webhook_key = token_in(self._folder, KEY_FILE)
            child = self._launch(ports[0])
        except OSError as error:
            raise DemoFailed(f"The demo can't use its folder {self._folder}: {error.strerror}.") from error
        threading.Thread(target=self._listen, args=(child, ports[1:]), name="demo server", daemon=True).start()
        return self

    @property
    def url(self) -> str:
        """Where it listens. Waits for that, so ask for it late.

        Raises:
            DemoFailed: it did not start.
        """
        if not self._settled.wait(PATIENCE_S):
            self.stop()
        if not self._url:
            raise DemoFailed(f"The demo's server did not start. {self._last_words()}")
        return self._url

    @property
    def webhook_key(self) -> str:
        """What it signs its callbacks with, once it was started."""
        return self._webhook_key

    def stop(self) -> None:
        """End the server; it keeps its tasks for the next demo. May be called more than once."""
        with self._changing:
            self._stopped = True
            child = self._child
        self._settled.set()
        if child is None:
            return
        if child.stdin is not None:
            with suppress(OSError):  # it has already gone
                child.stdin.close()
        for patience, harder in ((3.0, child.terminate), (2.0, child.kill)):
            try:
                child.wait(patience)
                return
            except subprocess.TimeoutExpired:
                harder()
        child.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _launch(self, port: int) -> subprocess.Popen[str] | None:
        command = [sys.executable, "-m", "sora_tui.simulator", "--announce"]
        command += ["--folder", str(self._folder / "server"), "--port", str(port)]
        command += ["--catalogue", str(self._folder / "server" / CATALOGUE)]
        command += ["--webhook-key-file", str(self._folder / KEY_FILE)]  # as an argument anyone could read it
        if self._speed is not None:
            command += ["--speed", str(self._speed)]
        with self._changing, open(self._log, "w", encoding="utf-8") as log:
            if self._stopped:
                return None
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                # `-m` looks into the working directory first, which must not be the one a person stands in.
                cwd=Path(__file__).parents[1],
                env=child_environment(),
                start_new_session=True,  # Ctrl-C in our terminal is ours alone
            )
            return self._child

    def _listen(self, child: subprocess.Popen[str] | None, ports: list[int]) -> None:
        while child is not None and child.stdout is not None:
            line = child.stdout.readline()
            if line.startswith(ANNOUNCEMENT):
                self._url = line.removeprefix(ANNOUNCEMENT).strip()
                self._remember_port()
                break
            if not line:  # it ended: most likely another program has the port by now
                child.wait()
                if not ports:
                    break
                child = self._launch(ports.pop(0))
        self._settled.set()
        if child is not None and child.stdout is not None:
            for _ in child.stdout:  # a full pipe would stop it
                pass

    @property
    def _log(self) -> Path:
        return self._folder / "server.log"

    def _last_words(self) -> str:
        with suppress(OSError):
            lines = self._log.read_text(encoding="utf-8", errors="replace").split("\n")
            if words := [line.strip() for line in lines if line.strip()]:
                return f"It said: {words[-1][:200]} (more in {self._log})"
        return f"It said nothing within {PATIENCE_S:.0f} s; try again."

    def _last_port(self) -> int:
        try:
            port = int((self._folder / "port").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return 0
        return port if 1024 <= port <= 65535 else 0

    def _remember_port(self) -> None:
        with suppress(OSError, ValueError):  # the next demo then gets another port
            (self._folder / "port").write_text(str(int(self._url.rsplit(":", 1)[1])), encoding="ascii")
