"""The little language that says which tasks: words, `state:`, `model:`, `tag:`, `cost:`, `after:`, `-` for *not*.

Terms stand beside one another and must all hold: `boat -dusk state:fail,refused cost:>300 "macro lens"`. What is
not a field we know is plain text, so that `16:9` finds what it says. Pure: terms are data, which `finding.py` says
in SQL as well.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import TypeAlias

from sora_tui.studio.moments import moment_ms
from sora_tui.studio.outcomes import WITHDRAWN
from sora_tui.studio.tags import NO_TAG
from sora_tui.studio.task import Task, TaskState
from sora_tui.studio.text import fold, fold_ascii

_TERM = re.compile(r'(?P<no>-?)(?:(?P<field>[A-Za-z]+):)?(?P<value>"[^"]*"?|\S*)\s*')
_MAX_CHARACTERS = 500


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
class Costs:
    """What it has cost so far lies between two numbers of credits, which themselves may be left out."""

    low: float = -math.inf
    high: float = math.inf
    is_above: bool = False
    is_below: bool = False

    def holds(self, task: Task) -> bool:
        """Whether it is so; not while the charge is unknown."""
        charge = task.charge
        if charge is None or math.isnan(charge):
            return False
        above = charge > self.low if self.is_above else charge >= self.low
        return above and (charge < self.high if self.is_below else charge <= self.high)


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


Term: TypeAlias = Says | InState | OfModel | Tagged | Untagged | Costs | CostUnknown | Since | Parked | AnyOf | Not


@dataclass(frozen=True, slots=True)
class Filter:
    """A parsed filter.

    Attributes:
        text: as it was typed.
        terms: what must hold of a task, all of it.
        problems: what could not be understood and so hides nothing, a sentence each.
    """

    text: str = ""
    terms: tuple[Term, ...] = ()
    problems: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether it leaves anything out at all."""
        return bool(self.terms)

    def matches(self, task: Task) -> bool:
        """Whether a task may be shown."""
        return all(term.holds(task) for term in self.terms)


def parse_filter(text: str, *, now_ms: int, zone: tzinfo | None = None) -> Filter:
    """Read a filter as it is being typed: any text is one, a field without a value yet hides nothing.

    Args:
        text: what was typed; only its first 500 characters count.
        now_ms: epoch ms, for `today` and `3d`.
        zone: whose days they are; None is this machine's.
    """
    terms: list[Term] = []
    problems: list[str] = []
    when = _When(now_ms, zone)
    # What was pasted may hold what can be neither stored nor found.
    whole = text[:_MAX_CHARACTERS].encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    for match in _TERM.finditer(whole.strip()):
        field, value = (match["field"] or "").lower(), match["value"]
        read = _FIELDS.get(field)
        if read is None:
            read, value = _says, match[0].strip().removeprefix(match["no"])
        value = fold(value.strip('"'))
        if not value.strip(",") and not (value and read is _says):
            continue
        try:
            term = read(value, when)
        except _NotUnderstoodError as error:
            problems.append(str(error))
        else:
            terms.append(Not(term) if match["no"] else term)
    return Filter(text, tuple(terms), tuple(dict.fromkeys(problems)))


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


# What a field's value means


class _NotUnderstoodError(Exception):
    """A field's value means nothing. The message is a sentence with an example."""


@dataclass(frozen=True, slots=True)
class _When:
    now_ms: int
    zone: tzinfo | None


def _parts(value: str) -> tuple[str, ...]:
    return tuple(part for part in value.split(",") if part)


def _says(value: str, when: _When) -> Term:
    return Says(value)


def _state(value: str, when: _When) -> Term:
    return InState(_parts(value))


def _model(value: str, when: _When) -> Term:
    return OfModel(_parts(value))


def _tag(value: str, when: _When) -> Term:
    parts = [part.lstrip("#") for part in _parts(value)]
    terms: list[Term] = [Untagged()] if NO_TAG in parts else []
    if beginnings := tuple(part for part in parts if part and part != NO_TAG):
        terms.append(Tagged(beginnings))
    if not terms:
        raise _NotUnderstoodError("tag: takes a tag, as in tag:boat, or tag:none for tasks without one")
    return terms[0] if len(terms) == 1 else AnyOf(tuple(terms))


_NUMBER = r"\d{1,12}(?:\.\d{0,6})?"
_BOUND = re.compile(rf"(?P<sign><=|>=|<|>|=)?(?P<number>{_NUMBER})", re.ASCII)
_RANGE = re.compile(rf"(?P<low>{_NUMBER})?\.\.(?P<high>{_NUMBER})?", re.ASCII)


def _cost(value: str, when: _When) -> Term:
    costs = tuple(map(_one_cost, _parts(value)))
    return costs[0] if len(costs) == 1 else AnyOf(costs)


def _one_cost(value: str) -> Term:
    if value in ("?", "unknown"):
        return CostUnknown()
    if (bound := _BOUND.fullmatch(value)) is not None:
        sign, number = bound["sign"], float(bound["number"])
        if sign in (">", ">="):
            return Costs(low=number, is_above=sign == ">")
        if sign in ("<", "<="):
            return Costs(high=number, is_below=sign == "<")
        return Costs(number, number)
    between = _RANGE.fullmatch(value)
    if between is None or value == "..":
        raise _NotUnderstoodError("cost: takes a number of credits, as in cost:>300, cost:100..400 or cost:?")
    low, high = between["low"], between["high"]
    return Costs(float(low) if low else -math.inf, float(high) if high else math.inf)


def _after(value: str, when: _When) -> Term:
    return Since(_moment("after", value, when))


def _before(value: str, when: _When) -> Term:
    return Not(Since(_moment("before", value, when)))


def _moment(field: str, value: str, when: _When) -> int:
    at = moment_ms(value, now_ms=when.now_ms, zone=when.zone)
    if at is None:
        raise _NotUnderstoodError(
            f"{field}: takes a day, a time or an age, as in {field}:2026-11-20, {field}:yesterday or {field}:3d"
        )
    return at


def _is(value: str, when: _When) -> Term:
    if not PARKED.startswith(value):
        raise _NotUnderstoodError("is: takes the word parked, as in is:parked")
    return Parked()


_FIELDS: Mapping[str, Callable[[str, _When], Term]] = {
    "state": _state,
    "model": _model,
    "tag": _tag,
    "cost": _cost,
    "after": _after,
    "before": _before,
    "is": _is,
}
