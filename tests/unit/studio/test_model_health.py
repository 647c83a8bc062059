"""What points of ten minutes say of a model: the last hour that had traffic, and the service's own verdict."""

from __future__ import annotations

import pytest

from sora_tui.kie.catalogue import SuccessPoint
from sora_tui.studio.model_health import RECENT, health_from


def points(*rates: float | None, normal: bool | None = None) -> list[SuccessPoint]:
    return [SuccessPoint(start=str(n), success_rate=rate, is_normal=normal) for n, rate in enumerate(rates)]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (points(), "no traffic"),
        (points(None, None), "no traffic"),
        (points(99.0, 100.0), "healthy, 100 %"),
        (points(50.0, *[99.0] * RECENT), "healthy, 99 %"),
        (points(99.0, *[61.0] * RECENT), "degraded, 61 %"),
        (points(99.0, *[None] * 10), "healthy, 99 %"),
        (points(*[80.0] * RECENT, normal=True), "healthy, 80 %"),
        (points(*[99.0] * RECENT, normal=False), "degraded, 99 %"),
    ],
)
def test_the_last_hour_with_traffic_counts(told: list[SuccessPoint], words: str) -> None:
    health = health_from("m", told, 5)
    assert health.words == words
    assert health.read_at == 5
    assert len(health.rates) == len(told)
