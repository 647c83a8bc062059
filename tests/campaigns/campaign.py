"""What a campaign is: a trial of the program, the same trial of a control that must fail, and their figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

Figures = Mapping[str, float]
"""What was counted, by name: `{"kills": 500, "lost": 0, "doubled": 0}`."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One side of a campaign.

    Attributes:
        name: `the program`, or what the control does wrong: `sends before it writes`.
        run: does it `count` times in an empty folder and counts what happened.
    """

    name: str
    run: Callable[[int, Path], Figures]


@dataclass(frozen=True, slots=True)
class Campaign:
    """One promise, tried.

    Attributes:
        name: what `python -m tests.campaigns` knows it by.
        promise: what must hold, in a sentence.
        never: figures that must be 0 for the program, and of which each control shows at least one above 0.
        always: figures that must equal the number of trials.
        some: figures that must be above 0, or the program was not tried where it matters.
        program: the trial of the program.
        controls: trials of what the program must not be. One that passes proves that the campaign sees nothing.
        full: how many trials the design demands.
        small: how many CI makes.
        control_count: how many trials of each control are enough to see it fail; None for as many.
    """

    name: str
    promise: str
    never: tuple[str, ...]
    program: Trial
    controls: tuple[Trial, ...]
    full: int
    small: int
    always: tuple[str, ...] = ()
    some: tuple[str, ...] = ()
    control_count: int | None = None

    def objections(self, count: int, figures: Figures) -> list[str]:
        """What in the program's figures breaks the promise; empty when it holds."""
        untried = [f"{name} is 0, must be above" for name in self.some if not figures[name]]
        broken = [f"{name} is {figures[name]:g}, must be 0" for name in self.never if figures[name]]
        return [
            *untried,
            *broken,
            *(f"{name} is {figures[name]:g}, must be {count}" for name in self.always if figures[name] != count),
        ]

    def is_caught(self, figures: Figures) -> bool:
        """Whether a control's figures show the fault it was made to have: that it got nowhere is none."""
        return any(figures[name] for name in self.never)
