"""Prompts with alternatives and holes: `{dawn|dusk}` is two, `{name}` and `{name=default}` wait for a value. Pure.

Braces that hold a `|` are alternatives, nested as one likes, and any may be empty. Braces without one are a hole, and
must hold a name. `{{` and `}}` are the braces themselves; where that can't be meant, as in `{a|b {c|d}}`, each brace
stands for itself. A `|` outside of braces is one. A prompt that is a JSON object is sent as it is written.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from sora_tui.studio.braces import CLOSE, LITERAL, LONE, OPEN, doubled, paired

DEEPEST = 50
"""How deep braces may stand in braces."""
_HOLE = re.compile(r"\s*([^\W\d][\w-]*)\s*(?:=(.*))?", re.DOTALL)
_SHOWN = 24
_MOST_PROBLEMS = 20
"""No one reads more of them."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a prompt from being read.

    Attributes:
        position: of the character that is meant, from 0.
        sentence: what is wrong, where, and what to do.
    """

    position: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Hole:
    """A place of the prompt that waits for a value.

    Attributes:
        name: as it is written; the same name is filled with the same value everywhere.
        default: what stands there unless it is filled; None where it must be.
        start: its place in the text, the first where there are several.
        end: behind its closing brace.
    """

    name: str
    default: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Choice:
    alternatives: tuple[_Sequence, ...]

    @property
    def count(self) -> int:
        return sum(each.count for each in self.alternatives)


@dataclass(frozen=True, slots=True)
class _Sequence:
    parts: tuple[_Part, ...]
    count: int


_Part: TypeAlias = "str | Hole | _Choice"


@dataclass(frozen=True, slots=True)
class Expansion:
    """What a text stands for.

    Attributes:
        text: as it was written.
        problems: why it can't be sent; the text then counts as one prompt, as written.
        holes: one of each name, in the order of the text.
        values: what holes were filled with, by name.
        count: how many prompts it is, exactly. Written twice counts twice: `{a|a}` is two takes of one prompt.
    """

    text: str
    problems: tuple[Problem, ...]
    holes: tuple[Hole, ...]
    values: Mapping[str, str]
    count: int
    places: tuple[tuple[int, int, str], ...]
    """Where holes are written, each with its name: (start, end behind its brace, name), in the order of the text."""
    _root: _Sequence

    @property
    def unfilled(self) -> tuple[str, ...]:
        """The names of the holes that have neither a value nor a default. Nothing must be sent while there are any."""
        return tuple(hole.name for hole in self.holes if hole.default is None and hole.name not in self.values)

    @property
    def is_plain(self) -> bool:
        """Whether it is a single prompt without any holes."""
        return self.count == 1 and not self.holes and not self.problems

    def fill(self, values: Mapping[str, str]) -> Expansion:
        """The same with values for its holes, taken literally: their braces and `|` mean nothing.

        Args:
            values: by the names of the holes; other names are left out, holes that are not named stay as they are.
        """
        names = {hole.name for hole in self.holes}
        merged = {**self.values, **{name: value for name, value in values.items() if name in names}}
        return replace(self, values=merged)

    def variant(self, index: int) -> str:
        """The prompt at this place in reading order, the last alternatives changing first. A missing value: `{name}`.

        Raises:
            IndexError: there are fewer prompts.
        """
        if not 0 <= index < self.count:
            raise IndexError(index)
        pieces: list[str] = []
        defaults = {hole.name: hole.default for hole in self.holes}
        self._write(self._root, index, defaults, pieces)
        return "".join(pieces)

    def variants(self, limit: int | None = None) -> Iterator[str]:
        """The prompts in reading order, made one by one as they are asked for; `limit` of them at most."""
        last = self.count if limit is None else min(self.count, limit)
        index = 0
        while index < last:  # range() has no room for some counts
            yield self.variant(index)
            index += 1

    def means(self, other: Expansion) -> bool:
        """Whether both stand for the same prompts in the same order, with the same holes left to be filled."""
        return self.problems == other.problems and _plain(self._root, self.values) == _plain(other._root, other.values)

    def longest(self) -> str:
        """The prompt with the most characters, made without making the others."""
        defaults = {hole.name: hole.default for hole in self.holes}
        return self._longest(self._root, defaults)

    def _longest(self, sequence: _Sequence, defaults: Mapping[str, str | None]) -> str:
        pieces: list[str] = []
        for part in sequence.parts:
            if isinstance(part, _Choice):
                pieces.append(max((self._longest(each, defaults) for each in part.alternatives), key=len))
            else:
                self._write(_Sequence((part,), 1), 0, defaults, pieces)
        return "".join(pieces)

    def _write(self, sequence: _Sequence, index: int, defaults: Mapping[str, str | None], pieces: list[str]) -> None:
        unit = sequence.count
        for part in sequence.parts:
            match part:
                case str():
                    pieces.append(part)
                case Hole(name=name):
                    default = defaults.get(name)
                    pieces.append(self.values.get(name, f"{{{name}}}" if default is None else default))
                case _Choice():
                    unit //= part.count
                    chosen, index = divmod(index, unit)
                    for alternative in part.alternatives:
                        if chosen < alternative.count:
                            self._write(alternative, chosen, defaults, pieces)
                            break
                        chosen -= alternative.count


def parse(text: str) -> Expansion:
    """What the text stands for. Never raises; the work grows with the length of the text alone.

    Args:
        text: as it was written.
    """
    if "{" not in text and "}" not in text:
        return _literal(text)
    if _is_json(text):
        return _literal(text)
    roles = paired(text)
    reader = _Reader(text, roles)
    root = reader.read()
    if reader.problems and ("{{" in text or "}}" in text):
        other = _Reader(text, doubled(text))
        other_root = other.read()
        if not other.problems:
            reader, root = other, other_root
    if reader.problems:
        return _literal(text, tuple(sorted(reader.problems, key=lambda problem: problem.position)))
    return Expansion(text, (), tuple(reader.holes.values()), {}, root.count, tuple(reader.places), root)


def escape(text: str) -> str:
    """The text written so that it stands for itself: braces are doubled."""
    if _is_json(text):
        return text
    return text.replace("{", "{{").replace("}", "}}")


def count_in_words(count: int) -> str:
    """A count for people: `1,200`, or `about 10^30`, which no one sends and no line has room for."""
    if count < 10**9:
        return f"{count:,}"
    return f"about 10^{round(math.log10(count))}"


def _literal(text: str, problems: tuple[Problem, ...] = ()) -> Expansion:
    return Expansion(text, problems, (), {}, 1, (), _Sequence((text,) if text else (), 1))


def _is_json(text: str) -> bool:
    stripped = text.strip()
    if not (stripped.startswith("{") and stripped.endswith("}") and '"' in stripped):
        return False
    try:
        return isinstance(json.loads(stripped), dict)
    except (ValueError, RecursionError):
        return False


class _Reader:
    """Reads a text whose braces have their roles."""

    def __init__(self, text: str, roles: Mapping[int, str]) -> None:
        self._text, self._roles = text, roles
        self.problems: list[Problem] = []
        self.holes: dict[str, Hole] = {}
        self.places: list[tuple[int, int, str]] = []

    def read(self) -> _Sequence:
        text = self._text
        groups: list[tuple[int, list[list[_Part]]]] = [(-1, [[]])]
        start = 0
        for place in [*_marks(text), len(text)]:
            if place < start:
                continue  # the second of two braces
            role = self._roles.get(place, "") if place < len(text) else ""
            _add(groups, text[start:place])
            start = place + 1
            if place == len(text) or len(self.problems) == _MOST_PROBLEMS:
                break
            if role == OPEN:
                if len(groups) > DEEPEST:
                    self._complain(place, f"has more than {DEEPEST} braces around it. Write it with fewer")
                    return _sequence([])
                groups.append((place, [[]]))
            elif role == CLOSE:
                opened, alternatives = groups.pop()
                groups[-1][1][-1].append(self._group(opened, place + 1, alternatives))
            elif role == LITERAL:
                _add(groups, text[place])
                start = place + 2
            elif role == LONE:
                what = "is never closed" if text[place] == "{" else "was never opened"
                self._complain(place, f"{what}. Add the other one, or write {text[place] * 2} for the brace itself")
            elif len(groups) > 1:
                groups[-1][1].append([])
            else:
                _add(groups, "|")
        return _sequence(groups[0][1][0])

    def _group(self, start: int, end: int, alternatives: list[list[_Part]]) -> _Part:
        if len(alternatives) > 1:
            return _Choice(tuple(_sequence(parts) for parts in alternatives))
        parts, inner = alternatives[0], self._text[start + 1 : end - 1]
        if not inner.strip():
            self._complain(
                start, "holds nothing. Write {one|other} for alternatives, or {{}} for the braces themselves"
            )
            return ""
        named = _HOLE.fullmatch(inner)
        if named is None:
            shown = inner if len(inner) <= _SHOWN else f"{inner[:_SHOWN]}…"
            self._complain(
                start,
                f"holds no |. Write {{{shown}|…}} for alternatives, {{name}} for a hole, or {{{{{shown}}}}} for the"
                " braces themselves",
            )
            return ""
        name, default = named[1], named[2]
        if "{" in inner or "}" in inner or any(not isinstance(part, str) for part in parts):
            self._complain(start, f"has braces in what stands for {name}. Give it a plain text")
            return ""
        hole = Hole(name, default, start, end)
        self.places.append((start, end, name))
        first = self.holes.setdefault(name, hole)
        if first.default is None and default is not None:
            self.holes[name] = Hole(name, default, first.start, first.end)
        return hole

    def _complain(self, place: int, what: str) -> None:
        before = self._text[:place]
        line, column = before.count("\n") + 1, place - (before.rfind("\n") + 1) + 1
        where = f"line {line}, character {column}" if "\n" in self._text else f"character {column}"
        self.problems.append(Problem(place, f"The {self._text[place]} at {where} {what}."))


def _marks(text: str) -> list[int]:
    return [match.start() for match in re.finditer(r"[{}|]", text)]


def _add(groups: list[tuple[int, list[list[_Part]]]], text: str) -> None:
    if text:
        groups[-1][1][-1].append(text)


def _sequence(parts: list[_Part]) -> _Sequence:
    return _Sequence(tuple(parts), math.prod(part.count for part in parts if isinstance(part, _Choice)))


def _plain(sequence: _Sequence, values: Mapping[str, str]) -> list[object]:
    """What stands in a sequence, wherever in a text that is; words that follow one another are one."""
    plain: list[object] = []
    for part in sequence.parts:
        if isinstance(part, _Choice):
            plain.append([_plain(each, values) for each in part.alternatives])
        elif isinstance(part, Hole) and part.name not in values:
            plain.append((part.name, part.default))
        else:
            words = values[part.name] if isinstance(part, Hole) else part
            if plain and isinstance(plain[-1], str):
                plain[-1] += words
            elif words:
                plain.append(words)
    return plain
