"""How a model fares at the service, for everybody: its success rate over the last 24 hours. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sora_tui.kie.catalogue import SuccessPoint

RECENT = 6
"""Points of ten minutes that say how a model fares now: an hour."""
NORMAL = 90.0
"""Percent of successes from which a model counts as healthy where the service does not say."""


@dataclass(frozen=True, slots=True)
class ModelHealth:
    """What the service last told of a model's success.

    Attributes:
        model: the vendor's id.
        rates: percent of successes in ten minutes each, oldest first; None without traffic.
        read_at: when it was told, in epoch ms.
        rate: percent of successes over the last hour that had traffic; None without any.
        is_degraded: whether the service calls its newest points abnormal, or fewer than 90 % succeed.
    """

    model: str
    rates: tuple[float | None, ...]
    read_at: int
    rate: float | None = None
    is_degraded: bool = False

    @property
    def words(self) -> str:
        """`healthy, 99 %`, `degraded, 61 %` or `no traffic`."""
        if self.rate is None:
            return "no traffic"
        return f"{'degraded' if self.is_degraded else 'healthy'}, {self.rate:.0f} %"


def health_from(model: str, points: Sequence[SuccessPoint], read_at: int) -> ModelHealth:
    """What the points of the service say.

    Args:
        model: the vendor's id.
        points: ten minutes each, oldest first, at most 144.
        read_at: epoch ms.
    """
    busy = [point for point in points if point.success_rate is not None][-RECENT:]
    rates = [point.success_rate for point in busy if point.success_rate is not None]
    rate = sum(rates) / len(rates) if rates else None
    verdicts = [point.is_normal for point in busy if point.is_normal is not None]
    is_degraded = verdicts.count(False) * 2 >= len(verdicts) if verdicts else rate is not None and rate < NORMAL
    return ModelHealth(model, tuple(point.success_rate for point in points), read_at, rate, is_degraded)
