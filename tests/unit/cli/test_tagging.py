"""Tags from the command line: given, taken away, found again, and refused in a sentence."""

from __future__ import annotations

import pytest

from sora_tui.settings import Settings
from sora_tui.studio.task import TaskState
from tests.unit.cli.conftest import Command
from tests.unit.studio.scripted_service import put_in_store, waiting
from tests.unit.studio.virtual_time import EPOCH_MS


@pytest.fixture
def refs(settings: Settings) -> list[str]:
    """Two tasks that run and one that has ended."""
    ended = {"state": TaskState.FAIL, "created_at": EPOCH_MS + 3}
    tasks = [waiting(1, settings, created_at=EPOCH_MS + 1), waiting(2, settings, created_at=EPOCH_MS + 2)]
    tasks.append(waiting(3, settings, **ended))
    put_in_store(settings, *tasks)
    return [task.ref for task in tasks]


def tags(command: Command) -> list[list[str]]:
    return [task["tags"] for task in command("tasks", "--json").json]


def test_tasks_are_tagged_in_any_state_and_found_by_it(command: Command, refs: list[str]) -> None:
    ended = command("tag", "Boat,#rain", refs[0], refs[2])
    assert (ended.code, ended.out) == (0, "")
    assert ended.err.splitlines() == ["00000000: Boat, rain"] * 2
    assert tags(command) == [["Boat", "rain"], [], ["Boat", "rain"]]
    assert {task["ref"] for task in command("tasks", "tag:boat", "--json").json} == {refs[0], refs[2]}
    assert "Boat, rain" in command("show", refs[0]).out


def test_a_tag_is_taken_away_however_it_is_written(command: Command, refs: list[str]) -> None:
    command("tag", "Boat,rain", *refs)
    ended = command("tag", "--remove", "BOAT,koi", refs[1], "--json")
    assert [task["tags"] for task in ended.json] == [["rain"]]
    command("tag", "--remove", "rain", refs[1])
    assert tags(command) == [["Boat", "rain"], [], ["Boat", "rain"]]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("x" * 41, "REF"), "A tag has 40 characters at most"),
        (("none", "REF"), "none can't be a tag"),
        ((",", "REF"), "Say which tag"),
        (("boat", "zz"), "No task has the ref or id"),
        ((",".join(map(str, range(21))), "REF"), "A task can have 20 tags at most."),
        (("boat",), "Missing argument"),
    ],
)
def test_what_cant_be_done_is_wrong_usage_and_changes_nothing(
    command: Command, refs: list[str], arguments: tuple[str, ...], sentence: str
) -> None:
    ended = command("tag", *(refs[0] if each == "REF" else each for each in arguments))
    assert (ended.code, ended.out) == (2, "")
    assert sentence in ended.err
    assert tags(command) == [[], [], []]
