"""What changed from one prompt to another, word by word, and from one task's settings to another's. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeAlias

from sora_tui.studio.word_pieces import pieces

Json: TypeAlias = Any

_MOST_CELLS = 400_000_000
"""Of the table of both texts' words, a bit each: 20,000 words against as many, 50 ms of work. Beyond it all is new."""


class RunKind(Enum):
    """What became of some words."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Run:
    """Words that stand together and fared alike.

    Attributes:
        kind: what became of them.
        text: as it stands, blanks included.
    """

    kind: RunKind
    text: str


class _Absent(Enum):
    ABSENT = "absent"


ABSENT: Final = _Absent.ABSENT
"""Stands for a setting that is not there, which is not one that is null."""


@dataclass(frozen=True, slots=True)
class ChangedSetting:
    """A setting that two tasks don't share.

    Attributes:
        name: of the parameter.
        before: its value in the first; `ABSENT` where it has none.
        after: its value in the second; `ABSENT` where it has none.
    """

    name: str
    before: Json
    after: Json


def word_diff(before: str, after: str) -> list[Run]:
    """The words that were kept, added and removed, with as many kept as can be.

    The runs that are not ADDED join to `before`, those that are not REMOVED to `after`. Between two kept runs what was
    removed comes first. The work grows with the product of the lengths, at 64 words by words at a time, whatever the
    texts are: 10,000 characters against as many take some ms.
    """
    old, new = pieces(before), pieces(after)
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    behind = 0
    while behind < min(len(old), len(new)) - start and old[-1 - behind] == new[-1 - behind]:
        behind += 1
    steps = [(RunKind.KEPT, piece) for piece in old[:start]]
    steps += _compared(old[start : len(old) - behind], new[start : len(new) - behind])
    steps += [(RunKind.KEPT, piece) for piece in old[len(old) - behind :]]
    return _joined(steps)


def changed_settings(before: Mapping[str, Json], after: Mapping[str, Json]) -> list[ChangedSetting]:
    """The settings that differ, in the order of `before`, then those that only `after` has."""
    changed = []
    for name in [*before, *(name for name in after if name not in before)]:
        old, new = before.get(name, ABSENT), after.get(name, ABSENT)
        if not _same(old, new):
            changed.append(ChangedSetting(name, old, new))
    return changed


def _same(one: Json, other: Json) -> bool:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    if isinstance(one, Sequence) and isinstance(other, Sequence) and not isinstance(one, str | bytes):
        return len(one) == len(other) and all(map(_same, one, other))
    # Python takes True for 1, and JSON does not.
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


_Step: TypeAlias = tuple[RunKind, str]


def _compared(old: list[str], new: list[str]) -> list[_Step]:
    """The steps from one to the other by their longest common subsequence, found with a bit for each cell.

    The algorithm is Hyyrö's (Bit-parallel LCS-length computation revisited, 2004); the rows are kept to go back.
    """
    if not old or not new or len(old) * len(new) > _MOST_CELLS:
        return [*((RunKind.REMOVED, piece) for piece in old), *((RunKind.ADDED, piece) for piece in new)]
    places: dict[str, int] = {}
    for place, piece in enumerate(old):
        places[piece] = places.get(piece, 0) | 1 << place
    all_ones = (1 << len(old)) - 1
    rows, row = [], all_ones
    for piece in new:
        if matches := places.get(piece, 0):
            both = row & matches
            row = (row + both | row - both) & all_ones
        rows.append(row)
    steps: list[_Step] = []
    column, line = len(old), len(new)
    while column and line:
        if rows[line - 1] >> column - 1 & 1:
            column -= 1
            steps.append((RunKind.REMOVED, old[column]))
            continue
        line -= 1
        if line and not rows[line - 1] >> column - 1 & 1:
            steps.append((RunKind.ADDED, new[line]))
        else:
            column -= 1
            steps.append((RunKind.KEPT, old[column]))
    steps += [(RunKind.REMOVED, old[place]) for place in range(column - 1, -1, -1)]
    steps += [(RunKind.ADDED, new[place]) for place in range(line - 1, -1, -1)]
    return steps[::-1]


def _joined(steps: list[_Step]) -> list[Run]:
    """The steps as runs. Blanks between two changes belong to them: `red boat` became `blue kite`, not word by word."""
    runs: list[Run] = []
    removed: list[str] = []
    added: list[str] = []
    blanks: list[str] = []
    kept: list[str] = []

    def close_change() -> None:
        for kind, words in ((RunKind.REMOVED, removed), (RunKind.ADDED, added)):
            if words:
                runs.append(Run(kind, "".join(words)))
                words.clear()

    for kind, piece in steps:
        if kind is RunKind.KEPT:
            if (removed or added) and piece.isspace():
                blanks.append(piece)
                continue
            close_change()
            kept += [*blanks, piece]
            blanks.clear()
            continue
        if kept:
            runs.append(Run(RunKind.KEPT, "".join(kept)))
            kept.clear()
        removed += blanks
        added += blanks
        blanks.clear()
        (removed if kind is RunKind.REMOVED else added).append(piece)
    close_change()
    if kept or blanks:
        runs.append(Run(RunKind.KEPT, "".join([*kept, *blanks])))
    return runs
