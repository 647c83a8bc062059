"""Which tasks callbacks will tell of, so that asking about them can wait. Pure.

Callbacks can be lost, and tunnels end. So they are counted on only after one of this run has come in, for tasks
whose addresses lead here, and until a task is found to have ended without a word. Even then every task is asked
about now and then (`schedule.LONGEST_S`), so that nothing is ever seen later than that.
"""

from __future__ import annotations

from collections.abc import Callable

GRACE_MS = 60_000
"""How long after the end a callback may come: the service tries four times, 15 s each (contract §5)."""


class Awaited:
    """The tasks sent with our address whose end was not told yet.

    Args:
        let_down: called when callbacks can be counted on no longer, if they could be.
    """

    def __init__(self, let_down: Callable[[], None]) -> None:
        self._let_down = let_down
        self._sent: set[str] = set()
        self._awaited: set[str] = set()
        self._is_open = False
        self._is_proved = False

    @property
    def are_coming(self) -> bool:
        """Whether callbacks are counted on."""
        return self._is_open and self._is_proved

    def is_told_of(self, ref: str) -> bool:
        """Whether the end of this task will be told."""
        return self._is_open and self._is_proved and ref in self._awaited

    def opened(self, is_open: bool) -> None:
        """The inbox takes calls from now on, or takes none."""
        before, self._is_open = self.are_coming, is_open
        self._tell_if(before)

    def sent(self, ref: str) -> None:
        """A task goes out with our address."""
        self._sent.add(ref)
        self._awaited.add(ref)

    def told(self, ref: str, *, is_last: bool) -> None:
        """A call came for a task; if it is its last, the task is asked about as ever until it has ended."""
        self._is_proved |= ref in self._sent
        if is_last:
            self._awaited.discard(ref)

    def ended(self, ref: str, *, since_ms: int | None) -> None:
        """A task is over.

        Args:
            ref: which.
            since_ms: how long it has been; None if the service never had it.
        """
        if ref not in self._awaited:
            return
        self._awaited.discard(ref)
        if since_ms is not None and since_ms > GRACE_MS:
            before, self._is_proved = self.are_coming, False
            self._tell_if(before)

    def _tell_if(self, they_came: bool) -> None:
        if they_came and not self.are_coming:
            self._let_down()
