"""The user's bill, from what the service said it took: today, by day, by model, tag, thread and batch."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from functools import partial
from statistics import median

from sora_tui.studio import spending
from sora_tui.studio.book import Book
from sora_tui.studio.breakdown import Entry, dearest
from sora_tui.studio.clock import Clock
from sora_tui.studio.costs import Bill, By, Day
from sora_tui.studio.days import day_of, days_until, start_of
from sora_tui.studio.spending import Span
from sora_tui.studio.task import Task


@dataclass(frozen=True, slots=True)
class Overview:
    """How the account stands, at one moment; days are the user's own.

    Attributes:
        today: what was sent today.
        yesterday: what was sent yesterday.
        month: what was sent since the first of this month.
        in_flight: all that has not ended, whenever it was sent.
        committed: credits that count for the day's cap: charged today and in flight.
    """

    today: Bill
    yesterday: Bill
    month: Bill
    in_flight: Bill
    committed: float


class Costs:
    """The bills of one service.

    Args:
        book: the tasks.
        origin: the service.
        clock: for what today is.
        zone: whose days they are; None is this machine's.
    """

    def __init__(self, book: Book, origin: str, *, clock: Clock, zone: tzinfo | None = None) -> None:
        self._book = book
        self._origin = origin
        self._clock = clock
        self._zone = zone

    @property
    def today(self) -> date:
        """The day that it is."""
        return day_of(self._clock.now_ms(), self._zone)

    def span(self, first: date | None = None, last: date | None = None) -> Span:
        """The days from `first` to `last`, both of them with it; None for no limit."""
        since = 0 if first is None else start_of(first, self._zone)
        until = None if last is None else start_of(last + timedelta(days=1), self._zone)
        return Span(self._origin, since, until)

    async def overview(self) -> Overview:
        """Today, yesterday, this month and what is in flight."""
        return await self._book.ask(partial(self._overview, today=self.today))

    async def ledger(self, span: Span, by: By) -> dict[str, Bill]:
        """The bills of a span by model, tag, thread or batch."""
        return await self._book.ask(partial(spending.bills, span=span, by=by))

    async def breakdown(self, span: Span, by: By, limit: int | None = None) -> list[Entry]:
        """The parts of a span's bill with their names, the dearest first; only the first `limit`."""
        return await self._book.ask(partial(_breakdown, span=span, by=by, limit=limit))

    async def bill(self, span: Span) -> Bill:
        """The sums over a span."""
        return await self._book.ask(partial(spending.bill, span=span))

    async def days(self, count: int) -> list[Day]:
        """The last so many days with today, oldest first, those without a task as well."""
        return await self._book.ask(partial(self._days, days=days_until(self.today, count)))

    async def tasks(self, span: Span) -> list[Task]:
        """The tasks of a span, oldest first, for `costs.csv_rows`."""
        return await self._book.ask(partial(spending.tasks, span=span))

    def _overview(self, db: sqlite3.Connection, today: date) -> Overview:
        yesterday = today - timedelta(days=1)
        return Overview(
            spending.bill(db, self.span(today, today)),
            spending.bill(db, self.span(yesterday, yesterday)),
            spending.bill(db, self.span(today.replace(day=1), today)),
            spending.in_flight(db, self._origin),
            spending.committed(db, self._origin, start_of(today, self._zone)),
        )

    def _days(self, db: sqlite3.Connection, days: list[date]) -> list[Day]:
        return [self._day(db, day) for day in days]

    def _day(self, db: sqlite3.Connection, day: date) -> Day:
        span = self.span(day, day)
        took = spending.durations_ms(db, span)
        return Day(day, spending.bill(db, span), median(took) / 1000 if took else None)


def _breakdown(db: sqlite3.Connection, span: Span, by: By, limit: int | None) -> list[Entry]:
    found = {entry.key: entry.bill for entry in dearest(spending.bills(db, span, by), by)[:limit]}
    return dearest(found, by, spending.beginnings(db, by, list(found)))
