"""What a filter can ask of a task, as data. Pure; `filters.py` reads them from text, `finding.py` says them in SQL."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from sora_tui.studio.collected import is_about_to_be_lost, is_collected
from sora_tui.studio.judging import is_keeper
from sora_tui.studio.outcomes import WITHDRAWN
from sora_tui.studio.task import Task, TaskState
from sora_tui.studio.text import fold, fold_ascii


@dataclass(frozen=True, slots=True)
class Says:
    """In the prompt, the service's words or the note; or the beginning of one of the ids. `text` is folded."""

    text: str

    def holds(self, task: Task) -> bool:
        """Whether it is so."""
        return (
            self.text in fold(task.prompt)
            or self.text in fold(task.text)
            or self.text in fold(task.note)
            or task.ref.startswith(self.text)
            or (task.task_id is not None and fold_ascii(task.task_id).startswith(fold_ascii(self.text)))
        )


@dataclass(frozen=True, slots=True)
class InState:
    """The beginning of a state's name, of a word shown for it (the vendor's while it waits), or of a code. Folded."""

    beginnings: tuple[str, ...]

    @property
    def states(self) -> frozenset[TaskState]:
        """The states one of whose names begins so."""
        return frozenset(state for state, words in _STATE_WORDS.items() if self.means(*words))

    def means(self, *words: str) -> bool:
        """Whether one of these words begins so."""
        return any(word.startswith(self.beginnings) for word in words)

    def holds(self, task: Task) -> bool:
        """Whether it is so."""
        code = task.code if task.code is not None else task.http_status
        return (
            self.means(*_STATE_WORDS[task.state], "" if code is None else str(code))
            or (task.state is TaskState.WAITING and self.means(fold(task.vendor_state or "")))
            or (Parked().holds(task) and self.means(PARKED))
            or (task.note == WITHDRAWN and task.state is TaskState.REFUSED and self.means(TAKEN_BACK))
        )


