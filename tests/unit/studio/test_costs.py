"""The bill: what SQL sums up is what Python sums up of the same tasks, in the user's own days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sora_tui.studio import spending
from sora_tui.studio.costs import CSV_HEAD, Bill, By, bill_of, bill_rows, bills, csv_rows, median_s, spent_at
from sora_tui.studio.days import day_of, days_until, start_of
from sora_tui.studio.spending import Span
from sora_tui.studio.store import Store
from sora_tui.studio.task import Task, TaskState
from tests.unit.studio.scripted_service import a_desk, draft
from tests.unit.studio.stored import ORIGIN, path_in, queued, running
from tests.unit.studio.test_finding import TASKS, filled
from tests.unit.studio.virtual_time import EPOCH_MS, in_virtual_time
from tests.unit.tui.tasks import MINUTE, NOW_MS

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(scope="module")
def emptied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store(path_in(tmp_path_factory.mktemp("costs")))
    yield store
    store.close()


def same(one: Bill, other: Bill) -> bool:
    return astuple(one) == pytest.approx(astuple(other), nan_ok=True)


@settings(deadline=None, max_examples=200)
@given(tasks=TASKS, since=st.integers(-1, 7), minutes=st.integers(0, 8), by=st.sampled_from(By))
def test_sql_sums_up_what_python_sums_up(
    emptied: Store, tasks: tuple[Task, ...], since: int, minutes: int, by: By
) -> None:
    stored = filled(emptied, tasks)
    span = Span("x", NOW_MS - since * MINUTE, NOW_MS - (since - minutes) * MINUTE)
    inside = [task for task in stored if span.since <= spent_at(task) < (span.until or 0)]
    assert same(emptied.ask(lambda db: spending.bill(db, span)), bill_of(inside))
    found, right = emptied.ask(lambda db: spending.bills(db, span, by)), bills(inside, by)
    assert found.keys() == right.keys()
    assert all(same(found[key], right[key]) for key in right)
    assert {task.ref for task in emptied.ask(lambda db: spending.tasks(db, span))} == {task.ref for task in inside}
    took = emptied.ask(lambda db: spending.durations_ms(db, span))
    assert bool(took) == (median_s(inside) is not None)
    assert emptied.ask(lambda db: spending.bill(db, Span("y"))) == Bill()


@given(tasks=TASKS)
def test_a_bill_is_the_sum_of_its_parts(tasks: tuple[Task, ...]) -> None:
    for by in (By.MODEL, By.THREAD, By.BATCH):
        assert same(sum(bills(tasks, by).values(), Bill()), bill_of(tasks))


def test_each_figure_of_a_bill_by_hand() -> None:
    ended = running(1, state=TaskState.SUCCESS, credits=100.0, is_starred=True, tags=("Koi", "boat"))
    tasks = [
        ended,
        replace(ended, credits=None, price=50.0, is_starred=False, rating=4, tags=()),
        replace(ended, credits=None, price=None, is_starred=False, rating=3, tags=("KOI",)),
        running(2, state=TaskState.FAIL, price=70.0),
        running(3, state=TaskState.FAIL, credits=7.0),
        queued(4, state=TaskState.REFUSED, price=9.0),
        queued(5, price=20.0),
        running(6, price_bound=5.0),
        running(7, state=TaskState.UNCONFIRMED),
    ]
    bill = bill_of(tasks)
    assert bill == Bill(9, 3, 1, 1, unknown=2, keepers=2, charged=157.0, lost=7.0, in_flight=25.0)
    assert bill.credits_per_keeper == 78.5
    assert bill.keepers_per_credit == pytest.approx(2 / 157)
    assert (Bill().keepers_per_credit, Bill().credits_per_keeper) == (None, None)
    assert {key: bill.tasks for key, bill in bills(tasks, By.TAG).items()} == {"koi": 2, "boat": 1, "": 7}


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 11, 26), 24)])
def test_a_day_on_which_the_clocks_change_is_as_long_as_it_is(day: tuple[int, int, int], hours: int) -> None:
    begins, ends = start_of(date(*day), BERLIN), start_of(date(*day) + timedelta(days=1), BERLIN)
    assert ends - begins == hours * 3_600_000
    assert day_of(begins, BERLIN) == day_of(ends - 1, BERLIN) == date(*day)
    assert day_of(begins - 1, BERLIN) == date(*day) - timedelta(days=1)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))
def test_every_moment_belongs_to_the_day_it_lies_in(at: datetime) -> None:
    moment = round(at.replace(tzinfo=UTC).timestamp() * 1000)
    day = day_of(moment, BERLIN)
    assert start_of(day, BERLIN) <= moment < start_of(day + timedelta(days=1), BERLIN)


def test_days_in_a_row() -> None:
    assert days_until(date(2026, 3, 1), 3) == [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1)]


@in_virtual_time
async def test_the_door_gives_today_yesterday_the_month_and_each_day(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        costs = desk.studio.costs
        now, origin = EPOCH_MS, desk.studio.settings.origin
        today = start_of(costs.today)
        for number, at in enumerate([today, today - 1, now - 40 * 24 * 60 * MINUTE], start=1):
            done = running(
                number,
                state=TaskState.SUCCESS,
                sent_at=at,
                finished_at=at + 90_000,
                credits=10.0**number,
                origin=origin,
            )
            await desk.studio._book.insert(done)
        waiting = await desk.studio.submit(draft("Boat"))
        told = await costs.overview()
        assert (told.today.charged, told.yesterday.charged, told.month.charged) == (10, 100, 110)
        assert told.in_flight.in_flight == waiting.price
        assert told.committed == 10 + (waiting.price or 0)
        days = await costs.days(3)
        assert [day.bill.charged for day in days] == [0, 100, 10]
        assert [day.median_s for day in days] == [None, 90, 90]
        assert [day.day for day in days] == days_until(costs.today, 3)
        by_model = await costs.ledger(costs.span(costs.today, costs.today), By.MODEL)
        assert by_model[waiting.model].tasks == 2
        assert (await costs.bill(costs.span())).charged == 1_110
        assert len(await costs.tasks(costs.span())) == 4


def test_a_spreadsheet_takes_no_text_for_a_formula() -> None:
    task = running(1, prompt="=cmd|' /C calc'!A0", tags=("a", "b"), credits=2.5, state=TaskState.FAIL)
    (row,) = csv_rows([task])
    told = dict(zip(CSV_HEAD, row, strict=True))
    assert told["prompt"].startswith("'=")
    assert (told["credits"], told["tags"], told["failed_charged"]) == ("2.5", "a b", "yes")
    head, *lines = bill_rows({"cheap": Bill(charged=1.0), "dear": Bill(charged=2.0)})
    assert head[0] == "key"
    assert [line[0] for line in lines] == ["dear", "cheap"]


def test_a_day_is_found_by_its_index(emptied: Store) -> None:
    """The plan, not the time: for a bill of a day only the tasks of that day are read."""
    statements: list[str] = []
    emptied._connection.set_trace_callback(statements.append)
    for by in (By.MODEL, By.TAG):
        emptied.ask(lambda db, by=by: spending.bills(db, Span(ORIGIN), by))  # type: ignore[misc]
    emptied.ask(lambda db: spending.bill(db, Span(ORIGIN)))
    emptied._connection.set_trace_callback(None)
    for statement in [text for text in statements if text.startswith("SELECT")]:
        plan = " ".join(str(row[3]) for row in emptied._connection.execute(f"EXPLAIN QUERY PLAN {statement}"))
        assert "USING INDEX tasks_spent (origin=? AND spent_at>? AND spent_at<?)" in plan, plan
