"""The filter's little language: any text is a filter, terms add up, and a term half typed hides nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sora_tui.studio.filters import parse_filter
from sora_tui.studio.outcomes import WITHDRAWN
from sora_tui.studio.task import Task, TaskState
from sora_tui.tui.format import LOOKS, state_word
from tests.unit.tui.tasks import DAY, HOUR, MINUTE, NOW_MS, a_task, any_task, filtered

BOAT = a_task(
    "0f3a9c",
    TaskState.FAIL,
    prompt="A paper boat drifts, 16:9, macro lens",
    model="sora-2-pro",
    text="Blocked by guardrails",
    note="Seen twice",
    task_id="AbC123",
    code=501,
    credits=330.0,
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
        "abc1",
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
        "cost:330",
        "cost:=330",
        "cost:330.0",
        "cost:>300",
        "cost:>=330",
        "cost:<331",
        "cost:<=330",
        "cost:100..330",
        "cost:330..",
        "cost:..330",
        "cost:0,330",
        "cost:?,>300",
        "-cost:?",
        "-cost:>330",
        "boat state:fail model:sora cost:>0 after:3d -dusk",
    ],
)
def test_it_lets_through_what_it_says(text: str) -> None:
    parsed = filtered(text)
    assert parsed.matches(BOAT)
    assert parsed
    assert parsed.problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "koi",
        "boat koi",
        "-boat",
        '"lens macro"',
        '-"macro lens"',
        "f3a",  # ids are found by their beginnings
        "bc12",
        "16:10",
        "model:veo",
        "-model:sora",
        "state:success",
        "state:running",
        "state:done",
        "state:needs",
        "state:402",
        "-state:501",
        "cost:>330",
        "cost:<330",
        "cost:?",
        "cost:0,1",
        "-cost:330",
        "cost:0..329.5",
        "before:3d",
        "is:parked",
        "prompt:boat",  # no such field, so it is text
    ],
)
def test_it_hides_what_it_does_not_say(text: str) -> None:
    assert not filtered(text).matches(BOAT)


@pytest.mark.parametrize("no", ["", "-", "- "])
@pytest.mark.parametrize(
    "text", ["", " ", '"', '""', "state:", "model:", 'state:"', "cost:", "after:", "before:", "is:", "tag:", "cost:,"]
)
def test_a_term_half_typed_hides_nothing_and_is_no_problem(no: str, text: str) -> None:
    parsed = filtered(no + text)
    assert not parsed
    assert parsed.matches(BOAT)
    assert parsed.problems == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("cost:cheap", "cost: takes a number of credits, as in cost:>300, cost:100..400 or cost:?"),
        ("cost:>", "cost: takes a number"),
        ("cost:..", "cost: takes a number"),
        ("cost:1,x", "cost: takes a number"),
        ("cost:nan", "cost: takes a number"),
        ("cost:1e3", "cost: takes a number"),
        ("cost:" + "9" * 40, "cost: takes a number"),
        ("cost:٣", "cost: takes a number"),
        ("after:soon", "after: takes a day, a time or an age, as in after:2026-11-20, after:yesterday or after:3d"),
        ("before:2026-02-30", "before: takes a day"),
        ("after:0000-01-01", "after: takes a day"),
        ("after:25:00", "after: takes a day"),
        ("after:999999d", "after: takes a day"),
        ("tag:#", "tag: takes a tag, as in tag:boat, or tag:none for tasks without one"),
        ("is:running", "is: takes one of the words parked, starred, "),
        ("rating:best", "rating: takes 1 to 5, as in rating:>=3"),
        ("star:maybe", "star: takes yes or no"),
    ],
)
@pytest.mark.parametrize("no", ["", "-"])
def test_what_means_nothing_hides_nothing_and_is_said(no: str, text: str, problem: str) -> None:
    parsed = filtered(no + text)
    assert not parsed
    assert parsed.matches(BOAT)
    (said,) = parsed.problems
    assert said.startswith(problem)


def test_what_means_nothing_is_said_once_and_the_rest_still_counts() -> None:
    parsed = filtered("cost:a boat cost:b after:x")
    assert [problem.partition(":")[0] for problem in parsed.problems] == ["cost", "after"]
    assert not parsed.matches(replace(BOAT, prompt="koi"))


@pytest.mark.parametrize("text", ["state:,", "model:,", "cost:,", "state:fail,", "model:,pro", "cost:,330,"])
def test_a_comma_too_many_hides_nothing_more(text: str) -> None:
    assert filtered(text).matches(BOAT)


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("state:running", {TaskState.QUEUED, TaskState.SENDING, TaskState.WAITING}),
        ("state:done", {TaskState.SUCCESS}),
        ("state:needs", {TaskState.UNCONFIRMED}),
        ('state:"needs you"', {TaskState.UNCONFIRMED}),
        ("state:unsure", {TaskState.UNCONFIRMED}),
        ("state:refused", {TaskState.REFUSED}),
        ("state:given", {TaskState.ABANDONED}),
        ("state:abandoned", {TaskState.ABANDONED}),
        ("state:failed", {TaskState.FAIL, TaskState.REFUSED, TaskState.ABANDONED, TaskState.EXPIRED}),
    ],
)
def test_a_state_is_found_by_its_name_its_word_and_its_tab(text: str, states: set[TaskState]) -> None:
    parsed = filtered(text)
    assert {state for state in TaskState if parsed.matches(a_task(state=state))} == states


@pytest.mark.parametrize(
    "task",
    [
        *(a_task(state=state, code=501) for state in TaskState),
        a_task(state=TaskState.WAITING, vendor_state="Queuing"),
        a_task(state=TaskState.WAITING, is_parked=True),
        a_task(state=TaskState.REFUSED, note=WITHDRAWN),
        a_task(state=TaskState.REFUSED, http_status=503),
    ],
    ids=state_word,
)
def test_a_state_is_found_by_what_is_shown_for_it(task: Task) -> None:
    other = a_task(state=TaskState.SUCCESS if task.state is not TaskState.SUCCESS else TaskState.FAIL)
    word, _, code = state_word(task).partition(" 5")
    for value in (LOOKS[task.state].word, word, f"5{code}" if code else word):
        parsed = filtered(f'state:"{value}"')
        assert parsed.matches(task), value
        assert not parsed.matches(other)


@pytest.mark.parametrize(("state", "is_found"), [(TaskState.WAITING, True), (TaskState.SUCCESS, False)])
def test_parked_is_what_is_under_way_and_not_asked_about(state: TaskState, is_found: bool) -> None:
    for text in ("is:parked", "is:PARK", "state:parked"):
        assert filtered(text).matches(a_task(state=state, is_parked=True)) is is_found
        assert not filtered(text).matches(a_task(state=state))


@pytest.mark.parametrize(
    ("known", "found"),
    [
        ({"state": TaskState.UNCONFIRMED}, {"cost:?", "cost:unknown", "-cost:>0", "-cost:<1"}),
        ({"state": TaskState.WAITING, "price": 330.0}, {"cost:330", "cost:>0", "-cost:?", "-cost:<1"}),
        ({"state": TaskState.REFUSED, "price": 330.0}, {"cost:0", "cost:<1", "-cost:?", "-cost:>0"}),
    ],
)
def test_the_cost_is_what_was_charged_as_far_as_it_is_known(known: dict[str, Any], found: set[str]) -> None:
    tried = ["cost:?", "cost:unknown", "cost:0", "cost:330", "cost:>0", "cost:<1", "-cost:?", "-cost:>0", "-cost:<1"]
    assert {text for text in tried if filtered(text).matches(a_task(**known))} == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tag:boat", {("Boat",), ("boat-2", "koi")}),
        ("tag:#boat-", {("boat-2", "koi")}),
        ("tag:KOI", {("boat-2", "koi")}),
        ("tag:oat", set()),
        ("tag:none", {()}),
        ("tag:none,ko", {(), ("boat-2", "koi")}),
        ("-tag:none", {("Boat",), ("boat-2", "koi")}),
        ("-tag:boat", {()}),
    ],
)
def test_a_tag_is_found_by_its_beginning(text: str, found: set[tuple[str, ...]]) -> None:
    tags: list[tuple[str, ...]] = [(), ("Boat",), ("boat-2", "koi")]
    assert {each for each in tags if filtered(text).matches(a_task(tags=each))} == found


# NOW_MS is Wednesday, 18 November 2026, 11:06:40 UTC.
NOON = datetime(2026, 11, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ("today", NOON),
        ("yesterday", NOON - timedelta(days=1)),
        ("2026-11-18", NOON),
        ("2026-11-18T10:30", NOON.replace(hour=10, minute=30)),
        ('"2026-11-18 10:30"', NOON.replace(hour=10, minute=30)),
        ("10:30", NOON.replace(hour=10, minute=30)),
        ("2026-11", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-1-2", datetime(2026, 1, 2, tzinfo=UTC)),
        ("wednesday", NOON),
        ("tue", NOON - timedelta(days=1)),
        ("Thu", NOON - timedelta(days=6)),
    ],
)
def test_a_day_or_a_time_means_its_beginning(value: str, at: datetime) -> None:
    moment = int(at.timestamp() * 1000)
    assert filtered(f"after:{value}").matches(a_task(created_at=moment))
    assert not filtered(f"after:{value}").matches(a_task(created_at=moment - 1))
    assert filtered(f"before:{value}").matches(a_task(created_at=moment - 1))
    assert not filtered(f"before:{value}").matches(a_task(created_at=moment))


@pytest.mark.parametrize(("value", "age"), [("9m", 9 * MINUTE), ("12h", 12 * HOUR), ("3d", 3 * DAY), ("2w", 14 * DAY)])
def test_an_age_counts_back_from_now(value: str, age: int) -> None:
    assert filtered(f"after:{value}").matches(a_task(created_at=NOW_MS - age))
    assert not filtered(f"after:{value}").matches(a_task(created_at=NOW_MS - age - 1))


def test_days_are_those_of_the_persons_zone() -> None:
    midnight = int(NOON.timestamp() * 1000)
    east = parse_filter("after:today", now_ms=NOW_MS, zone=timezone(timedelta(hours=13)))
    assert east.matches(a_task(created_at=midnight + 11 * HOUR))  # its midnight was an hour later than our 10:06
    assert not east.matches(a_task(created_at=midnight + 10 * HOUR))


def test_a_filter_remembers_what_was_typed() -> None:
    assert filtered("  Boat ").text == "  Boat "


def test_a_novel_in_the_filter_is_read_only_at_its_beginning() -> None:
    assert len(filtered("x " * 100_000).terms) == 250


def test_terms_are_values() -> None:
    text = "boat -koi state:fail model:x cost:>1,? after:today is:parked"
    assert filtered(text) == filtered(text)
    assert len({*filtered(text).terms, *filtered(text).terms}) == 7


@settings(deadline=None, max_examples=500)
@given(
    st.text(st.sampled_from('ab -":,<>=.?0123statemodlcf\n\x1b\ud83d')) | st.text(st.characters(), max_size=30),
    any_task(),
)
@example("-:", BOAT)
def test_any_text_is_a_filter_and_an_empty_one_lets_all_through(text: str, task: Task) -> None:
    parsed = filtered(text)
    assert isinstance(parsed.matches(task), bool)
    assert parsed or parsed.matches(task)


@settings(deadline=None, max_examples=300)
@given(
    st.lists(
        st.sampled_from(["koi", "boat", "neon", "state:run", "state:402", "model:m", "model:x", "cost:>1", "after:3m"]),
        max_size=4,
    ),
    any_task(),
)
def test_terms_add_up_and_a_minus_turns_one_round(words: list[str], task: Task) -> None:
    each = [filtered(word).matches(task) for word in words]
    assert filtered(" ".join(words)).matches(task) == all(each)
    for word, matches in zip(words, each, strict=True):
        assert filtered(f"-{word}").matches(task) is not matches
