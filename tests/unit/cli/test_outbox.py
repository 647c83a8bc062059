"""The outbox from the command line: listed in its order, released once, held, moved, dropped, paused."""

from __future__ import annotations

import pytest

from sora_tui.settings import Settings
from tests.unit.cli.conftest import Command
from tests.unit.studio.scripted_service import ScriptedService, put_in_store, waiting

pytestmark = pytest.mark.usefixtures("service")


@pytest.fixture
def refs(command: Command) -> list[str]:
    """Three held tasks, in their order."""
    held = command("submit", "--hold", "--variants", "A {red|blue|green} boat", "--yes", "--json").json
    return [task["ref"] for task in held]


def standing(command: Command) -> list[tuple[int, str, bool]]:
    return [(task["place"], task["ref"], task["held"]) for task in command("outbox", "--json").json["tasks"]]


def test_what_waits_is_listed_with_what_it_costs(command: Command, refs: list[str]) -> None:
    ended = command("outbox")
    assert ended.code == 0
    lines = [line.split(maxsplit=4) for line in ended.out.splitlines()]
    assert lines[0] == ["PLACE", "REF", "STATE", "CREDITS", "PROMPT"]
    assert [line[:3] for line in lines[1:]] == [[str(n), ref[:8], "held"] for n, ref in enumerate(refs, 1)]
    assert [line[4] for line in lines[1:]] == ["A red boat", "A blue boat", "A green boat"]
    assert "3 held: " in ended.err
    assert len(command("outbox", "--jsonl").out.splitlines()) == 3


def test_an_empty_outbox_says_how_to_fill_it(command: Command, settings: Settings) -> None:
    ended = command("outbox")
    assert (ended.code, ended.out) == (0, "")
    assert "submit --hold" in ended.err
    assert command("outbox", "--json").json == {"paused": False, "tasks": []}


def test_a_released_task_is_sent_once_and_the_others_stay(
    command: Command, service: ScriptedService, refs: list[str]
) -> None:
    ended = command("outbox", "release", refs[1][:10], "--json")
    assert ended.code == 0
    assert [(task["ref"], task["state"]) for task in ended.json] == [(refs[1], "waiting")]
    assert [sent.about for sent in service.creates] == [refs[1]]
    assert standing(command) == [(1, refs[0], True), (2, refs[2], True)]


def test_all_are_released_in_their_order(command: Command, service: ScriptedService, refs: list[str]) -> None:
    assert command("outbox", "release", "--all").code == 0
    assert [sent.about for sent in service.creates] == refs
    ended = command("outbox", "release", "--all")
    assert (ended.code, ended.out) == (0, "")
    assert "Nothing is held." in ended.err
    assert len(service.creates) == 3


