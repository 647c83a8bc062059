"""What the header line tells of a studio."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sora_tui.studio.inbox import Standing
from sora_tui.tui.widgets.status_bar import Status
from sora_tui.tui.widgets.task_rows import Segment, by_segment

if TYPE_CHECKING:
    from sora_tui.studio.studio import Studio


def status_of(studio: Studio, *, handing_over: int) -> Status:
    """How a studio stands; `handing_over` counts the sends that are on their way to it."""
    counts = by_segment(studio.counts, len(studio.expiring))
    settings = studio.settings
    collecting = studio.collecting if studio.is_collecting else None
    return Status(
        mode="demo" if settings.demo else urlsplit(settings.base_url).netloc,
        demo=settings.demo,
        proxied=bool(studio.proxy),
        balance=studio.balance,
        low=_is_low(studio.balance, settings.warn_below),
        running=counts[Segment.RUNNING],
        needs_you=counts[Segment.NEEDS_YOU],
        sending=studio.in_flight + handing_over,
        downloading=0 if collecting is None else collecting.active + collecting.queued,
        bytes_per_second=0.0 if collecting is None else collecting.bytes_per_second,
        asking=studio.polls_per_second,
        paused=studio.paused,
        callbacks=_callbacks(studio),
        told=studio.callbacks is Standing.PROVED,
    )


def _is_low(balance: float | None, warn_below: float | None) -> bool:
    return balance is not None and warn_below is not None and balance < warn_below


def _callbacks(studio: Studio) -> str:
    """How the studio learns of news besides asking."""
    match studio.callbacks:
        case Standing.OFF:
            return ""
        case Standing.CLOSED:
            return "inbox closed"
        case Standing.ELSEWHERE:
            return "callbacks by another sora-tui"
        case Standing.OPEN:
            return "no callback yet" if studio.callback_address else "no address for callbacks"
        case Standing.PROVED:
            return "told by callbacks"
