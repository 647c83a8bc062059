"""Calendar days as a person lives them: where one begins, and which one a moment belongs to. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo


def day_of(at_ms: int, zone: tzinfo | None = None) -> date:
    """The day of a moment (epoch ms); `zone` None is this machine's."""
    return datetime.fromtimestamp(at_ms / 1000, zone).date()


def start_of(day: date, zone: tzinfo | None = None) -> int:
    """When a day begins, in epoch ms. Where the clocks are changed it may last 23 or 25 hours."""
    return round(datetime.combine(day, time(), zone).timestamp() * 1000)


def days_until(last: date, count: int) -> list[date]:
    """So many days in a row, `last` the last of them."""
    return [last - timedelta(days=count - 1 - number) for number in range(count)]
