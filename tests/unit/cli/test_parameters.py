"""`--set`: values as the schema wants them; what is no value of its kind is left for the check to refuse."""

from __future__ import annotations

from typing import Any

import click
import pytest

from sora_tui.cli.parameters import read_parameters
from sora_tui.kie.fields import Choice, Field, FieldKind
from sora_tui.kie.profiles import ModelProfile

KIND = FieldKind
PROFILE = ModelProfile(
    "m",
    "M",
    (
        Field("size", "Size", KIND.CHOICE, choices=(Choice("720p", "720p"),)),
        Field("seconds", "Seconds", KIND.CHOICE, choices=(Choice(5, "5 s"), Choice("10", "10 s"))),
        Field("sound", "Sound", KIND.FLAG),
        Field("seed", "Seed", KIND.INTEGER),
        Field("scale", "Scale", KIND.NUMBER),
        Field("words", "Words", KIND.TEXT),
        Field("tags", "Tags", KIND.TEXT_LIST),
        Field("image_urls", "Images", KIND.LINK_LIST),
        Field("audio_url", "Audio", KIND.LINK),
        Field("shots", "Shots", KIND.JSON),
    ),
    100,
)


@pytest.mark.parametrize(
    ("pair", "value"),
    [
        ("size=720p", "720p"),
        ("size=4k", "4k"),
        ("seconds=5", 5),
        ("seconds=10", "10"),
        ("sound=on", True),
        ("sound=No", False),
        ("sound=perhaps", "perhaps"),
        ("seed=7", 7),
        ("seed=7.5", 7.5),
        ("seed=many", "many"),
        ("scale=0.5", 0.5),
        ("words=a=b, c", "a=b, c"),
        ("words=", ""),
        ("words=12", "12"),
        ("audio_url=~/a b.mp3", "~/a b.mp3"),
        ('shots=[{"n": 1}]', [{"n": 1}]),
        ("shots=[", "["),
        ("tags=", []),
    ],
)
def test_a_value_has_the_type_its_field_wants(pair: str, value: Any) -> None:
    [read] = read_parameters(PROFILE, [pair]).values()
    assert (read, type(read)) == (value, type(value))


def test_a_list_is_a_name_given_several_times_and_of_others_the_last_counts() -> None:
    pairs = ["image_urls=a.png", "image_urls=b, c.png", "size=1", "size=2"]
    assert read_parameters(PROFILE, pairs) == {"image_urls": ["a.png", "b, c.png"], "size": "2"}


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        ("size", "NAME=VALUE"),
        ("sized=1", "Did you mean size?"),
        ("q=1", "It takes size, seconds"),
    ],
)
def test_a_pair_that_means_nothing_is_a_mistake(pair: str, words: str) -> None:
    with pytest.raises(click.UsageError) as mistake:
        read_parameters(PROFILE, [pair])
    assert words in mistake.value.message
