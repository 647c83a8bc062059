"""Hostile words from outside in every place that shows them: the program lives and none drives the terminal."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import pytest
from textual.content import Content
from textual.markup import MarkupError

from tests.pty import Terminal
from tests.tui.hostile import ESCAPES, GROUPS, LONE_SURROGATE, MARKUP, TEXTS, attacks
from tests.tui.hostile_places import in_refusals, in_the_store, on_the_wire


def not_read_as_it_is(shown: str) -> list[str]:
    """The markup texts that were not shown letter by letter."""
    return [name for name, text in MARKUP.items() if text not in shown]


def test_in_the_store_whatever_the_place(tmp_path: Path) -> None:
    assert not_read_as_it_is(in_the_store(tmp_path, GROUPS, list(TEXTS.values()))) == []


def test_on_the_wire_whatever_the_answer(tmp_path: Path) -> None:
    assert not_read_as_it_is(on_the_wire(tmp_path, [*GROUPS, LONE_SURROGATE])) == []


def test_in_the_refusal_of_a_send_and_of_an_id(tmp_path: Path) -> None:
    assert not_read_as_it_is(in_refusals(tmp_path, list(TEXTS.values()))) == []


@pytest.mark.parametrize("text", [*ESCAPES.values(), LONE_SURROGATE], ids=[*ESCAPES, "lone surrogate"])
def test_the_detector_finds_each_text_that_is_printed_as_it_is(text: str) -> None:
    program = f"import os; os.write(1, {text.encode('utf-8', 'surrogatepass')!r})"
    with Terminal([sys.executable, "-S", "-c", program]) as terminal:
        assert terminal.wait() == 0
        assert attacks(terminal.output)


@pytest.mark.parametrize("text", MARKUP.values(), ids=MARKUP.keys())
def test_each_markup_text_means_something_to_who_reads_markup(text: str) -> None:
    with suppress(MarkupError):
        assert Content.from_markup(text).plain != text
