"""What a benchmark is and yields: figures, each with its floor and target, one line each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Bound:
    """One side of a target.

    Attributes:
        least: what the figure must not fall below; None for no such side.
        most: what it must not pass; None for no such side.
        is_ratio: whether that is said of value over floor, else of the value alone.
    """

    least: float | None = None
    most: float | None = None
    is_ratio: bool = True

    def holds(self, figure: Figure) -> bool:
        """Whether the figure keeps it. A ratio without a floor, and what is no number, keep nothing."""
        said_of = figure.ratio if self.is_ratio else figure.value
        if said_of is None:
            return False
        return (self.least is None or said_of >= self.least) and (self.most is None or said_of <= self.most)

    def words(self, unit: str) -> str:
        """`<=1.3x`, `>=95%`: without a space, so that a line can be taken apart by its spaces."""
        unit = "x" if self.is_ratio else unit
        low = f">={self.least:g}{unit}" if self.least is not None else ""
        return low + (f"<={self.most:g}{unit}" if self.most is not None else "")


def ratio_at_most(most: float) -> Bound:
    """So many times the floor and no more."""
    return Bound(most=most)


def ratio_at_least(least: float) -> Bound:
    """So many times the floor, or more."""
    return Bound(least=least)


def at_most(most: float) -> Bound:
    """So much, in the figure's unit, and no more."""
    return Bound(most=most, is_ratio=False)


def at_least(least: float) -> Bound:
    """So much, in the figure's unit, or more."""
    return Bound(least=least, is_ratio=False)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, measured.

    Attributes:
        name: `start.first-frame`, without spaces.
        value: of the program, in `unit`.
        floor: the same of the least that can be, measured in the same run; None where there is none.
        unit: `ms`, `MB`, `%`.
        target: every bound that must hold; none for a figure that is only told beside the others.
        note: a word on how it came about, if it needs one.
    """

    name: str
    value: float
    floor: float | None
    unit: str
    target: tuple[Bound, ...] = ()
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Value over floor; None without a floor."""
        return self.value / self.floor if self.floor else None

    @property
    def is_met(self) -> bool:
        """Whether every bound holds."""
        return all(bound.holds(self) for bound in self.target)

    @property
    def line(self) -> str:
        """`name value floor ratio target ok`, in columns; `-` for what there is none of."""
        floor = "-" if self.floor is None else f"{self.floor:,.4g}{self.unit}"
        ratio = "-" if self.ratio is None else f"{self.ratio:.2f}x"
        target = ",".join(bound.words(self.unit) for bound in self.target) or "-"
        verdict = ("ok" if self.is_met else "MISSED") if self.target else "told"
        columns = f"{self.name:<34} {_short(self.value) + self.unit:>10} {floor:>10} {ratio:>7} {target:>14}  {verdict}"
        return f"{columns}  ({self.note})" if self.note else columns


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """A figure that can't be measured here, and why."""

    name: str
    reason: str

    @property
    def line(self) -> str:
        """`name: reason`."""
        return f"{self.name}: {self.reason}"


Measured: TypeAlias = Figure | Unmeasured


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Figures that are measured together.

    Attributes:
        name: what `python -m tests.benchmarks` knows it by.
        about: what it measures against what, in a sentence.
        measure: measures in an empty folder and yields each figure as soon as it is known.
    """

    name: str
    about: str
    measure: Callable[[Path], Iterator[Measured]]


def _short(number: float) -> str:
    return f"{number:,.4g}" if abs(number) < 10_000 else f"{number:,.0f}"
