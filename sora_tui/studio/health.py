"""Whether the service as a whole can be asked: offline, silent, closed for maintenance, or the key refused. Pure.

In trouble, one request at a time tries again, with growing pauses; a readable answer ends the trouble.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from random import Random

from sora_tui.kie.codes import Cause, explain
from sora_tui.kie.errors import AnswerLost, KieError, NotDelivered, UnreadableAnswer

_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 30.0
_MAINTENANCE_PAUSE_S = 30.0
_SILENT_AFTER = 5


class Trouble(StrEnum):
    """What keeps us from asking, as the sentence that says so."""

    NONE = ""
    OFFLINE = "No connection to the service. Trying again by itself."
    SILENT = "The service does not answer. Trying again by itself."
    MAINTENANCE = "The service is under maintenance (455). Asking only now and then."
    BAD_KEY = "The key was refused (401). Nothing is asked until another key is set."


class Health:
    """What the last answers, or the lack of them, say about the service.

    Args:
        random: for the jitter of the pauses.
        publish: told when `trouble` changes.
    """

    def __init__(self, random: Random, publish: Callable[[Trouble], None]) -> None:
        self._random = random
        self._publish = publish
        self._pause = _FIRST_PAUSE_S
        self._not_before = float("-inf")
        self._lost_in_a_row = 0
        self.trouble = Trouble.NONE

    def wait_s(self, now: float) -> float | None:
        """Seconds until something may be asked; None while only another key can help."""
        if self.trouble is Trouble.BAD_KEY:
            return None
        return 0.0 if self.trouble is Trouble.NONE else max(0.0, self._not_before - now)

    def trying(self, now: float) -> None:
        """Something is being asked now: in trouble, nothing else for a while."""
        if self.trouble is not Trouble.NONE:
            self._not_before = now + self._pause

    def heard(self) -> None:
        """A readable answer came."""
        self._lost_in_a_row = 0
        self._pause = _FIRST_PAUSE_S
        self._set(Trouble.NONE)

    def failed(self, error: KieError, now: float, *, had_turn: bool = False) -> None:
        """A request ended in `error`.

        Args:
            error: what it ended in.
            now: seconds of the clock that does not jump.
            had_turn: whether `trying` was told of it. Others, which ask at times of their own, never put the
                next turn off: they could do so for ever.
        """
        if isinstance(error, NotDelivered):
            self._worsen(Trouble.OFFLINE, now, had_turn)
        elif isinstance(error, AnswerLost | UnreadableAnswer):
            self._lost_in_a_row += 1
            if self._lost_in_a_row >= _SILENT_AFTER or self.trouble is not Trouble.NONE:
                self._worsen(Trouble.SILENT, now, had_turn)
        elif cause_of(error) is Cause.BAD_KEY:
            self._set(Trouble.BAD_KEY)
        elif cause_of(error) is Cause.MAINTENANCE:
            self._pause = _MAINTENANCE_PAUSE_S
            self._worsen(Trouble.MAINTENANCE, now, had_turn)
        else:
            self.heard()

    def renewed(self) -> None:
        """Another key was set, or the machine woke up: try at once."""
        self._not_before = float("-inf")
        self.heard()

    def _worsen(self, trouble: Trouble, now: float, had_turn: bool) -> None:
        if self.trouble is Trouble.BAD_KEY:
            return
        if had_turn or self.trouble is Trouble.NONE:
            self._not_before = now + self._pause * self._random.uniform(0.8, 1.2)
        self._pause = min(_LONGEST_PAUSE_S, self._pause * 2)
        self._set(trouble)

    def _set(self, trouble: Trouble) -> None:
        if trouble is not self.trouble:
            self.trouble = trouble
            self._publish(trouble)


def cause_of(error: KieError) -> Cause:
    """What the error really is, by its text and code."""
    return explain(error.code, error.text, http_status=error.http_status).cause
