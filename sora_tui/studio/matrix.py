"""`aspect_ratio=16:9,9:16 duration=5,10`: every setting with every other, and with every variant of a prompt. Pure.

Values are text here; what a model makes of them, and whether it takes them at all, is judged against its profile.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sora_tui.studio.prompts import Expansion, count_in_words

MOST = 1_000
"""Tasks that may be made at once."""
MODEL = "model"
"""The setting that is no parameter but chooses the model."""


@dataclass(frozen=True, slots=True)
class MatrixProblem:
    """What keeps a matrix from being read.

    Attributes:
        position: of the part that is meant, from 0.
        sentence: what is wrong and what to do.
    """

    position: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """Settings to go through.

    Attributes:
        axes: the names and their values, as they were written.
        problems: why it can't be used; the axes are then those that could be read.
    """

    axes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    problems: tuple[MatrixProblem, ...] = ()

    @property
    def count(self) -> int:
        """How many combinations of settings there are; 1 where there is nothing to go through."""
        return math.prod(len(values) for _, values in self.axes)

    def combination(self, index: int) -> dict[str, str]:
        """The settings at this place, by name; the last axis changes first.

        Raises:
            IndexError: there are fewer.
        """
        if not 0 <= index < self.count:
            raise IndexError(index)
        chosen = []
        for name, values in reversed(self.axes):
            index, place = divmod(index, len(values))
            chosen.append((name, values[place]))
        return dict(reversed(chosen))


@dataclass(frozen=True, slots=True)
class Combination:
    """One task to be made.

    Attributes:
        model: to ask for; the draft's own unless the matrix says another.
        parameters: what the matrix sets, as text.
        prompt: a variant of the prompt.
    """

    model: str
    parameters: Mapping[str, str]
    prompt: str


@dataclass(frozen=True, slots=True)
class Combinations:
    """Every variant of a prompt with every combination of settings, made one by one as they are asked for.

    Attributes:
        expansion: the prompt.
        matrix: the settings.
        model: for those whose matrix names none.
        is_by_prompt: whether all settings of one prompt stand together; otherwise all prompts of one setting do.
    """

    expansion: Expansion
    matrix: Matrix
    model: str
    is_by_prompt: bool = True

    @property
    def count(self) -> int:
        """How many there are, exactly."""
        return self.expansion.count * self.matrix.count

    @property
    def problem(self) -> str | None:
        """Why they can't be sent, as a sentence; None where they can, as far as is known without a profile."""
        if self.expansion.problems:
            return self.expansion.problems[0].sentence
        if self.matrix.problems:
            return self.matrix.problems[0].sentence
        if names := self.expansion.unfilled:
            holes = " and ".join(f"{{{name}}}" for name in names)
            return f"{holes} must be filled in first. Write {{{{{names[0]}}}}} where the braces themselves are meant."
        if self.count > MOST:
            return (
                f"These are {count_in_words(self.count)} tasks, and {MOST:,} can be made at once."
                " Take out alternatives or settings."
            )
        return None

    def at(self, index: int) -> Combination:
        """The one at this place.

        Raises:
            IndexError: there are fewer.
        """
        if not 0 <= index < self.count:
            raise IndexError(index)
        if self.is_by_prompt:
            variant, setting = divmod(index, self.matrix.count)
        else:
            setting, variant = divmod(index, self.expansion.count)
        parameters = self.matrix.combination(setting)
        model = parameters.pop(MODEL, self.model)
        return Combination(model, parameters, self.expansion.variant(variant))

    def __iter__(self) -> Iterator[Combination]:
        index = 0
        while index < self.count:
            yield self.at(index)
            index += 1


def parse_matrix(text: str) -> Matrix:
    """The settings that a line names: `NAME=VALUE,VALUE…`, set apart by blanks. Never raises.

    Double quotes keep blanks and commas together, `""` within them is a quote. An empty value is written `""`.

    Args:
        text: as it was written; an empty one is a matrix with one combination, of nothing.
    """
    axes: dict[str, tuple[str, ...]] = {}
    problems: list[MatrixProblem] = []
    for start, word in _words(text):
        try:
            name, values = _axis(word)
            if name in axes:
                raise _Wrong(f"{name} is there twice. Write all its values behind one {name}=, with commas.")
            axes[name] = values
        except _Wrong as error:
            problems.append(MatrixProblem(start, str(error)))
    return Matrix(tuple(axes.items()), tuple(problems))


class _Wrong(Exception):
    """This part can't be read; the message is for the user."""


def _words(text: str) -> Iterator[tuple[int, str]]:
    """The parts between blanks that stand in no quotes, and where they begin."""
    start, is_quoted = -1, False
    for place, character in enumerate(text):
        if character == '"':
            is_quoted = not is_quoted
        if character.isspace() and not is_quoted:
            if start >= 0:
                yield start, text[start:place]
            start = -1
        elif start < 0:
            start = place
    if start >= 0:
        yield start, text[start:]


def _axis(word: str) -> tuple[str, tuple[str, ...]]:
    name, equals, listed = word.partition("=")
    shown = word if len(word) <= 40 else f"{word[:40]}…"
    if not equals or not name or '"' in name:
        raise _Wrong(f"{shown} is no setting. Write it as NAME=VALUE,VALUE, without blanks around = and the commas.")
    if word.count('"') % 2:
        raise _Wrong(f"A quote in {shown} is never closed.")
    if not listed:
        raise _Wrong(f'{name}= has no value. Write one, or "" for an empty one.')
    values = tuple(_unquoted(value, name) for value in _listed(listed))
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise _Wrong(f"{name} has {value or 'an empty value'} twice, which would be paid twice. Take one out.")
        seen.add(value)
    return name, values


def _listed(text: str) -> list[str]:
    values, start, is_quoted = [], 0, False
    for place, character in enumerate(text):
        if character == '"':
            is_quoted = not is_quoted
        elif character == "," and not is_quoted:
            values.append(text[start:place])
            start = place + 1
    return [*values, text[start:]]


def _unquoted(value: str, name: str) -> str:
    if not value:
        raise _Wrong(f'{name} has an empty value between its commas. Take the comma out, or write "" for it.')
    if '"' not in value:
        return value
    if len(value) < 2 or not (value.startswith('"') and value.endswith('"')):
        raise _Wrong(f'The quotes of {name} must stand around a whole value: {name}="one, two",three')
    return value[1:-1].replace('""', '"')
