"""The small language of the table's filter: words, `state:`, `model:`, quotes, `-` for *not*. Pure.

Terms stand beside one another and must all hold: `boat -dusk state:fail,refused "macro lens"`. What is not
a field we know is plain text, so that `16:9` finds what it says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from sora_tui.studio.task import Task, TaskState
from sora_tui.tui.format import LOOKS

Predicate: TypeAlias = Callable[[Task], bool]

_TERM = re.compile(r'(?P<no>-?)(?:(?P<field>[A-Za-z]+):)?(?P<value>"[^"]*"?|\S*)\s*')
_MAX_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """A parsed filter.

    Attributes:
        text: as it was typed.
        terms: what must hold of a task, all of it.
    """

    text: str = ""
    terms: tuple[Predicate, ...] = ()

    def __bool__(self) -> bool:
        """Whether it leaves anything out at all."""
        return bool(self.terms)

    def matches(self, task: Task) -> bool:
        """Whether a task may be shown."""
        return all(term(task) for term in self.terms)


def parse_filter(text: str) -> TaskFilter:
    """Read a filter as it is being typed: any text is one, a field without a value yet hides nothing."""
    terms: list[Predicate] = []
    for match in _TERM.finditer(text.strip()[:_MAX_CHARACTERS]):
        field, value = (match["field"] or "").lower(), match["value"]
        make = _FIELDS.get(field)
        if make is None:
            make, value = _says, match[0].strip().removeprefix(match["no"])
        value = value.strip('"').casefold()
        if value.strip(",") or (value and make is _says):
            term = make(value)
            terms.append(_not(term) if match["no"] else term)
    return TaskFilter(text, tuple(terms))


def _not(term: Predicate) -> Predicate:
    return lambda task: not term(task)


def _says(value: str) -> Predicate:
    """Text: in the prompt, the service's words or a note, or the beginning of one of the ids."""

    def says(task: Task) -> bool:
        return (
            value in task.prompt.casefold()
            or value in task.text.casefold()
            or value in task.note.casefold()
            or task.ref.startswith(value)
            or (task.task_id is not None and value in task.task_id.casefold())
        )

    return says


def _model(value: str) -> Predicate:
    """Any part of the model's id; a comma means *or*."""
    parts = [part for part in value.split(",") if part]
    return lambda task: any(part in task.model.casefold() for part in parts)


def _state(value: str) -> Predicate:
    """The beginning of a state's name, of the word shown for it, of the vendor's word, or a code; a comma is *or*."""
    parts = tuple(part for part in value.split(",") if part)

    def state(task: Task) -> bool:
        words = [*_STATE_WORDS[task.state], (task.vendor_state or "").casefold()]
        if task.code is not None:
            words.append(str(task.code))
        return any(word.startswith(parts) for word in words)

    return state


def _words_of(state: TaskState) -> tuple[str, ...]:
    words = [state.value, LOOKS[state].word]
    if state.is_running:
        words.append("running")
    elif state is TaskState.SUCCESS:
        words.append("done")
    elif state.needs_you:
        words.append("needs")
    else:
        words.append("failed")
    return tuple(words)


_STATE_WORDS: Mapping[TaskState, tuple[str, ...]] = {state: _words_of(state) for state in TaskState}
_FIELDS: Mapping[str, Callable[[str], Predicate]] = {"state": _state, "model": _model}
