"""`sora-tui costs`: what was spent, on what, and what it was worth. Reads the store alone."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from sora_tui.cli.diagnostics import CommandError, ExitCode, say
from sora_tui.cli.options import format_options, load_settings, settings_options

if TYPE_CHECKING:
    from datetime import date

    from sora_tui.cli.output import Column, Format
    from sora_tui.cli.session import Session
    from sora_tui.studio.costs import Bill
    from sora_tui.studio.ledger import Costs

Json: TypeAlias = Any

DAYS = 30
"""Days that `--by day` tells of where nobody says since when."""
MOST_DAYS = 3_660


@click.command()
@settings_options
@click.option("--today", is_flag=True, help="Only what was sent today.")
@click.option("--month", is_flag=True, help="Only what was sent this month; so is --by without any of these.")
@click.option("--since", metavar="DATE", help="Only what was sent since then: 2026-11-20, monday, 7d.")
@click.option("--by", type=click.Choice(["model", "tag", "thread", "batch", "day"]), help="Tell it apart by this.")
@format_options(csv=True)
@click.pass_context
def costs(context: click.Context, /, today: bool, month: bool, since: str | None, by: str | None, form: Format) -> int:
    """Say what was spent: today, yesterday, this month and in flight, or on what since when.

    Credits are those the service said it took. A failed task is free unless the service charged it. Of what has not
    ended, the price counts as in flight. With --csv and without --by there is a line for each task.

    \b
    Examples:
      sora-tui costs
      sora-tui costs --by thread --since 7d
      sora-tui costs --month --csv > november.csv
      sora-tui costs --by day --json
    """
    settings = load_settings(context)
    from sora_tui.cli.output import Format
    from sora_tui.cli.session import in_studio

    async def act(session: Session) -> int:
        costs = session.studio.costs
        first = _first_day(costs.today, today=today, month=month, since=since)
        if by == "day":
            await _show_days(costs, first, form)
        elif by is not None:
            await _show_parts(costs, costs.today.replace(day=1) if first is None else first, by, form)
        elif first is not None or form is Format.CSV:
            await _show_span(costs, first, form)
        else:
            await _show_overview(session, form)
        return ExitCode.DONE

    return in_studio(settings, act)


def _first_day(now: date, *, today: bool, month: bool, since: str | None) -> date | None:
    """The first day that counts; None where nobody said.

    Raises:
        CommandError: it is no day.
    """
    from sora_tui.studio.days import day_of
    from sora_tui.studio.moments import moment_ms

    if sum((today, month, since is not None)) > 1:
        raise click.UsageError("Choose one of --today, --month and --since.")
    if since is None:
        return now if today else now.replace(day=1) if month else None
    at_ms = moment_ms(since.strip().lower(), now_ms=time.time_ns() // 1_000_000)
    if at_ms is None:
        hint = "A day is written as 2026-11-20, yesterday, monday or 7d."
        raise CommandError(f"--since takes a day, and {since!r} is none.", hint=hint, code=ExitCode.USAGE)
    return day_of(at_ms)


async def _show_overview(session: Session, form: Format) -> None:
    from sora_tui.cli.output import Format, write_fields, write_json
    from sora_tui.cli.wording import amount, money
    from sora_tui.studio.caps import Caps

    overview, caps = await session.studio.costs.overview(), Caps.of(session.studio.settings)
    bills = {"today": overview.today, "yesterday": overview.yesterday, "month": overview.month}
    left = None if caps.day is None else max(0.0, caps.day - overview.committed)
    if form is Format.JSON:
        document: dict[str, Json] = {name: _document(bill) for name, bill in bills.items()}
        on_its_way = {"tasks": overview.in_flight.tasks, "credits": overview.in_flight.in_flight}
        write_json({**document, "in_flight": on_its_way, "caps": {**asdict(caps), "left_today": left}})
        return
    fields = {name.replace("month", "this month"): _sentence(bill) for name, bill in bills.items()}
    flying = overview.in_flight
    fields["in flight"] = f"{money(flying.in_flight)} for {_tasks(flying.tasks)}" if flying.tasks else "nothing"
    for name, cap in (("task", caps.task), ("batch", caps.batch), ("day", caps.day)):
        if cap is not None:
            fields[f"cap of a {name}"] = f"{amount(cap)} credits"
    if left is not None:
        fields["left today"] = f"{amount(left)} credits"
    write_fields(fields)
    _say_unknown(overview.month)


async def _show_span(costs: Costs, first: date | None, form: Format) -> None:
    from sora_tui.cli.output import Format, write_csv, write_fields, write_json
    from sora_tui.studio.costs import CSV_HEAD, csv_rows

    span = costs.span(first)
    if form is Format.CSV:
        write_csv([CSV_HEAD, *csv_rows(await costs.tasks(span))])
        return
    bill = await costs.bill(span)
    if form is Format.JSON:
        write_json({"since": _iso(first), **_document(bill)})
        return
    write_fields({f"since {_iso(first)}": _sentence(bill)} | _worth(bill))
    _say_unknown(bill)


async def _show_parts(costs: Costs, first: date, by: str, form: Format) -> None:
    from sora_tui.cli.output import Column, Format, write_csv, write_json, write_table
    from sora_tui.studio.costs import By, bill_rows

    part, span = By(by), costs.span(first)
    if form is Format.CSV:
        write_csv(bill_rows(await costs.ledger(span, part)))
        return
    entries, total = await costs.breakdown(span, part), await costs.bill(span)
    if form is Format.JSON:
        parts = [{"key": entry.key, "name": entry.name, **_document(entry.bill)} for entry in entries]
        write_json({"since": _iso(first), "by": by, "total": _document(total), "parts": parts})
        return
    if not entries:
        say(f"Nothing was sent since {_iso(first)}.")
        return
    has_ids = part in (By.THREAD, By.BATCH)
    columns = [
        *([Column(by)] if has_ids else []),
        Column("prompt" if has_ids else by, takes_the_rest=True),
        *_numbers(),
    ]
    write_table(
        columns, [[*([entry.key[:8]] if has_ids else []), entry.name, *_figures(entry.bill)] for entry in entries]
    )
    say(f"Since {_iso(first)}: {_sentence(total)}.")
    _say_unknown(total)


async def _show_days(costs: Costs, first: date | None, form: Format) -> None:
    from sora_tui.cli.output import Column, Format, write_csv, write_json, write_table
    from sora_tui.cli.wording import length
    from sora_tui.studio.breakdown import day_rows
    from sora_tui.studio.costs import Bill

    count = DAYS if first is None else max(1, min(MOST_DAYS, (costs.today - first).days + 1))
    days = await costs.days(count)
    if form is Format.JSON:
        write_json([{"day": _iso(each.day), "median_s": each.median_s, **_document(each.bill)} for each in days])
        return
    used = [each for each in days if each.bill.tasks]
    if form is Format.CSV:
        write_csv(day_rows(days))
        return
    if not used:
        say(f"Nothing was sent in the last {count:,} days." if count > 1 else "Nothing was sent today.")
        return
    columns = [Column("day"), *_numbers(), Column("median", is_number=True)]
    rows = [
        [
            each.day.isoformat(),
            *_figures(each.bill),
            "-" if each.median_s is None else length(round(each.median_s * 1000)),
        ]
        for each in used
    ]
    write_table(columns, rows)
    _say_unknown(sum((each.bill for each in days), Bill()))


# In words and figures


def _sentence(bill: Bill) -> str:
    """`660 credits ($3.30) for 4 tasks, 1 failed free, 1 failed and was charged 330`."""
    from sora_tui.cli.wording import amount, money

    if not bill.tasks:
        return "nothing"
    parts = [f"{money(bill.charged)} for {_tasks(bill.tasks)}"]
    if bill.in_flight:
        parts.append(f"{amount(bill.in_flight)} in flight")
    if bill.failed_free:
        parts.append(f"{bill.failed_free:,} failed free")
    if bill.failed_charged:
        was = "was" if bill.failed_charged == 1 else "were"
        parts.append(f"{bill.failed_charged:,} failed and {was} charged {amount(bill.lost)}")
    return ", ".join(parts)


def _worth(bill: Bill) -> dict[str, str]:
    from sora_tui.cli.wording import amount

    per_keeper = bill.credits_per_keeper
    return {} if per_keeper is None else {"keepers": f"{bill.keepers:,}, {amount(per_keeper)} credits each"}


def _numbers() -> list[Column]:
    from sora_tui.cli.output import Column

    heads = ("tasks", "done", "failed free", "charged", "credits", "lost", "in flight", "keepers", "per keeper")
    return [Column(head, is_number=True) for head in heads]


def _figures(bill: Bill) -> Sequence[str]:
    """The cells under `_numbers`; what nobody has said is marked behind the sum that lacks it."""
    from sora_tui.cli.wording import amount

    counts = [bill.tasks, bill.done, bill.failed_free, bill.failed_charged]
    lacking = " + ?" if bill.unknown else ""
    return [
        *(f"{count:,}" for count in counts),
        amount(bill.charged) + lacking,
        amount(bill.lost),
        amount(bill.in_flight),
        f"{bill.keepers:,}",
        "-" if bill.credits_per_keeper is None else amount(bill.credits_per_keeper),
    ]


def _document(bill: Bill) -> dict[str, Json]:
    per = {"keepers_per_credit": bill.keepers_per_credit, "credits_per_keeper": bill.credits_per_keeper}
    return {**asdict(bill), **per}


def _say_unknown(bill: Bill) -> None:
    from sora_tui.studio.breakdown import unknown_words

    if words := unknown_words(bill):
        say(words)


def _tasks(count: int) -> str:
    return "1 task" if count == 1 else f"{count:,} tasks"


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
