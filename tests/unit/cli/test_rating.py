"""Judging from the command line: a mark, a star, a note; found again by it, and refused in a sentence."""

from __future__ import annotations

import pytest

from sora_tui.settings import Settings
from sora_tui.studio.task import TaskState
from tests.unit.cli.conftest import Command
from tests.unit.studio.scripted_service import put_in_store, waiting
from tests.unit.studio.virtual_time import EPOCH_MS


@pytest.fixture
def refs(settings: Settings) -> list[str]:
    """One task that runs and one that has ended."""
    tasks = [
        waiting(0xA1, settings, created_at=EPOCH_MS + 1, ref="a1" * 16),
        waiting(0xB2, settings, created_at=EPOCH_MS + 2, ref="b2" * 16, state=TaskState.SUCCESS),
    ]
    put_in_store(settings, *tasks)
    return [task.ref for task in tasks]


def found(command: Command, *filter: str) -> list[str]:
    return [task["ref"] for task in command("tasks", *filter, "--json").json]


def test_a_task_is_rated_in_any_state_and_found_by_it(command: Command, refs: list[str]) -> None:
    for ref in refs:
        ended = command("rate", ref[:4], "4")
        assert (ended.code, ended.out, ended.err) == (0, "", f"{ref[:8]}: rated 4 of 5\n")
    command("rate", refs[0], "2")
    assert found(command, "rating:>=3") == [refs[1]]
    shown = command("show", refs[1]).out
    assert "rated 4 of 5" in shown
    assert command("rate", refs[1], "0").err == f"{refs[1][:8]}: no rating\n"
    assert "rated" not in command("show", refs[1]).out


def test_all_of_a_judgement_is_said_at_once(command: Command, refs: list[str]) -> None:
    ended = command("rate", refs[1], "5", "--star", "--remark", " the rain is right ", "--json")
    assert {name: ended.json[name] for name in ("rating", "starred", "discarded", "remark")} == {
        "rating": 5, "starred": True, "discarded": False, "remark": "the rain is right",
    }  # fmt: skip
    assert ended.err == f'{refs[1][:8]}: rated 5 of 5, starred, "the rain is right"\n'
    assert found(command, "note:rain") == found(command, "is:starred") == [refs[1]]
    assert "the rain is right" in command("show", refs[1]).out


def test_what_is_discarded_loses_its_star_and_comes_back_without(command: Command, refs: list[str]) -> None:
    command("rate", refs[1], "3", "--star")
    assert command("rate", refs[1], "--discard").err == f"{refs[1][:8]}: rated 3 of 5, discarded\n"
    assert command("rate", refs[1], "--no-discard").err == f"{refs[1][:8]}: rated 3 of 5\n"
    command("rate", refs[1], "--star")
    assert command("rate", refs[1], "--no-star").err == f"{refs[1][:8]}: rated 3 of 5\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("REF",), "Say what you think"),
        (("REF", "6"), "6 is not in the range 0<=x<=5"),
        (("REF", "good"), "is not a valid integer"),
        (("REF", "--star", "--discard"), "Choose one of --star and --discard"),
        (("REF", "--remark", "x" * 2001), "A note has 2,000 characters at most"),
        (("zz", "4"), "No task has the ref or id"),
    ],
)
def test_what_cant_be_done_is_wrong_usage_and_changes_nothing(
    command: Command, refs: list[str], arguments: tuple[str, ...], sentence: str
) -> None:
    ended = command("rate", *(refs[0] if each == "REF" else each for each in arguments))
    assert (ended.code, ended.out) == (2, "")
    assert sentence in ended.err
    assert found(command, "is:starred") == found(command, "is:discarded") == found(command, "is:rated") == []


def test_the_better_of_two_gets_the_star_and_the_other_one_loses_it(command: Command, refs: list[str]) -> None:
    assert command("rate", refs[1], "--star").code == 0
    ended = command("rate", refs[0], "4", "--better-than", refs[1], "--json")
    assert ended.code == 0
    assert ended.json["starred"] is True
    assert command("show", refs[1], "--json").json["starred"] is False
    assert command("rate", refs[0], "--better-than", refs[0]).code == 2
    assert command("rate", refs[0], "--better-than", refs[1], "--no-star").code == 2
