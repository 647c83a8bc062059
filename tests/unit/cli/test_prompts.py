"""Prompts from the command line: listed, found by letters, compared."""

from __future__ import annotations

import pytest

from sora_tui.settings import Settings
from tests.unit.cli.conftest import Command
from tests.unit.studio.scripted_service import put_in_store, waiting
from tests.unit.studio.virtual_time import EPOCH_MS

PROMPTS = ("A paper boat at dusk", "Neon koi", "A red boat at dusk", "Neon koi")


@pytest.fixture
def refs(settings: Settings) -> list[str]:
    tasks = [
        waiting(
            0xA0 + n, settings, created_at=EPOCH_MS + n, ref=f"{n + 1}" * 32, prompt=prompt, parameters={"size": str(n)}
        )
        for n, prompt in enumerate(PROMPTS)
    ]
    put_in_store(settings, *tasks)
    return [task.ref for task in tasks]


def test_each_prompt_is_listed_once_the_newest_first(command: Command, refs: list[str]) -> None:
    out = command("prompts").out
    assert [line.split("  ")[-1] for line in out.splitlines()[1:]] == [PROMPTS[3], PROMPTS[2], PROMPTS[0]]
    first = command("prompts", "--limit", "1", "--json").json
    assert [(each["prompt"], each["times"], each["last_ref"]) for each in first] == [("Neon koi", 2, refs[3])]


def test_words_in_any_order_and_letters_of_them_find_prompts(command: Command, refs: list[str]) -> None:
    assert [each["last_ref"] for each in command("prompts", "dusk", "paper", "--json").json] == [refs[0]]
    assert [each["last_ref"] for each in command("prompts", "nkoi", "--json").json] == [refs[3]]
    ended = command("prompts", "zebra")
    assert (ended.code, ended.out, ended.err) == (0, "", "No prompt is like that.\n")


def test_where_nothing_was_sent_it_says_how_to_begin(command: Command, settings: Settings) -> None:
    ended = command("prompts")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err.startswith("No prompt was sent yet. ")
    assert command("prompts", "--json").json == []


def test_two_tasks_are_compared_by_words_and_settings(command: Command, refs: list[str]) -> None:
    out = command("prompts", "--diff", refs[0][:4], refs[2][:4]).out
    assert out == "A [-paper-]{+red+} boat at dusk\nsize  0 -> 2\n"
    document = command("prompts", "--diff", refs[0][:4], refs[2][:4], "--json").json
    assert document["settings"] == {"size": {"before": "0", "after": "2"}}
    kept = "".join(run["text"] for run in document["words"] if run["kind"] != "added")
    assert kept == PROMPTS[0]
    assert command("prompts", "boat", "--diff", refs[0], refs[1]).code == 2
