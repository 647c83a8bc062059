"""`sora-tui submit` with more than one task: all or none, seen before they are paid, each once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Command
from tests.unit.studio.scripted_service import ScriptedService

pytestmark = pytest.mark.usefixtures("service")


def a_file(tmp_path: Path, text: str, name: str = "prompts.csv") -> str:
    path = tmp_path / name
    path.write_text(text)
    return str(path)


def test_each_row_of_a_file_is_sent_once_with_its_own_settings(
    command: Command, service: ScriptedService, tmp_path: Path
) -> None:
    file = a_file(tmp_path, "prompt,n_frames\nA boat,10\nA koi,15\n")
    ended = command("submit", "-f", file, "--size", "standard", "--yes", "--json")
    tasks = ended.json
    assert ended.code == 0
    assert [(task["prompt"], task["parameters"]["n_frames"], task["parameters"]["size"]) for task in tasks] == [
        ("A boat", "10", "standard"),
        ("A koi", "15", "standard"),
    ]
    assert [sent.about for sent in service.creates] == [task["ref"] for task in tasks]
    assert len({task["batch_ref"] for task in tasks}) == 1


def test_a_wrong_row_is_named_and_nothing_is_sent(command: Command, service: ScriptedService, tmp_path: Path) -> None:
    file = a_file(tmp_path, "prompt,n_frames\nA boat,10\nA koi,99\n,10\n")
    ended = command("submit", "-f", file, "--yes")
    assert (ended.code, ended.out, service.creates) == (2, "", [])
    assert "Line 3: " in ended.err
    assert "Line 4 has no prompt." in ended.err
    assert "--only-valid" in ended.err
    ended = command("submit", "-f", file, "--yes", "--only-valid", "--json")
    assert [task["prompt"] for task in ended.json] == ["A boat"]
    assert len(service.creates) == 1


def test_without_a_yes_nobody_pays_for_several(command: Command, service: ScriptedService) -> None:
    ended = command("submit", "--variants", "A {red|blue} boat")
    assert (ended.code, service.creates) == (2, [])
    assert "--yes" in ended.err


def test_a_dry_run_says_what_would_go_and_cost(command: Command, service: ScriptedService) -> None:
    ended = command("submit", "--variants", "A {red|blue} boat", "--matrix", "n_frames=10,15", "--dry-run", "--json")
    assert ended.code == 0
    assert [(row["prompt"], row["parameters"]["n_frames"]) for row in ended.json] == [
        ("A red boat", "10"),
        ("A red boat", "15"),
        ("A blue boat", "10"),
        ("A blue boat", "15"),
    ]
    assert all(row["price"] for row in ended.json)
    assert "4 tasks: " in ended.err
    assert service.creates == []


def test_what_is_held_is_written_down_and_not_sent(command: Command, service: ScriptedService) -> None:
    task = command("submit", "A boat", "--hold", "--json").json[0]
    assert (task["state"], task["held"]) == ("queued", True)
    assert service.creates == []
    assert command("tasks", "--json").json[0]["held"]


def test_without_variants_braces_are_the_prompt_s_own(command: Command) -> None:
    tasks = command("submit", "A {red|blue} {{boat}}", "--matrix", "n_frames=10,15", "--yes", "--json").json
    assert {task["prompt"] for task in tasks} == {"A {red|blue} {{boat}}"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--variants", "A {red|blue boat"), "is never closed"),
        (("--variants", "A {colour} boat"), "must be filled in first"),
        (("A boat", "--matrix", "n_frames"), "is no setting"),
        (("A boat", "--matrix", "frames=10"), "Did you mean n_frames?"),
        (("A boat", "-f", "prompts.csv"), "not both"),
        (("A boat", "--hold", "--wait"), "nothing to wait for"),
        (("-f", "nowhere.csv"), "nowhere.csv is not there"),
    ],
)
def test_what_makes_no_sense_is_said_before_anything_is_sent(
    command: Command, service: ScriptedService, arguments: tuple[str, ...], words: str
) -> None:
    ended = command("submit", *arguments)
    assert ended.code != 0
    assert words in ended.err
    assert service.creates == []
