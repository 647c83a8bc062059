"""`sora-tui credits` and `adopt`: what is asked of the service, and how its refusals end."""

from __future__ import annotations

import pytest

from sora_tui.cli.diagnostics import ExitCode
from sora_tui.kie.errors import AnswerLost, KieError, NotDelivered, Refused, UnreadableAnswer
from sora_tui.kie.messages import TaskRecord
from sora_tui.settings import Settings
from tests.unit.cli.conftest import Command
from tests.unit.studio.scripted_service import MODEL, ScriptedService, put_in_store, raising, succeeded, waiting

LINK = "https://files.example/task-7.mp4"


def answering(service: ScriptedService, error: Exception) -> None:
    async def answer() -> float:
        raise error

    service.answer_credits = answer


@pytest.mark.usefixtures("service")
def test_credits_are_a_figure_with_its_price(command: Command) -> None:
    ended = command("credits")
    assert (ended.code, ended.out, ended.err) == (0, "5,000 credits ($25.00)\n", "")
    assert command("credits", "--json").json == {"credits": 5000.0, "usd": 25.0}


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Refused("no", code=401, text="You do not have access permissions", http_status=200), 3),
        (Refused("no", code=402, http_status=200), 4),
        (Refused("no", code=455, http_status=200), 5),
        (Refused("no", code=500, text="\x1b[2J Internal Error", http_status=200), 5),
        (NotDelivered("no route"), 7),
        (AnswerLost("timeout"), 7),
        (UnreadableAnswer("html", http_status=502), 7),
    ],
)
def test_credits_that_can_t_be_read_end_by_the_reason(
    command: Command, service: ScriptedService, error: KieError, code: int
) -> None:
    answering(service, error)
    ended = command("credits", "--json")
    assert (ended.code, ended.out) == (code, "")
    assert len(ended.err.splitlines()) >= 2
    assert "\x1b" not in ended.err


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


def test_a_sub_key_at_its_cap_is_out_of_credits(command: Command, service: ScriptedService) -> None:
    answering(service, Refused("no", code=433, http_status=200))
    assert command("credits").code == ExitCode.CREDITS
