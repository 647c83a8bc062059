"""Programs that a campaign starts and kills: forked in milliseconds from a process that has everything imported."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, TypeAlias

P = ParamSpec("P")
Link: TypeAlias = "Connection[Any, Any]"
"""A child's end of the line to its parent."""

PATIENCE_S = 60.0

# Not `fork`: the simulator's threads run in this process, and a fork takes their locks along.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.campaigns.warm"])


class Silent(AssertionError):
    """A child said nothing for a minute, or ended by itself where it was not to."""


class Child:
    """A program that runs `work` in a process of its own, and a line to it.

    Args:
        work: a function of a module; its first argument is the child's end of the line.
        arguments: the rest.
    """

    def __init__(self, work: Callable[Concatenate[Link, P], None], *arguments: P.args, **more: P.kwargs) -> None:
        self._line, theirs = _FORKS.Pipe()
        self._process = _FORKS.Process(target=work, args=(theirs, *arguments), kwargs=more, daemon=True)
        self._process.start()
        theirs.close()

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        self._line.close()

    def hear(self) -> Any:
        """What it says next.

        Raises:
            Silent: nothing.
        """
        if not self._line.poll(PATIENCE_S):
            raise Silent("A child says nothing.")
        try:
            return self._line.recv()
        except (EOFError, ConnectionError):
            self._process.join()
            raise Silent(f"A child has ended by itself, with {self._process.exitcode}.") from None

    def tell(self, word: Any) -> None:
        """Say something to it."""
        self._line.send(word)

    def kill(self) -> list[Any]:
        """End it with SIGKILL, wherever it is; what it had said and nobody had heard."""
        self._process.kill()
        self._process.join()
        unheard = []
        try:
            while self._line.poll():
                unheard.append(self._line.recv())
        except (EOFError, ConnectionError):
            pass
        return unheard

    def wait(self) -> None:
        """Returns when it has ended by itself, as it should.

        Raises:
            Silent: it goes on, or ended in an error.
        """
        self._process.join(PATIENCE_S)
        if self._process.exitcode != 0:
            raise Silent(f"A child that was to end well: {self._process.exitcode}.")
