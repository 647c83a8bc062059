"""What the studio writes to the log: every step of a task and of the service, and never a prompt."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from sora_tui.studio.events import BalanceChanged, Event, Notice, ServiceChanged, TaskChanged
from sora_tui.studio.health import Trouble
from sora_tui.studio.instances import Seat
from sora_tui.studio.logbook import write_down
from sora_tui.studio.task import Task, TaskState

QUEUED = Task(
    ref="9c1f" * 8,
    state=TaskState.QUEUED,
    model="sora-2-pro-text-to-video",
    prompt="a private canary",
    parameters={"style": "a private canary"},
    origin="https://kie.example",
    created_at=0,
)
SENDING = replace(QUEUED, state=TaskState.SENDING, attempts=1)
WAITING = replace(SENDING, state=TaskState.WAITING, task_id="task_1", code=200, http_status=200)
REF = QUEUED.ref


def told(caplog: pytest.LogCaptureFixture, *events: Event) -> list[tuple[str, str]]:
    with caplog.at_level(logging.DEBUG, "sora_tui"):
        for event in events:
            write_down(event)
    return [(record.levelname, record.getMessage()) for record in caplog.records]


@pytest.mark.parametrize(
    ("before", "after", "level", "words"),
    [
        (None, QUEUED, "INFO", "new -> queued"),
        (QUEUED, SENDING, "INFO", "queued -> sending, attempts 1"),
        (SENDING, WAITING, "INFO", "sending -> waiting, id task_1, code 200, HTTP 200, attempts 1"),
        (
            WAITING,
            replace(WAITING, vendor_state="generating"),
            "INFO",
            "waiting -> waiting (generating), id task_1, code 200, HTTP 200, attempts 1",
        ),
        (
            WAITING,
            replace(WAITING, state=TaskState.SUCCESS, vendor_state="success", credits=330.0),
            "INFO",
            "waiting -> success, id task_1, code 200, HTTP 200, attempts 1, credits 330",
        ),
        (
            replace(WAITING, vendor_state="generating"),
            replace(WAITING, state=TaskState.FAIL, vendor_state="fail", code=501, text="a private canary", credits=0.0),
            "WARNING",
            "waiting (generating) -> fail, id task_1, code 501, HTTP 200, attempts 1, credits 0",
        ),
        (
            SENDING,
            replace(SENDING, state=TaskState.UNCONFIRMED, note="The answer was lost."),
            "WARNING",
            "sending -> unconfirmed, attempts 1, note: The answer was lost.",
        ),
        (
            WAITING,
            replace(WAITING, note="Not known yet."),
            "WARNING",
            "waiting -> waiting, id task_1, code 200, HTTP 200, attempts 1, note: Not known yet.",
        ),
        (
            WAITING,
            replace(WAITING, is_parked=True),
            "INFO",
            "waiting -> waiting, id task_1, code 200, HTTP 200, attempts 1, parked yes",
        ),
        (None, replace(QUEUED, retry_of="02ab" * 8), "INFO", f"new -> queued, retry of {'02ab' * 8}"),
    ],
)
def test_every_step_of_a_task_is_a_line_without_its_prompt(
    before: Task | None, after: Task, level: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert told(caplog, TaskChanged(after, before)) == [(level, f"task {REF}: {words}")]


def test_a_change_that_explains_nothing_is_no_line(caplog: pytest.LogCaptureFixture) -> None:
    assert told(caplog, TaskChanged(replace(WAITING, asked_at=7, revision=9), WAITING)) == []


def test_what_another_program_did_is_told_as_its_doing(caplog: pytest.LogCaptureFixture) -> None:
    [(_, words)] = told(caplog, TaskChanged(SENDING, QUEUED, is_ours=False))
    assert words.endswith("queued -> sending, attempts 1 (by another program)")


def test_trouble_of_the_service_has_a_beginning_and_an_end(caplog: pytest.LogCaptureFixture) -> None:
    lines = told(caplog, ServiceChanged(Trouble.OFFLINE.value), ServiceChanged(""))
    assert lines == [("WARNING", f"service: {Trouble.OFFLINE.value}"), ("INFO", "service: can be asked again")]


def test_the_credits_are_told_and_notices_are_left_to_those_who_show_them(caplog: pytest.LogCaptureFixture) -> None:
    lines = told(caplog, BalanceChanged(4670.5), BalanceChanged(None), Notice("look"))
    assert lines == [("INFO", "credits: 4670.5"), ("INFO", "credits: unknown")]


def test_who_asks_the_service_is_told_when_that_changes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    seat, other = Seat.for_asking(tmp_path, "https://kie.example"), Seat.for_asking(tmp_path, "https://kie.example")
    with caplog.at_level(logging.INFO, "sora_tui"):
        assert seat.take()
        assert seat.take()
        assert not other.take()
        other.leave()
        seat.leave()
        seat.leave()
    assert [record.getMessage().split(":")[0] for record in caplog.records] == ["seat taken", "seat left"]
