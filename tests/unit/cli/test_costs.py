"""The bill from the command line: by day, model, tag, thread and batch, for a person, a script and a spreadsheet."""

from __future__ import annotations

import csv
import io
import time
from datetime import date, timedelta
from typing import Any

import pytest

from sora_tui.settings import Settings
from sora_tui.studio.costs import CSV_HEAD
from sora_tui.studio.days import start_of
from sora_tui.studio.task import Task, TaskState
from tests.unit.cli.conftest import Command
from tests.unit.studio.scripted_service import put_in_store, waiting

FAIL, SUCCESS, WAITING = TaskState.FAIL, TaskState.SUCCESS, TaskState.WAITING


def ago(days: int) -> int:
    """A moment of the day that was so many days ago: epoch ms. Never later than now."""
    begins = start_of(date.today() - timedelta(days=days))
    return begins if days else min(begins + 1000, time.time_ns() // 1_000_000)


@pytest.fixture
def tasks(settings: Settings) -> list[Task]:
    """A day's work: two threads, a batch, a failure that cost nothing, one that did, and one nobody priced."""

    def made(number: int, state: TaskState, days: int = 0, **known: Any) -> Task:
        at = ago(days)
        finished = None if state is WAITING else at + 120_000
        changes = {"created_at": at, "sent_at": at, "finished_at": finished, "ref": f"{number:x}" * 32, **known}
        return waiting(number, settings, state=state, **changes)

    boat = made(1, SUCCESS, credits=330.0, rating=4, tags=("Boat",), prompt="=A boat")
    tasks = [
        boat,
        made(2, SUCCESS, credits=330.0, tags=("boat", "rain"), prompt="A boat at dusk", parent_ref=boat.ref),
        made(3, FAIL, price=330.0, batch_ref="ba" * 16, prompt="Koi"),
        made(4, FAIL, credits=90.0, model="veo", batch_ref="ba" * 16, prompt="Koi at dusk"),
        made(5, WAITING, price=100.0),
        made(6, WAITING),
        made(7, SUCCESS, 400, credits=7.0),
    ]
    put_in_store(settings, *tasks)
    return tasks


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_the_overview_says_what_was_spent_and_what_is_not_known(command: Command, tasks: list[Task]) -> None:
    ended = command("costs")
    lines = {line[:10].strip(): line[10:].strip() for line in ended.out.splitlines()}
    said = "750 credits ($3.75) for 6 tasks, 100 in flight, 1 failed free, 1 failed and was charged 90"
    assert ended.code == 0
    assert lines["today"] == lines["this month"] == said
    assert lines["yesterday"] == "nothing"
    assert lines["in flight"] == "100 credits ($0.50) for 2 tasks"
    assert ended.err == "1 task has not said what it costs. It is in no sum.\n"


def test_the_caps_are_told_with_what_is_left_of_the_day(
    command: Command, tasks: list[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SORA_TUI_CAP_DAY", "1000")
    monkeypatch.setenv("SORA_TUI_CAP_TASK", "400")
    out = command("costs").out
    assert [line.split("  ")[-1].strip() for line in out.splitlines()[-3:]] == [
        "400 credits",
        "1,000 credits",
        "150 credits",
    ]
    document = command("costs", "--json").json
    assert document["caps"] == {"task": 400.0, "batch": None, "day": 1000.0, "left_today": 150.0}
    assert document["in_flight"] == {"tasks": 2, "credits": 100.0}
    assert document["today"]["charged"] == 750.0


def test_a_span_has_its_own_bill(command: Command, tasks: list[Task]) -> None:
    ended = command("costs", "--since", "450d")
    assert "757 credits ($3.79) for 7 tasks" in ended.out
    assert "1, 757 credits each" in ended.out
    bill = command("costs", "--today", "--json").json
    assert bill["since"] == date.today().isoformat()
    assert (bill["tasks"], bill["unknown"], bill["keepers"], bill["lost"]) == (6, 1, 1, 90.0)
    assert bill["credits_per_keeper"] == 750.0
    assert bill["keepers_per_credit"] == pytest.approx(1 / 750)


@pytest.mark.parametrize(
    ("by", "first"),
    [
        ("model", ["sora-2-pro-text-to-video", "5", "2", "1", "0", "660 + ?"]),
        ("tag", ["boat", "2", "2", "0", "0", "660"]),
        ("thread", ["11111111", "=A boat", "2", "2", "0", "0", "660"]),
        ("batch", ["sent one by one", "4", "2", "0", "0", "660 + ?"]),
    ],
)
def test_the_dearest_part_comes_first_under_its_name(
    command: Command, tasks: list[Task], by: str, first: list[str]
) -> None:
    ended = command("costs", "--today", "--by", by)
    line = ended.out.splitlines()[1]
    assert [cell.strip() for cell in line.split("  ") if cell.strip()][: len(first)] == first
    assert "1 task has not said what it costs." in ended.err


def test_a_part_is_told_whole_to_a_script(command: Command, tasks: list[Task]) -> None:
    document = command("costs", "--by", "batch", "--json", "--since", "today").json
    assert document["by"] == "batch"
    assert document["total"]["charged"] == 750.0
    assert [(part["key"], part["name"], part["charged"]) for part in document["parts"]] == [
        ("", "sent one by one", 660.0),
        ("ba" * 16, "Koi", 90.0),
    ]


def test_the_days_are_told_in_their_order_with_how_long_tasks_took(command: Command, tasks: list[Task]) -> None:
    days = command("costs", "--by", "day", "--json").json
    assert len(days) == 30
    assert days[-1]["day"] == date.today().isoformat()
    assert (days[-1]["charged"], days[-1]["median_s"], days[0]["tasks"]) == (750.0, 120.0, 0)
    out = command("costs", "--by", "day").out.splitlines()
    assert len(out) == 2
    assert out[1].split()[0] == date.today().isoformat()
    assert out[1].endswith("2:00")
    assert len(rows(command("costs", "--by", "day", "--since", "yesterday", "--csv").out)) == 3


def test_a_spreadsheet_gets_a_line_for_each_task_and_no_formula(command: Command, tasks: list[Task]) -> None:
    head, *lines = rows(command("costs", "--csv").out)
    assert tuple(head) == CSV_HEAD
    assert [line[0] for line in lines] == [tasks[6].ref, *(task.ref for task in tasks[:6])]
    assert lines[1][-1] == "'=A boat"
    assert len(rows(command("costs", "--today", "--csv").out)) == 7
    parts = rows(command("costs", "--by", "model", "--csv", "--today").out)
    assert [part[0] for part in parts] == ["key", "sora-2-pro-text-to-video", "veo"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--today", "--month"), "Choose one of --today, --month and --since"),
        (("--since", "whenever"), "--since takes a day"),
        (("--by", "colour"), "is not one of"),
        (("--json", "--csv"), "Choose one of --json, --csv"),
    ],
)
def test_what_means_nothing_is_wrong_usage(command: Command, arguments: tuple[str, ...], sentence: str) -> None:
    ended = command("costs", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert sentence in ended.err


def test_without_tasks_there_is_nothing_to_tell(command: Command, settings: Settings) -> None:
    assert "today       nothing" in command("costs").out
    assert command("costs", "--by", "model").err.startswith("Nothing was sent since ")
    assert command("costs", "--by", "day").err == "Nothing was sent in the last 30 days.\n"
    assert command("costs", "--csv").out == ",".join(CSV_HEAD) + "\n"
