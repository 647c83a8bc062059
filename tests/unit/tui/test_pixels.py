"""Which terminals are asked for their name, which are known to show pixels, and what they still have."""

from __future__ import annotations

from random import Random

import pytest

from sora_tui.tui.pixels import CELL, KEPT, LARGEST, LARGEST_AFAR, Pixels, knows_placeholders


@pytest.mark.parametrize(
    ("words", "knows"),
    [
        ("kitty(0.36.4)", True),
        ("kitty(0.28.0)", True),
        ("kitty(0.27.1)", False),
        ("kitty(1.0.0)", True),
        ("ghostty 1.0.1", True),
        ("WezTerm 20240203-110809-5046fc22", False),
        ("XTerm(379)", False),
        ("tmux 3.4", False),
        ("notkitty(0.36.4)", False),
        ("kitty", False),
        ("", False),
    ],
)
def test_by_its_name_and_version_a_terminal_is_known(words: str, knows: bool) -> None:
    assert knows_placeholders(words) is knows
    pixels = Pixels("auto", {"TERM": "xterm-kitty"})
    told: list[bool] = []
    pixels.listeners.append(lambda: told.append(pixels.is_on))
    pixels.named(words)
    pixels.named(words)
    assert pixels.is_on is knows
    assert told == [True] * knows


@pytest.mark.parametrize(
    ("environ", "asks"),
    [
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "ghostty"}, True),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "3"}, True),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/x", "KITTY_WINDOW_ID": "3"}, False),
        ({}, False),
    ],
)
def test_only_where_something_hints_at_it_the_terminal_is_asked(environ: dict[str, str], asks: bool) -> None:
    assert Pixels("auto", environ).asks_name is asks
    for choice in ("kitty", "blocks"):
        assert not Pixels(choice, environ).asks_name


def test_the_user_has_the_last_word() -> None:
    assert Pixels("kitty", {}).is_on
    never = Pixels("blocks", {"TERM": "xterm-kitty"})
    never.named("kitty(0.36.4)")
    assert not never.is_on


def test_over_a_line_pictures_are_smaller() -> None:
    assert Pixels("auto", {}).largest == LARGEST
    assert Pixels("auto", {"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}).largest == LARGEST_AFAR


def test_the_size_of_a_cell_is_what_the_terminal_says_if_it_can_be() -> None:
    pixels = Pixels("auto", {})
    pixels.measured(50, 100, 900, 1000)
    assert pixels.cell == (9, 20)
    for nonsense in ((50, 100, 0, 0), (0, 0, 900, 1000), (50, 100, 65_535, 65_535)):
        pixels.measured(*nonsense)
        assert pixels.cell == CELL


def test_numbers_begin_anew_before_they_are_too_large_for_a_colour() -> None:
    pixels = Pixels("kitty", {}, Random(1))
    pixels._last_id = 0xFFFFFE
    assert [pixels.new_id() for _ in range(3)] == [0xFFFFFF, 1, 2]


def test_the_oldest_picture_is_forgotten_and_all_of_them_at_the_end() -> None:
    pixels = Pixels("kitty", {})
    ids = [pixels.new_id() for _ in range(KEPT + 1)]
    assert len(set(ids)) == KEPT + 1
    assert [forgotten for number in ids for forgotten in pixels.sent(number)] == [ids[0]]
    assert not pixels.is_there(ids[0])
    assert pixels.take_all() == ids[1:]
    assert not pixels.is_there(ids[1])
    assert pixels.take_all() == []
