"""`sora-tui codes`: what the service's response codes mean, without asking anybody."""

from __future__ import annotations

import pytest

from sora_tui.kie.codes import known_codes
from tests.unit.cli.conftest import Command

DOCUMENTED = [200, 400, 401, 402, 403, 404, 408, 422, 429, 433, 455, 500, 501, 505]


def test_all_codes_are_a_table_in_order(command: Command) -> None:
    ended = command("codes")
    assert (ended.code, ended.err) == (0, "")
    head, *rows = ended.out.splitlines()
    assert head.split() == ["CODE", "NAME", "MEANING"]
    assert [int(row.split()[0]) for row in rows] == DOCUMENTED
    assert " 501  generation failed " in rows[DOCUMENTED.index(501)]


@pytest.mark.parametrize("code", DOCUMENTED)
def test_one_code_is_told_whole(command: Command, code: int) -> None:
    ended = command("codes", str(code))
    assert (ended.code, ended.err) == (0, "")
    told = dict(line.split(maxsplit=1) for line in ended.out.splitlines())
    assert list(told) == ["code", "title", "meaning", "cause", "charge", "again", "next"]
    [meaning] = [meaning for meaning in known_codes() if meaning.code == code]
    assert told["code"] == f"{code} {meaning.name}"
    assert told["next"] == meaning.next_step


def test_501_says_that_the_credits_came_back_and_that_it_may_be_sent_again(command: Command) -> None:
    out = command("codes", "501").out
    assert "given back" in out
    assert "Sending again makes one new task." in out


def test_500_says_that_it_may_have_been_paid(command: Command) -> None:
    told = command("codes", "500", "--json").json
    assert (told["charged"], told["resend"]) == ("unknown", "may_pay_twice")


def test_json_is_a_list_of_all_or_one_object(command: Command) -> None:
    everything = command("codes", "--json").json
    assert [meaning["code"] for meaning in everything] == DOCUMENTED
    assert command("codes", "402", "--json").json == everything[DOCUMENTED.index(402)]
    assert set(everything[0]) == {
        *("code", "name", "cause", "title", "explanation", "likely_cause"),
        *("charged", "charged_text", "resend", "resend_text", "next_step"),
    }


@pytest.mark.parametrize("code", ["999", "0", "503"])
def test_a_code_that_is_none_is_wrong_usage_and_lists_those_that_are(command: Command, code: str) -> None:
    ended = command("codes", code)
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err == f"{code} is not a code of the service. It has {', '.join(map(str, DOCUMENTED))}.\n"


def test_a_broken_config_file_does_not_keep_the_codes_away(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SORA_TUI_POLL_RATE", "never")
    assert command("codes").code == 0
