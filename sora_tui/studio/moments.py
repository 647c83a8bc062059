"""Points in time as people type them: `2026-11-20`, `2026-11-20T14:00`, `14:00`, `yesterday`, `monday`, `3d`. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo

_AGE = re.compile(r"(\d{1,5})([mhdw])", re.ASCII)
_DATED = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2})(?:[t ](\d{1,2}):(\d{2}))?)?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_UNIT_MS: Mapping[str, int] = {"m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 7 * 86_400_000}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORTEST_WEEKDAY = 3


def moment_ms(text: str, *, now_ms: int, zone: tzinfo | None = None) -> int | None:
    """The moment that a few small letters mean, as epoch ms; None if they mean none.

    A day means its beginning, a weekday the last one (today counts), an age that long before now.

    Args:
        text: what was typed, in small letters.
        now_ms: epoch ms.
        zone: the person's; None is this machine's.
    """
    age = _AGE.fullmatch(text)
    if age is not None:
        return now_ms - int(age[1]) * _UNIT_MS[age[2]]
    try:
        today = datetime.fromtimestamp(now_ms / 1000, zone).date()
        at = _local(text, today)
        return None if at is None else round(at.replace(tzinfo=zone).timestamp() * 1000)
    except (OverflowError, OSError, ValueError):  # the 30th of February, or the year 0
        return None


def _local(text: str, today: date) -> datetime | None:
    """The same as the clock on the wall shows it."""
    day, clock = _day(text, today), time()
    if (dated := _DATED.fullmatch(text)) is not None:
        year, month, of_month, hour, minute = (int(part or 0) for part in dated.groups())
        day, clock = date(year, month, of_month if dated[3] else 1), time(hour, minute)
    elif (shown := _CLOCK.fullmatch(text)) is not None:
        day, clock = today, time(int(shown[1]), int(shown[2]))
    return None if day is None else datetime.combine(day, clock)


def _day(text: str, today: date) -> date | None:
    if text == "today":
        return today
    if text == "yesterday":
        return today - timedelta(days=1)
    if len(text) >= _SHORTEST_WEEKDAY:
        for number, name in enumerate(_WEEKDAYS):
            if name.startswith(text):
                return today - timedelta(days=(today.weekday() - number) % 7)
    return None
