"""What a draft will cost, and how we know. Pure; a bound or a memory is never shown as a fact."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Basis(StrEnum):
    """How a price is known."""

    LISTED = "listed"
    """From the model's own price table."""
    CHARGED = "charged"
    """From what the service took for the same settings before."""
    AT_MOST = "at_most"
    """An upper bound, from the service's prose where that leaves no doubt."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of one task.

    Attributes:
        credits: what it costs, or at most costs; None where that is not known.
        basis: how it is known.
        charges: how many of the user's own tasks tell it, for `CHARGED`.
    """

    credits: float | None = None
    basis: Basis = Basis.UNKNOWN
    charges: int = 0

    @property
    def expected(self) -> float | None:
        """What it costs, where more than a bound is known."""
        return None if self.basis is Basis.AT_MOST else self.credits