def test_what_is_released_for_later_says_who_sends_it_and_is_not_sent(
    command: Command, service: ScriptedService, refs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SORA_TUI_API_KEY")  # it asks nothing of the service
    ended = command("outbox", "release", refs[0], "--later")
    assert (ended.code, service.creates) == (0, [])
    assert "The studio sends what is released" in ended.err
    assert standing(command)[0] == (1, refs[0], False)


def test_what_is_held_again_is_not_sent_by_the_next_release(
    command: Command, service: ScriptedService, refs: list[str]
) -> None:
    command("outbox", "release", "--all", "--later")
    ended = command("outbox", "hold", refs[0], "--json")
    assert [task["held"] for task in ended.json] == [True]
    assert [is_held for _, _, is_held in standing(command)] == [False, False, True]
    assert command("outbox", "hold", "--all").err.strip() == "2 tasks are held."
    command("outbox", "release", refs[2])
    assert [sent.about for sent in service.creates] == [refs[2]]


def test_what_is_paused_leaves_once_it_is_resumed(command: Command, service: ScriptedService, refs: list[str]) -> None:
    assert "outbox resume" in command("outbox", "pause").err
    ended = command("outbox", "release", "--all")
    assert (ended.code, service.creates) == (0, [])
    assert "3 tasks are not sent. Sending is paused." in ended.err
    assert command("outbox", "--json").json["paused"]
    assert "Sending is paused." in command("outbox").err
    ended = command("outbox", "resume", "--json")
    assert [task["state"] for task in ended.json] == ["waiting"] * 3
    assert [sent.about for sent in service.creates] == refs
    assert command("outbox", "resume").err.strip() == "Sending goes on. Nothing waits."


def test_resuming_for_later_sends_nothing(command: Command, service: ScriptedService, refs: list[str]) -> None:
    command("outbox", "pause")
    command("outbox", "release", refs[0], "--later")
    ended = command("outbox", "resume", "--later")
    assert "1 task is waiting. The studio" in ended.err
    assert service.creates == []
    assert not command("outbox", "--json").json["paused"]


def test_what_is_dropped_is_withdrawn_and_never_paid(
    command: Command, service: ScriptedService, refs: list[str]
) -> None:
    ended = command("outbox", "drop", refs[0], refs[0], refs[2])
    assert (ended.code, ended.err.strip()) == (0, "2 tasks are dropped.")
    command("outbox", "release", "--all")
    assert [sent.about for sent in service.creates] == [refs[1]]
    assert command("show", refs[0], "--json").json["state"] == "refused"


@pytest.mark.parametrize(
    ("moved", "to", "order"), [(2, 1, [2, 0, 1]), (0, 2, [1, 0, 2]), (0, 3, [1, 2, 0]), (0, 99, [1, 2, 0])]
)
def test_a_task_is_moved_to_a_place(
    command: Command, service: ScriptedService, refs: list[str], moved: int, to: int, order: list[int]
) -> None:
    assert command("outbox", "move", refs[moved], "--to", str(to)).code == 0
    assert [ref for _, ref, _ in standing(command)] == [refs[place] for place in order]
    command("outbox", "release", "--all")
    assert [sent.about for sent in service.creates] == [refs[place] for place in order]


def test_a_released_task_is_moved_among_the_released_ones(command: Command, refs: list[str]) -> None:
    command("outbox", "release", refs[1], refs[2], "--later")
    command("outbox", "move", refs[2], "--to", "1")
    assert standing(command) == [(1, refs[2], False), (2, refs[1], False), (1, refs[0], True)]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("release",), "Say which"),
        (("hold",), "Say which"),
        (("drop",), "Missing argument"),
        (("release", "--all", "REF"), "not both"),
        (("release", "zz"), "No task has the ref or id"),
        (("release", "REF", "SENT"), "does not wait to be sent"),
        (("release", "REF", "--timeout", "3"), "--timeout goes with --wait"),
        (("release", "REF", "--later", "--wait"), "--wait has nothing to wait for"),
        (("move", "REF", "--to", "0"), "0 is not in the range"),
        (("move", "SENT", "--to", "1"), "does not wait to be sent"),
        (("drop", "REF", "SENT"), "Nothing was changed."),
        (("scatter",), "No such command"),
    ],
)
def test_what_cant_be_done_is_wrong_usage_and_changes_nothing(
    command: Command,
    settings: Settings,
    service: ScriptedService,
    refs: list[str],
    arguments: tuple[str, ...],
    sentence: str,
) -> None:
    put_in_store(settings, waiting(7, settings))
    names = {"REF": refs[0], "SENT": waiting(7, settings).ref}
    ended = command("outbox", *(names.get(each, each) for each in arguments))
    assert (ended.code, ended.out) == (2, "")
    assert sentence in ended.err
    assert standing(command) == [(place, ref, True) for place, ref in enumerate(refs, 1)]
    assert service.creates == []


def test_sending_needs_a_key_and_changes_nothing_without(
    command: Command, refs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SORA_TUI_API_KEY")
    assert command("outbox", "release", "--all").code == 3
    assert all(is_held for _, _, is_held in standing(command))
