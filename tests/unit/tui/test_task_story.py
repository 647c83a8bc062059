"""What stands below the card: the service's words, the prompt, the history, the request. Clean, and never endless."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sora_tui.studio.task import Step, Task, TaskState
from sora_tui.tui.widgets.aligned import BLANK, Line
from sora_tui.tui.widgets.task_story import result, said, story
from tests.unit.tui.tasks import ANY_TEXT, MINUTE, NOW_MS, SECOND, UNSHOWABLE, a_task, any_task


def plain(lines: list[Line]) -> list[str]:
    return [line.value.plain for line in lines]


def section(lines: list[Line], title: str) -> list[Line]:
    """The lines under a heading, up to the next blank one."""
    start = next(place for place, line in enumerate(lines) if line.value.plain.startswith(title))
    rest = lines[start + 1 :]
    return rest[: rest.index(BLANK)] if BLANK in rest else rest


def history(*steps: Step, task: Task | None = None) -> list[str]:
    return [" ".join(line.split()) for line in plain(section(story(task or a_task(), steps, NOW_MS), "History"))]


any_step = st.builds(
    Step,
    st.integers(NOW_MS - 10**9, NOW_MS),
    st.sampled_from(TaskState),
    st.none() | ANY_TEXT,
    st.none() | st.just(501),
    st.none() | st.just(503),
)


@settings(deadline=None, max_examples=200)
@given(any_task(), st.lists(any_step, max_size=40), ANY_TEXT)
def test_nothing_in_it_can_drive_the_terminal(task: Task, steps: list[Step], model: str) -> None:
    odd = Task(task.ref, task.state, model, task.prompt, {model: model}, model, task.created_at, task_id=model)
    for each in (task, odd):
        for line in [*said(each), *story(each, steps, NOW_MS)]:
            assert not UNSHOWABLE.search(line.value.plain.replace("\n", ""))
            assert line.label is None or line.label.isascii()


def test_where_the_service_said_nothing_nothing_stands_there() -> None:
    assert said(a_task()) == []


def test_its_words_stand_under_how_they_came() -> None:
    lines = said(a_task(text="one\ntwo", http_status=200, code=422))
    assert plain(lines) == ["The service said  HTTP 200 · code 422", "one\ntwo"]


@pytest.mark.parametrize(
    ("code", "http_status", "heading"),
    [
        (None, None, "The service said"),
        (501, None, "The service said  code 501"),
        (None, 502, "The service said  HTTP 502"),
    ],
)
def test_only_what_is_known_of_how_they_came_is_said(code: int | None, http_status: int | None, heading: str) -> None:
    assert plain(said(a_task(text="x", code=code, http_status=http_status)))[0] == heading


def test_our_note_comes_before_the_services_words() -> None:
    assert plain(said(a_task(note="Seen twice.", text="x"))) == ["Note", "Seen twice.", "", "The service said", "x"]


def test_a_novel_is_cut_with_an_ellipsis() -> None:
    assert len(plain(said(a_task(text="x" * 100_000)))[1]) == 4_000
    shown = plain(story(a_task(prompt="x" * 100_000), [], NOW_MS))[1]
    assert len(shown) == 20_000
    assert shown.endswith("…")
    assert plain(story(a_task(prompt="x" * 10_000), [], NOW_MS))[1] == "x" * 10_000


def test_square_brackets_are_words_and_no_markup() -> None:
    assert plain(story(a_task(prompt="[red]koi[/red] [b"), [], NOW_MS))[1] == "[red]koi[/red] [b"


def test_it_tells_prompt_history_and_request_in_this_order() -> None:
    titles = [line.value.plain for line in story(a_task(), [], NOW_MS) if line.value.spans and line.label is None]
    assert [title for title in titles if title in ("Prompt", "History", "Request")] == ["Prompt", "History", "Request"]


def test_each_step_has_its_time_since_the_first_and_its_word() -> None:
    first = NOW_MS - 2 * MINUTE
    lines = history(
        Step(first, TaskState.QUEUED),
        Step(first + SECOND, TaskState.WAITING, "queuing", None, 200),
        Step(first + 72 * SECOND, TaskState.FAIL, "fail", 501, 500),
    )
    assert [line.split(" ", 1)[1] for line in lines] == [
        "◌ queued",
        "+0:01 ◐ queuing",
        "+1:12 ✗ fail 501 HTTP 500",
    ]


@pytest.mark.parametrize("minutes", [59, 60, 14 * 24 * 60])
def test_steps_stand_in_columns_however_long_it_took(minutes: int) -> None:
    steps = [Step(NOW_MS - minutes * MINUTE, TaskState.QUEUED), Step(NOW_MS, TaskState.WAITING)]
    lines = plain(section(story(a_task(), steps, NOW_MS), "History"))
    assert lines[0].index("◌") == lines[1].index("◐")


@pytest.mark.parametrize(
    ("count", "shown", "left_out"), [(30, 30, None), (31, 31, "… 1 more"), (1030, 31, "… 1,000 more")]
)
def test_a_long_history_keeps_its_beginning_and_its_end(count: int, shown: int, left_out: str | None) -> None:
    steps = [Step(NOW_MS + number * SECOND, TaskState.WAITING, f"word {number}") for number in range(count)]
    lines = history(*steps)
    assert len(lines) == shown
    assert lines[0].endswith("word 0")
    assert lines[-1].endswith(f"word {count - 1}")
    assert (lines[1] if left_out else None) == left_out
    assert lines[-29].endswith(f"word {count - 29}")


def test_without_a_stored_history_it_tells_what_the_task_itself_remembers() -> None:
    task = a_task(
        state=TaskState.FAIL,
        created_at=NOW_MS - 90 * SECOND,
        sent_at=NOW_MS - 89 * SECOND,
        vendor_created_at=NOW_MS - 88 * SECOND,
        finished_at=NOW_MS,
        code=501,
        http_status=200,
    )
    lines = history(task=task)
    assert [line.split(" ", 1)[1] for line in lines] == [
        "◌ queued",
        "+0:01 ◍ sending",
        "+0:02 ◐ waiting",
        "+1:30 ✗ fail 501",
    ]


def test_a_task_just_written_down_has_one_step() -> None:
    assert len(history(task=a_task(state=TaskState.QUEUED))) == 1


def test_a_lost_send_ends_its_history_in_doubt() -> None:
    lines = history(task=a_task(state=TaskState.UNCONFIRMED, sent_at=NOW_MS))
    assert lines[-1].endswith("▲ unsure")


def test_the_request_names_the_task_and_where_it_came_from() -> None:
    task = a_task(
        "r2", parameters={"size": "high"}, model="sora", origin="demo", task_id="t9", parent_ref="r1", retry_of="r0"
    )
    rows = [(line.label, line.value.plain) for line in section(story(task, [], NOW_MS), "Request")]
    assert rows == [
        ("model", "sora"),
        ("parameters", "high"),
        ("service", "demo"),
        ("ref", "r2"),
        ("task id", "t9"),
        ("edited from", "r1"),
        ("sent again for", "r0"),
    ]


def test_what_is_not_known_of_the_request_is_left_out() -> None:
    labels = [line.label for line in section(story(a_task(), [], NOW_MS), "Request")]
    assert labels == ["model", "service", "ref", "task id"]


def test_steps_in_a_row_that_read_alike_are_told_once() -> None:
    waiting = [Step(NOW_MS + SECOND, TaskState.WAITING), Step(NOW_MS + 2 * SECOND, TaskState.WAITING, "waiting")]
    assert len(history(Step(NOW_MS, TaskState.QUEUED), *waiting, Step(NOW_MS, TaskState.QUEUED))) == 3


def test_a_text_that_came_out_is_shown_whole() -> None:
    text = "word " * 5_000
    lines = plain(result(a_task(result_text=text)))
    assert lines[0] == "Text  c copies it"
    assert lines[1] == text
    assert result(a_task()) == []


def test_beside_a_link_c_is_the_links() -> None:
    assert plain(result(a_task(result_text="x", links=("https://f/1.txt",))))[0] == "Text"


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"image_url": "https://files.example/koi.png"}, "koi.png"),
        ({"text": "Good morning to all"}, "Good morning to all"),
        ({}, "Only the settings below."),
    ],
)
def test_without_a_prompt_the_input_tells_what_it_was(parameters: dict[str, object], words: str) -> None:
    assert plain(story(a_task(prompt="", parameters=parameters), (), NOW_MS))[:2] == ["Input  no prompt", words]