@dataclass(frozen=True, slots=True)
class OfModel:
    """Any of these is a part of the model's id. Folded."""

    parts: tuple[str, ...]

    def holds(self, task: Task) -> bool:
        """Whether it is so."""
        return any(part in fold(task.model) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Tagged:
    """One of its tags begins with one of these. Folded."""

    beginnings: tuple[str, ...]

    def holds(self, task: Task) -> bool:
        """Whether it is so."""
        return any(fold(tag).startswith(self.beginnings) for tag in task.tags)


@dataclass(frozen=True, slots=True)
class Untagged:
    """It has no tag."""

    def holds(self, task: Task) -> bool:
        """Whether it is so."""
        return not task.tags


@dataclass(frozen=True, slots=True)
class Between:
    """Two bounds of a number, which themselves may be left out."""

    low: float = -math.inf
    high: float = math.inf
    is_above: bool = False
    is_below: bool = False

    def has(self, number: float) -> bool:
        """Whether a number lies between them."""
        above = number > self.low if self.is_above else number >= self.low
        return above and (number < self.high if self.is_below else number <= self.high)


@dataclass(frozen=True, slots=True)
class Costs:
    """What it has cost so far lies between two numbers of credits."""

    bounds: Between

    def holds(self, task: Task) -> bool:
        """Whether it is so; not while the charge is unknown."""
        charge = task.charge
        return charge is not None and not math.isnan(charge) and self.bounds.has(charge)


@dataclass(frozen=True, slots=True)
class CostUnknown:
    """Nobody has said what it costs."""

    def holds(self, task: Task) -> bool:
        """Whether it is so."""
        return task.charge is None or math.isnan(task.charge)


@dataclass(frozen=True, slots=True)
class Since:
    """Made at that moment (epoch ms) or later."""

    at: int

    def holds(self, task: Task) -> bool:
        """Whether it is so."""
        return task.created_at >= self.at


@dataclass(frozen=True, slots=True)
class Parked:
    """Under way, and the service is not asked about it."""

    def holds(self, task: Task) -> bool:
        """Whether it is so."""
        return task.is_parked and task.state is TaskState.WAITING


@dataclass(frozen=True, slots=True)
class Rated:
    """The user's mark for it lies between two numbers."""

    bounds: Between

    def holds(self, task: Task) -> bool:
        """Whether it is so; not without a mark."""
        return task.rating != 0 and self.bounds.has(task.rating)


@dataclass(frozen=True, slots=True)
class Unrated:
    """The user has given it no mark."""

    def holds(self, task: Task) -> bool:
        """Whether it is so."""
        return task.rating == 0


@dataclass(frozen=True, slots=True)
class Starred:
    """The user has starred it."""

    def holds(self, task: Task) -> bool:
        """Whether it is so."""
        return task.is_starred


@dataclass(frozen=True, slots=True)
class Kept:
    """It is a keeper: starred, or with a high mark."""

    def holds(self, task: Task) -> bool:
        """Whether it is so."""
        return is_keeper(task)


@dataclass(frozen=True, slots=True)
class Discarded:
    """The user has done with it."""

    def holds(self, task: Task) -> bool:
        """Whether it is so."""
        return task.is_discarded


@dataclass(frozen=True, slots=True)
class Held:
    """It waits to be released."""

    def holds(self, task: Task) -> bool:
        """Whether it is so."""
        return task.is_held and task.state is TaskState.QUEUED


@dataclass(frozen=True, slots=True)
class Collected:
    """All of its results are on this machine."""

    def holds(self, task: Task) -> bool:
        """Whether it is so."""
        return is_collected(task)


@dataclass(frozen=True, slots=True)
class Expiring:
    """A result is not on this machine, and the service deletes it soon after that moment (epoch ms)."""

    now_ms: int

    def holds(self, task: Task) -> bool:
        """Whether it is so."""
        return is_about_to_be_lost(task, self.now_ms)


@dataclass(frozen=True, slots=True)
class InThread:
    """The ref of its prompt thread begins so."""

    beginning: str

    def holds(self, task: Task) -> bool:
        """Whether it is so."""
        return task.thread_ref.startswith(self.beginning)


@dataclass(frozen=True, slots=True)
class InBatch:
    """It was sent in one press with others, whose ref begins so."""

    beginning: str

    def holds(self, task: Task) -> bool:
        """Whether it is so."""
        return task.batch_ref.startswith(self.beginning)


@dataclass(frozen=True, slots=True)
class Noted:
    """The text is in the user's own words about it. Folded."""

    text: str

    def holds(self, task: Task) -> bool:
        """Whether it is so."""
        return self.text in fold(task.remark)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of them holds, or more."""

    terms: tuple[Term, ...]

    def holds(self, task: Task) -> bool:
        """Whether it is so."""
        return any(term.holds(task) for term in self.terms)


@dataclass(frozen=True, slots=True)
class Not:
    """It does not hold."""

    term: Term

    def holds(self, task: Task) -> bool:
        """Whether it is so."""
        return not self.term.holds(task)


Term: TypeAlias = (
    Says
    | InState
    | OfModel
    | Tagged
    | Untagged
    | Costs
    | CostUnknown
    | Since
    | Parked
    | Rated
    | Unrated
    | Starred
    | Kept
    | Discarded
    | Held
    | Collected
    | Expiring
    | InThread
    | InBatch
    | Noted
    | AnyOf
    | Not
)


PARKED = "parked"
TAKEN_BACK = "taken back"
"""The words shown for a task that is not asked about, and for one that was withdrawn."""


def _words_of(state: TaskState) -> tuple[str, ...]:
    words = [state.value, *_SHOWN.get(state, ())]
    if state.is_running:
        words.append("running")
    elif state is TaskState.SUCCESS:
        words.append("done")
    elif state.needs_you:
        words.append("needs you")
    else:
        words.append("failed")
    return tuple(words)


_SHOWN: Mapping[TaskState, tuple[str, ...]] = {TaskState.UNCONFIRMED: ("unsure",), TaskState.ABANDONED: ("given up",)}
_STATE_WORDS: Mapping[TaskState, tuple[str, ...]] = {state: _words_of(state) for state in TaskState}
