"""`sora-tui adopt`: tasks by their ids alone, in whatever text they stand."""

from __future__ import annotations

import pytest

from sora_tui.cli.diagnostics import ExitCode
from sora_tui.kie.errors import KieError, NotDelivered, Refused
from sora_tui.kie.messages import TaskRecord
from sora_tui.settings import Settings
from tests.unit.cli.conftest import Command
from tests.unit.studio.scripted_service import MODEL, ScriptedService, put_in_store, raising, succeeded, waiting

LINK = "https://files.example/task-7.mp4"
ONE, OTHER, UNKNOWN = ("1" * 32, "2" * 32, "3" * 32)


def test_an_adopted_task_is_a_row_of_its_own(command: Command, service: ScriptedService) -> None:
    service.answer_look = succeeded
    ended = command("adopt", " task-7 ", "--json")
    assert ended.code == 0
    assert (ended.json["task_id"], ended.json["state"], ended.json["links"]) == ("task-7", "success", [LINK])
    assert ended.json["model"] == MODEL
    assert command("tasks", "--json").json == [ended.json]
    assert command("adopt", "task-7").out == f"{LINK}\n"
    assert len(command("tasks", "--json").json) == 1


def test_a_task_that_runs_is_its_ref(command: Command, service: ScriptedService) -> None:
    ended = command("adopt", "task-7")
    [task] = command("tasks", "--json").json
    assert ended.out == f"{task['ref']}\n"
    assert service.creates == []


def test_a_task_we_have_is_not_asked_about(command: Command, service: ScriptedService, settings: Settings) -> None:
    put_in_store(settings, waiting(1, settings))
    assert command("adopt", "task-1", "--json").json["prompt"] == "Boat 1"
    assert service.looks == []


def test_an_id_the_service_does_not_know_leaves_no_row(command: Command, service: ScriptedService) -> None:
    service.answer_look = raising(Refused("no", code=422, text="recordInfo is null", http_status=200))
    ended = command("adopt", "bogus")
    assert ended.code != 0
    assert ended.out == ""
    assert ended.err.strip()
    assert command("tasks", "--json").json == []


def test_a_hostile_record_is_shown_clean(command: Command, service: ScriptedService) -> None:
    async def hostile(task_id: str) -> TaskRecord:
        return TaskRecord(task_id=task_id, model="m\x1b[2J", state="gen\x1b]0;x\x07\nerating\u202e")

    service.answer_look = hostile
    ended = command("adopt", "task-7")
    assert "gen␛]0;x␇ erating�" in ended.err
    assert "\x1b" not in ended.out + ended.err + command("tasks").out + command("show", "task-7").out


@pytest.mark.parametrize(
    ("error", "code"), [(NotDelivered("no route"), ExitCode.NETWORK), (Refused("no", code=401), ExitCode.KEY)]
)
def test_an_adoption_that_could_not_ask_ends_by_the_reason(
    command: Command, service: ScriptedService, error: KieError, code: ExitCode
) -> None:
    service.answer_look = raising(error)
    assert command("adopt", "task-1").code == code


async def known_but_one(task_id: str) -> TaskRecord:
    if task_id == UNKNOWN:
        raise Refused("no", code=422, text="recordInfo is null", http_status=200)
    return await succeeded(task_id)


def test_every_id_of_a_text_is_taken_in_and_the_unknown_ones_are_said(
    command: Command, service: ScriptedService
) -> None:
    service.answer_look = known_but_one
    ended = command("adopt", f"{ONE} success", f"{UNKNOWN}\n{OTHER}, {ONE}", "--json")
    assert [task["task_id"] for task in ended.json] == [ONE, OTHER]
    assert UNKNOWN in ended.err
    assert ended.code == ExitCode.REFUSED
    assert [look.about for look in service.looks] == [ONE, UNKNOWN, OTHER]


def test_the_text_can_come_from_standard_input(command: Command, service: ScriptedService) -> None:
    service.answer_look = succeeded
    ended = command("adopt", "-", "--jsonl", stdin=f"a table\n{ONE}\tdone\n{OTHER}\tdone\n".encode())
    assert [line for line in (ONE, OTHER) if line in ended.out] == [ONE, OTHER]
    assert ended.code == 0


def test_a_text_without_an_id_is_said_to_have_none(command: Command, service: ScriptedService) -> None:
    ended = command("adopt", "no id here")
    assert ended.code == ExitCode.USAGE
    assert "no task id" in ended.err
    assert not service.looks
