"""A day of success as one line of bars. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from textual.content import Content

from sora_tui.studio.model_health import NORMAL
from sora_tui.tui.theme import MUTED

BARS = "▁▂▃▄▅▆▇█"
NO_TRAFFIC = "·"
POINTS = 144
"""Ten minutes each: a day."""
_POOR = 50.0


def sparkline(rates: Sequence[float | None], cells: int) -> Content:
    """The last day in that many cells, now at the right; what the service does not tell of stays without traffic.

    Args:
        rates: percent of successes in ten minutes each, oldest first; None without traffic.
        cells: at least 1.
    """
    day = [*[None] * (POINTS - len(rates)), *rates[-POINTS:]]
    edges = [round(place * POINTS / cells) for place in range(cells + 1)]
    return Content("").join(
        _bar([rate for rate in day[start : max(end, start + 1)] if rate is not None]) for start, end in pairwise(edges)
    )


def _bar(rates: list[float]) -> Content:
    if not rates:
        return Content.styled(NO_TRAFFIC, MUTED)
    rate = sum(rates) / len(rates)
    height = min(len(BARS) - 1, max(0, int(rate / 100 * len(BARS))))
    colour = "$text-success" if rate >= NORMAL else "$text-warning" if rate >= _POOR else "$text-error"
    return Content.styled(BARS[height], colour)
