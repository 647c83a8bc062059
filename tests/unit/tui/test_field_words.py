"""What a field takes, in plain words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.kie.fields import Choice, Field, FieldKind, Media
from sora_tui.tui.field_words import bounds, help_for, limits, plain_number, step_of


def field(kind: FieldKind, **known: object) -> Field:
    return Field("name", "Name", kind, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"minimum": 2, "maximum": 15}, "2 – 15"),
        ({"minimum": 0, "maximum": 2_147_483_647}, "at least 0"),
        ({"maximum": 9.5}, "at most 9.5"),
        ({"above": 0, "maximum": 1}, "more than 0, at most 1"),
        ({}, ""),
    ],
)
def test_bounds_are_said_where_they_mean_something(known: dict[str, float], words: str) -> None:
    assert bounds(field(FieldKind.NUMBER, **known)) == words


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (field(FieldKind.INTEGER, minimum=2, maximum=15), "2 to 15"),
        (field(FieldKind.INTEGER, minimum=12, maximum=60, multiple_of=12), "12 to 60, in steps of 12"),
        (field(FieldKind.TEXT, max_length=500), "up to 500 characters"),
        (field(FieldKind.TEXT, max_length=500, min_length=10), "10 to 500 characters"),
        (field(FieldKind.LINK, media=Media.IMAGE), "a link or a path of an image"),
        (field(FieldKind.LINK_LIST, media=Media.IMAGE, max_items=3), "up to 3 links or paths, images"),
        (field(FieldKind.TEXT_LIST, max_items=5, max_length=9), "up to 5 entries, each up to 9 characters"),
        (field(FieldKind.TEXT_LIST, choices=(Choice("a", "a"), Choice("b", "b"))), "entries, of a, b"),
        (field(FieldKind.FLAG), ""),
    ],
)
def test_limits_are_said_in_plain_words(made: Field, words: str) -> None:
    assert limits(made) == words


@pytest.mark.parametrize(
    ("number", "shown"), [(15, "15"), (0.5, "0.5"), (1e-7, "0.0000001"), (2147483647, "2,147,483,647")]
)
def test_a_number_is_never_shown_in_powers_of_ten(number: float, shown: str) -> None:
    assert plain_number(number) == shown


@pytest.mark.parametrize(
    ("made", "step"),
    [
        (field(FieldKind.INTEGER), "1"),
        (field(FieldKind.INTEGER, multiple_of=8), "8"),
        (field(FieldKind.NUMBER, minimum=0, maximum=1), "0.1"),
        (field(FieldKind.NUMBER, minimum=0, maximum=0.05), "0.001"),
        (field(FieldKind.NUMBER, minimum=0, maximum=500), "1"),
        (field(FieldKind.NUMBER), "0.1"),
    ],
)
def test_an_arrow_makes_a_step_that_suits_the_range(made: Field, step: str) -> None:
    assert step_of(made) == Decimal(step)


@given(st.text(max_size=400), st.integers(1, 200))
def test_help_never_takes_more_room_than_there_is_unless_the_limits_alone_do(told: str, room: int) -> None:
    made = field(FieldKind.TEXT, max_length=500, help=told)
    words = help_for(made, room)
    assert len(words) <= max(room, len("up to 500 characters"))
    assert words.endswith("up to 500 characters")


def test_the_description_gives_way_to_the_limits() -> None:
    made = field(FieldKind.CHOICE, choices=(Choice(1, "1"),), help="One [b]two[/b] three four five six seven")
    assert help_for(made, 40) == "One [b]two[/b] three… · delete: not set"
