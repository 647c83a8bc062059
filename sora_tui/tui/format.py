"""How times, money and states are written on screen. Pure: no clock, no widget; the caller says what *now* is."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any

from sora_tui.sanitise import clean
from sora_tui.studio.collected import LINK_LIFE_MS
from sora_tui.studio.outcomes import WITHDRAWN
from sora_tui.studio.task import Task, TaskState

CREDIT_USD = 0.005
"""What one credit costs in dollars (contract §6)."""

_SECOND = 1000
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


class Tone(StrEnum):
    """What a state's colour says. Each is a component class of the widgets that show states."""

    QUIET = "quiet"
    """On its way, nothing known yet, or over without consequence."""
    BUSY = "busy"
    """The service is at work."""
    GOOD = "good"
    BAD = "bad"
    WARN = "warn"
    """The user should look at it."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is shown: never by colour alone.

    Attributes:
        glyph: one cell.
        word: what stands beside it.
        tone: which colour both have.
    """

    glyph: str
    word: str
    tone: Tone


LOOKS: Mapping[TaskState, Look] = {
    TaskState.QUEUED: Look("◌", "queued", Tone.QUIET),
    TaskState.SENDING: Look("◍", "sending", Tone.BUSY),
    TaskState.WAITING: Look("◐", "waiting", Tone.BUSY),
    TaskState.SUCCESS: Look("●", "success", Tone.GOOD),
    TaskState.FAIL: Look("✗", "fail", Tone.BAD),
    TaskState.REFUSED: Look("⊘", "refused", Tone.BAD),
    TaskState.UNCONFIRMED: Look("▲", "unsure", Tone.WARN),
    TaskState.ABANDONED: Look("◇", "given up", Tone.QUIET),
    TaskState.EXPIRED: Look("◇", "expired", Tone.QUIET),
}


def state_word(task: Task) -> str:
    """The word that stands for a task's state, raw: the vendor's own while it works, the code beside a failure.

    It can hold anything the service sent, so it still has to pass the sanitiser.
    """
    word = LOOKS[task.state].word
    if task.is_parked and task.state is TaskState.WAITING:
        return "parked"
    if task.state is TaskState.WAITING and clean(task.vendor_state or "", multiline=False).strip():
        return task.vendor_state or word
    if task.state is TaskState.REFUSED and task.note == WITHDRAWN:
        return "taken back"
    if task.state in (TaskState.FAIL, TaskState.REFUSED):
        code = task.code if task.code is not None else task.http_status
        return word if code is None else f"{word} {code}"
    return word


