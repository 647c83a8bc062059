"""The best of several results, found by comparing two at a time: who wins stays, who loses goes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Knockout:
    """Where the comparing stands.

    Attributes:
        standing: the refs still in it; the first two are compared now.
        of: how many there were.
    """

    standing: tuple[str, ...]
    of: int

    @classmethod
    def among(cls, refs: Sequence[str]) -> Knockout:
        """The beginning, in this order; each ref once.

        Raises:
            ValueError: there are fewer than two.
        """
        different = tuple(dict.fromkeys(refs))
        if len(different) < 2:
            raise ValueError("it takes two to compare")
        return cls(different, len(different))

    @property
    def pair(self) -> tuple[str, str] | None:
        """The two that are compared now; None once one is left."""
        return self.standing[:2] if len(self.standing) > 1 else None  # type: ignore[return-value]

    @property
    def winner(self) -> str | None:
        """The one that is left; None while there are more."""
        return self.standing[0] if len(self.standing) == 1 else None

    def won_by(self, ref: str) -> Knockout:
        """The same after one of the pair was picked.

        Raises:
            ValueError: it is none of the two.
        """
        if self.pair is None or ref not in self.pair:
            raise ValueError("it is not compared now")
        (loser,) = (other for other in self.pair if other != ref)
        rest = tuple(each for each in self.standing if each not in (ref, loser))
        return replace(self, standing=(ref, *rest))
