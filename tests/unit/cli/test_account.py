"""`sora-tui credits`: what is asked of the service, and how its refusals end."""

from __future__ import annotations

import pytest

from sora_tui.cli.diagnostics import ExitCode
from sora_tui.kie.errors import AnswerLost, KieError, NotDelivered, Refused, UnreadableAnswer
from tests.unit.cli.conftest import Command
from tests.unit.studio.scripted_service import ScriptedService


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


def test_a_sub_key_at_its_cap_is_out_of_credits(command: Command, service: ScriptedService) -> None:
    answering(service, Refused("no", code=433, http_status=200))
    assert command("credits").code == ExitCode.CREDITS
