"""How often a model succeeded in the last 24 hours: ten-minute points that stay what they were. Pure."""

from __future__ import annotations

import time
from random import Random
from typing import Any

POINT_S = 600
POINTS = 144
"""What 24 hours have room for (contract §6)."""
_NORMAL = 90.0
_DEGRADED_POINTS = 12
_SILENT, _MISSING = 0.04, 0.03


def points(model: str, now: float, seed: int | None, degraded: float | None = None) -> list[dict[str, Any]]:
    """The points of `model` up to `now` (epoch seconds), oldest first.

    Args:
        model: whose they are.
        now: the newest ends within the ten minutes before.
        seed: other points for another one.
        degraded: the success rate of the last two hours, in per cent; None for the usual one.
    """
    newest = int(now // POINT_S) - 1
    found = []
    for number in range(newest - POINTS + 1, newest + 1):
        is_degraded = degraded is not None and number > newest - _DEGRADED_POINTS
        point = _point(model, number, seed, degraded if is_degraded else None)
        if point is not None:
            found.append(point)
    return found


def _point(model: str, number: int, seed: int | None, degraded: float | None) -> dict[str, Any] | None:
    random = Random(f"{seed} {model} {number}")
    fate, luck = random.random(), random.random()
    if degraded is None and fate < _MISSING:
        return None
    rate: float | None = 100.0 - round(4 * luck * luck, 1)
    if degraded is not None:
        rate = round(min(100.0, max(0.0, degraded + 6 * (luck - 0.5))), 1)
    elif fate < _MISSING + _SILENT:
        rate = None
    return {
        "start": _stamp(number * POINT_S),
        "end": _stamp((number + 1) * POINT_S),
        "successRate": rate,
        "errorRate": None if rate is None else round(100 - rate, 1),
        "isNormal": rate is None or rate >= _NORMAL,
    }


def _stamp(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
