"""The list of acts: every key means one thing where it works, and the key line shows only what makes sense."""

from __future__ import annotations

from collections import Counter

import pytest
from textual.keys import key_to_character

from sora_tui.studio.task import TaskState
from sora_tui.tui.actions import ACTS, BY_ID, Act, Where, bindings, key_name, key_names, on_the_key_line
from sora_tui.tui.situation import Situation
from sora_tui.tui.widgets.task_table import TaskTable
from tests.unit.tui.tasks import a_task

EMPTY = Situation()
DONE = a_task("done", TaskState.SUCCESS, links=("https://files/1.mp4",))
ON_DONE = Situation(task=DONE, chosen=(DONE,), count=1)
LOST = a_task("lost", TaskState.UNCONFIRMED)
ON_LOST = Situation(task=LOST, chosen=(LOST,), count=1, needs_you=1)


def names(acts: list[Act]) -> list[str]:
    return [act.id for act in acts]


def test_no_id_is_used_twice() -> None:
    assert len(BY_ID) == len(ACTS)
    assert all(BY_ID[act.id] is act for act in ACTS)


def test_no_key_means_two_things() -> None:
    keys = Counter(key for act in ACTS for key in act.keys)
    assert [key for key, uses in keys.items() if uses > 1] == []


def test_the_tables_own_keys_are_its_own() -> None:
    own = {key.strip() for binding in TaskTable.BINDINGS for key in binding.key.split(",")}  # type: ignore[union-attr]
    of_acts = {key for act in ACTS if act.id != "filter" for key in act.keys}
    assert not own & of_acts


def test_a_letter_is_a_key_only_where_it_is_no_text() -> None:
    for act in ACTS:
        if act.where is Where.ANYWHERE:
            assert not [key for key in act.keys if len(key) == 1 or key_to_character(key) is not None], act.id


def test_what_is_in_the_palette_alone_has_no_key() -> None:
    for act in ACTS:
        assert (act.where is Where.PALETTE) == (not act.keys)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.id)
def test_each_act_is_described(act: Act) -> None:
    assert 1 <= len(act.label.split()) <= 2 or act.id in {"adopt", "pick_link"}
    assert act.title[0].isupper()
    assert act.help.endswith(".")
    assert "!" not in act.title + act.help


def test_bindings_hold_every_key_of_a_place_and_no_other() -> None:
    for where in Where:
        made = sorted(key for binding in bindings(where) for key in binding.key.split(","))
        assert made == sorted(key for act in ACTS if act.where is where for key in act.keys)


def test_each_binding_asks_the_screen_for_its_act() -> None:
    for where in Where:
        for binding in bindings(where):
            assert binding.id is not None
            if binding.id in BY_ID:
                assert binding.action == f"screen.act('{binding.id}')"
            else:
                act, _, key = binding.id.rpartition("_")
                assert BY_ID[act].each_key
                assert (binding.key, binding.action) == (key, f"screen.act('{act}', '{key}')")


def test_only_what_moves_the_focus_comes_before_other_keys() -> None:
    first = {binding.id for where in Where for binding in bindings(where) if binding.priority}
    assert first == {"show_prompt", "show_tasks", "show_detail", "models", "outbox", "shelf", "costs"}


EVERYWHERE = ["send", "palette", "help", "history", "models", "costs"]


def test_in_the_editor_the_line_shows_no_letters() -> None:
    assert names(on_the_key_line(ON_DONE, working=False)) == [
        "send",
        "palette",
        "help",
        "history",
        "models",
        "costs",
        "leave",
    ]


def test_without_tasks_the_line_offers_nothing_to_do_with_one() -> None:
    assert names(on_the_key_line(EMPTY, working=True)) == [
        "send",
        "palette",
        "help",
        "history",
        "models",
        "costs",
        "quit",
    ]


def test_a_finished_task_can_be_copied_and_opened() -> None:
    shown = names(on_the_key_line(ON_DONE, working=True))
    assert shown[3:8] == ["copy_link", "edit_again", "play", "run_again", "open_link"]
    assert not {"abandon", "adopt", "next_needs_you"} & set(shown)


def test_a_lost_send_offers_its_two_ways_out() -> None:
    shown = names(on_the_key_line(ON_LOST, working=True))
    assert {"abandon", "adopt", "next_needs_you"} <= set(shown)
    assert not {"copy_link", "open_link"} & set(shown)


def test_quitting_is_on_the_line_once() -> None:
    for working in (True, False):
        assert [act.label for act in on_the_key_line(ON_DONE, working=working)].count("Quit") == 1


def test_the_line_begins_with_what_is_wanted_most() -> None:
    for situation in (EMPTY, ON_DONE, ON_LOST):
        ranks = [act.rank for act in on_the_key_line(situation, working=True)]
        assert None not in ranks
        assert ranks == sorted(ranks, key=lambda rank: rank or 0)


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("ctrl+s", "^s"),
        ("slash", "/"),
        ("plus", "+"),
        ("minus", "-"),
        ("f1", "F1"),
        ("f12", "F12"),
        ("f", "f"),
        ("C", "C"),
        ("alt+1", "alt+1"),
    ],
)
def test_a_key_is_shown_as_people_write_it(key: str, shown: str) -> None:
    assert key_name(key) == shown


def test_the_help_writes_ctrl_out() -> None:
    assert key_names(("ctrl+s", "f5", "slash")) == "ctrl+s, F5, /"
