"""Whether a model can be had, and how we know. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Sold(StrEnum):
    """Whether the service makes anything with a model."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Availability:
    """What is known of one model.

    Attributes:
        sold: whether it can be had.
        since: when that was last heard, in epoch ms; None where nothing was.
        reason: how we know that it can't be had, as a sentence; empty otherwise.
    """

    sold: Sold = Sold.UNKNOWN
    since: int | None = None
    reason: str = ""

    @property
    def is_withdrawn(self) -> bool:
        """Whether sending would be in vain."""
        return self.sold is Sold.NO
