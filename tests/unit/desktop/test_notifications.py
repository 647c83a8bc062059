"""The sequences for notifications and titles: the right one for the terminal, and nothing smuggled in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.desktop.notifications import notification, window_title


@pytest.mark.parametrize(
    ("term", "sequence"),
    [
        ("xterm-256color", "\x1b]9;sora-tui: Ready: koi; at dusk\x1b\\"),
        ("", "\x1b]9;sora-tui: Ready: koi; at dusk\x1b\\"),
        ("foot", "\x1b]777;notify;sora-tui;Ready: koi; at dusk\x1b\\"),
        ("rxvt-unicode-256color", "\x1b]777;notify;sora-tui;Ready: koi; at dusk\x1b\\"),
    ],
)
def test_a_terminal_is_told_in_the_one_way_it_knows(term: str, sequence: str) -> None:
    assert notification("sora-tui", "Ready: koi; at dusk", {"TERM": term}) == sequence


@given(st.text(), st.sampled_from(["xterm", "foot"]))
def test_no_words_end_the_sequence_or_begin_another(words: str, term: str) -> None:
    for sequence in (notification(words, words, {"TERM": term}), window_title(words)):
        inside = sequence[2:-2]
        assert sequence.startswith("\x1b]")
        assert sequence.endswith("\x1b\\")
        assert not any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in inside)


def test_a_notification_is_short() -> None:
    assert len(notification("sora-tui", "a" * 10_000, {})) < 250