def clock(milliseconds: float) -> str:
    """A duration as `m:ss`, from an hour on `h:mm:ss`. Below zero counts as zero."""
    seconds = max(0, int(milliseconds // _SECOND))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def clock_range(low_ms: float, high_ms: float) -> str:
    """Two durations as `2:10–3:20`, or one where both read the same."""
    low, high = clock(low_ms), clock(high_ms)
    return low if low == high else f"{low}–{high}"


def credits(amount: float | None) -> str:
    """Credits with thousands separators and at most two decimals; `?` when unknown."""
    if amount is None or not math.isfinite(amount):
        return "?"
    text = f"{amount:,.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def dollars(amount: float | None) -> str:
    """What that many credits cost, `$3.30`; below ten cents to the tenth of a cent; `?` when unknown."""
    if amount is None or not math.isfinite(amount):
        return "?"
    cost = amount * CREDIT_USD
    return f"${cost:,.3f}" if 0 < cost < 0.1 else f"${cost:,.2f}"


def money(amount: float | None) -> str:
    """Credits in words with the dollars: `330 credits ($1.65)`."""
    if amount is None or not math.isfinite(amount):
        return "credits unknown"
    if amount == 0:
        return "0 credits"
    unit = "credit" if amount == 1 else "credits"
    return f"{credits(amount)} {unit} ({dollars(amount)})"


def moment(at_ms: int, now_ms: int, zone: tzinfo | None = None) -> str:
    """A point in time near `now_ms`: `14:05:13` today, `yesterday 14:05`, `12 Nov 14:05`, `12 Nov 2025`.

    Args:
        at_ms: epoch ms.
        now_ms: epoch ms.
        zone: the person's; None is this machine's.
    """
    try:
        at, now = datetime.fromtimestamp(at_ms / 1000, zone), datetime.fromtimestamp(now_ms / 1000, zone)
    except (OverflowError, OSError, ValueError):
        return "at an unreadable time"  # a vendor's clock can say anything
    days = (now.date() - at.date()).days
    if days == 0:
        return f"{at:%H:%M:%S}"
    if days == 1:
        return f"yesterday {at:%H:%M}"
    return f"{at.day} {at:%b %H:%M}" if at.year == now.year else f"{at.day} {at:%b %Y}"


def day_or_time(at_ms: int, now_ms: int, zone: tzinfo | None = None) -> str:
    """The same for a narrow column: `14:05` today, `12 Nov 14:05`, `12 Nov 2025`."""
    try:
        at, now = datetime.fromtimestamp(at_ms / 1000, zone), datetime.fromtimestamp(now_ms / 1000, zone)
    except (OverflowError, OSError, ValueError):
        return "?"
    if at.date() == now.date():
        return f"{at:%H:%M}"
    return f"{at.day} {at:%b %H:%M}" if at.year == now.year else f"{at.day} {at:%b %Y}"


def ago(at_ms: int, now_ms: int) -> str:
    """How long ago, in the largest fitting unit: `just now`, `4 min ago`, `3 h ago`, `2 d ago`."""
    past = now_ms - at_ms
    if past < _MINUTE:
        return "just now"
    if past < _HOUR:
        return f"{past // _MINUTE} min ago"
    return f"{past // _HOUR} h ago" if past < 2 * _DAY else f"{past // _DAY} d ago"


def is_expired(finished_at: int, now_ms: int) -> bool:
    """Whether the links of a task that finished then work no longer. Epoch ms."""
    return finished_at + LINK_LIFE_MS <= now_ms


def expiry(finished_at: int, now_ms: int) -> str:
    """How long the links of a task that finished then still work: `14 d left`, `5 h left`, `expired`.

    Rounded down, but for the first hour, so that nobody comes too late.
    """
    if is_expired(finished_at, now_ms):
        return "expired"
    left = finished_at + LINK_LIFE_MS - now_ms
    if left >= 2 * _DAY:
        return f"{14 if left >= LINK_LIFE_MS - _HOUR else left // _DAY} d left"
    return f"{left // _HOUR} h left" if left >= _HOUR else f"{max(1, left // _MINUTE)} min left"


def bar(fraction: float, cells: int) -> str:
    """A bar of that many cells, filled to `fraction` (0 to 1, clamped; not a number counts as 0)."""
    share = min(1.0, max(0.0, fraction)) if not math.isnan(fraction) else 0.0
    full = round(share * cells)
    return "━" * full + "─" * (cells - full)


_SECONDS = frozenset({"n_frames", "duration", "seconds", "length"})
_TELL_THEMSELVES = frozenset({"aspect_ratio", "ratio", "size", "resolution", "quality"})
"""Parameters whose values need no name beside them."""


def parameters(values: Mapping[str, Any]) -> str:
    """A task's parameters in words, raw: `landscape · 10 s · high · no watermark`. What is empty is left out.

    It holds words from outside, so it still has to pass the sanitiser.
    """
    return " · ".join(words for name, value in values.items() if (words := _parameter(name, value)))


def brief_parameters(values: Mapping[str, Any]) -> str:
    """The same as `parameters` for a narrow column: single values, and nothing of the watermark."""
    return parameters(
        {
            name: value
            for name, value in values.items()
            if name != "remove_watermark" and not isinstance(value, list | tuple | dict)
        }
    )


def _parameter(name: str, value: Any) -> str:
    label = str(name).replace("_", " ")
    if name == "remove_watermark":
        return "no watermark" if value else "watermark"
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return label if value else f"no {label}"
    if name in _SECONDS and str(value).isdecimal():
        return f"{value} s"  # n_frames are seconds, despite the name (contract §3)
    if name in _TELL_THEMSELVES and not isinstance(value, list | tuple | dict):
        return str(value)
    if isinstance(value, list | tuple):
        return f"{label} {', '.join(map(_told, value))}"
    return f"{label} {_told(value)}"


def _told(value: Any) -> str:
    """A value in a row of others: of a link or a path, only the file's name."""
    if isinstance(value, str):
        is_place = "://" in value or value.startswith(("/", "~", "."))
        return value.split("?")[0].rstrip("/").rpartition("/")[2] or value if is_place else value
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | tuple | dict) else str(value)
