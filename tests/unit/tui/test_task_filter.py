"""The filter's little language: any text is a filter, terms add up, and a term half typed hides nothing."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sora_tui.studio.task import Task, TaskState
from sora_tui.tui.widgets.task_filter import parse_filter
from tests.unit.tui.tasks import a_task, any_task

BOAT = a_task(
    "0f3a9c",
    TaskState.FAIL,
    prompt="A paper boat drifts, 16:9, macro lens",
    model="sora-2-pro",
    text="Blocked by guardrails",
    note="Seen twice",
    task_id="AbC123",
    code=501,
)


@pytest.mark.parametrize(
    "text",
    [
        "boat",
        "BOAT",
        "paper drifts",
        "drifts paper",
        '"macro lens"',
        '"macro lens',
        "16:9",
        "GUARDRAILS",
        "twice",
        "0f3a",
        "bc12",
        "-koi",
        "boat -koi",
        "model:sora",
        "model:VEO,pro",
        "MODEL:sora",
        "state:fail",
        "state:failed",
        "state:f",
        "state:success,fail",
        "state:501",
        "state:50",
        "-state:success",
        'state:"fail"',
        "boat state:fail model:sora -dusk",
    ],
)
def test_it_lets_through_what_it_says(text: str) -> None:
    assert parse_filter(text).matches(BOAT)


@pytest.mark.parametrize(
    "text",
    [
        "koi",
        "boat koi",
        "-boat",
        '"lens macro"',
        '-"macro lens"',
        "f3a",  # an id of ours is found by its beginning
        "16:10",
        "model:veo",
        "-model:sora",
        "state:success",
        "state:running",
        "state:done",
        "state:needs",
        "state:402",
        "-state:501",
        "prompt:boat",  # no such field, so it is text
    ],
)
def test_it_hides_what_it_does_not_say(text: str) -> None:
    assert not parse_filter(text).matches(BOAT)


@pytest.mark.parametrize(
    "text", ["", "   ", "-", '"', '""', "state:", "model:", "-state:", "-model:", 'state:"', "- -"]
)
def test_a_term_half_typed_hides_nothing(text: str) -> None:
    parsed = parse_filter(text)
    assert not parsed
    assert parsed.matches(BOAT)


@pytest.mark.parametrize("text", ["state:,", "model:,", "state:fail,", "model:,pro"])
def test_a_comma_too_many_hides_nothing_more(text: str) -> None:
    assert parse_filter(text).matches(BOAT)


@pytest.mark.parametrize("text", ["-state:,", "-model:,"])
def test_a_comma_alone_hides_nothing_after_a_minus_either(text: str) -> None:
    assert parse_filter(text).matches(BOAT)


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("state:running", {TaskState.QUEUED, TaskState.SENDING, TaskState.WAITING}),
        ("state:done", {TaskState.SUCCESS}),
        ("state:needs", {TaskState.UNCONFIRMED}),
        ("state:unsure", {TaskState.UNCONFIRMED}),
        ("state:refused", {TaskState.REFUSED}),
        ("state:given", {TaskState.ABANDONED}),
        ("state:abandoned", {TaskState.ABANDONED}),
        ("state:failed", {TaskState.FAIL, TaskState.REFUSED, TaskState.ABANDONED, TaskState.EXPIRED}),
    ],
)
def test_a_state_is_found_by_its_name_its_word_and_its_tab(text: str, states: set[TaskState]) -> None:
    parsed = parse_filter(text)
    assert {state for state in TaskState if parsed.matches(a_task(state=state))} == states


def test_the_services_own_word_for_a_state_is_found_as_it_is_shown() -> None:
    assert parse_filter("state:queu").matches(a_task(state=TaskState.WAITING, vendor_state="Queuing"))


def test_a_filter_remembers_what_was_typed() -> None:
    assert parse_filter("  Boat ").text == "  Boat "


def test_a_novel_in_the_filter_is_read_only_at_its_beginning() -> None:
    assert len(parse_filter("x " * 100_000).terms) == 250


@settings(deadline=None, max_examples=500)
@given(st.text(st.sampled_from('ab -":,statemodl\n\x1b')) | st.text(max_size=30), any_task())
@example("-:", BOAT)
def test_any_text_is_a_filter_and_an_empty_one_lets_all_through(text: str, task: Task) -> None:
    parsed = parse_filter(text)
    assert isinstance(parsed.matches(task), bool)
    assert parsed or parsed.matches(task)


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.sampled_from(["koi", "boat", "neon", "state:run", "state:402", "model:m", "model:x"]), max_size=4),
    any_task(),
)
def test_terms_add_up_and_a_minus_turns_one_round(words: list[str], task: Task) -> None:
    each = [parse_filter(word).matches(task) for word in words]
    assert parse_filter(" ".join(words)).matches(task) == all(each)
    for word, matches in zip(words, each, strict=True):
        assert parse_filter(f"-{word}").matches(task) is not matches
