"""A bill in words for the screen of the costs: what the account's figures are called and when they warn. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from sora_tui.studio.caps import Caps
from sora_tui.studio.costs import Bill
from sora_tui.studio.ledger import Overview
from sora_tui.tui.format import bar, credits, dollars, money
from sora_tui.tui.theme import MUTED
from sora_tui.tui.widgets.aligned import Line

_BAR = 8
_NOTHING = Content.styled("nothing", MUTED)
_NEARLY = 0.8
"""The share of a cap from which on it is a warning."""


@dataclass(frozen=True, slots=True)
class Account:
    """What the account's figures are made of.

    Attributes:
        overview: today, yesterday, this month and in flight.
        balance: credits as last read; None while unknown.
        caps: what may be spent.
        warn_below: credits of the balance below which there is a warning; None for never.
    """

    overview: Overview
    balance: float | None
    caps: Caps
    warn_below: float | None = None


def tasks(count: int) -> str:
    """`1 task`, `1,250 tasks`."""
    return "1 task" if count == 1 else f"{count:,} tasks"


def bill_words(bill: Bill) -> Content:
    """`660 credits ($3.30) · 4 tasks · 1 failed free · 1 failed, charged 90`; the last in a tone of its own."""
    if not bill.tasks:
        return _NOTHING
    parts = [Content(money(bill.charged)), Content(tasks(bill.tasks))]
    if bill.failed_free:
        parts.append(Content(f"{bill.failed_free:,} failed free"))
    if bill.failed_charged:
        parts.append(Content.styled(f"{bill.failed_charged:,} failed, charged {credits(bill.lost)}", "$text-error"))
    return Content.styled(" · ", MUTED).join(parts)


def kept_words(bill: Bill, *, wide: bool) -> str:
    """`3 of 12 kept · 440 credits a keeper`; with room also ` · 2.3 keepers for 1,000 credits`."""
    words = f"{bill.keepers:,} of {bill.tasks:,} kept"
    if bill.credits_per_keeper is None or bill.keepers_per_credit is None:
        return words
    words += f" · {credits(bill.credits_per_keeper)} credits a keeper"
    count = f"{bill.keepers_per_credit * 1000:,.1f}".removesuffix(".0")
    return f"{words} · {count} {'keeper' if count == '1' else 'keepers'} for 1,000 credits" if wide else words


def account_lines(account: Account) -> list[Line]:
    """The account's figures in credits, each short enough for half a screen; the last three are this month's."""
    overview = account.overview
    month, flying = overview.month, overview.in_flight
    on_its_way = f"{credits(flying.in_flight)} ({dollars(flying.in_flight)}) · {tasks(flying.tasks)}"
    lines = [
        Line(_spent(overview.today), "Today"),
        Line(_spent(overview.yesterday), "Yesterday"),
        Line(_spent(month), "This month"),
        Line(Content(on_its_way) if flying.tasks else _NOTHING, "In flight"),
        Line(_balance(account), "Balance"),
        *_caps(account),
    ]
    if month.keepers:
        lines.append(Line(Content(f"{month.keepers:,} · {credits(month.credits_per_keeper)} each"), "Keepers"))
    if failures := _failures(month):
        lines.append(Line(failures, "Failed"))
    if month.unknown:
        words = f"what {tasks(month.unknown)} cost{'s' if month.unknown == 1 else ''}"
        lines.append(Line(Content.styled(words, "$text-warning"), "Not said"))
    return lines


def _spent(bill: Bill) -> Content:
    if not bill.tasks:
        return _NOTHING
    return Content(f"{credits(bill.charged)} ({dollars(bill.charged)}) · {tasks(bill.tasks)}")


def _failures(bill: Bill) -> Content | None:
    parts = []
    if bill.failed_free:
        parts.append(Content(f"{bill.failed_free:,} free"))
    if bill.failed_charged:
        parts.append(Content.styled(f"{bill.failed_charged:,} charged {credits(bill.lost)}", "$text-error"))
    return Content.styled(" · ", MUTED).join(parts) if parts else None


def _balance(account: Account) -> Content:
    if account.balance is None:
        return Content.styled("not read yet", MUTED)
    left = f"{credits(account.balance)} ({dollars(account.balance)})"
    if account.warn_below is not None and account.balance < account.warn_below:
        return Content.styled(f"{left} · below {credits(account.warn_below)}", "bold $text-warning")
    return Content(left)


def _caps(account: Account) -> list[Line]:
    caps, lines = account.caps, []
    if caps.day is not None:
        used = min(1.0, account.overview.committed / caps.day) if caps.day else 1.0
        left = max(0.0, caps.day - account.overview.committed)
        words = f"{credits(left)} of {credits(caps.day)} left  {bar(used, _BAR)}"
        lines.append(Line(Content.styled(words, "$text-warning" if used >= _NEARLY else ""), "Cap of a day"))
    each = [(name, cap) for name, cap in (("task", caps.task), ("send", caps.batch)) if cap is not None]
    if each:
        lines.append(Line(Content(" · ".join(f"{credits(cap)} a {name}" for name, cap in each)), "Cap"))
    if not caps:
        lines.append(Line(Content.styled("none is set (cap_task, cap_batch, cap_day)", MUTED), "Caps"))
    return lines
