"""Names of result files: of plain letters, by the user's pattern, and never a path."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import UTC
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sora_tui.file_template import FIELDS, check_pattern
from sora_tui.studio.result_names import names_for, slug_of, stem_of
from sora_tui.studio.task import TaskState
from tests.unit.studio.stored import running

PATTERN = "{date}_{slug}_{ref8}"
NOON = 1_795_608_000_000  # 25 November 2026, 12:00 UTC
BOAT = running(1, prompt="A paper boat, in the RAIN", state=TaskState.SUCCESS, finished_at=NOON, ref="9c1f0ab2" * 4)
WORDS = ["../../etc/passwd", "CON", "nul.txt", "-rf /", "x" * 300, "\u202egpj.exe", "a\0b", ".", "..", "", "\ud800"]
HOSTILE = st.sampled_from([*WORDS, "~", "\n", "COM1", "/"]) | st.text(max_size=400)
PIECES = [*(f"{{{field}}}" for field in FIELDS), "_", "-", " ", ".", "CON", ".."]
PATTERNS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join)


@pytest.mark.parametrize(
    ("pattern", "number", "name"),
    [
        (PATTERN, 0, "2026-11-25_a-paper-boat-in-the-rain_9c1f0ab2"),
        (PATTERN, 1, "2026-11-25_a-paper-boat-in-the-rain_9c1f0ab2_2"),
        ("{ref8} no. {n}", 1, "9c1f0ab2 no. 2"),
        ("{time}_{model}", 0, "120000_sora-2-pro-text-to-video"),
    ],
)
def test_the_pattern_is_filled_in(pattern: str, number: int, name: str) -> None:
    assert stem_of(BOAT, number, pattern, UTC) == name


def test_names_go_on_with_numbers() -> None:
    names = list(islice(names_for(BOAT, 0, "{ref8}", "mp4", UTC), 3))
    assert names == ["9c1f0ab2.mp4", "9c1f0ab2_2.mp4", "9c1f0ab2_3.mp4"]


@pytest.mark.parametrize(
    ("prompt", "slug"),
    [
        ("Straße à la Crème", "strasse-a-la-creme"),
        ("紙の舟", "untitled"),
        ("", "untitled"),
        ("a" * 99, "a" * 40),
        ("one two three four five six seven eight nine ten", "one-two-three-four-five-six-seven-eight"),
    ],
)
def test_the_prompt_in_plain_letters(prompt: str, slug: str) -> None:
    assert slug_of(prompt) == slug


@settings(max_examples=2_000)
@given(prompt=HOSTILE, ref=HOSTILE, model=HOSTILE, pattern=PATTERNS, number=st.integers(0, 500))
def test_no_word_from_outside_makes_a_path_or_a_device(
    prompt: str, ref: str, model: str, pattern: str, number: int
) -> None:
    task = replace(BOAT, prompt=prompt, ref=ref, model=model)
    for name in islice(names_for(task, number, pattern, "mp4", UTC), 3):
        assert name == os.path.basename(name)
        assert Path("/videos", name).resolve().parent == Path("/videos")
        assert name.isascii()
        assert name.isprintable()
        assert len(name) < 140
        assert not name.startswith((".", "-", " "))
        assert name.partition(".")[0].lower() not in {"con", "nul", "com1", "aux", "prn"}
        assert name.removesuffix(".mp4").strip(" .")


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("", "must have 1 to 100 characters"),
        ("{ref8}" * 20, "must have 1 to 100 characters"),
        ("film", "all files are called the same"),
        ("{model}_{n}", "all files are called the same"),
        ("{ref}", "there is no {ref}; the fields are {date}"),
        ("{ref8", "has no other brace"),
        ("a/{ref8}", "only letters"),
        ("{ref8}\0", "only letters"),
        ("{}{ref8}", "there is no {}"),
    ],
)
def test_a_pattern_that_makes_no_name_is_refused_with_the_reason(pattern: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        check_pattern(pattern)
    assert check_pattern(PATTERN) == PATTERN
