"""Whether an act makes sense is said in one sentence, and only where it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sora_tui.studio.task import Task, TaskState
from sora_tui.tui import situation as only
from sora_tui.tui.situation import Situation
from tests.unit.tui.tasks import a_task, any_task

LINKED = a_task("linked", TaskState.SUCCESS, links=("https://files/1.mp4",), task_id="t1")
WITHOUT_LINK = a_task("done", TaskState.FAIL, task_id="t2")
RUNNING = a_task("running", TaskState.WAITING, task_id="t3")
QUEUED = a_task("queued", TaskState.QUEUED)
LOST = a_task("lost", TaskState.UNCONFIRMED)


def on(*tasks: Task) -> Situation:
    """With these tasks marked, or the only one under the cursor."""
    return Situation(task=tasks[0] if tasks else None, chosen=tasks, count=len(tasks))


def test_sending_and_quitting_need_nothing() -> None:
    assert only.always(Situation()) == ""


def test_a_filter_needs_tasks() -> None:
    assert only.some(Situation()) == "There are no tasks yet."
    assert only.some(Situation(count=1)) == ""


@pytest.mark.parametrize(
    "predicate", [only.one, only.any_chosen, only.links, only.own_link, only.unconfirmed, only.can_be_let_go]
)
def test_without_a_task_that_is_what_is_said(predicate: Callable[[Situation], str]) -> None:
    assert predicate(Situation(count=3)) == "No task is selected."
    assert only.running(Situation(count=3)) == "No task is selected."


def test_marks_alone_are_enough_for_what_applies_to_the_marked() -> None:
    assert only.any_chosen(Situation(chosen=(RUNNING,))) == ""
    assert only.one(Situation(chosen=(RUNNING,))) != ""


@pytest.mark.parametrize(
    ("tasks", "why_not"),
    [
        ((LINKED,), ""),
        ((WITHOUT_LINK,), "This task has no link."),
        ((RUNNING,), "This task has no link yet."),
        ((WITHOUT_LINK, LINKED), ""),
        ((WITHOUT_LINK, LOST), "None of the marked tasks has a link."),
        ((WITHOUT_LINK, RUNNING), "None of the marked tasks has a link yet."),
    ],
)
def test_copying_links_needs_one_among_the_chosen(tasks: tuple[Task, ...], why_not: str) -> None:
    assert only.links(on(*tasks)) == why_not


def test_opening_looks_at_the_task_under_the_cursor_and_not_at_the_marks() -> None:
    assert only.own_link(Situation(task=WITHOUT_LINK, chosen=(LINKED,))) == "This task has no link."
    assert only.own_link(Situation(task=LINKED, chosen=(WITHOUT_LINK,))) == ""


def test_an_id_can_be_given_only_where_the_answer_was_lost() -> None:
    fitting = [state for state in TaskState if not only.unconfirmed(on(a_task(state=state)))]
    assert fitting == [TaskState.UNCONFIRMED]


def test_only_what_waits_or_was_lost_can_be_let_go() -> None:
    fitting = {state for state in TaskState if not only.can_be_let_go(on(a_task(state=state)))}
    assert fitting == {TaskState.QUEUED, TaskState.UNCONFIRMED}
    assert only.can_be_let_go(on(RUNNING, QUEUED)) == ""
    assert "can't be stopped" in only.can_be_let_go(on(RUNNING, LINKED))


def test_the_service_is_asked_only_about_what_it_has() -> None:
    assert only.running(on(RUNNING)) == ""
    assert only.running(on(LINKED, RUNNING)) == ""
    for task in (QUEUED, LOST, LINKED, a_task(state=TaskState.WAITING, task_id=None)):
        assert only.running(on(task)) == "The service has nothing to do with it now."


def test_only_what_the_service_works_on_can_be_parked_or_parked_no_longer() -> None:
    assert only.can_be_parked(on(replace(RUNNING, is_parked=True))) == only.can_be_parked(on(RUNNING, LINKED)) == ""
    for task in (QUEUED, LOST, LINKED):
        assert only.can_be_parked(on(task)) == "Only for a task that the service is working on."


def test_going_to_the_next_that_needs_you_needs_one() -> None:
    assert only.needy(Situation(count=5)) == "Nothing needs you."
    assert only.needy(Situation(needs_you=1)) == ""


def test_the_demo_takes_no_key() -> None:
    assert only.real(Situation()) == ""
    assert only.real(Situation(demo=True)).startswith("The demo needs no key.")


@settings(deadline=None)
@given(
    st.lists(any_task(), max_size=4),
    st.sampled_from([only.links, only.own_link, only.can_be_let_go, only.running, only.can_be_parked]),
)
def test_what_is_said_is_a_sentence_that_holds_no_word_from_outside(
    tasks: list[Task], predicate: Callable[[Situation], str]
) -> None:
    sentence = predicate(on(*tasks))
    assert sentence == "" or (sentence.isascii() and sentence.isprintable() and sentence.endswith("."))


def test_a_text_can_be_copied_but_not_opened() -> None:
    written = a_task("text", TaskState.SUCCESS, result_text="A cat.")
    assert only.results(on(written)) == ""
    assert only.own_link(on(written)) != ""
    assert only.results(on(RUNNING)) == only.links(on(RUNNING)) != ""
