"""Clipboard tools that work, fail, soil the screen, hang or testify, to be put first on the PATH.

    tools = FakeTools(tmp_path / "tools")
    tools.install("xclip", HANGS)
    with Terminal(command, env=tools.environment()) as terminal: ...

They stand in for what pyperclip starts. Each finds its files beside itself.
"""

from __future__ import annotations

import os
import select
from pathlib import Path

WORKS = 'case "$*" in *-o*) cat "$0.kept" ;; *) cat > "$0.kept" ;; esac'
FAILS = 'cat > /dev/null; case "$*" in *-o*) echo "what was there before" ;; esac; exit 1'
SOILS = 'cat > /dev/null; echo "SOILED the screen" >&2; echo "SOILED it again"; echo "SOILED" > /dev/tty; exit 1'
HANGS = 'echo $$ > "$0.began"; exec cat "$0.never"'
"""Says its process id to whoever waits for it, then nothing until somebody writes to `.never`."""
TESTIFIES = '{ echo "tool $0 $*"; env; tr "\\0" "\\n" < /proc/$PPID/cmdline; } > "$0.$$"; cat > /dev/null'
"""Writes down its environment, what it was called with, and the command line of the program that started it."""


class FakeTools:
    """A folder of them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder

    def install(self, name: str, script: str) -> None:
        """Put a tool there, in the place of an older one."""
        tool = self.folder / name
        if script == HANGS:
            for fifo in (self._beside(name, "began"), self._beside(name, "never")):
                if not fifo.exists():
                    os.mkfifo(fifo)
        tool.write_text(f"#!/bin/sh\n{script}\n")
        tool.chmod(0o755)

    def environment(self) -> dict[str, str]:
        """The variables with which these tools are found before all others, and a screen they could use."""
        return {"PATH": f"{self.folder}{os.pathsep}{os.environ['PATH']}", "DISPLAY": ":99"}

    def kept(self, name: str) -> str:
        """What a tool that works has on its clipboard."""
        return self._beside(name, "kept").read_text()

    def began(self, name: str) -> int:
        """The process id of a tool that hangs; returns once it has been started."""
        return int(self._beside(name, "began").read_text())

    def release(self, name: str) -> None:
        """Let a tool that hangs end; returns once it hears it."""
        self._beside(name, "never").write_text("")

    def testimonies(self) -> dict[str, str]:
        """What tools that testify wrote down, by the name of the tool; of several, the last."""
        return {path.name.partition(".")[0]: path.read_text() for path in self.folder.glob("*.[0-9]*")}

    def _beside(self, name: str, what: str) -> Path:
        return self.folder / f"{name}.{what}"


def wait_until_gone(pid: int) -> None:
    """Return once a process that need not be our child has ended. Linux only."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        assert select.select([process], [], [], 60)[0], f"the process {pid} goes on"
    finally:
        os.close(process)
