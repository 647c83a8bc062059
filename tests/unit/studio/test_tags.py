"""What a tag may be, and how tasks come by them and lose them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.studio.tags import LONGEST_TAG, MOST_TAGS, BadTag, common_tags, tagged, tags_in
from sora_tui.studio.task import TaskState
from sora_tui.studio.text import fold
from tests.unit.tui.tasks import ANY_TEXT, a_task


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("", ()),
        (" , ,", ()),
        ("boat", ("boat",)),
        ("#boat", ("boat",)),
        (" boat, Koi  neon,rain ", ("boat", "Koi", "neon", "rain")),
        ("Boat boat BOAT", ("Boat",)),
        ("16:9 v1.2 紙 ÉTÉ été", ("16:9", "v1.2", "紙", "ÉTÉ")),
        ("x" * LONGEST_TAG, ("x" * LONGEST_TAG,)),
    ],
)
def test_tags_are_the_words_of_a_line(text: str, tags: tuple[str, ...]) -> None:
    assert tags_in(text) == tags


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x" * (LONGEST_TAG + 1), "A tag has 40 characters at most, xxxxxxxxxxxx… has 41."),
        ("boat none", "none can't be a tag: tag:none finds the tasks without any."),
        ("NONE", "NONE can't be a tag"),
        ("#", "A tag is a word of letters, digits and signs"),
        ('"boat"', "A tag is a word"),
        ("bo\x1bat", "A tag is a word"),
        ("bo\u202eat", "A tag is a word"),
        ("bo\ud83dat", "A tag is a word"),
    ],
)
def test_what_cant_be_a_tag_is_said(text: str, problem: str) -> None:
    with pytest.raises(BadTag) as error:
        tags_in(text)
    assert str(error.value).startswith(problem)


@pytest.mark.parametrize("state", TaskState)
def test_a_task_is_tagged_in_any_state(state: TaskState) -> None:
    task = tagged(a_task(state=state), add=["boat"])
    assert (task.tags, task.state) == (("boat",), state)


def test_tags_are_added_behind_and_capitals_make_no_other_tag() -> None:
    task = tagged(a_task(tags=("Boat", "koi")), add=["neon", "BOAT"])
    assert task.tags == ("Boat", "koi", "neon")
    assert tagged(task, remove=["KOI", "unknown"]).tags == ("Boat", "neon")
    assert tagged(task, remove=["Boat"], add=["boat"]).tags == ("koi", "neon", "boat")


def test_what_changes_nothing_is_the_same_task() -> None:
    task = a_task(tags=("boat",))
    assert tagged(task, add=["BOAT"], remove=["koi"]) is task


def test_there_are_only_so_many() -> None:
    full = tagged(a_task(), add=[str(number) for number in range(MOST_TAGS)])
    with pytest.raises(BadTag, match="A task can have 20 tags at most"):
        tagged(full, add=["more"])
    assert tagged(full, add=["more"], remove=["0"]).tags[-1] == "more"
    # More than that can only have been put there by another version: they can still be taken away.
    crowded = a_task(tags=(*full.tags, "a", "b"))
    assert len(tagged(crowded, remove=["a"]).tags) == MOST_TAGS + 1


def test_common_tags_are_those_of_all_as_the_first_writes_them() -> None:
    one, other = a_task(tags=("Boat", "koi")), a_task(tags=("neon", "boat"))
    assert common_tags([one]) == one.tags
    assert common_tags([one, other]) == ("Boat",)
    assert common_tags([one, other, a_task()]) == common_tags([]) == ()


@given(ANY_TEXT | st.text(st.sampled_from("aAb,# 1\t")))
def test_a_tag_can_always_be_typed_and_found_again(text: str) -> None:
    try:
        tags = tags_in(text)
    except BadTag:
        return
    assert tags_in(", ".join(tags)) == tags
    assert len({fold(tag) for tag in tags}) == len(tags)
    assert all(tag.isprintable() and " " not in tag for tag in tags)
